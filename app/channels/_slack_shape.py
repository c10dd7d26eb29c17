"""Replies as one Slack message: its blocks, the words for notifications and screen readers, and the modal that it may be instead."""

from __future__ import annotations

from collections.abc import Sequence

from app.actions import encode
from app.answering import wording
from app.channels._slack_blocks import Json, pages
from app.channels._slack_card import answer_card, plain_card, section_blocks, section_view
from app.channels._slack_form import reason_form
from app.channels._slack_limits import MESSAGE_BLOCKS, check_message
from app.channels._slack_words import escape, fitting, lines
from app.channels._text import clean, label, units
from app.domain import Button, Reply

ROOM = 10_000  # characters of plain words in one message
NOTICE = 1000  # characters of the words beside the blocks
PROMPTS, PROMPT = 4, 140  # what may be suggested above the field of a direct message
SPARE = 2  # blocks that sending may add


def shape(replies: Sequence[Reply]) -> tuple[Json, ...]:
    """Turn replies into one message, within all of Slack's limits (`check_message` finds nothing in it)."""
    notice = fitting(lines("\n\n".join(_spoken(reply) for reply in replies)), NOTICE) or wording.FAILED
    room = ROOM // max(len(replies), 1)
    message: Json = {"text": escape(notice), "blocks": []}
    for made in filter(None, (_blocks(reply, room) for reply in replies)):
        message["blocks"] += [{"type": "divider"}, *made] if message["blocks"] else made
    if not message["blocks"] or len(message["blocks"]) > MESSAGE_BLOCKS - SPARE or check_message(message):
        message["blocks"] = pages(notice, NOTICE)
    for reply in replies:
        if lines(reply.question):
            message["question"] = clean(reply.question)
        if reply.shared:
            message["shared"] = True
        elif reply.answer and reply.answer.citations and reply.answer_id:
            message["answer_id"] = reply.answer_id
        if reply.full_section and reply.full_section.text:
            message["view"] = section_view(reply.full_section, reply.buttons)
        elif form := reason_form(reply):
            message["view"] = form
        offered = () if reply.answer else reply.buttons
        prompts = [{"title": label(one.label, PROMPT), "message": said} for one in offered if (said := clean(one.text))]
        if prompts:
            message["prompts"] = prompts[:PROMPTS]
    return (message,)


def _blocks(reply: Reply, room: int) -> list[Json]:
    if reply.full_section and reply.full_section.text:
        return section_blocks(reply.full_section, reply.buttons)
    if reply.answer and reply.answer.citations:
        return answer_card(reply.answer, reply.answer_id, reply.buttons)
    text = lines(reply.text)
    is_cut = units(text) > room and reply.answer_id
    more = [Button(wording.READ_ON, data=encode("more", reply.answer_id, "1"))] if is_cut else []
    return plain_card(text, [*more, *reply.buttons], room)


def _spoken(reply: Reply) -> str:
    """Give the words of a reply that a notification shows: of an answer the direct one."""
    if reply.answer and reply.answer.citations:
        return reply.answer.lead or reply.answer.text
    return reply.text
