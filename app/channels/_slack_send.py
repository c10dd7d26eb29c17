"""Send one delivery to Slack: into its thread, to one person alone, as a modal, as the home tab, or in the place of an earlier answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from slack_sdk.web import WebClient

from app.actions import encode
from app.channels._slack_blocks import Json, row, small
from app.channels._slack_calls import call, respond
from app.channels._slack_way import Way, address, name_blocks, unpack
from app.channels._slack_words import ASKED, SHARE, SHARED
from app.domain import Button, Delivery, Receipt
from app.errors import SendError

TRIGGER_SECONDS = 2.5  # Slack's three, and the way there
URL_SECONDS = 29 * 60.0  # Slack's thirty minutes
KEPT = "clinic_delivery"  # what our messages carry unseen, to be found again by
LOOKED_AT = 100  # messages of a thread that are searched for a delivery that may have arrived
CLOSED = (
    "not_found",
    "view_not_found",
    "expired_trigger_id",
    "trigger_expired",
    "invalid_trigger_id",
    "exchanged_trigger_id",
    "push_limit_reached",
)
NOT_THERE = ("message_not_found", "cant_update_message", "edit_window_closed")
NO_MEMBER = ("not_in_channel", "channel_not_found", "user_not_in_channel")


def send(client: WebClient, delivery: Delivery) -> Receipt:
    """Send one delivery the way that its conversation, its token and its age allow.

    Slack has no key against sending twice. A message carries the delivery's id as metadata instead: when an earlier try may have arrived,
    the thread is searched for it first. What one person alone sees cannot be searched; there a lost answer of Slack means twice.

    Raises:
        SendError: not taken, or not known to be taken.
    """
    message, way = dict(delivery.messages[0]), unpack(delivery.reply_token)
    kind, place, person = address(delivery.conversation)
    age = (datetime.now(UTC) - delivery.token_at).total_seconds() if delivery.token_at else URL_SECONDS
    if kind == "home":
        return _home(client, place, person, message)
    if "view" in message and (receipt := _modal(client, delivery, message["view"], way, age)):
        return receipt
    body = _body(message, delivery.conversation, way)
    if kind == "private" or way.user:
        return _shared(client, place, body, way, age) if message.get("shared") else _alone(client, delivery, body, way, age)
    thread = person or way.thread
    if delivery.replaces and (receipt := _update(client, place, delivery.replaces[0], body)):
        return receipt
    if delivery.attempts and (ts := arrived(client, place, thread, delivery.id)):
        return Receipt("post", message_ids=(ts,))
    metadata = {"event_type": KEPT, "event_payload": {"id": delivery.id}}
    there = {"channel": place, "thread_ts": thread or None, "unfurl_links": False, "unfurl_media": False}
    heard = call(client, "chat.postMessage", **there, **body, metadata=metadata)
    if kind == "im" and message.get("prompts"):
        _suggest(client, place, message["prompts"])
    return Receipt("post", message_ids=(str(heard.get("ts", "")),))


def _body(message: Mapping[str, Any], conversation: str, way: Way) -> Json:
    """Write the message with what only its place tells: whether the question must be repeated, and whether it can be shown to others."""
    kind, place, _ = address(conversation)
    shared = bool(message.get("shared"))
    above = small(SHARED) if shared else []
    if message.get("question") and (way.echo or shared):
        above += small(ASKED.format(question=message["question"]))
    can_share = kind == "private" and place.startswith("C") and message.get("answer_id")
    share = row([Button(SHARE, data=encode("share", message["answer_id"]))], "share") if can_share else []
    return {"text": message["text"], "blocks": name_blocks(conversation, [*above, *message["blocks"], *share])}


def _home(client: WebClient, user: str, channel: str, message: Mapping[str, Any]) -> Receipt:
    """Draw a person's home tab; its buttons answer in the direct messages."""
    kept = json.dumps({"conversation": f"im:{channel}"})
    blocks = [block for block in message["blocks"] if block["type"] != "context_actions"]
    call(client, "views.publish", user_id=user, view={"type": "home", "private_metadata": kept, "blocks": blocks})
    return Receipt("home")


def _modal(client: WebClient, delivery: Delivery, view: Mapping[str, Any], way: Way, age: float) -> Receipt | None:
    """Show a modal, or change the open one; None when it is too late for that."""
    kept = {"conversation": delivery.conversation, "thread": way.thread}
    shown = {**view, "private_metadata": json.dumps(kept)}
    try:
        if way.view:
            call(client, "views.update", view_id=way.view, view=shown)
        elif way.trigger and age < TRIGGER_SECONDS:
            call(client, "views.open", trigger_id=way.trigger, view=shown)
        else:
            return None
    except SendError as error:
        if error.reason == "exchanged_trigger_id" and delivery.attempts:
            return Receipt("modal")  # an earlier try has arrived
        if error.reason in CLOSED:
            return None
        raise
    return Receipt("modal")


def _alone(client: WebClient, delivery: Delivery, body: Json, way: Way, age: float) -> Receipt:
    """Show a message to one person; where we are no member, by the address that came along, and at last as a direct message."""
    kind, place, rest = address(delivery.conversation)
    user, thread = (rest, "") if kind == "private" else (way.user, rest)
    if way.url and age < URL_SECONDS:
        try:
            respond(way.url, {"response_type": "ephemeral", "replace_original": False, **body})
        except SendError as error:
            if not error.permanent:
                raise
        else:
            return Receipt("private")
    if (
        kind == "private" and not delivery.reply_token
    ):  # said unasked, hours later perhaps: an ephemeral message is lost on who is not there
        call(client, "chat.postMessage", channel=user, unfurl_links=False, unfurl_media=False, **body)
        return Receipt("private")
    try:
        call(client, "chat.postEphemeral", channel=place, user=user, thread_ts=thread or None, **body)
    except SendError as error:
        if error.reason not in NO_MEMBER:
            raise
        call(client, "chat.postMessage", channel=user, unfurl_links=False, unfurl_media=False, **body)
    return Receipt("private")


def _shared(client: WebClient, channel: str, body: Json, way: Way, age: float) -> Receipt:
    """Show a message to everybody in a channel; by the address that came along also where we are no member."""
    if way.url and age < URL_SECONDS:
        respond(way.url, {"response_type": "in_channel", "replace_original": False, **body})
    else:
        call(client, "chat.postMessage", channel=channel, unfurl_links=False, unfurl_media=False, **body)
    return Receipt("post")


def _update(client: WebClient, channel: str, ts: str, body: Json) -> Receipt | None:
    """Put an answer in the place of an earlier one; None when that is gone."""
    try:
        call(client, "chat.update", channel=channel, ts=ts, **body)
    except SendError as error:
        if error.reason in NOT_THERE:
            return None
        raise
    return Receipt("update", message_ids=(ts,))


def arrived(client: WebClient, channel: str, thread: str, delivery_id: str) -> str:
    """Find the message of an earlier try; "" when there is none, or when we may not look."""
    seen = {"channel": channel, "include_all_metadata": "true", "limit": str(LOOKED_AT)}
    try:
        heard = call(client, "conversations.replies", **seen, ts=thread) if thread else call(client, "conversations.history", **seen)
    except SendError as error:
        if error.permanent or error.reason == "missing_scope":
            return ""
        raise
    for message in heard.get("messages") or []:
        kept = message.get("metadata") or {}
        if kept.get("event_type") == KEPT and (kept.get("event_payload") or {}).get("id") == delivery_id:
            return str(message.get("ts", ""))
    return ""


def _suggest(client: WebClient, channel: str, prompts: Any) -> None:
    """Suggest questions above the field of a direct message; only an ornament, so a failure is nobody's."""
    try:
        call(client, "assistant.threads.setSuggestedPrompts", channel_id=channel, prompts=prompts)
    except SendError:
        return
