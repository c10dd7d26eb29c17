"""Turn what a person does in the page into LINE's webhook, signed, and bring it to our endpoint."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import httpx
from pydantic import BaseModel, Field

from app.simulator.world import ACCOUNT, BOT_ID, Chat, World

USER_ID = r"^U[0-9a-f]{32}$"
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
WITHOUT_TOKEN = ("unsend", "unfollow", "leave")
Kind = Literal[
    "text",
    "edit",
    "postback",
    "sticker",
    "image",
    "file",
    "audio",
    "location",
    "unsend",
    "follow",
    "unfollow",
    "join",
    "leave",
    "redeliver",
]


class Act(BaseModel):
    """What a person does in the page. `tab` owns the page; `person` acts: the same one, or a colleague in the group."""

    tab: Annotated[str, Field(pattern=USER_ID)]
    person: Annotated[str, Field(pattern=USER_ID)]
    name: Annotated[str, Field(max_length=40)] = ""
    group: bool = False
    kind: Kind
    text: Annotated[str, Field(max_length=20_000)] = ""
    data: Annotated[str, Field(max_length=300)] = ""
    display_text: Annotated[str, Field(max_length=300)] = ""
    message_id: Annotated[str, Field(max_length=40)] = ""

    @property
    def chat(self) -> str:
        """The chat's id: the person, or the one group that each tab has."""
        return "C" + self.tab[1:] if self.group else self.tab


def ulid(milliseconds: int) -> str:
    """Make a ULID of a time: 48 bits of milliseconds and 80 random bits, in Crockford's base 32."""
    number = (milliseconds << 80) | secrets.randbits(80)
    return "".join(CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))


def sign(secret: str, body: bytes) -> str:
    """Sign a body as LINE does: Base64 of its HMAC-SHA256 under the channel secret."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def mentions(text: str) -> list[dict[str, Any]]:
    """Find the mentions of the account and of everybody in a group message, with positions in UTF-16 units as LINE sends them."""
    found: list[dict[str, Any]] = []
    for match in re.finditer(re.escape("@" + ACCOUNT) + r"|@All\b", text):
        who = {"type": "all"} if match[0] == "@All" else {"type": "user", "userId": BOT_ID, "isSelf": True}
        found.append({"index": _utf16(text[: match.start()]), "length": _utf16(match[0]), **who})
    return found[:20]


def _message(world: World, act: Act) -> dict[str, Any]:
    quotable = {"quoteToken": secrets.token_urlsafe(24)}
    message: dict[str, Any] = {"type": act.kind, "id": world.new_id()}
    match act.kind:
        case "sticker":
            return message | quotable | {"packageId": "446", "stickerId": "1988", "stickerResourceType": "STATIC", "keywords": ["thanks"]}
        case "image":
            return message | quotable | {"contentProvider": {"type": "line"}}
        case "file":
            return message | {"fileName": "แบบฟอร์ม.pdf", "fileSize": 482133}
        case "audio":
            return message | {"duration": 6000, "contentProvider": {"type": "line"}}
        case "location":
            place = {"title": "สำนักงาน ก.พ.ร.", "address": "59/1 ถนนพิษณุโลก ดุสิต กรุงเทพฯ 10300"}
            return message | place | {"latitude": 13.7621, "longitude": 100.5106}
    message = {"type": "text", "id": act.message_id or message["id"], "text": act.text} | quotable
    if act.kind == "text":
        message["markAsReadToken"] = secrets.token_urlsafe(24)
    if act.group and (mentioned := mentions(act.text)):
        message["mention"] = {"mentionees": mentioned}
    return message


def make_event(world: World, act: Act) -> dict[str, Any]:
    """Write the webhook event of an act, with everything that LINE sends along."""
    now = int(world.clock() * 1000)
    source = {"type": "group", "groupId": act.chat, "userId": act.person} if act.group else {"type": "user", "userId": act.person}
    event: dict[str, Any] = {"type": act.kind, "mode": "active", "timestamp": now, "source": source}
    event |= {"webhookEventId": ulid(now), "deliveryContext": {"isRedelivery": False}}
    if act.kind not in WITHOUT_TOKEN:
        event["replyToken"] = world.issue_token(act.chat)
    match act.kind:
        case "postback":
            event["postback"] = {"data": act.data}
        case "unsend":
            event["unsend"] = {"messageId": act.message_id}
        case "follow":
            event["follow"] = {"isUnblocked": bool(world.open_chat(act.chat, act.tab).blocked)}
        case "unfollow" | "join" | "leave":
            pass
        case _:
            event["type"] = "messageEdited" if act.kind == "edit" else "message"
            event["message"] = _message(world, act)
    return event


@dataclass(frozen=True)
class Courier:
    """Carries signed webhooks to the endpoint and logs each with its status."""

    world: World
    secret: str
    http: httpx.Client

    def carry(self, chat: Chat, event: dict[str, Any], url: str) -> int:
        """POST one event to `url`, log it, and give the HTTP status; 0 when nobody answered."""
        body = json.dumps({"destination": BOT_ID, "events": [event]}, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {"content-type": "application/json; charset=utf-8", "user-agent": "LineBotWebhook/2.0"}
        headers["x-line-signature"] = sign(self.secret, body)
        number = self.world.record("webhook", chat.tab, chat=chat.id, url=url, headers=headers, body=body.decode())
        began = self.world.clock()
        try:
            response = self.http.post(url, content=body, headers=headers)
            status, answer = response.status_code, response.text[:2000]
        except httpx.HTTPError as error:
            status, answer = 0, type(error).__name__
        milliseconds = round((self.world.clock() - began) * 1000)
        self.world.record("webhook_answered", chat.tab, chat=chat.id, of=number, status=status, answer=answer, ms=milliseconds)
        return status

    def act(self, act: Act, url: str) -> int | None:
        """Do what a person does: show it in the chat and tell the bot; gives the webhook's status, None when LINE would send nothing."""
        chat = self.world.open_chat(act.chat, act.tab)
        if act.kind == "redeliver":
            return self._redeliver(chat, url)
        if chat.blocked and act.kind != "follow":
            return None
        self.world.names[act.person] = act.name
        event = make_event(self.world, act)
        self._show(chat, act, event)
        if act.kind in ("follow", "unfollow"):
            chat.blocked = act.kind == "unfollow"
        chat.last_event = event
        return self.carry(chat, event, url)

    def _redeliver(self, chat: Chat, url: str) -> int | None:
        if chat.last_event is None:
            return None
        self.world.renew_token(chat.last_event.get("replyToken", ""))
        return self.carry(chat, chat.last_event | {"deliveryContext": {"isRedelivery": True}}, url)

    def _show(self, chat: Chat, act: Act, event: dict[str, Any]) -> None:
        said = event.get("message")
        if act.kind == "postback":
            said = {"type": "text", "text": act.display_text} if act.display_text else None
        if act.kind == "unsend":
            self.world.record("unsent", chat.tab, chat=chat.id, message_id=act.message_id, name=act.name)
        elif act.kind in ("follow", "unfollow", "join", "leave"):
            self.world.record("note", chat.tab, chat=chat.id, what=act.kind)
        elif said:
            kind = "edited" if act.kind == "edit" else "said"
            self.world.record(kind, chat.tab, chat=chat.id, speaker=act.person, name=act.name, message=said)
