"""LINE on this machine keeps LINE's rules: signed webhooks, tokens that work once, retry keys, limits, rich menus."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from linebot.v3 import SignatureValidator
from linebot.v3.webhook import WebhookParser
from linebot.v3.webhooks import MessageEvent, TextMessageContent
from PIL import Image
from pydantic import SecretStr

from app import simulator
from app.settings import Settings

SECRET = "a secret of tests"
ASKER = "U" + "a" * 32
COLLEAGUE = "U" + "b" * 32
GROUP = "C" + "a" * 32
HELLO = {"type": "text", "text": "สวัสดี"}
BEARER = {"authorization": "Bearer token-of-tests"}


@dataclass
class Line:
    """The simulator with a bot behind it that only listens, and a clock that the test moves."""

    heard: list[httpx.Request] = field(default_factory=list)
    status: int = 200
    now: float = 1_795_000_000.0

    def __post_init__(self) -> None:
        self.http = httpx.Client(transport=httpx.MockTransport(self._listen))
        settings = Settings(line_channel_secret=SecretStr(SECRET))
        self.client = TestClient(simulator.build(settings, self.http, lambda: self.now))

    def _listen(self, request: httpx.Request) -> httpx.Response:
        self.heard.append(request)
        return httpx.Response(self.status)

    def act(self, kind: str, person: str = ASKER, **more: Any) -> int | None:
        """Do something as a person and give the webhook's status."""
        response = self.client.post("/act", json={"tab": ASKER, "person": person, "kind": kind, **more})
        assert response.status_code == 200
        status: int | None = response.json()["status"]
        return status

    def event(self) -> dict[str, Any]:
        """Give the last event that the bot heard."""
        event: dict[str, Any] = json.loads(self.heard[-1].content)["events"][0]
        return event

    def call(self, path: str, body: Any = None, method: str = "POST", **headers: str) -> Any:
        """Call LINE's API as a bot does."""
        return self.client.request(
            method, "/v2/bot" + path, json=body, headers=BEARER | {k.replace("_", "-"): v for k, v in headers.items()}
        )

    def seen(self) -> list[dict[str, Any]]:
        """Give what the asker's page is told."""
        events: list[dict[str, Any]] = self.client.get("/events", params={"person": ASKER}).json()["events"]
        return events


@pytest.fixture
def line() -> Iterator[Line]:
    """Give a fresh simulator."""
    line = Line()
    yield line
    line.client.close()
    line.http.close()


def test_a_webhook_carries_the_signature_that_the_line_sdk_accepts(line: Line) -> None:
    line.act("text", text="คะแนน 82 อยู่ระดับใด")
    request = line.heard[0]
    assert request.url.path == "/webhooks/line"
    assert SignatureValidator(SECRET).validate(request.content.decode(), request.headers["x-line-signature"])
    assert not SignatureValidator("another").validate(request.content.decode(), request.headers["x-line-signature"])


def test_the_line_sdk_reads_the_webhook_of_a_question(line: Line) -> None:
    line.act("text", text="PMQA มีกี่หมวด")
    request = line.heard[0]
    [event] = WebhookParser(SECRET).parse(request.content.decode(), request.headers["x-line-signature"])
    assert isinstance(event, MessageEvent)
    assert isinstance(event.message, TextMessageContent)
    assert event.message.text == "PMQA มีกี่หมวด"
    assert len(event.webhook_event_id) == 26


@pytest.mark.parametrize("kind", ["sticker", "image", "file", "audio", "location", "follow", "join", "postback"])
def test_the_line_sdk_reads_every_other_kind_of_event(line: Line, kind: str) -> None:
    line.act(kind, data="1|menu||pmqa")
    request = line.heard[0]
    [event] = WebhookParser(SECRET).parse(request.content.decode(), request.headers["x-line-signature"])
    assert event.type == (kind if kind in ("follow", "join", "postback") else "message")


def test_a_mention_in_a_group_is_placed_in_utf16_units(line: Line) -> None:
    line.act("text", group=True, text="😀 @คลินิก ก.พ.ร. ขอถาม")
    event = line.event()
    assert event["source"] == {"type": "group", "groupId": GROUP, "userId": ASKER}
    [mention] = event["message"]["mention"]["mentionees"]
    units = event["message"]["text"].encode("utf-16-le")
    assert units[mention["index"] * 2 : (mention["index"] + mention["length"]) * 2].decode("utf-16-le") == "@คลินิก ก.พ.ร."
    assert mention["isSelf"] is True


def test_a_colleague_speaks_in_the_same_group(line: Line) -> None:
    line.act("text", COLLEAGUE, group=True, text="ขอบคุณ")
    assert line.event()["source"] == {"type": "group", "groupId": GROUP, "userId": COLLEAGUE}
    assert "mention" not in line.event()["message"]


def test_a_reply_token_works_once(line: Line) -> None:
    line.act("text", text="ก")
    body = {"replyToken": line.event()["replyToken"], "messages": [HELLO]}
    first = line.call("/message/reply", body)
    assert first.status_code == 200
    assert first.json()["sentMessages"][0]["id"]
    second = line.call("/message/reply", body)
    assert (second.status_code, second.json()) == (400, {"message": "Invalid reply token"})
    assert [entry["message"]["text"] for entry in line.seen() if entry["kind"] == "said"] == ["ก", "สวัสดี"]


def test_a_reply_token_dies_after_a_minute(line: Line) -> None:
    line.act("text", text="ก")
    line.now += 61
    assert line.call("/message/reply", {"replyToken": line.event()["replyToken"], "messages": [HELLO]}).status_code == 400


def test_a_redelivery_is_the_same_event_and_its_token_lives_again(line: Line) -> None:
    line.act("text", text="ก")
    first = line.event()
    line.now += 90
    assert line.act("redeliver") == 200
    assert line.event() == first | {"deliveryContext": {"isRedelivery": True}}
    assert line.call("/message/reply", {"replyToken": first["replyToken"], "messages": [HELLO]}).status_code == 200


def test_a_refused_reply_leaves_the_token_usable(line: Line) -> None:
    line.act("text", text="ก")
    token = line.event()["replyToken"]
    refused = line.call("/message/reply", {"replyToken": token, "messages": [{"type": "text", "text": "ก" * 5001}]})
    assert refused.status_code == 400
    assert refused.json()["details"]
    assert line.call("/message/reply", {"replyToken": token, "messages": [HELLO]}).status_code == 200


def test_more_than_five_messages_are_refused(line: Line) -> None:
    line.act("text", text="ก")
    assert line.call("/message/reply", {"replyToken": line.event()["replyToken"], "messages": [HELLO] * 6}).status_code == 400


def test_a_push_under_a_known_retry_key_is_not_shown_again(line: Line) -> None:
    line.act("text", text="ก")
    key = "123e4567-e89b-12d3-a456-426614174000"
    first = line.call("/message/push", {"to": ASKER, "messages": [HELLO]}, x_line_retry_key=key)
    again = line.call("/message/push", {"to": ASKER, "messages": [HELLO]}, x_line_retry_key=key)
    assert (first.status_code, again.status_code) == (200, 409)
    assert again.headers["x-line-accepted-request-id"] == first.headers["x-line-request-id"] != again.headers["x-line-request-id"]
    assert again.json()["sentMessages"] == first.json()["sentMessages"]
    assert len([entry for entry in line.seen() if entry["kind"] == "said" and entry["speaker"] == "bot"]) == 1
    assert line.call("/message/quota/consumption", method="GET").json() == {"totalUsage": 1}


def test_a_reply_with_a_retry_key_is_refused(line: Line) -> None:
    line.act("text", text="ก")
    body = {"replyToken": line.event()["replyToken"], "messages": [HELLO]}
    assert line.call("/message/reply", body, x_line_retry_key="123e4567-e89b-12d3-a456-426614174000").status_code == 400


def test_a_call_without_a_token_is_not_authorised(line: Line) -> None:
    assert line.client.post("/v2/bot/message/push", json={"to": ASKER, "messages": [HELLO]}).status_code == 401


@pytest.mark.parametrize(("chat", "seconds", "status"), [(ASKER, 20, 202), (ASKER, 7, 400), (ASKER, 65, 400), (GROUP, 20, 400)])
def test_the_dots_are_shown_in_steps_of_five_seconds_to_one_person(line: Line, chat: str, seconds: int, status: int) -> None:
    line.act("text", text="ก")
    assert line.call("/chat/loading/start", {"chatId": chat, "loadingSeconds": seconds}).status_code == status


def test_who_blocks_the_account_gets_nothing_and_tells_it_nothing(line: Line) -> None:
    line.act("follow")
    assert line.call(f"/profile/{ASKER}", method="GET").status_code == 200
    line.act("unfollow")
    assert "replyToken" not in line.event()
    assert line.act("text", text="ก") is None
    assert line.call("/message/push", {"to": ASKER, "messages": [HELLO]}).status_code == 200
    assert not [entry for entry in line.seen() if entry["kind"] == "said"]
    assert line.call(f"/profile/{ASKER}", method="GET").status_code == 404


def test_an_unsent_message_is_named_to_the_bot_without_a_token(line: Line) -> None:
    line.act("text", text="ก")
    message = line.event()["message"]["id"]
    line.act("unsend", message_id=message)
    assert line.event()["unsend"] == {"messageId": message}
    assert "replyToken" not in line.event()


def test_an_edited_message_keeps_its_id(line: Line) -> None:
    line.act("text", group=True, text="ก")
    message = line.event()["message"]["id"]
    line.act("edit", group=True, text="ข", message_id=message)
    assert line.event()["type"] == "messageEdited"
    assert (line.event()["message"]["id"], line.event()["message"]["text"]) == (message, "ข")


def test_a_page_sees_only_its_own_chats(line: Line) -> None:
    line.act("text", text="ก")
    other = line.client.get("/events", params={"person": COLLEAGUE}).json()["events"]
    assert other == []


def test_the_page_is_told_when_the_webhook_is_refused(line: Line) -> None:
    line.status = 401
    assert line.act("text", text="ก") == 401
    assert [entry["status"] for entry in line.seen() if entry["kind"] == "webhook_answered"] == [401]


def test_a_rich_menu_needs_its_picture_before_everyone_sees_it(line: Line) -> None:
    area = {"bounds": {"x": 0, "y": 0, "width": 1200, "height": 800}, "action": {"type": "postback", "data": "1|menu||pmqa"}}
    menu = {"size": {"width": 1200, "height": 800}, "selected": True, "name": "เมนู", "chatBarText": "เมนู", "areas": [area]}
    menu_id = line.call("/richmenu", menu).json()["richMenuId"]
    assert line.call(f"/user/all/richmenu/{menu_id}").status_code == 400
    png = io.BytesIO()
    Image.new("RGB", (1200, 800)).save(png, "PNG")
    content = f"/v2/bot/richmenu/{menu_id}/content"
    assert line.client.post(content, content=png.getvalue(), headers=BEARER | {"content-type": "image/png"}).status_code == 200
    assert line.call(f"/user/all/richmenu/{menu_id}").status_code == 200
    assert line.call("/user/all/richmenu", method="GET").json() == {"richMenuId": menu_id}
    assert line.client.get(f"/menu-picture/{menu_id}").content == png.getvalue()
    assert line.call("/richmenu", menu | {"chatBarText": "ก" * 15}).status_code == 400
    assert line.call(f"/richmenu/{menu_id}", method="DELETE").status_code == 200
    assert line.call("/user/all/richmenu", method="GET").status_code == 404


def test_the_page_takes_nothing_from_elsewhere(line: Line) -> None:
    response = line.client.get("/")
    assert response.status_code == 200
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert "http://" not in response.text
    assert "https://" not in response.text
