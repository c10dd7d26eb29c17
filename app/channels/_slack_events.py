"""Read Slack's events: what is said to us by mention or direct message, edited, deleted; everything else is left alone.

In channels only a mention is heard (`app_mention`); the `message` event of the same text is ignored there, so that it is kept once, and so
are all the messages that do not concern us. Of channels' `message` events only edits and deletions of what mentioned us are read.
"""

from __future__ import annotations

from datetime import datetime

from app.actions import encode
from app.channels._slack_body import Json, fingerprint, listed, moment, within, word
from app.channels._slack_way import Way, pack
from app.channels._slack_words import read as plain
from app.domain import Event, EventKind

PLAIN_SUBTYPES = (None, "file_share", "me_message", "thread_broadcast")
EDITED, DELETED, EMPTIED = "message_changed", "message_deleted", "tombstone"


def told(envelope: Json, now: datetime) -> Event | None:
    """Read an event callback; None when it does not concern us."""
    event = within(envelope, "event")
    ours = {word(within(one).get("user_id")) for one in listed(envelope.get("authorizations"))} - {""}
    event_id = word(envelope.get("event_id")) or fingerprint(*(event.get(key) for key in ("type", "channel", "user", "ts", "event_ts")))
    match event.get("type"):
        case "app_mention" if not _is_direct(event):
            return _said(event, event, event_id, now) if _by_a_person(event, ours) else None
        case "message":
            return _message(event, ours, event_id, now)
        case "app_home_opened":
            return _opened(event, event_id, now)
        case "member_joined_channel" if word(event.get("user")) in ours and word(event.get("channel")):
            at = moment(event.get("event_ts"), now)
            return Event("slack", event_id, f"channel:{word(event.get('channel'))}", "join", at)
        case _:
            return None


def _message(event: Json, ours: set[str], event_id: str, now: datetime) -> Event | None:
    subtype, message, before = event.get("subtype"), within(event, "message"), within(event, "previous_message")
    if subtype == DELETED:
        heard = _by_a_person(before, ours) and (_is_direct(event) or not before or _mentions(before, ours))
        return _unsent(event, before, word(event.get("deleted_ts")), event_id, now) if heard else None
    if subtype == EDITED:
        return _changed(event, message, before, ours, event_id, now)
    if subtype in PLAIN_SUBTYPES and _is_direct(event) and _by_a_person(event, ours):
        return _said(event, event, event_id, now)
    return None


def _changed(event: Json, message: Json, before: Json, ours: set[str], event_id: str, now: datetime) -> Event | None:
    """Read a change: a new wording is answered anew; what is deleted above its thread, or no longer mentions us, is taken back."""
    heard_before = _is_direct(event) or _mentions(before, ours)
    if message.get("subtype") == EMPTIED:
        return _unsent(event, before, word(message.get("ts")), event_id, now) if heard_before else None
    if not _by_a_person(message, ours) or message.get("text") == before.get("text"):  # Slack adds the preview of a link: no new wording
        return None
    if _is_direct(event) or _mentions(message, ours):
        return _said(event, message, event_id, now)
    return _unsent(event, before, word(message.get("ts")), event_id, now) if heard_before else None


def _said(event: Json, message: Json, event_id: str, now: datetime) -> Event | None:
    channel, ts = word(event.get("channel")), word(message.get("ts"))
    if not channel or not ts:
        return None
    edited = word(within(message, "edited").get("ts"))
    text, kind = plain(str(message.get("text") or "")), "edited" if edited or event.get("subtype") == EDITED else "text"
    files = [within(one) for one in listed(message.get("files"))]
    if files and not text:
        text, kind = str(files[0].get("mimetype") or "").partition("/")[0], "attachment"
    thread = word(message.get("thread_ts")) or ts
    said: EventKind = "attachment" if kind == "attachment" else "edited" if kind == "edited" else "text"
    return Event(
        channel="slack",
        # an edited mention may come as a mention and as a change: under one id it is kept once
        event_id=f"edit:{channel}:{ts}:{edited}" if edited else event_id,
        conversation=f"im:{channel}" if _is_direct(event) else f"thread:{channel}:{thread}",
        kind=said,
        at=moment(edited or ts, now),
        sender=word(message.get("user")) or None,
        text=text if said != "attachment" or text in ("image", "video", "audio") else "file",
        message_id=ts,
        reply_token=pack(Way(thread=thread)),
    )


def _unsent(event: Json, before: Json, ts: str, event_id: str, now: datetime) -> Event | None:
    channel = word(event.get("channel"))
    if not channel or not ts:
        return None
    thread = word(before.get("thread_ts")) or ts
    conversation = f"im:{channel}" if _is_direct(event) else f"thread:{channel}:{thread}"
    return Event("slack", event_id, conversation, "unsend", moment(event.get("event_ts"), now), message_id=ts)


def _opened(event: Json, event_id: str, now: datetime) -> Event | None:
    """Read that somebody opened us: the home tab is drawn each time, the messages tab is greeted the first time only."""
    user, channel = word(event.get("user")), word(event.get("channel"))
    if not user:
        return None
    at = moment(event.get("event_ts"), now)
    if event.get("tab") == "home":
        return Event("slack", event_id, f"home:{user}:{channel}", "postback", at, user, encode("menu", argument="home"))
    if event.get("tab") == "messages" and channel:
        return Event("slack", f"opened:{user}:{channel}", f"im:{channel}", "follow", at, user)
    return None


def _is_direct(event: Json) -> bool:
    return event.get("channel_type") == "im" or (event.get("channel_type") is None and word(event.get("channel")).startswith("D"))


def _by_a_person(message: Json, ours: set[str]) -> bool:
    return not message.get("bot_id") and message.get("subtype") != "bot_message" and word(message.get("user")) not in ours


def _mentions(message: Json, ours: set[str]) -> bool:
    return any(f"<@{user}" in str(message.get("text") or "") for user in ours)
