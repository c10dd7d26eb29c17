"""An admin changes a setting while the clinic runs: what is promised, shown, counted and let go changes with it, in every process."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from app import current, wiring
from app.answering import wording
from app.console.office import Office
from app.console.views.settings import SHOWN
from app.errors import SettingsError
from app.settings import CHANGEABLE, Settings
from app.store import audit, chosen_settings
from app.store.database import Database
from app.store.tables import TurnRow
from tests.console.conftest import Visitor
from tests.fakes import Clock, Desk, open_desk

Signed = Callable[[str], Visitor]


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at every question, as two seconds later."""
    monkeypatch.setattr(current, "LOOK_EVERY", 0.0)


def _asks_for_a_person(desk: Desk, question: str) -> str:
    event = desk.hear(question)
    desk.work()
    desk.press(f"1|person|{_answer_id(desk, event.text)}|")
    desk.work()
    return desk.post.said[-1]


def _answer_id(desk: Desk, question: str) -> str:
    from sqlalchemy import select

    from app.store.tables import AnswerRow

    with desk.clinic.database.read() as session:
        found = select(AnswerRow.id).join(TurnRow, TurnRow.id == AnswerRow.turn_id).where(TurnRow.question == question)
        return session.scalars(found).one()


@pytest.mark.usefixtures("at_once")
def test_office_hours_change_what_is_promised(database: Database, signed_in: Signed) -> None:
    desk = open_desk(database)  # it is Monday, ten in the morning
    assert wording.PERSON_NOW in _asks_for_a_person(desk, "หนึ่ง")
    admin = signed_in("admin")
    assert admin.post("/settings/office_hours", value=["13:00", "16:00"]) == 303
    assert "13.00" in _asks_for_a_person(desk, "สอง")
    assert admin.post("/settings/holidays", value="23 พ.ย. 2569\n2569-11-24\n") == 303
    assert "25 พ.ย. 2569" in _asks_for_a_person(desk, "สาม")
    assert admin.post("/settings/office_days", value=["sat", "sun"]) == 303
    assert "วันเสาร์ที่ 28 พ.ย. 2569" in _asks_for_a_person(desk, "สี่")
    for name in ("office_hours", "holidays", "office_days"):
        assert admin.post(f"/settings/{name}/default") == 303
    assert wording.PERSON_NOW in _asks_for_a_person(desk, "ห้า")


@pytest.mark.usefixtures("at_once")
def test_what_is_kept_for_how_long_is_told_and_done(database: Database, signed_in: Signed) -> None:
    desk = open_desk(database)
    desk.hear("คำถามเก่า")
    desk.work()
    desk.clock.pass_(days=40)
    wiring.daily(wiring.current(desk.clinic.settings, database), database, desk.clock)()
    assert [turn.question for turn in desk.rows(TurnRow)] == ["คำถามเก่า"]
    assert signed_in("admin").post("/settings/retention_days", value="30") == 303
    desk.hear("ข้อมูลของฉัน")
    desk.work()
    assert "30 วัน" in desk.post.said[-1]
    wiring.daily(wiring.current(desk.clinic.settings, database), database, desk.clock)()
    assert "คำถามเก่า" not in [turn.question for turn in desk.rows(TurnRow)]


@pytest.mark.usefixtures("at_once")
def test_a_new_notice_is_shown_to_everybody_once(database: Database, signed_in: Signed) -> None:
    desk = open_desk(database)
    desk.hear("หนึ่ง")
    desk.work()
    assert not any(wording.DATA_NOTICE in said for said in desk.post.said)
    assert signed_in("admin").post("/settings/notice_version", value="2569-12") == 303
    for question in ("สอง", "สาม"):
        desk.hear(question)
        desk.work()
    assert sum(wording.DATA_NOTICE in said for said in desk.post.said) == 1


@pytest.mark.usefixtures("at_once")
def test_patience_and_looking_back_change_in_the_console_and_in_the_numbers(office: Office, database: Database, signed_in: Signed) -> None:
    desk = open_desk(database)
    admin = signed_in("admin")
    assert admin.post("/settings/waiting_hours", value="1") == 303
    assert admin.post("/settings/correction_days", value="7") == 303
    assert office.patience().total_seconds() == 3600
    assert office.corrections._days() == 7
    _asks_for_a_person(desk, "หนึ่ง")
    desk.clock.pass_(hours=2)
    assert b"clinic_escalations_stale 1.0" in _page(desk)
    assert admin.post("/settings/waiting_hours", value="3") == 303
    assert b"clinic_escalations_stale 0.0" in _page(desk)


def _page(desk: Desk) -> bytes:
    from app import metrics

    return metrics.page(desk.clinic.numbers)


def test_every_process_sees_it_within_two_seconds(database: Database, signed_in: Signed) -> None:
    defaults = Settings(_env_file=None, channels=())
    processes = [wiring.current(defaults, database) for _ in range(2)]
    assert [process().waiting_hours for process in processes] == [4, 4]
    signed_in("admin").post("/settings/waiting_hours", value="9")
    changed = time.monotonic()
    while not all(process().waiting_hours == 9 for process in processes):
        assert time.monotonic() - changed < 2.0
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("office_hours", ["16:30", "08:30"]),
        ("office_hours", ["8"]),
        ("office_days", []),
        ("office_days", ["someday"]),
        ("holidays", ["31 ก.พ. 2569"]),
        ("holidays", ["วันพ่อ"]),
        ("waiting_hours", ["0"]),
        ("waiting_hours", ["สี่"]),
        ("correction_days", ["3651"]),
        ("retention_days", ["-1"]),
        ("notice_version", ["ก" * 41]),
        ("notice_version", [""]),
    ],
)
def test_what_a_setting_does_not_take_is_refused_in_a_sentence(name: str, value: list[str], office: Office, signed_in: Signed) -> None:
    admin = signed_in("admin")
    assert admin.post(f"/settings/{name}", value=value) == 422
    assert SHOWN[name].wrong in admin.shown
    with office.database.read() as session:
        assert chosen_settings.every(session) == {}
        assert audit.entries(session, audit.Wanted(verb="settings.change"), 1) == []


def test_the_page_shows_the_default_beside_and_the_log_before_and_after(office: Office, signed_in: Signed) -> None:
    admin = signed_in("admin")
    admin.post("/settings/holidays", value="5 ธันวาคม 2569")
    admin.get("/settings")
    for part in ("5 ธ.ค. 2569", "ค่าเริ่มต้น: ไม่มี", "ค่าเริ่มต้น: 365", "เปลี่ยนโดย admin", "กลับไปใช้ค่าเริ่มต้น"):
        assert part in admin.shown
    assert admin.post("/settings/holidays/default") == 303
    assert admin.post("/settings/holidays/default") == 422
    assert admin.post("/settings/database_url", value="sqlite://") == 404
    with office.database.read() as session:
        back, there = audit.entries(session, audit.Wanted(verb="settings.change"), 5)
    assert (there.before, there.after) == ({"value": ""}, {"value": "2026-12-05"})
    assert (back.before, back.after) == ({"value": "2026-12-05"}, {"value": ""})


def test_only_harmless_settings_may_change_and_what_is_not_understood_is_passed_over(database: Database, clock: Clock) -> None:
    assert set(SHOWN) == set(CHANGEABLE)
    defaults = Settings(_env_file=None, channels=())
    with pytest.raises(SettingsError):
        defaults.choosing("llm_base_url", "http://elsewhere")
    with database.begin() as session:
        chosen_settings.choose(session, "waiting_hours", "many", "admin", clock())
        chosen_settings.choose(session, "of_another_edition", "1", "admin", clock())
        chosen_settings.choose(session, "correction_days", "8", "admin", clock())
    now = wiring.current(defaults, database)()
    assert (now.waiting_hours, now.correction_days) == (4, 8)
    assert defaults.correction_days == 90
