"""How an answer goes out to Slack: into its thread, once as far as Slack allows; and what each of Slack's errors means."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from app.channels._slack_calls import RATE_WAIT
from app.channels._slack_way import Way, pack
from app.channels.slack import Slack, build
from app.domain import Citation, Delivery, Event, Reply
from app.errors import SendError
from app.settings import Settings
from tests.scenarios.slack_api import SECRET, TOKEN, FakeSlack, fake_slack

CITED = Citation("rule", "ข้อ 5", "หลักเกณฑ์", "ใช้อัตรา 60", "ข้อ 5 ใช้อัตรา 60")
Pair = tuple[FakeSlack, Slack]


@pytest.fixture
def pair() -> Iterator[Pair]:
    """Give a workspace and the channel that speaks to it."""
    with fake_slack() as fake:
        yield fake, ours(fake.url)


def ours(url: str, token: str = TOKEN) -> Slack:
    """Make the channel as the settings would."""
    return build(Settings(_env_file=None, slack_signing_secret=SecretStr(SECRET), slack_bot_token=SecretStr(token), slack_api_url=url))


def owed(pair: Pair, conversation: str = "im:D1", way: Way | None = None, reply: Reply | None = None, **more: Any) -> Delivery:
    """Give a delivery whose event came just now."""
    messages = pair[1].shape([reply or Reply("คะแนน 82 อยู่ในระดับดี")])
    given = {"token_at": datetime.now(UTC), **more}
    return Delivery("8c6b7f4e-6b1d-4a5e-9d0c-2f3a4b5c6d7e", "slack", conversation, messages, pack(way or Way(thread="1.2")), **given)


def refusal(pair: Pair, status: int, said: Any, headers: dict[str, str] | None = None) -> SendError:
    pair[0].answers = [(status, said, headers or {})]
    with pytest.raises(SendError) as caught:
        pair[1].send(owed(pair))
    return caught.value


def test_a_try_that_may_have_arrived_is_looked_for_before_the_next(pair: Pair) -> None:
    slack, channel = pair
    first = channel.send(owed(pair))
    again = channel.send(owed(pair, attempts=1))
    assert again.message_ids == first.message_ids
    assert slack.methods() == ["chat.postMessage", "conversations.replies"]
    assert len(slack.said) == 1


def test_what_has_not_arrived_is_sent_again_also_outside_a_thread(pair: Pair) -> None:
    slack, channel = pair
    channel.send(owed(pair, "channel:C1", Way(), attempts=1))
    assert slack.methods() == ["conversations.history", "chat.postMessage"]
    assert len(slack.said) == 1


@pytest.mark.parametrize("error", ["missing_scope", "channel_not_found"])
def test_where_we_may_not_look_we_send(pair: Pair, error: str) -> None:
    slack, channel = pair
    slack.answers = [(200, {"ok": False, "error": error}, {})]
    channel.send(owed(pair, attempts=2))
    assert len(slack.said) == 1


def test_a_look_that_fails_is_no_reason_to_send_twice(pair: Pair) -> None:
    slack, channel = pair
    slack.answers = [(500, {"ok": False, "error": "internal_error"}, {})]
    with pytest.raises(SendError) as caught:
        channel.send(owed(pair, attempts=1))
    assert not caught.value.permanent
    assert slack.said == []


def test_a_modal_whose_first_try_arrived_is_not_followed_by_a_message(pair: Pair) -> None:
    slack, channel = pair
    full = Reply("ข้อ 5 ใช้อัตรา 60", full_section=CITED)
    trigger = slack.trigger()
    assert channel.send(owed(pair, "thread:C1:1.2", Way("1.2", "U1", trigger), full)).via == "modal"
    assert channel.send(owed(pair, "thread:C1:1.2", Way("1.2", "U1", trigger), full, attempts=1)).via == "modal"
    assert (len(slack.views), slack.said) == (1, [])


def test_an_old_trigger_is_not_even_tried(pair: Pair) -> None:
    slack, channel = pair
    old = datetime.now(UTC) - timedelta(seconds=3)
    way = Way("1.2", "U1", slack.trigger())
    assert channel.send(owed(pair, "thread:C1:1.2", way, Reply("x", full_section=CITED), token_at=old)).via == "private"
    assert slack.methods() == ["chat.postEphemeral"]


def test_reading_on_in_a_modal_changes_that_modal(pair: Pair) -> None:
    slack, channel = pair
    way = Way("1.2", "U1", "dead", "V7")
    assert channel.send(owed(pair, "thread:C1:1.2", way, Reply("x", full_section=CITED))).via == "modal"
    assert slack.calls[0][1]["view_id"] == "V7"
    slack.answers = [(200, {"ok": False, "error": "not_found"}, {})]
    assert channel.send(owed(pair, "thread:C1:1.2", way, Reply("x", full_section=CITED))).via == "private"


def test_an_answer_that_replaces_one_that_is_gone_is_sent_anew(pair: Pair) -> None:
    slack, channel = pair
    receipt = channel.send(owed(pair, replaces=("9.9",)))
    assert slack.methods() == ["chat.update", "chat.postMessage"]
    assert receipt.message_ids == (slack.said[0].ts,)


def test_a_dead_response_address_is_followed_by_an_ephemeral_message(pair: Pair) -> None:
    slack, channel = pair
    slack.answers = [(404, b"expired_url", {})]
    assert channel.send(owed(pair, "private:C1:U1", Way(user="U1", url=f"{slack.url}/respond/C1/U1"))).via == "private"
    assert slack.methods() == ["respond", "chat.postEphemeral"]
    slack.answers = [(429, b"slow down", {"Retry-After": "7"})]
    with pytest.raises(SendError) as caught:
        channel.send(owed(pair, "private:C1:U1", Way(user="U1", url=f"{slack.url}/respond/C1/U1")))
    assert (caught.value.permanent, caught.value.retry_after) == (False, 7)


@pytest.mark.parametrize(
    ("status", "said", "permanent"),
    [
        (200, {"ok": False, "error": "channel_not_found"}, True),
        (200, {"ok": False, "error": "is_archived"}, True),
        (200, {"ok": False, "error": "invalid_blocks"}, True),
        (200, {"ok": False, "error": "invalid_auth"}, False),
        (200, {"ok": False, "error": "missing_scope"}, False),
        (200, {"ok": False, "error": "internal_error"}, False),
        (200, b"<html>a proxy's page</html>", False),
        (200, b'["a list"]', False),
        (500, b"", False),
        (503, {"ok": False, "error": "service_unavailable"}, False),
    ],
)
def test_only_what_no_retry_can_mend_is_given_up(pair: Pair, status: int, said: Any, permanent: bool) -> None:
    assert refusal(pair, status, said).permanent is permanent


def test_retry_after_is_honoured(pair: Pair) -> None:
    busy = {"ok": False, "error": "ratelimited"}
    assert refusal(pair, 429, busy, {"Retry-After": "17"}).retry_after == 17
    assert refusal(pair, 429, busy).retry_after == RATE_WAIT
    assert refusal(pair, 429, busy, {"Retry-After": "soon"}).reason == "rate"


def test_a_wrong_token_waits_for_the_admin(pair: Pair) -> None:
    with pytest.raises(SendError) as caught:
        ours(pair[0].url, "xoxb-wrong").send(owed(pair))
    assert (caught.value.permanent, caught.value.retry_after) == (False, 300)


def test_the_status_is_shown_where_there_is_a_thread_and_its_failure_is_nobodys(pair: Pair) -> None:
    slack, channel = pair
    channel.show_working(Event("slack", "1", "im:D1", "text", datetime.now(UTC), reply_token=pack(Way(thread="1.2"))))
    channel.show_working(Event("slack", "2", "thread:C1:3.4", "text", datetime.now(UTC)))
    channel.show_working(Event("slack", "3", "private:C1:U1", "text", datetime.now(UTC)))
    slack.answers = [(200, {"ok": False, "error": "missing_scope"}, {})]
    channel.show_working(Event("slack", "4", "thread:C1:5.6", "text", datetime.now(UTC)))
    assert [(asked["channel_id"], asked["thread_ts"]) for _, asked in slack.calls] == [("D1", "1.2"), ("C1", "3.4"), ("C1", "5.6")]


def test_what_is_said_unasked_to_one_person_goes_into_their_direct_messages(pair: Pair) -> None:
    """An ephemeral message would be lost on somebody who is not there at that moment."""
    slack, channel = pair
    delivery = Delivery("8c6b7f4e-6b1d-4a5e-9d0c-2f3a4b5c6d7e", "slack", "private:C1:U1", channel.shape([Reply("จากเจ้าหน้าที่คลินิก")]))
    assert channel.send(delivery).via == "private"
    assert [(said.channel, said.seen_by) for said in slack.said] == [("U1", "")]
