"""Quote mode: pick from a section the sentence, list or rows that answer, in the rule's own words, with their conditions."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.thai import fold

WHOLE = 700  # characters; a rule this short is quoted whole
LINE = 480  # characters; a longer line is cut where a new sentence surely begins
QUOTE = 900  # characters of a quotation; a list that answers may be as long
_SOURCE = re.compile(r"\n?ที่มา\s*[::].*$", re.DOTALL)
_ITEM = re.compile(r"^\s*([-•*]|\d+[.)]|\(\s*[\dก-ฮ๐-๙]+\s*\)|\d+(\.\d+)+)\s")
# Thai has no full stop: only words that cannot go on with a sentence are trusted to begin one
_BEGINS = re.compile(r" (?=(ในกรณี|กรณีที่|ถ้า|หาก|ทั้งนี้|นอกจากนี้|อย่างไรก็ตาม|ดังนั้น|ส่วนราชการใด|ผู้ใด|ในการนี้|ให้ส่วนราชการ|เว้นแต่))")
# words that open a condition or exception: what they say belongs to the sentence before
_CONDITION = re.compile(r"^(เว้นแต่|ยกเว้น|ข้อยกเว้น|ทั้งนี้|แต่|หาก|ถ้า|โดย|ไม่เกิน|ส่วน|อย่างไรก็ตาม|ในกรณี|กรณีที่)")


@dataclass(frozen=True)
class Quotation:
    """A direct answer and the passage of the rule around it; both stand literally in the section."""

    lead: str
    quote: str


@dataclass(frozen=True)
class _Unit:
    start: int
    end: int
    is_item: bool


def without_source(text: str) -> str:
    """Drop the closing line of our summaries that names their source."""
    return _SOURCE.sub("", text).rstrip()


def source_line(text: str) -> str:
    """Give what that closing line names, or nothing."""
    found = re.search(r"ที่มา\s*[::]\s*(.+)$", text)
    return found[1].strip() if found else ""


def quote(text: str, weigh: Callable[[str], float]) -> Quotation:
    """Pick what answers.

    Args:
        text: the section's text.
        weigh: gives the weight of the question's words that a piece of text holds.

    Returns:
        The sentence (or list) that answers, and the wider passage it stands in.
    """
    body = without_source(text)
    units = _units(body)
    if not units:
        return Quotation(body.strip(), body.strip())
    best = _best(body, units, weigh)
    first, last = _complete(body, units, best)
    lead = body[units[first].start : units[last].end].strip()
    if len(body) <= WHOLE:
        return Quotation(lead, body.strip())
    while (
        last + 1 < len(units) and units[last + 1].end - units[first].start <= QUOTE and _same_paragraph(body, units[last], units[last + 1])
    ):
        last += 1
    return Quotation(lead, body[units[first].start : units[last].end].strip())


def around(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a part of a section to the whole sentences, lists and conditions that it belongs to.

    Args:
        text: the section's text.
        start: where the part begins.
        end: where it ends.

    Returns:
        Start and end of the wider part.
    """
    units = _units(text)
    touched = [number for number, unit in enumerate(units) if unit.start < end and unit.end > start]
    if not touched:
        return start, end
    first, last = _complete(text, units, touched[0])[0], _complete(text, units, touched[-1])[1]
    return min(start, units[first].start), max(end, units[last].end)


def rest(quotation: Quotation) -> str:
    """Give what a quotation says besides its direct answer: the rest when it opens with it, the whole in quotation marks otherwise."""
    if quotation.quote.startswith(quotation.lead):
        return quotation.quote[len(quotation.lead) :].strip()
    return f"“{quotation.quote}”"


def _units(body: str) -> list[_Unit]:
    units: list[_Unit] = []
    for line in re.finditer(r"[^\n]+", body):
        if _ITEM.match(line[0]):
            units.append(_Unit(line.start(), line.end(), is_item=True))
        else:
            units.extend(_sentences(body, line.start(), line.end()))
    return units


def _sentences(body: str, start: int, end: int) -> list[_Unit]:
    if end - start <= LINE:
        return [_Unit(start, end, is_item=False)]
    cuts = [start, *(start + match.end() for match in _BEGINS.finditer(body[start:end]))]
    return [_Unit(a, b, is_item=False) for a, b in zip(cuts, [*cuts[1:], end], strict=True)]


def _best(body: str, units: Sequence[_Unit], weigh: Callable[[str], float]) -> int:
    def worth(index: int) -> float:
        unit = units[index]
        words = fold(body[unit.start : unit.end])
        # the earlier of two equals: rules open with what they say
        return weigh(words) / (1 + len(words) / 900) - index * 1e-3 * (1 + weigh(words))

    return max(range(len(units)), key=worth)


def _complete(body: str, units: Sequence[_Unit], best: int) -> tuple[int, int]:
    first = last = best
    if units[best].is_item or (best + 1 < len(units) and units[best + 1].is_item):
        while first > 0 and units[first].is_item:
            first -= 1
        while last + 1 < len(units) and units[last + 1].is_item and units[last + 1].end - units[first].start <= QUOTE:
            last += 1
        if units[best].is_item and last < best:
            first, last = best, best
        return first, last
    while first > 0 and _CONDITION.match(body[units[first].start :]):
        first -= 1
    while first > 0 and units[first].is_item:  # what a condition behind a list belongs to is the list
        first -= 1
    while last + 1 < len(units) and _CONDITION.match(body[units[last + 1].start :]) and units[last + 1].end - units[first].start <= QUOTE:
        last += 1
    return first, last


def _same_paragraph(body: str, here: _Unit, there: _Unit) -> bool:
    return there.is_item or "\n" not in body[here.start : there.end].strip()
