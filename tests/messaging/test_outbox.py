"""What is owed is sent once, in order, again after a fault, and never for ever; a slow answer asks for patience."""

from __future__ import annotations

import pytest

from app.answering import wording
from app.domain import Question
from app.errors import SendError
from app.store.deliveries import LEASE
from app.store.tables import DeliveryRow, EventRow, TurnRow
from tests.fakes import Desk


def _away(**more: float) -> SendError:
    return SendError("away", permanent=False, reason="timeout", **more)


def test_a_message_that_was_not_taken_is_sent_again_later(desk: Desk) -> None:
    desk.post.refuse = [_away()]
    desk.hear("ถาม")
    desk.work()
    assert desk.post.said == []

    desk.clock.pass_(seconds=1)
    desk.work()

    assert desk.post.said == ["ตอบ ถาม"]
    (delivery,) = desk.rows(DeliveryRow)
    assert (delivery.status, delivery.attempts, delivery.error) == ("sent", 2, "")


def test_a_channel_that_asks_for_time_gets_it(desk: Desk) -> None:
    desk.post.refuse = [_away(retry_after=3600)]
    desk.hear("ถาม")
    desk.work()
    desk.clock.pass_(minutes=59)
    desk.work()
    assert desk.post.said == []

    desk.clock.pass_(minutes=2)
    desk.work()
    assert desk.post.said == ["ตอบ ถาม"]


def test_a_later_answer_does_not_overtake_one_that_is_about_to_be_sent_again(desk: Desk) -> None:
    desk.post.refuse = [_away()]
    desk.hear("หนึ่ง")
    desk.hear("สอง")
    desk.work()
    assert desk.post.said == []

    desk.clock.pass_(seconds=1)
    desk.work()
    assert desk.post.said == ["ตอบ หนึ่ง", "ตอบ สอง"]


def test_a_later_answer_does_not_wait_for_one_that_must_wait_for_hours(desk: Desk) -> None:
    desk.post.refuse = [_away(retry_after=7200)]
    desk.hear("หนึ่ง")
    desk.work()
    desk.hear("สอง")
    desk.work()

    assert desk.post.said == ["ตอบ สอง"]


def test_a_message_that_the_channel_refuses_for_good_is_marked_for_staff(desk: Desk) -> None:
    desk.post.refuse = [SendError("no such person", permanent=True, reason="gone")]
    desk.hear("ถาม")
    desk.work()
    desk.clock.pass_(hours=1)
    desk.work()

    (delivery,), (turn,) = desk.rows(DeliveryRow), desk.rows(TurnRow)
    assert (delivery.status, delivery.error, turn.attention) == ("failed", "gone: no such person", "undelivered")
    assert desk.post.sent == []


def test_after_a_day_nobody_tries_any_more(desk: Desk) -> None:
    desk.post.refuse = [_away() for _ in range(500)]
    desk.hear("ถาม")
    for _ in range(30):
        desk.work()
        desk.clock.pass_(hours=1)

    (delivery,) = desk.rows(DeliveryRow)
    assert (delivery.status, delivery.attempts) == ("failed", 25)


def test_a_message_in_the_hands_of_a_dead_sender_is_sent_by_another(desk: Desk) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    send, desk.post.send = desk.post.send, die  # type: ignore[method-assign, assignment]
    desk.hear("ถาม")
    with pytest.raises(KeyboardInterrupt):
        desk.work()
    desk.post.send = send  # type: ignore[method-assign]
    desk.work()
    assert desk.post.said == []

    desk.clock.pass_(seconds=LEASE.total_seconds() + 1)
    desk.work()
    assert desk.post.said == ["ตอบ ถาม"]


def _wait(desk: Desk, seconds: float) -> None:
    desk.clock.pass_(seconds=seconds)
    desk.clinic.outbox.ask_patience()
    while desk.clinic.outbox.send_due():
        pass


def test_a_slow_answer_asks_for_patience_and_goes_out_by_the_fresh_token(desk: Desk) -> None:
    def be_slow(_question: Question) -> None:
        _wait(desk, 20)
        assert desk.post.said == []
        _wait(desk, 27)
        assert desk.post.said == [wording.STILL_LOOKING]
        desk.press(desk.post.button(wording.WAIT))
        _wait(desk, 5)

    desk.oracle.before = be_slow
    desk.hear("ถาม")
    claim = desk.clinic.inbox.claim()
    assert claim
    desk.clinic.inbox.let_go(claim)
    desk.clinic.worker.step()
    desk.work()

    assert [way for way, _, _ in desk.post.sent] == ["reply", "reply"]
    assert desk.post.said == [wording.STILL_LOOKING, "ตอบ ถาม"]


def _finished_without_press(desk: Desk) -> None:
    desk.oracle.before = lambda _question: _wait(desk, 47)
    desk.hear("ถาม")
    desk.clinic.worker.step()
    assert desk.post.said == [wording.STILL_LOOKING]


def test_an_answer_waits_a_minute_for_the_fresh_token_and_is_pushed_then(desk: Desk) -> None:
    _finished_without_press(desk)
    desk.clock.pass_(seconds=59)
    desk.work()
    assert len(desk.post.sent) == 1

    desk.clock.pass_(seconds=2)
    desk.work()
    assert [way for way, _, _ in desk.post.sent] == ["reply", "push"]
    assert desk.post.said[-1] == "ตอบ ถาม"


def test_a_press_after_the_answer_is_ready_sends_it_at_once(desk: Desk) -> None:
    _finished_without_press(desk)
    desk.press(desk.post.button(wording.WAIT))
    desk.work()

    assert [way for way, _, _ in desk.post.sent] == ["reply", "reply"]
    assert desk.post.said[-1] == "ตอบ ถาม"


def test_a_press_when_all_is_said_gets_a_kind_sentence(desk: Desk) -> None:
    _finished_without_press(desk)
    button = desk.post.button(wording.WAIT)
    desk.press(button)
    desk.work()
    desk.press(button)
    desk.work()

    assert desk.post.said[-1] == wording.NOT_LOOKING


def test_nobody_can_lend_a_token_to_the_question_of_somebody_else(desk: Desk) -> None:
    _finished_without_press(desk)
    desk.press(desk.post.button(wording.WAIT), who="สมหญิง")
    desk.work()

    assert desk.post.sent[-1][1] == "สมหญิง"
    assert desk.post.said[-1] == wording.NOT_LOOKING


def test_a_redelivery_does_not_revive_a_token_that_was_used(desk: Desk) -> None:
    event = desk.hear("ถาม")
    _wait(desk, 47)
    desk.clinic.inbox.keep([event])
    desk.work()
    desk.clock.pass_(seconds=61)
    desk.work()

    assert [way for way, _, _ in desk.post.sent] == ["reply", "push"]


def test_a_token_that_is_dead_already_is_not_used_to_ask_for_patience(desk: Desk) -> None:
    desk.hear("ถาม")
    _wait(desk, 51)

    assert desk.post.sent == []
    assert desk.rows(EventRow)[0].reply_token
