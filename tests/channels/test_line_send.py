"""How an answer goes out: reply while the token lives, push after that, and never twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.channels._line_calls import connect
from app.channels.base import Counting, Metered
from app.channels.line import Line
from app.domain import Delivery, Event, Reply
from app.errors import SendError
from tests.channels.fake_line import DEAD_TOKEN, SENT, FakeLine, channel, listening

RETRY_KEY = "8c6b7f4e-6b1d-4a5e-9d0c-2f3a4b5c6d7e"
SOMCHAI = "U" + "a" * 32


@pytest.fixture
def line() -> Iterator[tuple[FakeLine, Any]]:
    fake = FakeLine()
    with listening(fake) as ours:
        yield fake, ours


def owed(age: float | None = 1.0, attempts: int = 0, conversation: str = f"user:{SOMCHAI}") -> Delivery:
    """Give a delivery whose token came `age` seconds ago; None: it has no token."""
    messages = channel().shape([Reply("คะแนน 82 อยู่ในระดับดี")])
    token = None if age is None else "the-token"
    at = None if age is None else datetime.now(UTC) - timedelta(seconds=age)
    return Delivery(RETRY_KEY, "line", conversation, messages, token, at, attempts)


def refusal(line: tuple[FakeLine, Any], delivery: Delivery, *answers: tuple[int, Any]) -> SendError:
    line[0].answers = list(answers)
    with pytest.raises(SendError) as caught:
        line[1].send(delivery)
    return caught.value


def test_a_young_token_is_used_and_costs_nothing(line: tuple[FakeLine, Any]) -> None:
    receipt = line[1].send(owed())
    (call,) = line[0].calls
    assert (receipt.via, receipt.request_id, receipt.message_ids) == ("reply", "request-1", ("461230966842064897",))
    assert call.path == "/v2/bot/message/reply"
    assert call.body["replyToken"] == "the-token"
    assert call.body["messages"] == [{"type": "text", "text": "คะแนน 82 อยู่ในระดับดี"}]
    assert "x-line-retry-key" not in call.headers  # LINE refuses a reply that has one


@pytest.mark.parametrize("age", [50.5, 3600.0, None])
def test_an_old_token_or_none_means_a_push_with_the_deliverys_id_as_retry_key(line: tuple[FakeLine, Any], age: float | None) -> None:
    receipt = line[1].send(owed(age))
    (call,) = line[0].calls
    assert (receipt.via, call.path, call.body["to"]) == ("push", "/v2/bot/message/push", SOMCHAI)
    assert call.headers["x-line-retry-key"] == RETRY_KEY
    assert call.headers["authorization"] == "Bearer a-token"


def test_a_push_that_line_has_taken_before_is_sent(line: tuple[FakeLine, Any]) -> None:
    line[0].answers = [(409, {"message": "The retry key is already accepted", **SENT})]
    receipt = line[1].send(owed(None, attempts=1))
    assert (receipt.via, receipt.request_id, receipt.message_ids) == ("push", "the-first-request", ("461230966842064897",))


def test_a_dead_token_on_the_first_try_is_followed_by_a_push_at_once(line: tuple[FakeLine, Any]) -> None:
    line[0].answers = [DEAD_TOKEN]
    assert line[1].send(owed()).via == "push"
    assert line[0].paths() == ["reply", "push"]


def test_a_used_up_token_after_a_try_of_unknown_end_means_that_try_arrived(line: tuple[FakeLine, Any]) -> None:
    """The first reply was taken by LINE, its answer was lost: a push now would be the same message twice."""
    line[0].answers = [(200, b"<html>a proxy's page</html>"), DEAD_TOKEN]
    with pytest.raises(SendError) as lost:
        line[1].send(owed())
    assert not lost.value.permanent
    assert line[1].send(owed(5.0, attempts=1)).via == "reply"
    assert line[0].paths() == ["reply", "reply"]


def test_after_a_refused_reply_and_a_lost_push_the_next_try_is_a_push_again(line: tuple[FakeLine, Any]) -> None:
    """Otherwise the refused token would be taken for the sign that a reply arrived."""
    error = refusal(line, owed(10.0), DEAD_TOKEN, (500, {"message": "Internal"}))
    assert not error.permanent
    assert error.retry_after is not None
    assert 40 < error.retry_after <= 41
    assert line[1].send(owed(10.0 + error.retry_after, attempts=1)).via == "push"


def test_a_spent_month_is_told_from_a_rate_limit(line: tuple[FakeLine, Any]) -> None:
    spent = refusal(line, owed(None), (429, {"message": "You have reached your monthly limit."}))
    rate = refusal(line, owed(None), (429, {"message": "The API rate limit has been exceeded. Try again later."}))
    assert (spent.permanent, spent.reason, spent.retry_after) == (False, "quota", 3600)
    assert (rate.permanent, rate.reason) == (False, "rate")


@pytest.mark.parametrize(
    ("status", "permanent", "reason"),
    [
        (500, False, "error"),
        (503, False, "error"),
        (302, False, "error"),
        (408, False, "error"),
        (401, False, "credentials"),
        (403, False, "credentials"),
        (400, True, "refused"),
        (404, True, "refused"),
        (413, True, "refused"),
    ],
)
@pytest.mark.parametrize("age", [1.0, None])
def test_only_what_no_retry_can_mend_is_given_up(
    line: tuple[FakeLine, Any], status: int, permanent: bool, reason: str, age: float | None
) -> None:
    error = refusal(line, owed(age), (status, {"message": "The request body has 1 error(s)"}))
    assert (error.permanent, error.reason) == (permanent, reason)


@pytest.mark.parametrize("said", [b"", b"<html>\xff\xfe</html>", b"[]", {"message": None, "sentMessages": "none"}])
def test_an_error_without_lines_json_is_an_error_all_the_same(line: tuple[FakeLine, Any], said: Any) -> None:
    assert not refusal(line, owed(None), (502, said)).permanent


def test_line_that_says_nothing_is_not_waited_for(line: tuple[FakeLine, Any]) -> None:
    fake, _ = line
    fake.answers = [(200, 0.6)]
    with pytest.raises(SendError) as caught:
        Line("secret", connect(fake.address, "a-token")[0], timeout=(0.5, 0.2)).send(owed())
    assert (caught.value.permanent, caught.value.reason) == (False, "timeout")


def test_line_that_cannot_be_reached_is_tried_again() -> None:
    with pytest.raises(SendError) as caught:
        channel().send(owed())
    assert not caught.value.permanent


def test_somebody_line_did_not_name_cannot_be_pushed_to(line: tuple[FakeLine, Any]) -> None:
    assert line[1].send(owed(conversation="reply:01EVENT")).via == "reply"
    error = refusal(line, owed(None, conversation="reply:01EVENT"))
    assert (error.permanent, error.reason) == (True, "gone")


def test_a_delivery_that_holds_no_messages_is_refused_without_a_call(line: tuple[FakeLine, Any]) -> None:
    error = refusal(line, Delivery(RETRY_KEY, "line", f"user:{SOMCHAI}", ()))
    assert error.permanent
    assert line[0].calls == []


def test_the_sign_of_work_is_shown_in_a_one_to_one_chat_only(line: tuple[FakeLine, Any]) -> None:
    for conversation in (f"user:{SOMCHAI}", "group:C1", "room:R1", "reply:01EVENT"):
        line[0].answers = [(202, {})]
        line[1].show_working(Event("line", "e", conversation, "text", datetime.now(UTC)))
    (call,) = line[0].calls
    assert (call.path, call.body) == ("/v2/bot/chat/loading/start", {"chatId": SOMCHAI, "loadingSeconds": 60})


def test_a_sign_of_work_that_fails_stops_nothing() -> None:
    channel().show_working(Event("line", "e", f"user:{SOMCHAI}", "text", datetime.now(UTC)))


@pytest.mark.parametrize(
    ("answers", "left"),
    [
        ([(200, {"type": "limited", "value": 500}), (200, {"totalUsage": 498})], 2),
        ([(200, {"type": "limited", "value": 500}), (200, {"totalUsage": 501})], 0),
        ([(200, {"type": "none"})], None),
    ],
)
def test_what_is_left_of_the_quota_is_asked_of_line(line: tuple[FakeLine, Any], answers: list[tuple[int, Any]], left: int | None) -> None:
    line[0].answers = answers
    assert line[1].messages_left() == left
    assert isinstance(line[1], Metered)


@pytest.mark.parametrize("answers", [[(500, {})], [(200, {"type": "limited", "value": 5}), (401, {})], [(200, b"<html>")]])
def test_a_quota_that_line_does_not_tell_is_not_guessed(line: tuple[FakeLine, Any], answers: list[tuple[int, Any]]) -> None:
    line[0].answers = answers
    with pytest.raises(SendError):
        line[1].messages_left()


def test_line_says_what_it_has_counted(line: tuple[FakeLine, Any]) -> None:
    line[0].answers = [(200, {"totalUsage": 498})]
    assert isinstance(line[1], Counting)
    assert line[1].messages_used() == 498
