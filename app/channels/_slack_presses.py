"""Read what people press and command in Slack: buttons of messages, modals and the home tab, and `/clinic`."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from app.actions import encode
from app.channels._slack_body import Json, fingerprint, listed, moment, within, word
from app.channels._slack_way import Way, address, named, pack
from app.channels._text import clean
from app.domain import Event

SAY = "say:"  # before a button's value: what pressing it asks
LONGEST_URL = 200
HELP = ("", "help", "?", "ช่วยเหลือ")


def pressed(payload: Json, now: datetime) -> Event | None:
    """Read a pressed button; None when it only opens a page."""
    action = within(next(iter(listed(payload.get("actions"))), None))
    value = clean(action["value"]) if isinstance(action.get("value"), str) else ""
    user = word(within(payload, "user").get("id"))
    place = _in_view(payload, user) if within(payload, "view") else _in_message(payload, user, word(action.get("block_id"), 255))
    if not value or not user or place is None:
        return None
    conversation, way = place
    trigger = word(payload.get("trigger_id"))
    event_id = f"press:{trigger}" if trigger else fingerprint(user, value, action.get("action_ts"), conversation)
    at = moment(action.get("action_ts"), now)
    if value.startswith(SAY):
        question = value.removeprefix(SAY)
        # asked in a thread, everybody there sees the answer; the question of a pressed button is seen by nobody, so the answer repeats it
        way = replace(way, echo="1", user="" if conversation.startswith("thread:") else way.user, view="")
        return Event("slack", event_id, conversation, "text", at, user, question, reply_token=pack(way))
    return Event("slack", event_id, conversation, "postback", at, user, value, reply_token=pack(replace(way, trigger=trigger)))


def commanded(form: Json, now: datetime) -> Event | None:
    """Read a slash command: its answer is seen by who gave it."""
    user, channel, trigger = (word(form.get(key)) for key in ("user_id", "channel_id", "trigger_id"))
    if not user or not channel:
        return None
    text = clean(str(form.get("text") or "")).strip()
    conversation = f"private:{channel}:{user}"
    event_id = f"command:{trigger}" if trigger else fingerprint(user, channel, text, form.get("response_url"))
    if text.lower() in HELP:
        token = pack(Way(user=user, url=_url(form)))
        return Event("slack", event_id, conversation, "postback", now, user, encode("menu", argument="help"), reply_token=token)
    token = pack(Way(user=user, url=_url(form), echo="1"))
    return Event("slack", event_id, conversation, "text", now, user, text, reply_token=token)


def _in_message(payload: Json, user: str, block: str) -> tuple[str, Way] | None:
    container, message = within(payload, "container"), within(payload, "message")
    channel = word(within(payload, "channel").get("id")) or word(container.get("channel_id"))
    ts = word(container.get("message_ts")) or word(message.get("ts"))
    thread = word(message.get("thread_ts")) or word(container.get("thread_ts"))
    if not channel or not ts:
        return None
    conversation = named(block) or (f"im:{channel}" if channel.startswith("D") else f"thread:{channel}:{thread or ts}")
    kind, place, rest = address(conversation)
    if kind == "im":
        return conversation, Way(thread=thread)
    if kind == "private":
        return f"private:{place}:{user}", Way(user=user, url=_url(payload))
    return conversation, Way(thread=rest, user=user)


def _in_view(payload: Json, user: str) -> tuple[str, Way] | None:
    """Read where a view belongs from what we wrote into it; the home tab's answers go to the direct messages."""
    view = within(payload, "view")
    try:
        kept = within(json.loads(view.get("private_metadata") or "{}"))
    except (TypeError, ValueError):
        return None
    conversation, thread = word(kept.get("conversation")), word(kept.get("thread"))
    if not conversation.startswith(("im:", "thread:", "private:")):
        return None
    is_home = view.get("type") == "home"
    seen_by = user if conversation.startswith(("thread:", "private:")) else ""
    return conversation, Way(thread=thread, user=seen_by, view="" if is_home else word(view.get("id")))


def _url(told: Json) -> str:
    url = word(told.get("response_url"), LONGEST_URL)
    return url if url.startswith(("https://", "http://")) else ""
