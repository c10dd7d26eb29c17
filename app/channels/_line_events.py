"""Read LINE's webhook JSON into events, one by one: an odd event costs only itself, never its batch.

LINE may add fields, event types and values without notice, and its own SDK raises on some of them; so nothing here is required but that
the body is an object with a list of events (https://developers.line.biz/en/reference/messaging-api/#webhook-event-objects).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.channels._text import clean
from app.domain import Event, EventKind
from app.errors import BadRequest

LONGEST_ID = 190  # LINE's own are 33 to 64 characters; with a prefix it must fit the tables
LONGEST_TOKEN = 400
YEARS = range(2011, 2101)  # a timestamp outside LINE's life is a mistake
PREFIXES = {"groupId": "group", "roomId": "room", "userId": "user"}  # a group's source carries the user's id as well
SPACE = " ".encode("utf-16-le")
NOBODY = "reply"  # the conversation of somebody LINE did not name: only the reply token reaches them

Json = Mapping[str, Any]


def read(body: bytes, now: datetime) -> list[Event]:
    """Read a webhook's body.

    Args:
        body: the raw bytes.
        now: stands in for a timestamp that cannot be read.

    Raises:
        BadRequest: not a JSON object with a list of events.
    """
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise BadRequest("the body is not JSON") from None
    events = told.get("events") if isinstance(told, dict) else None
    if not isinstance(events, list):
        raise BadRequest("the body is not an object with a list of events")
    heard = (_event(_object(raw), now) for raw in events)
    return [event for event in heard if event is not None]


def _event(raw: Json, now: datetime) -> Event | None:
    """Read one event; None when it does not concern us. In standby mode another module answers, and we must not."""
    source = _object(raw.get("source"))
    crowd = bool(source.get("groupId") or source.get("roomId")) or source.get("type", "user") != "user"
    said = None if raw.get("mode") == "standby" else _said(raw, crowd=crowd)
    if said is None:
        return None
    kind, text = said
    event_id = _word(raw.get("webhookEventId")) or _fingerprint(raw, source)
    token = _word(raw.get("replyToken"), LONGEST_TOKEN)
    conversation = _conversation(source) or (f"{NOBODY}:{event_id}" if token else None)
    if conversation is None:
        return None
    return Event(
        channel="line",
        event_id=event_id,
        conversation=conversation,
        kind=kind,
        at=_moment(raw.get("timestamp"), now),
        sender=_word(source.get("userId")),
        text=clean(text),
        message_id=_word(_object(raw.get("unsend")).get("messageId") if kind == "unsend" else _object(raw.get("message")).get("id")),
        reply_token=token,
    )


def _said(raw: Json, *, crowd: bool) -> tuple[EventKind, str] | None:
    """Tell an event's kind and text. In a group or room we are spoken to only by a mention or a button."""
    message = _object(raw.get("message"))
    match raw.get("type"):
        case "message" if message.get("type") == "text":
            text = _spoken(message, crowd=crowd)
            return None if text is None else ("text", text)
        case "message":
            return None if crowd else ("attachment", _word(message.get("type"), 20) or "")
        case "messageEdited":
            text = _spoken(message, crowd=crowd)
            return None if text is None else ("edited", text)
        case "postback":
            data = _object(raw.get("postback")).get("data")
            return "postback", data if isinstance(data, str) else ""
        case "follow" | "unfollow" | "join" | "leave" | "unsend" as kind:
            return kind, ""
        case _:
            return None


def _spoken(message: Json, *, crowd: bool) -> str | None:
    """Give the words meant for us, without our mention and LINE's own emoji; None when they are not meant for us."""
    text = message.get("text")
    mentions = _list(_object(message.get("mention")).get("mentionees"))
    ours = [mention for mention in map(_object, mentions) if mention.get("isSelf") is True]
    if not isinstance(text, str) or (crowd and not ours):
        return None
    utf16 = text.encode("utf-16-le", "surrogatepass")  # LINE counts positions in UTF-16 units
    places = [(place.get("index"), place.get("length")) for place in (*ours, *map(_object, _list(message.get("emojis"))))]
    numbered = [(index, length) for index, length in places if type(index) is int and type(length) is int and min(index, length) >= 0]
    for index, length in sorted(numbered, reverse=True):
        utf16 = utf16[: index * 2] + SPACE + utf16[(index + length) * 2 :]
    return utf16.decode("utf-16-le", "surrogatepass").strip()


def _conversation(source: Json) -> str | None:
    for key, prefix in PREFIXES.items():
        if address := _word(source.get(key)):
            return f"{prefix}:{address}"
    return None


def _moment(value: object, now: datetime) -> datetime:
    """Read milliseconds since 1970; `now` when they make no sense."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return now
    try:
        at = datetime.fromtimestamp(value / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return now
    return at if at.year in YEARS else now


def _fingerprint(raw: Json, source: Json) -> str:
    """Make an id of what a redelivery repeats, for an event that came without one."""
    message, unsent, pressed = (_object(raw.get(key)) for key in ("message", "unsend", "postback"))
    same = [*(raw.get(key) for key in ("type", "timestamp", "replyToken")), *(source.get(key) for key in PREFIXES)]
    same += [message.get("id"), message.get("text"), unsent.get("messageId"), pressed.get("data")]
    told = json.dumps([value if isinstance(value, str | int | float) else None for value in same])
    return "sha256-" + hashlib.sha256(told.encode()).hexdigest()


def _object(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _word(value: object, longest: int = LONGEST_ID) -> str | None:
    """Give an id or a type as it can be stored; None when it is none."""
    word = clean(value) if isinstance(value, str) else ""
    return word if 0 < len(word) <= longest else None
