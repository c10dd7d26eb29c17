"""The form that asks why an answer was not right, as a modal, and what is submitted in it."""

from __future__ import annotations

import json
from datetime import datetime

from app.actions import LONGEST_WORDS, decode, worded
from app.channels._slack_blocks import Json, pages, row
from app.channels._slack_body import Json as Read
from app.channels._slack_body import fingerprint, within, word
from app.channels._slack_way import Way, pack
from app.channels._slack_words import CLOSE, FORM, MORE, NOT_PERSONAL, SUBMIT, WHY
from app.channels._text import clean, label, shorten
from app.domain import Event, Reply

OPTION, OPTIONS = 75, 10
CALLBACK = "why:"  # then the answer's id


def reason_form(reply: Reply) -> Json | None:
    """Make the form of a reply that offers reasons; None when it offers none."""
    asked = [(button, action) for button in reply.buttons if (action := decode(button.data)) and action.verb == "why"]
    reasons = [(button, action) for button, action in asked if label(button.label, OPTION) and label(action.argument, OPTION)][:OPTIONS]
    if not reasons:
        return None
    options = [{"text": _plain(button.label), "value": label(action.argument, OPTION)} for button, action in reasons]
    radio: Json = {"type": "radio_buttons", "action_id": "reason", "options": options}
    field: Json = {"type": "plain_text_input", "action_id": "words", "multiline": True, "max_length": LONGEST_WORDS - OPTION}
    field["placeholder"] = _plain(NOT_PERSONAL)
    others = [button for button in reply.buttons if button not in {one for one, _ in asked}]
    return {
        "type": "modal",
        "callback_id": f"{CALLBACK}{reasons[0][1].answer_id}",
        "title": _plain(FORM),
        "submit": _plain(SUBMIT),
        "close": _plain(CLOSE),
        "blocks": [
            *pages(reply.text, 2000),
            {"type": "input", "block_id": "reason", "optional": True, "label": _plain(WHY), "element": radio},
            {"type": "input", "block_id": "words", "optional": True, "label": _plain(MORE), "element": field},
            *row(others),
        ],
    }


def submitted(payload: Read, now: datetime) -> Event | None:
    """Read a submitted form; None when it is not ours or says nothing."""
    view, user = within(payload, "view"), word(within(payload, "user").get("id"))
    callback, values = word(view.get("callback_id")), within(view, "state", "values")
    try:
        kept = within(json.loads(view.get("private_metadata") or "{}"))
    except (TypeError, ValueError):
        return None
    conversation, thread = word(kept.get("conversation")), word(kept.get("thread"))
    chosen = within(values, "reason", "reason", "selected_option").get("value")
    parts = (chosen, within(values, "words", "words").get("value"))
    words = ": ".join(clean(part).strip() for part in parts if isinstance(part, str) and part.strip())
    if not callback.startswith(CALLBACK) or not user or not conversation or not words:
        return None
    event_id = f"form:{word(view.get('id'))}:{fingerprint(words)[:40]}"
    token = pack(Way(thread=thread, user="" if conversation.startswith("im:") else user))
    data = worded("why", callback.removeprefix(CALLBACK), words)
    return Event("slack", event_id, conversation, "postback", now, user, data, reply_token=token)


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": shorten(label(text, OPTION), OPTION), "emoji": False}
