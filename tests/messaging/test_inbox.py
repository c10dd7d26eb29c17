"""Events are kept once, answered once, one at a time per conversation and oldest first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.domain import Reply
from app.errors import EmbeddingError, LeaseLost
from app.messaging.inbox import LEASE, TRIES
from app.messaging.turn import Turn
from app.store.tables import AnswerRow, CitationRow, ConversationRow, DeliveryRow, EventRow, TurnRow
from tests.fakes import CITED, Desk


def test_a_question_is_answered_with_all_that_belongs_to_its_turn(desk: Desk) -> None:
    desk.hear("ค่าน้ำหนักเท่าไร")

    desk.work()

    (event,), (turn,), (answer,) = desk.rows(EventRow), desk.rows(TurnRow), desk.rows(AnswerRow)
    (citation,), (delivery,) = desk.rows(CitationRow), desk.rows(DeliveryRow)
    assert (event.status, event.attempts) == ("done", 1)
    assert (turn.question, turn.outcome, turn.attention) == ("ค่าน้ำหนักเท่าไร", "answered", "")
    assert turn.trace["timings_ms"]["total"] == 12.0
    assert (answer.turn_id, answer.text) == (turn.id, "ตอบ ค่าน้ำหนักเท่าไร")
    assert (citation.document, citation.text) == (CITED.document, CITED.text)
    assert (delivery.status, delivery.via, delivery.request_id, delivery.reply_token) == ("sent", "reply", "request-1", None)
    assert desk.post.said == ["ตอบ ค่าน้ำหนักเท่าไร"]


def test_a_redelivered_event_changes_nothing(desk: Desk) -> None:
    event = desk.hear("ถาม")
    desk.clinic.inbox.keep([event])
    desk.work()
    desk.clinic.inbox.keep([event])
    desk.work()

    assert desk.post.said == ["ตอบ ถาม"]


def test_a_redelivery_brings_the_token_of_a_waiting_event_back_to_life(desk: Desk) -> None:
    event = desk.hear("ถาม")
    desk.clock.pass_(minutes=3)
    desk.clinic.inbox.keep([event])
    desk.work()

    assert desk.post.sent[0][0] == "reply"


def test_two_deliveries_of_one_event_at_the_same_moment_are_one(desk: Desk) -> None:
    event = desk.event("ถาม")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: desk.clinic.inbox.keep([event]), range(16)))

    assert len(desk.rows(EventRow)) == 1


def test_a_conversation_is_answered_oldest_first_whatever_order_the_events_came_in(desk: Desk) -> None:
    first, second, third = (desk.event(text) for text in ("หนึ่ง", "สอง", "สาม"))
    desk.clinic.inbox.keep([third])
    desk.clinic.inbox.keep([second, first])

    desk.work()

    assert desk.post.said == ["ตอบ หนึ่ง", "ตอบ สอง", "ตอบ สาม"]


def test_one_conversation_is_worked_on_by_one_worker_while_others_go_on(desk: Desk) -> None:
    desk.hear("หนึ่ง")
    desk.hear("สอง")
    desk.hear("อีกคน", who="สมหญิง")

    claimed = [desk.clinic.inbox.claim() for _ in range(3)]

    assert [claim.event.text for claim in claimed if claim] == ["หนึ่ง", "อีกคน"]


def test_many_workers_never_take_the_same_conversation(desk: Desk) -> None:
    for person in range(12):
        desk.hear("หนึ่ง", who=f"คนที่ {person}")
        desk.hear("สอง", who=f"คนที่ {person}")

    with ThreadPoolExecutor(8) as pool:
        claims = [claim for claim in pool.map(lambda _: desk.clinic.inbox.claim(), range(60)) if claim]

    assert len(claims) == len({claim.conversation_id for claim in claims}) == 12
    assert {claim.event.text for claim in claims} == {"หนึ่ง"}


def test_what_a_dead_worker_held_is_taken_over_after_its_lease(desk: Desk) -> None:
    desk.hear("ถาม")
    dead = desk.clinic.inbox.claim()
    assert dead
    assert desk.clinic.inbox.claim() is None

    desk.clock.pass_(seconds=LEASE.total_seconds() + 1)
    taken_over = desk.clinic.inbox.claim()

    assert taken_over
    assert taken_over.attempts == 2
    with pytest.raises(LeaseLost):
        desk.clinic.inbox.finish(dead, Turn((Reply("สาย"),), "answered", "ถาม"), [{"text": "สาย"}])
    assert desk.rows(TurnRow) == []
    assert desk.rows(DeliveryRow) == []


def test_a_renewed_lease_outlives_a_slow_answer(desk: Desk) -> None:
    desk.hear("ถาม")
    claim = desk.clinic.inbox.claim()
    assert claim
    for _ in range(5):
        desk.clock.pass_(seconds=20)
        desk.clinic.inbox.renew(claim)

    assert desk.clinic.inbox.claim() is None


def test_a_failing_answer_is_tried_again_later_and_in_order(desk: Desk) -> None:
    faults = [EmbeddingError("away"), EmbeddingError("away")]

    def fail_twice(_question: object) -> None:
        if faults:
            raise faults.pop()

    desk.oracle.before = fail_twice
    desk.hear("หนึ่ง")
    desk.hear("สอง")
    desk.work()
    assert desk.post.said == []
    desk.clock.pass_(seconds=1)
    desk.work()
    desk.clock.pass_(seconds=2)
    desk.work()

    assert desk.post.said == ["ตอบ หนึ่ง", "ตอบ สอง"]


def test_after_the_last_try_the_asker_gets_an_apology_and_staff_a_mark(desk: Desk) -> None:
    def fail(_question: object) -> None:
        raise ValueError("a fault that quotes the question: ถาม")

    desk.oracle.before = fail
    desk.hear("ถาม")
    for _ in range(TRIES + 2):
        desk.work()
        desk.clock.pass_(minutes=1)

    assert len(desk.oracle.asked) == TRIES
    assert len(desk.post.said) == 1
    assert "ขออภัย" in desk.post.said[0]
    event, turn = desk.rows(EventRow)[0], desk.rows(TurnRow)[0]
    assert (event.status, event.error) == ("failed", "ValueError")
    assert (turn.outcome, turn.attention, turn.question) == ("failed", "failed", "ถาม")


def test_an_event_that_kills_its_worker_every_time_is_given_up_too(desk: Desk) -> None:
    desk.hear("ถาม")
    for _ in range(TRIES):
        assert desk.clinic.inbox.claim()
        desk.clock.pass_(seconds=31)

    desk.work()

    assert desk.oracle.asked == []
    assert desk.rows(TurnRow)[0].outcome == "failed"


def test_odd_characters_lose_neither_the_event_nor_its_batch(desk: Desk) -> None:
    desk.clinic.inbox.keep([desk.event("ก\x00ข\ud800ค"), desk.event("ปกติ"), desk.event("ยาว", who="U" * 500)])
    desk.work()

    assert [event.text for event in desk.rows(EventRow)] == ["ก\ufffdข\ufffdค", "ปกติ"]
    assert len(desk.post.said) == 2


def test_an_empty_webhook_keeps_nothing(desk: Desk) -> None:
    desk.clinic.inbox.keep([])

    assert desk.clinic.inbox.claim() is None


def test_somebody_who_blocks_us_is_not_written_to_until_they_come_back(desk: Desk) -> None:
    desk.hear("ถาม")
    desk.hear(kind="unfollow", reply_token=None)
    desk.work()
    assert desk.post.sent == []
    assert [delivery.status for delivery in desk.rows(DeliveryRow)] == ["withdrawn"]

    desk.hear(kind="follow")
    desk.hear("กลับมาแล้ว")
    desk.work()
    assert desk.post.said[-1] == "ตอบ กลับมาแล้ว"


def test_a_block_that_arrives_after_the_return_is_old_news(desk: Desk) -> None:
    blocked = desk.event(kind="unfollow", reply_token=None)
    desk.hear(kind="follow")
    desk.clinic.inbox.keep([blocked])

    assert desk.rows(ConversationRow)[0].blocked_at is None


def test_events_of_a_channel_that_is_switched_off_wait(desk: Desk) -> None:
    desk.clinic.inbox.keep([replace(desk.event("ถาม"), channel="elsewhere")])

    desk.work()

    with desk.clinic.database.read() as session:
        assert session.scalar(select(func.count()).where(EventRow.status == "waiting")) == 1


def test_a_turn_remembers_the_last_questions_of_half_an_hour(desk: Desk) -> None:
    for text in ("ศูนย์", "หนึ่ง"):
        desk.hear(text)
        desk.work()
        desk.clock.moment += timedelta(minutes=20)
    desk.oracle.outcomes["สวัสดี"] = "greeted"
    desk.hear("สวัสดี")
    desk.hear("สอง")
    desk.hear("ของคนอื่น", who="สมหญิง")
    desk.work()

    assert {question.text: question.history for question in desk.oracle.asked}["สอง"] == ("หนึ่ง",)
    assert {question.text: question.history for question in desk.oracle.asked}["ของคนอื่น"] == ()
