"""Somebody's own data: told what happens to it, shown it, and rid of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, text

from app.actions import encode
from app.answering import wording
from app.messaging.own_data import command
from app.store import erase
from app.store.database import Database
from app.store.desk_tables import ErasureRow, EscalationRow
from app.store.tables import Base, ConversationRow, EventRow, TurnRow
from tests.fakes import Desk, open_desk

SECRET = "ฉันชื่อสมชาย"


def _ask(desk: Desk, words: str, who: str = "สมชาย", **more: Any) -> None:
    desk.hear(words, who, **more)
    desk.work()


def _everything(desk: Desk) -> str:
    with desk.clinic.database.read() as session:
        return str([session.execute(text(f"SELECT * FROM {table}")).all() for table in Base.metadata.tables])  # noqa: S608


@pytest.fixture
def told(database: Database) -> Desk:
    """Open a clinic that tells everybody its notice."""
    return open_desk(database, notice_version="1")


def test_the_first_message_of_somebody_who_never_followed_brings_the_notice_once(told: Desk) -> None:
    _ask(told, "หนึ่ง")
    _ask(told, "สอง")
    _ask(told, "หนึ่ง", who="สมหญิง")

    assert told.post.said[0].startswith(wording.DATA_NOTICE)
    assert told.post.said[1:3] == ["ตอบ หนึ่ง", "ตอบ สอง"]
    assert told.post.said[3].startswith(wording.DATA_NOTICE)
    assert [len(messages) for _, _, messages in told.post.sent] == [2, 1, 2]


def test_who_followed_was_told_already_until_the_notice_changes(told: Desk, database: Database) -> None:
    told.hear(kind="follow")
    _ask(told, "หนึ่ง")
    assert sum(said.startswith(wording.DATA_NOTICE) for said in told.post.said) == 1

    changed = open_desk(database, notice_version="2")
    changed.numbers = told.numbers
    changed.clock.pass_(minutes=1)
    _ask(changed, "สอง")
    _ask(changed, "สาม")
    assert sum(said.startswith(wording.DATA_NOTICE) for said in changed.post.said) == 1


def test_a_home_page_shows_the_notice_once(told: Desk) -> None:
    told.press(encode("menu", argument="home"))
    told.work()
    _ask(told, "หนึ่ง")

    assert sum(said.startswith(wording.DATA_NOTICE) for said in told.post.said) == 1


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("ข้อมูลของฉัน", "show"),
        (" ข้อมูลของฉัน ครับ", "show"),
        ("ขอดูข้อมูลของฉันหน่อยค่ะ", "show"),
        ("ลบข้อมูลของฉัน", "erase"),
        ("Delete my data", "erase"),
        ("หยุดแจ้ง", "quiet"),
        ("ข้อมูลของฉันต้องส่งที่ไหน", None),
        ("ลบข้อมูลของกรม", None),
    ],
)
def test_only_the_commands_themselves_are_commands(words: str, meant: str | None) -> None:
    assert command(words) == meant


def test_somebody_sees_what_is_kept_of_them_and_nothing_of_others(desk: Desk) -> None:
    _ask(desk, "คำถามของฉัน")
    _ask(desk, "คำถามของเธอ", who="สมหญิง")
    _ask(desk, "ข้อมูลของฉัน")

    assert "คำถาม 1 ข้อ ตั้งแต่วันที่ 23 พ.ย. 2569" in desk.post.said[-1]
    assert "คำถามของฉัน" in desk.post.said[-1]
    assert "คำถามของเธอ" not in desk.post.said[-1]
    assert desk.oracle.asked[-1].text == "คำถามของเธอ"


def test_many_questions_are_read_page_by_page(desk: Desk) -> None:
    for number in range(25):
        desk.hear(f"คำถามที่-{number:02d}")
    desk.work()
    _ask(desk, "ข้อมูลของฉัน")
    first = desk.post.said[-1]
    desk.press(desk.post.button(wording.READ_ON))
    desk.work()
    second = desk.post.said[-1]

    assert [f"คำถามที่-{number:02d}" in first + second for number in range(25)] == [True] * 25
    assert wording.READ_ON not in dict(desk.post.last["buttons"])


def test_in_a_group_only_numbers_are_shown(desk: Desk) -> None:
    _ask(desk, "ของฉัน", "group:1", sender="สมชาย")
    _ask(desk, "ของเธอ", "group:1", sender="สมหญิง")
    _ask(desk, "ข้อมูลของฉัน", "group:1", sender="สมชาย")

    _ask(desk, "ข้อมูลของฉัน", "group:2", sender="สมชาย")  # where nobody else has spoken yet
    assert wording.DATA_NOT_HERE in desk.post.said[-1]
    assert "ของฉัน" not in desk.post.said[-1].replace("ข้อมูลของฉัน", "")


def test_who_asked_nothing_has_nothing_kept(desk: Desk) -> None:
    _ask(desk, "ข้อมูลของฉัน")

    assert wording.DATA_NONE in desk.post.said[-1]
    assert desk.post.last["buttons"] == []


def test_erasing_asks_back_and_then_leaves_nothing_of_the_person_anywhere(desk: Desk) -> None:
    desk.oracle.outcomes[SECRET] = "not_found"
    _ask(desk, SECRET)
    _ask(desk, SECRET, "group:1", sender="สมชาย")
    _ask(desk, "คำถามของเธอ", who="สมหญิง")
    desk.act("take", desk.rows(EscalationRow)[0].id, "หนึ่ง")
    desk.act("note", desk.rows(EscalationRow)[0].id, "หนึ่ง", f"เขาว่า {SECRET}")
    desk.work()
    desk.hear("ลบข้อมูลของฉัน")
    desk.work()
    assert desk.post.said[-1] == wording.ERASE_ASK
    assert SECRET in _everything(desk)

    desk.press(desk.post.button(wording.ERASE_YES))
    desk.work()
    assert desk.post.said[-1] == wording.ERASED
    assert SECRET not in _everything(desk)
    assert "คำถามของเธอ" in _everything(desk)
    assert {row.state for row in desk.rows(EscalationRow)} == {"closed"}

    _ask(desk, "ถามใหม่")
    assert desk.post.said[-1] == "ตอบ ถามใหม่"


def test_a_press_of_somebody_else_erases_only_what_is_theirs(desk: Desk) -> None:
    _ask(desk, SECRET)
    desk.press(encode("erase"), who="สมหญิง")
    desk.work()

    assert SECRET in _everything(desk)


def test_what_was_erased_is_erased_again_from_a_restored_backup(desk: Desk) -> None:
    _ask(desk, SECRET)
    _ask(desk, "คำถามของเธอ", who="สมหญิง")
    unsent = desk.hear("ยกเลิกทีหลัง", who="สมหญิง")
    desk.work()
    with desk.clinic.database.begin() as session:  # what a restored backup is: everything still there
        erase.erase_person(session, "post", "สมชาย", 1, desk.clock.moment + timedelta(hours=1), desk.clock())
        erase.erase_message(session, "post", 2, str(unsent.message_id), desk.clock())
        entries = erase.erased(session)
        session.execute(delete(ErasureRow))
        session.rollback()
    assert SECRET in _everything(desk)
    assert "สมชาย" not in str(entries)

    with desk.clinic.database.begin() as session:
        assert erase.replay(session, entries, desk.clock()) == 2
    kept = _everything(desk)
    assert SECRET not in kept
    assert "ยกเลิกทีหลัง" not in kept
    assert "คำถามของเธอ" in kept
    with desk.clinic.database.begin() as session:
        erase.replay(session, entries, desk.clock())
        assert sorted(map(str, erase.erased(session))) == sorted(map(str, entries))


def test_a_number_of_a_person_is_covered_before_it_is_kept_and_the_asker_is_told(desk: Desk) -> None:
    _ask(desk, "ผมชื่อสมชาย โทร 081-234-5678 ขอตั้งกอง")

    assert "5678" not in _everything(desk)
    assert desk.oracle.asked[0].text == "ผมชื่อสมชาย โทร ●●● ขอตั้งกอง"
    assert desk.post.said[-1] == wording.DATA_COVERED


def test_a_classified_message_reaches_no_table_even_while_an_officer_has_the_conversation(desk: Desk) -> None:
    desk.oracle.outcomes["ถาม"] = "not_found"
    _ask(desk, "ถาม")
    desk.act("take", desk.rows(EscalationRow)[0].id, "หนึ่ง")
    desk.hear("ลับที่สุด\nแผนปฏิบัติการ")
    assert "แผนปฏิบัติการ" not in _everything(desk)
    desk.work()

    assert "แผนปฏิบัติการ" not in _everything(desk)


def test_what_people_wrote_goes_after_its_days_and_who_they_were_after_the_traffic_log(desk: Desk) -> None:
    from app.store.retention import Retention

    desk.oracle.outcomes[SECRET] = "not_found"
    _ask(desk, SECRET)
    short = Retention(desk.clinic.database, 30, desk.clock)
    desk.clock.pass_(days=29)
    short.run()
    assert SECRET in _everything(desk)

    desk.clock.pass_(days=2)
    _ask(desk, "เพิ่งถาม", who="สมหญิง")
    short.run()
    kept = _everything(desk)
    assert SECRET not in kept
    assert "เพิ่งถาม" in kept
    assert [row.sender for row in desk.rows(EventRow)] == ["สมชาย", "สมหญิง"]
    assert [row.outcome for row in desk.rows(TurnRow)] == ["not_found", "answered"]

    desk.clock.pass_(days=60)
    short.run()
    assert [row.sender for row in desk.rows(EventRow)] == [None, "สมหญิง"]
    assert [row.address for row in desk.rows(ConversationRow)] == ["gone:1", "สมหญิง"]
    assert set(short.run().values()) == {0}


def test_who_comes_back_after_their_address_is_gone_is_new(desk: Desk) -> None:
    _ask(desk, "หนึ่ง")
    desk.clock.pass_(days=400)
    desk.clinic.worker._daily()
    _ask(desk, "สอง")

    assert [row.address for row in desk.rows(ConversationRow)] == ["gone:1", "สมชาย"]
