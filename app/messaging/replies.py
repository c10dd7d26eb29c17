"""Replies in parts, and the buttons under them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice

from app.actions import Verb, encode
from app.answering import wording
from app.domain import Answer, Button, Citation, Reply

SUGGESTIONS = 3
PART = 2000  # characters of a long text that are shown at once
OLD = Reply(wording.OLD_BUTTON)


def part(verb: Verb, answer_id: str, text: str, number: str, prefix: str = "", citation: Citation | None = None) -> Reply:
    """Show one part of a long text, or of a cited section, with a button for the next part; OLD when there is no such part."""
    pieces = cut(text)
    if not number.isdecimal() or not 1 <= int(number) <= len(pieces):
        return OLD
    piece = pieces[int(number) - 1]
    rest = (Button(wording.READ_ON, data=encode(verb, answer_id, f"{prefix}{int(number) + 1}")),) if int(number) < len(pieces) else ()
    return Reply(piece, answer_id=answer_id, full_section=replace(citation, text=piece) if citation else None, buttons=rest)


def cut(text: str) -> list[str]:
    """Cut a long text into parts that are read one press at a time, at a line or a space where there is one."""
    pieces = []
    while len(text) > PART:
        breaks = (text.rfind(mark, PART // 2, PART) for mark in ("\n", " "))
        end = next((place for place in breaks if place > 0), PART)
        pieces.append(text[:end])
        text = text[end:].lstrip()
    return [*pieces, text]


def buttons(answer: Answer, answer_id: str) -> tuple[Button, ...]:
    """Give what can be pressed under an answer: a judgement, a person, what may be asked next."""
    person = Button(wording.PERSON, data=encode("person", answer_id))
    judged = {
        "answered": (
            Button(wording.RIGHT, data=encode("right", answer_id)),
            Button(wording.WRONG, data=encode("wrong", answer_id)),
            person,
        ),
        "not_found": (person,),
        "clarify": (person,),
    }
    return judged.get(answer.outcome, ()) + examples(answer.suggestions)


def examples(questions: Iterable[str], at_most: int = SUGGESTIONS) -> tuple[Button, ...]:
    """Give questions as buttons that ask them."""
    return tuple(Button(question, text=question) for question in islice(questions, at_most))
