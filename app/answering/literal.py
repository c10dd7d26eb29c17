"""Find where a quotation stands in a text, letter for letter: what is shown then are the text's own characters."""

from __future__ import annotations

from app.thai import arabic, repair
from app.thai_numbers import cuts_a_number

SHORTEST = 8  # characters of a quotation that say something
_DEPENDENT = frozenset(
    "\u0e30\u0e31\u0e32\u0e33\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39\u0e3a\u0e45\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e4d\u0e4e"
)
_LOOKALIKES = str.maketrans("“”‘’–—‑\u00a0", "\"\"''--- ")  # one for one: places stay what they are


def locate(quote: str, text: str) -> tuple[int, int] | None:
    """Find where a quotation stands in a passage: letter for letter after repair, whatever the spaces, digits and quotation marks.

    Returns:
        Start and end in `text`; None when it does not stand there, says too little, or cuts a number or a letter apart.
    """
    wanted = "".join(_comparable(repair(quote)).split())
    places = [place for place, letter in enumerate(text) if not letter.isspace()]
    found = "".join(_comparable(text[place]) for place in places).find(wanted) if len(wanted) >= SHORTEST else -1
    if found < 0:
        return None
    start, end = places[found], places[found + len(wanted) - 1] + 1
    return None if _cuts(text, start, end) else (start, end)


def _cuts(text: str, start: int, end: int) -> bool:
    """Say whether a part of a text begins or ends inside a number, or between a letter and its vowel or tone."""
    cuts_letter = text[start] in _DEPENDENT or text[end : end + 1] in _DEPENDENT or (start > 0 and text[start - 1] in "เแโใไ")
    return cuts_letter or cuts_a_number(text, start) or cuts_a_number(text, end)


def _comparable(text: str) -> str:
    return arabic(text).translate(_LOOKALIKES)
