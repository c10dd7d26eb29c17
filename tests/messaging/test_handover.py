"""A question that the clinic cannot answer reaches a person, whose words come back in the same chat."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app import metrics
from app.actions import encode
from app.answering import wording
from app.domain import Answer
from app.errors import HandoverRefused, LeaseLost, SendError
from app.messaging.office_hours import OfficeHours
from app.store import escalations
from app.store.database import Database
from app.store.desk_tables import EscalationEntryRow, EscalationRow
from app.store.tables import AnswerRow, DeliveryRow, TurnRow
from app.store.turns import SWITCHED_OFF
from tests.fakes import Desk

NIGHT = {"hours": 12}  # the stories begin at ten in the morning


def _escalate(desk: Desk, text: str = "ถาม", who: str = "สมชาย") -> int:
    desk.oracle.outcomes[text] = "not_found"
    desk.hear(text, who)
    desk.work()
    return desk.rows(EscalationRow)[-1].id


def _states(desk: Desk) -> list[tuple[str, str]]:
    return [(row.state, row.reason) for row in desk.rows(EscalationRow)]


def _refusal(desk: Desk, number: int, who: str = "หนึ่ง", act: str = "take", *words: str) -> str:
    with pytest.raises(HandoverRefused) as refused:
        desk.act(act, number, who, *words)
    return refused.value.reason


def test_what_was_not_found_disliked_or_meant_for_a_person_waits_once_for_each_question(desk: Desk) -> None:
    _escalate(desk, "หาไม่พบ")
    _escalate(desk, "หาไม่พบ")
    desk.hear("ตอบได้")
    desk.work()
    wrong, person = desk.post.button(wording.WRONG), desk.post.button(wording.PERSON)
    for pressed in (wrong, wrong, person, person, wrong):
        desk.press(pressed)
    desk.work()

    assert _states(desk) == [("open", "not_found"), ("open", "person")]
    assert desk.rows(EscalationRow)[0].asked_at == desk.rows(TurnRow)[0].asked_at


def test_an_answer_that_was_right_after_all_waits_for_nobody(desk: Desk) -> None:
    desk.hear("ถาม")
    desk.work()
    right = desk.post.button(wording.RIGHT)
    desk.press(desk.post.button(wording.WRONG))
    desk.press(right)
    desk.work()

    assert _states(desk) == [("closed", "disliked")]


def test_a_failure_waits_for_a_person_and_a_greeting_does_not(desk: Desk) -> None:
    desk.oracle.outcomes |= {"สวัสดี": "greeted", "นอกเรื่อง": "refused"}
    for text in ("สวัสดี", "นอกเรื่อง"):
        desk.hear(text)
    desk.oracle.outcomes["พัง"] = "failed"
    desk.hear("พัง")
    desk.work()

    assert _states(desk) == [("open", "failed")]


def test_what_is_asked_while_the_switch_is_off_waits_for_a_person(desk: Desk) -> None:
    desk.oracle.answers["ถาม"] = Answer("handed_over", wording.SWITCHED_OFF, trace={SWITCHED_OFF: True})
    desk.hear("ถาม")
    desk.work()

    assert _states(desk) == [("open", "switched_off")]


def test_an_officer_takes_a_conversation_and_answers_and_the_asker_knows_when_it_begins_and_ends(desk: Desk) -> None:
    number = _escalate(desk, "จะยุบกองได้ไหม")
    desk.act("take", number, "หนึ่ง")
    desk.work()
    assert "เจ้าหน้าที่คลินิกรับเรื่องแล้ว" in desk.post.said[-1]
    assert "จะยุบกองได้ไหม" in desk.post.said[-1]

    asked, working = len(desk.oracle.asked), len(desk.post.working)
    desk.hear("เป็นกองสนับสนุน")
    desk.work()
    desk.act("say", number, "หนึ่ง", "มีอัตรากำลังกี่อัตรา")
    desk.work()
    assert (len(desk.oracle.asked), len(desk.post.working)) == (asked, working)
    assert desk.post.said[-1].endswith("มีอัตรากำลังกี่อัตรา")

    desk.act("note", number, "หนึ่ง", "ปรึกษากฎหมายก่อน")
    desk.act("answer", number, "หนึ่ง", "ยุบได้ตามข้อ 5")
    desk.work()
    assert "จะยุบกองได้ไหม" in desk.post.said[-1]
    assert "ยุบได้ตามข้อ 5" in desk.post.said[-1]
    assert desk.post.said[-1].endswith(wording.OFFICER_ENDS)
    assert "ปรึกษากฎหมาย" not in "".join(desk.post.said)
    assert {way for way, _, _ in desk.post.sent[1:]} == {"push"}

    desk.hear("ถามใหม่")
    desk.work()
    assert desk.post.said[-1] == "ตอบ ถามใหม่"
    with desk.clinic.database.read() as session:
        told = [(entry.kind, entry.text or question) for entry, question in escalations.entries(session, number)]
    assert told == [
        ("step", "taken"),
        ("asker", "เป็นกองสนับสนุน"),
        ("said", "มีอัตรากำลังกี่อัตรา"),
        ("note", "ปรึกษากฎหมายก่อน"),
        ("answer", "ยุบได้ตามข้อ 5"),
        ("step", "answered"),
    ]
    assert desk.rows(TurnRow)[1].outcome == "handed_over"


def test_an_answer_under_way_when_an_officer_takes_over_is_not_given(desk: Desk) -> None:
    number = _escalate(desk)
    desk.oracle.before = lambda question: desk.act("take", number, "หนึ่ง") if question.text == "ต่อ" else None
    desk.hear("ต่อ")
    desk.work()

    assert "ตอบ ต่อ" not in desk.post.said
    assert [entry.kind for entry in desk.rows(EscalationEntryRow)] == ["step", "asker"]
    assert [row.outcome for row in desk.rows(TurnRow)] == ["not_found", "handed_over"]


def test_what_is_written_in_the_moment_when_an_officer_ends_is_answered_after_all(desk: Desk) -> None:
    number = _escalate(desk)
    desk.act("take", number, "หนึ่ง")
    desk.hear("ขอบคุณ แล้วกองอื่นล่ะ")
    claim = desk.clinic.inbox.claim()
    assert claim
    turn = desk.clinic.worker._conversation.turn(claim)
    desk.act("answer", number, "หนึ่ง", "ได้")
    with pytest.raises(LeaseLost):
        desk.clinic.inbox.finish(claim, turn, ())
    desk.clinic.inbox.let_go(claim)
    desk.work()

    assert "ตอบ ขอบคุณ แล้วกองอื่นล่ะ" in desk.post.said


def test_others_are_answered_as_ever_while_an_officer_has_one_conversation(desk: Desk) -> None:
    desk.act("take", _escalate(desk), "หนึ่ง")
    desk.hear("ถาม", who="สมหญิง")
    desk.hear("ของใคร", who="สมหญิง")
    desk.work()

    assert "ตอบ ของใคร" in desk.post.said


def test_two_officers_cannot_have_one_conversation(desk: Desk) -> None:
    first, second = _escalate(desk, "หนึ่ง"), _escalate(desk, "สอง")
    desk.act("take", first, "หนึ่ง")
    desk.act("take", first, "หนึ่ง")  # pressed twice

    assert _refusal(desk, first, "สอง") == "taken"
    assert _refusal(desk, second, "สอง") == "taken"
    assert _refusal(desk, first, "สอง", "answer", "ได้") == "not_yours"
    assert _refusal(desk, first, "สอง", "close") == "taken"

    desk.act("take", second, "หนึ่ง")
    desk.act("answer", first, "หนึ่ง", "ได้")
    desk.work()
    assert not desk.post.said[-1].endswith(wording.OFFICER_ENDS)
    desk.act("answer", second, "หนึ่ง", "ไม่ได้")
    desk.work()
    assert desk.post.said[-1].endswith(wording.OFFICER_ENDS)
    assert sum("รับเรื่องแล้ว" in said for said in desk.post.said) == 1


def test_an_escalation_can_be_given_to_a_colleague(desk: Desk) -> None:
    number = _escalate(desk)
    desk.act("take", number, "หนึ่ง")
    desk.act("assign", number, "สอง", "หนึ่ง")
    desk.act("answer", number, "สอง", "ได้")

    assert desk.rows(EscalationRow)[0].officer == "สอง"


def test_closing_tells_whoever_was_promised_a_person_and_nobody_else(desk: Desk) -> None:
    number = _escalate(desk)
    said = len(desk.post.said)
    desk.act("close", number, "หนึ่ง")
    desk.work()
    assert len(desk.post.said) == said

    desk.press(encode("person", desk.rows(AnswerRow)[0].id))
    desk.work()
    assert _states(desk) == [("open", "person")]
    desk.act("close", number, "หนึ่ง")
    desk.work()
    assert desk.post.said[-1].startswith("คลินิกปิดเรื่องนี้แล้ว")
    assert _refusal(desk, number, "หนึ่ง", "close") == "ended"


def test_an_asker_who_is_not_content_with_the_officers_answer_waits_again(desk: Desk) -> None:
    number = _escalate(desk)
    desk.act("take", number, "หนึ่ง")
    desk.press(encode("person", desk.rows(AnswerRow)[0].id))
    desk.work()
    assert desk.post.said[-1] == wording.PERSON_HAS_IT
    desk.act("answer", number, "หนึ่ง", "ได้")
    desk.press(encode("person", desk.rows(AnswerRow)[0].id))
    desk.work()

    assert _states(desk) == [("open", "person")]
    desk.act("take", number, "สอง")


def test_nothing_is_written_to_who_has_blocked_us(desk: Desk) -> None:
    number = _escalate(desk)
    desk.hear(kind="unfollow", reply_token=None, message_id=None)
    desk.work()
    deliveries = len(desk.rows(DeliveryRow))

    assert _refusal(desk, number) == "blocked"
    assert len(desk.rows(DeliveryRow)) == deliveries
    desk.act("close", number, "หนึ่ง")


def test_a_spent_quota_is_told_before_anything_is_written(desk: Desk) -> None:
    number = _escalate(desk)
    left = [3, 0]
    desk.post.messages_left = lambda: left.pop(0)  # type: ignore[attr-defined]
    desk.act("take", number, "หนึ่ง")

    assert _refusal(desk, number, "หนึ่ง", "answer", "ได้") == "quota"
    assert _states(desk) == [("taken", "not_found")]


def test_a_quota_that_is_not_known_stops_nobody(desk: Desk) -> None:
    def unknown() -> int:
        raise SendError("away", permanent=False)

    number = _escalate(desk)
    desk.post.messages_left = unknown  # type: ignore[attr-defined]
    desk.act("take", number, "หนึ่ง")

    assert _states(desk) == [("taken", "not_found")]


@pytest.mark.parametrize(("words", "reason"), [("", "empty"), (" \n", "empty"), ("ก" * 4001, "too_long")])
def test_an_empty_or_endless_answer_is_not_sent(desk: Desk, words: str, reason: str) -> None:
    number = _escalate(desk)
    desk.act("take", number, "หนึ่ง")

    assert _refusal(desk, number, "หนึ่ง", "answer", words) == reason


def test_an_escalation_that_is_not_there_is_told(desk: Desk) -> None:
    assert _refusal(desk, 99) == "gone"
    assert _refusal(desk, 99, "หนึ่ง", "close") == "gone"


def test_an_unsent_question_takes_its_escalation_and_the_officers_words_with_it(desk: Desk) -> None:
    desk.oracle.outcomes["ถาม"] = "not_found"
    event = desk.hear("ถาม")
    desk.work()
    number = desk.rows(EscalationRow)[0].id
    desk.act("take", number, "หนึ่ง")
    desk.act("note", number, "หนึ่ง", "ผู้ถามชื่อ ก")
    desk.hear(kind="unsend", message_id=event.message_id, reply_token=None)
    desk.work()

    assert _states(desk) == [("closed", "not_found")]
    assert "ผู้ถาม" not in "".join(entry.text for entry in desk.rows(EscalationEntryRow))
    desk.hear("อื่น")
    desk.work()
    assert desk.post.said[-1] == "ตอบ อื่น"


def test_at_night_an_asker_is_told_when_work_begins(desk: Desk) -> None:
    desk.clock.pass_(**NIGHT)
    _escalate(desk)
    desk.press(encode("person", desk.rows(AnswerRow)[0].id))
    desk.work()

    assert desk.post.said[-1].endswith("เจ้าหน้าที่จะเริ่มอ่านได้ในวันอังคารที่ 24 พ.ย. 2569 เวลา 8.30 น.")


def test_office_hours_know_nights_weekends_and_holidays() -> None:
    office = OfficeHours(holidays=(datetime(2026, 12, 7, tzinfo=UTC).date(),))
    friday_evening = datetime(2026, 12, 4, 10, 0, tzinfo=UTC)  # 17.00 in Bangkok
    tuesday_morning = datetime(2026, 12, 8, 2, 30, tzinfo=UTC)

    assert "วันอังคารที่ 8 ธ.ค. 2569" in office.promise(friday_evening)
    assert office.worked(friday_evening, tuesday_morning).total_seconds() == 3600
    assert office.worked(tuesday_morning, friday_evening).total_seconds() == 0
    assert OfficeHours(days=()).promise(friday_evening) == wording.PERSON_SOME_DAY


def test_the_metrics_warn_of_askers_who_wait_too_long(desk: Desk) -> None:
    _escalate(desk)
    page = metrics.page(desk.clinic.numbers).decode()
    assert 'clinic_escalations{reason="not_found",state="open"} 1.0' in page
    assert "clinic_escalations_stale 0.0" in page

    desk.clock.pass_(hours=5)
    page = metrics.page(desk.clinic.numbers).decode()
    assert "clinic_escalations_stale 1.0" in page
    assert float(page.split("clinic_escalation_wait_seconds ")[-1].split()[0]) == pytest.approx(5 * 3600, abs=60)


def test_the_queue_has_those_first_who_asked_for_a_person(database: Database, desk: Desk) -> None:
    _escalate(desk, "หาไม่พบ")
    desk.hear("ขอคน", who="สมหญิง")
    desk.work()
    desk.press(desk.post.button(wording.PERSON), who="สมหญิง")
    desk.work()
    with database.read() as session:
        queue = escalations.queue(session, ("open", "taken"))

    assert [question for _, question, _, _ in queue] == ["ขอคน", "หาไม่พบ"]
