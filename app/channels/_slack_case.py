"""What the staff sees in Slack: the notice of a matter in their channel, and an escalation as a modal with the form of its answer."""

from __future__ import annotations

from collections.abc import Sequence

from app.channels._slack_blocks import Json, pages, row, small, strong, words
from app.channels._slack_limits import TITLE
from app.channels._slack_words import (
    ANSWER_ENDS,
    ANSWER_WORDS,
    ASKS_BACK,
    BACK,
    CASE,
    CLOSE_CASE,
    CLOSE_NO,
    CLOSE_SURE,
    HOW,
    IN_CONSOLE,
    NOT_PERSONAL,
    OPEN_CASE,
    SEND,
    TAKE_CASE,
    escape,
    fitting,
)
from app.channels._text import shorten
from app.channels.base import Case, Notice
from app.domain import Button

STAFF = "staff"  # begins the value of the staff's buttons and the name of their forms
WORDS, STEP = "words", "step"  # the fields of the form
HEADING, SENTENCE = 150, 600
PIECE = 2900  # characters shown of one message
LONGEST_INPUT = 3000  # Slack's own limit for what is typed into a form


def value(step: str, number: int) -> str:
    """Write what a button of the staff sends, and the name of an escalation's form: `staff|take|12`."""
    return f"{STAFF}|{step}|{number}"


def read_value(sent: str) -> tuple[str, int] | None:
    """Read that; None when it is none of the staff's."""
    parts = sent.split("|")
    is_ours = len(parts) == 3 and parts[0] == STAFF and parts[2].isdecimal() and len(parts[2]) < 19
    return (parts[1], int(parts[2])) if is_ours else None


def notice_message(notice: Notice) -> Json:
    """Write the first message of a matter as it stands now."""
    number = notice.escalation
    buttons = [Button(OPEN_CASE, data=value("look", number))] if number is not None else []
    if number is not None and notice.can_take:
        buttons.append(Button(TAKE_CASE, data=value("take", number)))
    if notice.url:
        buttons.append(Button(IN_CONSOLE, url=notice.url))
    spoken = " · ".join((notice.heading, *notice.facts))
    return {
        "text": escape(fitting(spoken, SENTENCE)),
        "blocks": [*strong(notice.heading, HEADING, bar=False), *(block for fact in notice.facts for block in small(fact)), *row(buttons)],
    }


def news_message(news: str) -> Json:
    """Write what is new of a matter, for its thread."""
    return {"text": escape(fitting(news, SENTENCE)), "blocks": words(news, SENTENCE)}


def case_view(case: Case) -> Json:
    """Make the modal of an escalation, with the form where it may be answered."""
    blocks = [*words(case.done, SENTENCE), *small(*case.facts), {"type": "divider"}]
    for whose, text in case.said:
        blocks += [*small(whose), *pages(text, PIECE)]
    is_answered_here = "answer" in case.steps
    if is_answered_here:
        blocks += [{"type": "divider"}, *_form()]
    buttons = [Button(TAKE_CASE, data=value("take", case.number))] if "take" in case.steps else []
    view = _modal(case.number, [*blocks, *row(buttons), *(_close(case.number) if "close" in case.steps else [])])
    return view | {"submit": _plain(SEND)} if is_answered_here else view


def told_view(number: int, sentence: str) -> Json:
    """Make the modal that says what was done, or why it was not."""
    return _modal(number, words(sentence, SENTENCE))


def _modal(number: int, blocks: Sequence[Json]) -> Json:
    title = _plain(shorten(CASE.format(number=number), TITLE))
    return {"type": "modal", "callback_id": value("form", number), "title": title, "close": _plain(BACK), "blocks": list(blocks)}


def _form() -> list[Json]:
    field: Json = {"type": "plain_text_input", "action_id": WORDS, "multiline": True, "max_length": LONGEST_INPUT}
    field["placeholder"] = _plain(NOT_PERSONAL)
    options = [{"text": _plain(name), "value": step} for name, step in ((ANSWER_ENDS, "answer"), (ASKS_BACK, "say"))]
    radio = {"type": "radio_buttons", "action_id": STEP, "options": options, "initial_option": options[0]}
    return [
        {"type": "input", "block_id": WORDS, "label": _plain(ANSWER_WORDS), "element": field},
        {"type": "input", "block_id": STEP, "label": _plain(HOW), "element": radio},
    ]


def _close(number: int) -> list[Json]:
    sure = {"title": _plain(CLOSE_CASE), "text": _plain(CLOSE_SURE), "confirm": _plain(CLOSE_CASE), "deny": _plain(CLOSE_NO)}
    button = {"type": "button", "action_id": "close", "text": _plain(CLOSE_CASE), "value": value("close", number), "style": "danger"}
    return [{"type": "actions", "elements": [button | {"confirm": sure}]}]


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}
