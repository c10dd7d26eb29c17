"""Socket Mode: the same requests over a connection that we open, acknowledged when they are kept."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest
from pydantic import SecretStr
from websockets.sync.server import ServerConnection, serve

from app.channels.slack import Slack, build
from app.domain import Event
from app.settings import Settings
from tests.scenarios.slack_api import TOKEN, FakeSlack, direct, fake_slack

ENVELOPES = [
    {"type": "hello"},
    {"envelope_id": "e1", "type": "events_api", "payload": json.loads(direct(1, "U1", "ถาม"))},
    {"envelope_id": "e2", "type": "events_api", "payload": {"no": "type"}},
    {
        "envelope_id": "e3",
        "type": "slash_commands",
        "payload": {"command": "/clinic", "text": "ถามสั้น", "user_id": "U1", "channel_id": "C1"},
    },
]


@contextmanager
def slack_with_a_socket(envelopes: Sequence[dict[str, Any]], acknowledged: list[Any]) -> Iterator[FakeSlack]:
    """Serve Slack's API and a socket that tells all envelopes and hears what is acknowledged."""

    def tell(connection: ServerConnection) -> None:
        for envelope in envelopes:
            connection.send(json.dumps(envelope))
        acknowledged.extend(json.loads(message) for message in connection)

    with fake_slack() as slack, serve(tell, "127.0.0.1", 0) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        slack.socket = f"ws://127.0.0.1:{server.socket.getsockname()[1]}/link"
        yield slack
        server.shutdown()
        thread.join()


def ours(slack: FakeSlack) -> Slack:
    """Make the channel with a token for the socket."""
    token = SecretStr(TOKEN)
    return build(Settings(_env_file=None, slack_bot_token=token, slack_app_token=token, slack_api_url=slack.url))


def _until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 15
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)
    assert condition()


def test_what_comes_over_the_socket_is_kept_and_then_acknowledged() -> None:
    acknowledged: list[Any] = []
    kept: list[Event] = []

    def take(body: bytes) -> str:
        kept.extend(channel.parse(body))
        return ""

    with slack_with_a_socket(ENVELOPES, acknowledged) as slack:
        channel = ours(slack)
        stop = channel.listen(take)
        _until(lambda: len(acknowledged) == 3)
        stop()
    assert sorted(one["envelope_id"] for one in acknowledged) == ["e1", "e2", "e3"]
    assert sorted((event.kind, event.conversation, event.text) for event in kept) == [
        ("text", "im:DU1", "ถาม"),
        ("text", "private:C1:U1", "ถามสั้น"),
    ]


@pytest.mark.parametrize(("said", "payload"), [("", None), ("เชื่อมแล้ว", {"text": "เชื่อมแล้ว"}), ('{"a": "ข"}', {"a": "ข"})])
def test_what_a_request_is_answered_with_goes_along(said: str, payload: object) -> None:
    acknowledged: list[Any] = []
    with slack_with_a_socket(ENVELOPES[3:], acknowledged) as slack:
        stop = ours(slack).listen(lambda _: said)
        _until(lambda: bool(acknowledged))
        stop()
    assert acknowledged[0].get("payload") == payload


def test_what_could_not_be_kept_is_not_acknowledged() -> None:
    acknowledged: list[Any] = []
    tried: list[int] = []

    def take(body: bytes) -> str:
        tried.append(len(body))
        raise ConnectionError

    with slack_with_a_socket(ENVELOPES[:2], acknowledged) as slack:
        stop = ours(slack).listen(take)
        _until(lambda: bool(tried))
        time.sleep(0.3)
        stop()
    assert acknowledged == []


def test_a_slack_that_cannot_be_reached_is_tried_until_we_stop() -> None:
    settings = Settings(_env_file=None, slack_app_token=SecretStr("xapp"), slack_api_url="http://127.0.0.1:9")
    began = time.monotonic()
    build(settings).listen(lambda _: "")()
    assert time.monotonic() - began < 10


def test_without_a_token_nothing_listens() -> None:
    with fake_slack() as slack:
        build(Settings(_env_file=None, slack_bot_token=SecretStr(TOKEN), slack_api_url=slack.url)).listen(lambda _: "")()
        assert slack.calls == []
