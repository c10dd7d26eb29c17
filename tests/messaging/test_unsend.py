"""A question that its asker takes back is gone from everywhere, whenever they take it back."""

from __future__ import annotations

from sqlalchemy import text

from app.domain import Event, Question
from app.messaging.turn import Turn
from app.store.tables import AnswerRow, Base, CitationRow, DeliveryRow, EventRow
from tests.fakes import Desk

QUESTION = "เรื่องที่ไม่ควรพิมพ์"


def _unsend(desk: Desk, event: Event) -> None:
    desk.hear(kind="unsend", message_id=event.message_id, reply_token=None, who=event.conversation)


def _everything(desk: Desk) -> str:
    with desk.clinic.database.read() as session:
        return str([session.execute(text(f"SELECT * FROM {table}")).all() for table in Base.metadata.tables])  # noqa: S608


def test_an_answered_question_is_erased_everywhere(desk: Desk) -> None:
    event = desk.hear(QUESTION)
    desk.work()
    desk.hear("แล้วปีนี้ล่ะ")  # its query was completed with the question before it
    desk.work()
    assert QUESTION in _everything(desk)

    _unsend(desk, event)

    assert QUESTION not in _everything(desk)
    assert [citation.answer_id for citation in desk.rows(CitationRow)] == [answer.id for answer in desk.rows(AnswerRow) if answer.text]
    assert "แล้วปีนี้ล่ะ" in _everything(desk)


def test_a_waiting_question_is_never_answered(desk: Desk) -> None:
    event = desk.hear(QUESTION)
    _unsend(desk, event)
    desk.work()

    assert desk.oracle.asked == []
    assert desk.post.sent == []
    assert desk.rows(EventRow)[0].status == "withdrawn"
    assert QUESTION not in _everything(desk)


def test_an_answer_under_way_is_dropped_and_the_conversation_goes_on(desk: Desk) -> None:
    event = desk.hear(QUESTION)
    desk.oracle.before = lambda question: _unsend(desk, event) if question.text == QUESTION else None
    desk.work()
    desk.hear("อื่น")
    desk.work()

    assert desk.post.said == ["ตอบ อื่น"]
    assert desk.oracle.asked == [Question(QUESTION), Question("อื่น")]
    assert QUESTION not in _everything(desk)


def test_an_answer_that_was_not_sent_yet_is_withdrawn(desk: Desk) -> None:
    event = desk.hear(QUESTION)
    claim = desk.clinic.inbox.claim()
    assert claim
    desk.clinic.inbox.finish(claim, Turn((), "answered", QUESTION), [{"text": f"ตอบ {QUESTION}", "buttons": []}])
    _unsend(desk, event)
    desk.work()

    assert desk.post.sent == []
    assert desk.rows(DeliveryRow)[0].status == "withdrawn"
    assert QUESTION not in _everything(desk)


def test_an_unsend_that_arrives_before_its_message_is_honoured(desk: Desk) -> None:
    event = desk.event(QUESTION)
    _unsend(desk, event)
    desk.clinic.inbox.keep([event])
    desk.work()

    assert desk.post.sent == []
    assert QUESTION not in _everything(desk)


def test_nobody_can_unsend_for_somebody_else(desk: Desk) -> None:
    event = desk.hear(QUESTION)
    desk.hear(kind="unsend", message_id=event.message_id, reply_token=None, who="สมหญิง")
    desk.work()

    assert desk.post.said == [f"ตอบ {QUESTION}"]
