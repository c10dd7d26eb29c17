"""An uncertain answer waits until a person has looked at it, and then goes out as it was drafted."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any

import pytest

from app.actions import encode
from app.answering import wording
from app.domain import Answer, Document, Section
from app.errors import HandoverRefused
from app.store import corrections, deliveries, releases, switch, turns
from app.store.database import Database
from app.store.desk_tables import EscalationRow
from app.store.tables import AnswerRow, DeliveryRow, TurnRow
from tests.fakes import CITED, Desk, open_desk

QUESTION = "ใช้อัตราเท่าใด"
UNSURE = Answer(
    "answered", "ใช้อัตรา 60", lead="ใช้อัตรา 60", citations=(CITED,), suggestions=("ถามต่อ",), as_of=date(2026, 11, 23), confidence=0.55
)


@pytest.fixture
def desk(database: Database) -> Desk:
    """Open a clinic in which answers of less than 70 % wait for approval."""
    opened = open_desk(database)
    _rule(opened, CITED.text)
    with database.begin() as session:
        switch.approve(session, 0.7, "admin", opened.clock())
    opened.oracle.answers[QUESTION] = UNSURE
    return opened


def _rule(desk: Desk, text: str) -> None:
    with desk.clinic.database.begin() as session:
        number = releases.start(session, embedding="trigram", code_version="", who="", why="")
        document, section = Document(CITED.document, CITED.title), Section(CITED.document, CITED.section, text)
        releases.fill(session, number, documents=[document], sections=[(section, [])], corpus_hash="")
        releases.finish(session, number, state="ready", report={})
        releases.activate(session, number)


def _waits(desk: Desk) -> int:
    desk.hear(QUESTION)
    desk.work()
    return desk.rows(EscalationRow)[-1].id


def _refusal(desk: Desk, step: str, *more: Any) -> str:
    with pytest.raises(HandoverRefused) as refused:
        desk.act(step, *more)
    return refused.value.reason


def _given(desk: Desk) -> list[Any]:
    """Give the newest messages, whatever the id of their answer is."""
    return [{**message, "buttons": re.sub(r"\|[\w-]{16}\|", "|ID|", str(message["buttons"]))} for message in desk.post.sent[-1][2]]


def test_an_unsure_answer_waits_and_then_goes_out_as_it_would_have_gone_at_once(desk: Desk) -> None:
    number = _waits(desk)
    assert desk.post.said == [f"{wording.BEING_CHECKED}\n\n{wording.PERSON_NOW}"]
    row = desk.rows(EscalationRow)[0]
    assert (row.state, row.reason) == ("open", "approval")
    assert desk.rows(TurnRow)[0].outcome == "handed_over"

    desk.act("approve", number, "หนึ่ง")
    desk.work()
    assert desk.post.sent[-1][0] == "push"
    told, *answer = _given(desk)
    assert told["text"] == wording.APPROVED.format(question=QUESTION)
    with desk.clinic.database.begin() as session:
        switch.approve(session, 0.0, "admin", desk.clock())
    fresh = open_desk(desk.clinic.database)
    fresh.oracle.answers[QUESTION] = UNSURE
    fresh.numbers = count(50)
    fresh.hear(QUESTION, "สมหญิง")
    fresh.work()
    assert answer == _given(fresh)

    assert [row.outcome for row in desk.rows(TurnRow)] == ["answered", "answered"]
    assert desk.rows(EscalationRow)[0].state == "answered"
    assert _refusal(desk, "approve", number, "หนึ่ง") == "ended"
    own = next(answer.id for answer in desk.rows(AnswerRow) if answer.turn_id == row.turn_id)
    desk.press(encode("full", own, "0"))
    desk.work()
    assert desk.post.said[-1] == CITED.text


def test_at_night_the_asker_hears_when_people_are_back(desk: Desk) -> None:
    desk.clock.pass_(hours=12)
    _waits(desk)
    assert "จะเริ่มอ่านได้ในวันอังคารที่ 24 พ.ย. 2569 เวลา 8.30 น." in desk.post.said[-1]


def test_nothing_else_waits(desk: Desk) -> None:
    desk.oracle.answers = {
        "แน่ใจพอ": replace(UNSURE, confidence=0.7),
        "อนุมัติไว้ก่อนแล้ว": replace(UNSURE, trace={"clinic_answer": "clinic-answer-1"}),
        "ไม่พบ": Answer("not_found", wording.NOT_FOUND, confidence=0.2),
        "นอกขอบเขต": Answer("refused", wording.REFUSED),
        "สองความหมาย": Answer("clarify", "หมายถึงเรื่องใด", confidence=0.5),
        "สวัสดี": Answer("greeted", wording.GREETED),
    }
    for question in desk.oracle.answers:
        desk.hear(question)
    desk.work()
    assert desk.post.said == [answer.text for answer in desk.oracle.answers.values()]
    assert [row.reason for row in desk.rows(EscalationRow)] == ["not_found"]


def test_an_officer_who_would_say_it_otherwise_answers_and_the_draft_is_never_given(desk: Desk) -> None:
    number = _waits(desk)
    desk.act("take", number, "หนึ่ง")
    assert _refusal(desk, "approve", number, "สอง") == "taken"
    desk.act("answer", number, "หนึ่ง", "ใช้อัตรา 60 เฉพาะปีนี้")
    desk.work()
    assert "ใช้อัตรา 60 เฉพาะปีนี้" in desk.post.said[-1]
    assert UNSURE.text not in desk.post.said
    with desk.clinic.database.read() as session:
        found = corrections.affected(session, 99, desk.rows(TurnRow)[0].asked_at, date(2026, 11, 23))
    assert found == []  # nobody is told of a change of what they never read


def test_who_has_taken_it_can_still_approve_and_the_clinic_speaks_again(desk: Desk) -> None:
    number = _waits(desk)
    desk.act("take", number, "หนึ่ง")
    desk.act("approve", number, "หนึ่ง")
    desk.work()
    assert desk.post.said[-2:] == [f"{wording.APPROVED.format(question=QUESTION)}\n\n{wording.OFFICER_ENDS}", UNSURE.text]


def test_who_was_told_that_somebody_looks_hears_when_it_is_closed(desk: Desk) -> None:
    number = _waits(desk)
    desk.act("close", number, "หนึ่ง")
    desk.work()
    assert desk.post.said[-1].startswith("คลินิกปิดเรื่องนี้แล้ว")


def test_a_draft_whose_rule_has_changed_since_is_not_sent(desk: Desk) -> None:
    number = _waits(desk)
    _rule(desk, "ข้อ 5 ใช้อัตรา 80")
    assert _refusal(desk, "approve", number, "หนึ่ง") == "stale"
    assert (desk.rows(EscalationRow)[0].state, len(desk.rows(DeliveryRow)), desk.rows(AnswerRow)[0].outcome) == ("open", 1, "handed_over")


def test_a_spent_quota_is_told_before_a_draft_is_approved(desk: Desk) -> None:
    number = _waits(desk)
    desk.post.messages_left = lambda: 0  # type: ignore[attr-defined]
    assert _refusal(desk, "approve", number, "หนึ่ง") == "quota"


def test_what_is_unsent_cannot_be_approved_and_its_draft_is_gone(desk: Desk) -> None:
    asked = desk.hear(QUESTION)
    desk.work()
    desk.hear(kind="unsend", message_id=asked.message_id, reply_token=None)
    desk.work()
    assert _refusal(desk, "approve", desk.rows(EscalationRow)[0].id, "หนึ่ง") == "ended"
    assert desk.rows(AnswerRow)[0].text == ""


def test_an_approved_answer_that_was_not_right_waits_for_a_person_again(desk: Desk) -> None:
    number = _waits(desk)
    desk.act("approve", number, "หนึ่ง")
    desk.work()
    desk.press(desk.post.button(wording.WRONG))
    desk.work()
    row = desk.rows(EscalationRow)[0]
    assert (row.state, row.reason) == ("open", "disliked")
    assert _refusal(desk, "approve", number, "หนึ่ง") == "no_draft"


def test_the_same_question_waits_once_but_a_first_draft_is_not_hidden_behind_an_older_matter(desk: Desk) -> None:
    desk.oracle.answers[QUESTION] = Answer("not_found", wording.NOT_FOUND)
    _waits(desk)
    desk.oracle.answers[QUESTION] = UNSURE
    _waits(desk)
    _waits(desk)
    assert [row.reason for row in desk.rows(EscalationRow)] == ["not_found", "approval"]


def test_an_approved_answer_outlives_the_process_that_was_to_send_it(desk: Desk) -> None:
    number = _waits(desk)
    desk.act("approve", number, "หนึ่ง")
    with desk.clinic.database.begin() as session:  # claimed, and then the process was killed
        assert deliveries.claim(session, ["post"], desk.clock())
    desk.clock.pass_(minutes=1)
    desk.work()
    desk.work()
    assert desk.post.said.count(UNSURE.text) == 1
    with desk.clinic.database.read() as session:
        assert turns.drafted(session, desk.rows(TurnRow)[0].id) is None
