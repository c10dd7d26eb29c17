"""The few blocks of Block Kit that we use, each within Slack's limits whatever it is given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from app.actions import decode
from app.answering import wording
from app.channels._address import web_address
from app.channels._slack_limits import BUTTON, ELEMENTS, HEADER, SECTION, URL, VALUE
from app.channels._slack_presses import SAY
from app.channels._slack_words import escape, fitting, lines
from app.channels._text import clean, label, shorten, split, units
from app.domain import Button

SMALL = 300
ROW = 5  # buttons in one row before Slack folds them

Json = dict[str, Any]


def words(text: str, most: int = SECTION) -> list[Json]:
    """Write words as one section, shortened to `most`; nothing when there are none."""
    shown = fitting(lines(text), most)
    return [_section(escape(shown))] if shown else []


def pages(text: str, most: int) -> list[Json]:
    """Write a long text as sections, `most` characters of it altogether."""
    shown = fitting(lines(text), most)
    return [_section(escape(piece)) for part in split(shown, SECTION // 2) for piece in _again(part)]


def strong(text: str, most: int, *, bar: bool) -> list[Json]:
    """Write words in bold, line by line, for Slack's marks end at a line; with `bar` behind the bar of a quotation."""
    marks = 4 * (lines(text).count("\n") + 1)
    shown = fitting(lines(text), max(most - marks, 200))
    made = [f"*{line.strip()}*" if line.strip() else "" for line in escape(shown).split("\n")]
    return [_section("\n".join(f"> {line}" if bar else line for line in made))] if shown else []


def quoted(text: str, most: int) -> list[Json]:
    """Write the rule's words behind a bar."""
    marks = 2 * (lines(text).count("\n") + 1)
    shown = fitting(lines(text), max(most - marks, 200))
    return [_section("\n".join(f"> {line}" for line in escape(shown).split("\n")))] if shown else []


def small(*texts: str) -> list[Json]:
    """Write small grey words, one element each."""
    shown = [fitting(" ".join(clean(text).split()), SMALL) for text in texts]
    elements = [{"type": "mrkdwn", "text": escape(text), "verbatim": True} for text in shown if text]
    return [{"type": "context", "elements": elements[: ELEMENTS["context"]]}] if elements else []


def heading(text: str) -> list[Json]:
    """Write a heading."""
    shown = shorten(label(text, HEADER), HEADER)
    return [{"type": "header", "text": {"type": "plain_text", "text": shown, "emoji": False}}] if shown else []


def row(buttons: Iterable[Button], name: str = "press") -> list[Json]:
    """Lay out buttons in rows; what cannot be pressed to any effect is left out."""
    made = [element for number, button in enumerate(buttons) if (element := _button(button, f"{name}:{number}"))]
    return [{"type": "actions", "elements": made[start : start + ROW]} for start in range(0, len(made), ROW)]


def feedback(buttons: Sequence[Button]) -> list[Json]:
    """Make Slack's own pair of thumbs of the buttons that judge an answer."""
    halves = {action.verb: button for button in buttons if (action := decode(button.data)) and action.verb in ("right", "wrong")}
    if set(halves) != {"right", "wrong"}:
        return []
    good, bad = ({"text": _plain(halves[verb].label), "value": halves[verb].data} for verb in ("right", "wrong"))
    return [
        {
            "type": "context_actions",
            "elements": [{"type": "feedback_buttons", "action_id": "feedback", "positive_button": good, "negative_button": bad}],
        }
    ]


def open_page(url: str) -> list[Button]:
    """Make the button that opens the official page, when there is one."""
    return [Button(wording.OFFICIAL_PAGE, url=url)] if web_address(url, URL) else []


def _button(button: Button, action_id: str) -> Json | None:
    name = _plain(button.label)
    if not name["text"]:
        return None
    if button.url:
        address = web_address(button.url, URL)
        return {"type": "button", "action_id": action_id, "text": name, "url": address} if address else None
    value = button.data or (SAY + clean(button.text).strip() if clean(button.text).strip() else "")
    if not value or units(value) > VALUE:
        return None
    return {"type": "button", "action_id": action_id, "text": name, "value": value}


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": shorten(label(text, BUTTON), BUTTON), "emoji": False}


def _section(mrkdwn: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": mrkdwn, "verbatim": True}}


def _again(part: str) -> list[str]:
    """Split once more what escaping has made too long."""
    return [part] if units(escape(part)) <= SECTION else split(part, SECTION // 6)
