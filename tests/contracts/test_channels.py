"""What every channel keeps, whatever its kind: run over the whole drawer."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from app.channels.base import Channel
from app.domain import Answer, Button, Citation, Delivery, Event, Reply
from app.drawer import kinds, open_drawer
from app.errors import BadRequest, BadSignature, SendError
from app.settings import Settings

SECRET = "a-channel-secret"
VISITOR = "v" * 22
NOWHERE = "http://127.0.0.1:9"  # the discard port: nothing listens


@dataclass(frozen=True)
class Kind:
    """What a test must know of a kind: its settings, its signature, a webhook without events and somebody's address."""

    settings: Settings
    sign: Callable[[bytes], Mapping[str, str]]
    nothing: bytes
    somebody: str
    is_far: bool = True  # sends over a network


def _line_signature(body: bytes) -> Mapping[str, str]:
    return {"x-line-signature": base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()}


def _slack_signature(body: bytes) -> Mapping[str, str]:
    stamp = str(int(time.time()))
    signature = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={signature}"}


def _web_signature(body: bytes) -> Mapping[str, str]:
    key = base64.urlsafe_b64encode(hmac.new(SECRET.encode(), b"visitor:" + VISITOR.encode(), hashlib.sha256).digest()).decode().rstrip("=")
    return {"x-web-visitor": VISITOR, "x-web-signature": hmac.new(key.encode(), body, hashlib.sha256).hexdigest()}


KINDS = {
    "line": Kind(
        Settings(line_channel_secret=SecretStr(SECRET), line_channel_access_token=SecretStr("token"), line_api_host=NOWHERE),
        _line_signature,
        b'{"destination":"U1","events":[]}',
        "user:U" + "a" * 32,
    ),
    "slack": Kind(
        Settings(slack_signing_secret=SecretStr(SECRET), slack_bot_token=SecretStr("token"), slack_api_url=NOWHERE),
        _slack_signature,
        b'{"type":"event_callback","event_id":"Ev1","event":{"type":"emoji_changed"}}',
        "im:D024BE91L",
    ),
    "web": Kind(
        Settings(web_secret=SecretStr(SECRET)),
        _web_signature,
        json.dumps({"visitor": VISITOR, "events": []}).encode(),
        f"visitor:{VISITOR}",
        is_far=False,
    ),
}
CITED = Citation("doc", "มาตรา 1", "พระราชบัญญัติ", "ข้อความ", "ข้อความทั้งมาตรา")
ODD = [
    [],
    [Reply("")],
    [Reply("\x00\ud83d")],
    [Reply("ก" * 40_000, answer_id="abc")],
    [Reply("สวัสดี")] * 9,
    [Reply("สวัสดี", buttons=(Button(""), Button("ก" * 500, text="ก" * 500), Button("เปิด", url="nowhere")))],
    [Reply("คำตอบ", Answer("answered", "คำตอบ", citations=(CITED,) * 30), "abc")],
    [Reply("คำตอบ", Answer("answered", ""), "")],
    [Reply("", None, "abc", Citation("", "", "", "", ""))],
]


def test_every_kind_of_the_drawer_is_under_this_contract() -> None:
    assert set(KINDS) == set(kinds("channels")), "a new channel: say here how it signs"


@pytest.fixture(params=sorted(KINDS))
def kind(request: pytest.FixtureRequest) -> Kind:
    """Give one kind after the other."""
    return KINDS[request.param]


@pytest.fixture
def channel(request: pytest.FixtureRequest, kind: Kind) -> Channel:
    name = request.node.callspec.params["kind"]
    built: Channel = open_drawer("channels", name).build(kind.settings)
    assert built.name == name
    assert built.token_seconds >= 0
    return built


def test_an_unsigned_webhook_is_refused(channel: Channel, kind: Kind) -> None:
    with pytest.raises(BadSignature):
        channel.verify(kind.nothing, {})


def test_a_signature_of_another_body_is_refused(channel: Channel, kind: Kind) -> None:
    with pytest.raises(BadSignature):
        channel.verify(kind.nothing + b" ", kind.sign(kind.nothing))


def test_a_signed_webhook_without_events_is_taken(channel: Channel, kind: Kind) -> None:
    channel.verify(kind.nothing, kind.sign(kind.nothing))
    assert channel.parse(kind.nothing) == []


@pytest.mark.parametrize("body", [b"", b"\xff", b"not json", b"[1, 2]", b"null", b"[" * 50_000])
def test_a_signed_body_that_cannot_be_read_is_a_bad_request(channel: Channel, kind: Kind, body: bytes) -> None:
    channel.verify(body, kind.sign(body))
    with pytest.raises(BadRequest):
        channel.parse(body)


@pytest.mark.parametrize("said", ODD)
def test_whatever_is_said_becomes_at_least_one_message_that_can_be_stored(channel: Channel, said: list[Reply]) -> None:
    messages = channel.shape(said)
    assert messages
    assert json.loads(json.dumps(messages, ensure_ascii=False).encode()) == list(messages)


@pytest.mark.parametrize("kind", sorted(name for name in KINDS if KINDS[name].is_far), indirect=True)
def test_a_vendors_network_error_is_a_send_error_worth_a_retry(channel: Channel, kind: Kind) -> None:
    delivery = Delivery("8c6b7f4e-6b1d-4a5e-9d0c-2f3a4b5c6d7e", channel.name, kind.somebody, channel.shape([Reply("สวัสดี")]))
    with pytest.raises(SendError) as caught:
        channel.send(delivery)
    assert not caught.value.permanent


def test_the_sign_of_work_never_fails(channel: Channel, kind: Kind) -> None:
    channel.show_working(Event(channel.name, "1", kind.somebody, "text", datetime.now(UTC)))
