"""What the law asks for: a traffic log without content that outlives an erasure, and the data officer's report."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import traffic
from app.answering.personal import CLASSIFIED
from app.console import data_report
from app.console.office import Office
from app.domain import Answer
from app.settings import Settings
from app.store import audit, erase
from app.store.database import Database
from app.store.erase import key
from app.store.retention import Retention
from app.store.staff_tables import SignInRow
from app.store.tables import TurnRow
from tests.console.conftest import Visitor
from tests.console.logged import ask, message_of
from tests.fakes import START, Clock, Desk, open_desk

Signed = Callable[[str], Visitor]
SECRETIVE = "เรื่องที่ไม่ควรอยู่ในบันทึกจราจร"
PERIOD = {"from": "2026-11-01", "to": "2026-11-30"}


def _rows(written: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(written.removeprefix("\ufeff"))))


def _reads(visitor: Visitor) -> list[list[str]]:
    assert visitor.post("/data-report/traffic", **PERIOD) == 200
    return _rows(visitor.answer.content.decode())


def test_the_traffic_log_says_who_came_when_and_nothing_of_what_they_wrote(signed_in: Signed, office: Office) -> None:
    turn = ask(office, SECRETIVE, "Usomchai", outcome="not_found")
    admin = signed_in("admin")
    heading, *rows = _reads(admin)

    assert heading == ["เวลา", "ช่องทาง", "รหัสแทนบุคคล", "เหตุการณ์", "ผล", "ที่อยู่ไอพี"]
    assert rows[0][1:] == ["line", key("line", "Usomchai"), "text", "not_found", ""]
    assert rows[0][0].startswith("2026-11-23T10:00")
    assert rows[1][1:] == ["console", key("console", "admin"), "sign_in:password", "signed in", "testclient"]
    assert SECRETIVE not in str(rows)
    assert "Usomchai" not in str(rows)

    channel, conversation, message = message_of(turn, office)
    with office.database.begin() as session:
        erase.erase_message(session, channel, conversation, message, office.clock())
        erase.erase_person(session, "line", "Usomchai", conversation, office.clock(), office.clock())
    assert _reads(admin)[1] == rows[0], "what was erased leaves its row, which holds no content"


def test_wrong_passwords_are_in_the_log_with_their_address(browser: Callable[[], Visitor], signed_in: Signed) -> None:
    assert browser().sign_in("officer", "wrong") == 401
    assert browser().sign_in("my-secret-password", "typed into the wrong field") == 401

    rows = [row[2:] for row in _reads(signed_in("admin")) if row[3] == "sign_in:password"]

    assert rows[0] == [key("console", "officer"), "sign_in:password", "refused", "testclient"]
    assert rows[1] == ["", "sign_in:password", "refused", "testclient"], "what is typed as a name may be a password"


def test_handing_the_log_out_is_for_admins_and_is_kept(signed_in: Signed, office: Office) -> None:
    assert signed_in("officer").post("/data-report/traffic", **PERIOD) == 403
    _reads(signed_in("admin"))
    with office.database.read() as session:
        (entry,) = audit.entries(session, audit.Wanted(verb="traffic.export"), 5)
    assert (entry.name, entry.after) == ("admin", PERIOD)


def test_the_log_is_written_by_a_command_too(
    database_url: str, office: Office, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    ask(office, SECRETIVE, "=cmd|' /C calc'!A0", channel="line")
    monkeypatch.setenv("DATABASE_URL", database_url)
    assert traffic.main(["export", "--from", "2026-11-23", "--to", "2026-11-23"]) == 0
    written = capfdbinary.readouterr().out.decode()
    assert len(_rows(written)) == 2
    assert traffic.main(["export", "--from", "2026-11-24", "--to", "2026-11-30"]) == 0
    assert len(_rows(capfdbinary.readouterr().out.decode())) == 1
    for wrong in (["--from", "x", "--to", "2026-11-23"], ["--from", "2026-11-24", "--to", "2026-11-23"]):
        with pytest.raises(SystemExit, match="2"):
            traffic.main(["export", *wrong])


@pytest.mark.parametrize("days", [30, 365])
def test_content_may_go_before_ninety_days_and_traffic_may_not(days: int, office: Office, clock: Clock, signed_in: Signed) -> None:
    ask(office, SECRETIVE, "Usomchai")
    signed_in("admin")
    retention = Retention(office.database, days, clock)
    clock.pass_(days=89)
    retention.run()
    with office.database.read() as session:
        assert bool(session.scalars(select(TurnRow.question)).one()) == (days > 89)
        assert len(session.scalars(select(SignInRow)).all()) == 1
    assert _reads(signed_in("admin"))[1][2] == key("line", "Usomchai")

    clock.pass_(days=2)
    assert retention.run()["sign_ins"] == 1
    assert (_reads(signed_in("admin"))[1][2] == key("line", "Usomchai")) == (days > 91)


def test_a_message_read_with_others_has_the_outcome_of_their_turn(database: Database) -> None:
    from app.store.traffic import contacts

    desk: Desk = open_desk(database, burst_seconds=1.5)
    for text in ("ค่าน้ำหนัก", "ปีนี้", "เท่าไร"):
        desk.hear(text)
    desk.clock.pass_(seconds=2)
    desk.work()

    assert [contact.outcome for contact in contacts(database, START, START + timedelta(hours=1))] == ["answered"] * 3


def test_the_report_counts_what_is_kept_what_was_asked_and_what_staff_took_out(
    signed_in: Signed, office: Office, database: Database
) -> None:
    desk = open_desk(database, notice_version="7")
    desk.oracle.answers[CLASSIFIED] = Answer("refused", "ไม่รับ", trace={"screened": "secret"})
    desk.hear("โทร 081 234 5678 เรื่องค่าน้ำหนัก")
    desk.hear("ลับมาก")
    desk.hear("ข้อมูลของฉัน", who="สมหญิง")
    desk.work()
    withdrawn = desk.hear("ส่งผิด", who="สมหญิง")
    desk.hear(kind="unsend", message_id=withdrawn.message_id, reply_token=None, who="สมหญิง")
    desk.press("1|erase||", who="สมหญิง")
    desk.work()
    officer = signed_in("officer")
    officer.post("/questions/export", kind="csv")
    admin = signed_in("admin")

    assert admin.get("/data-report") == 200
    assert "0812345678" not in admin.shown
    assert admin.post("/data-report/csv", **PERIOD) == 200
    told = {(row[0], row[1]): row[2:] for row in _rows(admin.answer.content.decode()) if len(row) > 1}

    kept = "ข้อมูลส่วนบุคคลที่เก็บอยู่"
    assert told[(kept, "คำถามและคำตอบ")][-2:] == ["1", "23 พ.ย. 2569"]
    assert told[(kept, "คำถามและคำตอบ")][3] == "365 วัน"
    assert told[(kept, "การเข้าสู่ระบบและที่อยู่ไอพี")][3:5] == ["90 วัน", "2"]
    asked = "คำขอของเจ้าของข้อมูล"
    assert told[(asked, "ลบข้อมูลของตนทั้งหมด")][0] == "1"
    assert told[(asked, "ยกเลิกการส่งข้อความ")][0] == "1"
    assert told[("ประกาศความเป็นส่วนตัวที่แสดงแล้ว", "ฉบับที่ 7")] == ["2"]
    assert told[("เจ้าหน้าที่ที่อ่านหรือส่งออกข้อมูล", "officer")] == ["เจ้าหน้าที่คลินิก", "ส่งออกคำถาม", "1"]
    assert told[("การปิดข้อมูลก่อนจัดเก็บ", "ปิดเลขประจำตัว โทรศัพท์ หรืออีเมล: post")] == ["1"]
    assert told[("การปิดข้อมูลก่อนจัดเก็บ", "ข้อความมีชั้นความลับ ([ลับ]) ที่ไม่รับและไม่เก็บ")] == ["1"]


def test_a_request_to_see_ones_data_is_counted_with_how_long_it_took(signed_in: Signed, database: Database) -> None:
    desk = open_desk(database)
    desk.hear("ขอดูข้อมูลของฉันครับ")
    desk.clock.pass_(minutes=3)
    desk.work()
    admin = signed_in("admin")
    assert admin.get("/data-report?from=2026-11-23&to=2026-11-23") == 200
    assert "3.0 นาที" in admin.shown


def test_a_period_that_ends_before_it_begins_is_refused(signed_in: Signed) -> None:
    admin = signed_in("admin")
    assert admin.get("/data-report?from=2026-11-24&to=2026-11-23") == 422
    assert "วันสิ้นสุด" in admin.shown
    assert admin.get("/data-report?from=x&to=9999-99-99") == 200


def test_other_companies_are_named_and_our_own_page_is_not() -> None:
    keys = {"line_channel_secret": "s", "line_channel_access_token": "t", "web_secret": "w" * 40}
    settings = Settings(_env_file=None, channels=("line", "slack", "web"), **keys)  # type: ignore[arg-type]
    assert [name for name, _ in data_report.processors(settings)] == ["LINE"]
