"""Messages sent in a burst are one question: which of them belong together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from app.answering import screen, several
from app.domain import Event
from app.messaging import own_data

MOST = 20  # messages of one burst


def may_go_on(event: Event) -> bool:
    """Say whether an event may be a part of a question: commands, greetings and all that is not text stand alone."""
    return event.kind == "text" and not own_data.command(event.text) and not screen.stands_alone(event.text)


def gather(first: Event, behind: Iterable[tuple[int | None, Event]], span: timedelta) -> tuple[Event, tuple[int, ...]]:
    """Read an event with those that were sent right behind it, each a line.

    Args:
        first: the oldest event.
        behind: what waits behind it, oldest first, each with its id; None of one that was taken back, which only bridges the time.
        span: the longest between one message and the next, by the time at which they were sent; 0: each stands alone.

    Returns:
        The event with the words of all, and the ids of the others. What would be too much to be answered at once is left.
    """
    last, text = first, first.text
    parts: list[int] = []
    for number, event in behind if span and may_go_on(first) else ():
        joined = f"{text}\n{event.text}" if number else text
        follows = event.sender == last.sender and event.at - last.at <= span
        if not follows or not may_go_on(event) or len(joined) > screen.MAX_CHARACTERS or several.is_full(text):
            break
        last, text = event, joined
        parts += [number] if number else []
    return replace(first, text=text), tuple(parts)
