"""Replies as LINE's messages: cards for answers, text for the rest, at most five, the buttons on the last one."""

from __future__ import annotations

from collections.abc import Sequence

from app.actions import encode
from app.answering import wording
from app.channels._line_blocks import Json
from app.channels._line_buttons import press
from app.channels._line_card import answer_card, section_card
from app.channels._line_limits import MESSAGES, QUICK_REPLIES, TEXT_UNITS
from app.channels._text import ELLIPSIS, plain, shorten, split
from app.domain import Button, Reply


def shape(replies: Sequence[Reply]) -> tuple[Json, ...]:
    """Turn replies into the messages of one call, within all of LINE's limits (`check_messages` finds nothing in them)."""
    messages: list[Json] = []
    buttons: list[Button] = []
    for reply in replies:
        made, left = _one(reply)
        messages += made
        buttons += left
        if len(messages) > MESSAGES:
            buttons = _read_on(reply) + buttons
    if not messages:
        messages = [_text(wording.FAILED)]
    if len(messages) > MESSAGES:
        messages = [*messages[: MESSAGES - 1], _cut_off(messages[MESSAGES - 1])]
    actions = [action for action in map(press, buttons) if action][:QUICK_REPLIES]
    if actions:
        # LINE shows the quick replies of the last message only
        messages[-1] = messages[-1] | {"quickReply": {"items": [{"type": "action", "action": action} for action in actions]}}
    return tuple(messages)


def _one(reply: Reply) -> tuple[list[Json], tuple[Button, ...]]:
    """Make the messages of one reply, and the buttons that are still to be shown."""
    if reply.full_section:
        section = reply.full_section
        if card := section_card(section, reply.buttons):
            return [card], ()
        return _texts(f"{section.title}\n{section.section}\n\n{section.text}"), reply.buttons
    if reply.answer and reply.answer.citations and (card := answer_card(reply.answer, reply.answer_id)):
        return [card], reply.buttons
    return _texts(reply.text), reply.buttons


def _texts(text: str) -> list[Json]:
    return [_text(piece) for piece in split(plain(text), TEXT_UNITS)]


def _text(text: str) -> Json:
    return {"type": "text", "text": text}


def _read_on(reply: Reply) -> list[Button]:
    return [Button(wording.READ_ON, data=encode("more", reply.answer_id, "1"))] if reply.answer_id else []


def _cut_off(message: Json) -> Json:
    """Show that a text goes on."""
    return (
        message | {"text": shorten(message["text"], TEXT_UNITS - 1).removesuffix(ELLIPSIS) + ELLIPSIS}
        if message["type"] == "text"
        else message
    )
