"""The staff's side of Slack: notices into their channel, and what they press, type and submit, answered at once from the desk."""

from __future__ import annotations

import json
import re

import structlog
from slack_sdk.web import WebClient

from app.channels._slack_body import Json, listed, within, word
from app.channels._slack_calls import call
from app.channels._slack_case import STEP as CHOSEN
from app.channels._slack_case import WORDS, case_view, news_message, notice_message, read_value, told_view
from app.channels._slack_send import KEPT, NOT_THERE, arrived
from app.channels._slack_words import AGAIN, LINK_HOW
from app.channels._text import clean
from app.channels.base import Case, Desk, Notice, Step
from app.errors import Mistaken, SendError

NAME = "slack"
LINK = re.compile(r"(link|unlink)(?:\s+([A-Z0-9 -]{4,20}))?", re.IGNORECASE)  # anything longer or in Thai is a question
STEPS: dict[str, Step] = {"take": "take", "say": "say", "answer": "answer", "close": "close"}

log = structlog.get_logger(__name__)


def tell(client: WebClient, channel: str, notice: Notice) -> str:
    """Post a notice, or change it and say in its thread what is new; gives the address of its message.

    As in `send`, a message carries a name as metadata, and is looked for where an earlier try may have arrived.

    Raises:
        SendError: not taken, or not known to be taken.
    """
    message = notice_message(notice)
    if notice.address:
        place, _, ts = notice.address.partition(":")
        try:
            call(client, "chat.update", channel=place, ts=ts, **message)
        except SendError as error:
            if error.reason not in NOT_THERE:
                raise
        else:
            _say(client, place, ts, notice, news_message(notice.news))
            return notice.address
    return _say(client, channel, "", notice, message)  # the first one, or somebody has deleted that


def work(client: WebClient, request: Json, desk: Desk) -> str | None:
    """Do what a request asks of the desk, and give what it is answered with; None when it is not the staff's.

    Args:
        client: with a short timeout, for Slack waits three seconds.
        request: an opened body.
        desk: does it, or says why not.
    """
    user = word(within(request, "user").get("id"))
    if "command" in request:
        return _linked(request, desk)
    if request.get("type") == "view_submission":
        form = read_value(word(within(request, "view").get("callback_id")))
        return _submitted(request, user, form[1], desk) if form else None
    if request.get("type") == "block_actions":
        sent = within(next(iter(listed(request.get("actions"))), None)).get("value")
        pressed = read_value(sent) if isinstance(sent, str) else None
        if pressed:
            _pressed(client, request, user, pressed, desk)
            return ""
    return None


def _say(client: WebClient, channel: str, thread: str, notice: Notice, message: Json) -> str:
    """Post into the channel or a thread, unless an earlier try has; gives the message's address."""
    if notice.is_retry and (ts := arrived(client, channel, thread, notice.key)):
        return f"{channel}:{ts}"
    metadata = {"event_type": KEPT, "event_payload": {"id": notice.key}}
    there = {"channel": channel, "thread_ts": thread or None, "reply_broadcast": (thread and notice.is_loud) or None}
    heard = call(client, "chat.postMessage", **there, **message, metadata=metadata, unfurl_links=False, unfurl_media=False)
    return f"{word(heard.get('channel')) or channel}:{heard.get('ts', '')}"


def _linked(form: Json, desk: Desk) -> str | None:
    """Link or unlink who gives the command; what it answers is seen by them alone."""
    asked = LINK.fullmatch(clean(str(form.get("text") or "")).strip())
    person = word(form.get("user_id"))
    if asked is None or not person:
        return None
    try:
        if asked[1].lower() == "unlink":
            return desk.unlink(NAME, person)
        return desk.link(NAME, person, asked[2]) if asked[2] else LINK_HOW
    except Mistaken as mistaken:
        return str(mistaken)


def _submitted(payload: Json, person: str, number: int, desk: Desk) -> str:
    """Send what stands in the form; what is wrong with it is said in the form, and nothing typed is lost."""
    values = within(payload, "view", "state", "values")
    text = within(values, WORDS, WORDS).get("value")
    step = STEPS.get(str(within(values, CHOSEN, CHOSEN, "selected_option").get("value")), "answer")
    try:
        case = desk.act(NAME, person, number, step, text if isinstance(text, str) else "")
    except Mistaken as mistaken:
        return json.dumps({"response_action": "errors", "errors": {WORDS: str(mistaken)}}, ensure_ascii=False)
    view = told_view(number, case.done) if step == "answer" else case_view(case)
    return json.dumps({"response_action": "update", "view": view}, ensure_ascii=False)


def _pressed(client: WebClient, payload: Json, person: str, pressed: tuple[str, int], desk: Desk) -> None:
    step, number = pressed
    try:
        case = desk.look(NAME, person, number) if step not in STEPS else desk.act(NAME, person, number, STEPS[step])
    except Mistaken as mistaken:
        return _refuse(client, payload, person, number, str(mistaken))
    return _show(client, payload, person, case, told_view(number, case.done) if step == "close" else case_view(case))


def _show(client: WebClient, payload: Json, person: str, case: Case, view: Json) -> None:
    """Show a modal, in the place of the open one if there is one."""
    open_view = word(within(payload, "view").get("id"))
    try:
        if open_view:
            call(client, "views.update", view_id=open_view, view=view)
        else:
            call(client, "views.open", trigger_id=word(payload.get("trigger_id")), view=view)
    except SendError as error:
        log.info("no modal", reason=error.reason)
        if not open_view:
            _refuse(client, payload, person, case.number, f"{case.done} {AGAIN}".strip())


def _refuse(client: WebClient, payload: Json, person: str, number: int, sentence: str) -> None:
    """Say to one person why something was not done, where they pressed."""
    open_view = word(within(payload, "view").get("id"))
    channel = word(within(payload, "channel").get("id"))
    try:
        if open_view:
            call(client, "views.update", view_id=open_view, view=told_view(number, sentence))
        elif channel:
            call(client, "chat.postEphemeral", channel=channel, user=person, **news_message(sentence))
    except SendError as error:
        log.warning("an officer was not told", reason=error.reason)
