"""Paragraphs from the lines of pages: running heads and page numbers go, broken sentences are joined, headings known by their letters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from app.formats._lines import Line
from app.formats.base import Block
from app.thai import arabic

_STARTS = re.compile(
    r"^\W*((มาตรา|ข้อ)\s*\d|(หมวด|ส่วน|ส่วนที่|ลักษณะ|ภาค|บทที่|ตอนที่)\s*\d|บทเฉพาะกาล|\(\s*[\dก-ฮ]{1,3}\s*\)|[ก-ฮa-z][.)]\s|\d{1,3}(\.\d{1,3})*[.)]?\s"
    r"|[-•●▪–o✓*]\s|เรื่อง\s|เรียน\s|อ้างถึง\s|หมายเหตุ|ผู้รับสนอง)"
)
_NUMBERED = re.compile(r"^\W*((มาตรา|ข้อ)\s*\d|(หมวด|ส่วน|ส่วนที่|ลักษณะ|ภาค)\s*\d|บทเฉพาะกาล)")
_PAGE_NUMBER = re.compile(r"^\W*(หน้า(ที่)?)?\W*\d{1,4}\W*((/|จาก|of)\W*\d{1,4}\W*)?$|^\W*[ก-ฮ]\W*$")
_GAZETTE_HEAD = re.compile(r"^(หน้า\s*\S+\s*)?เล่ม\s*\S+\s*(ตอน\S*\s*\S+|ตอนพิเศษ).*ราชกิจจานุเบกษา|^(ฉบับพิเศษ\s*)?หน้า\s*\d+$")
_CATCHWORD = re.compile(r"^/\s?\S.{0,50}(\.{2,}|…)\s*$")
_CONTENTS = re.compile(r"\S.*(\.{5,}|…{2,}|(\. ){5,})[.… ]*\d{1,4}$")  # a line of a table of contents
_EDGE = 3  # lines at the top and at the foot of a page that may be running heads
_THAI_END, _THAI_BEGIN = re.compile(r"[ก-๎]$"), re.compile(r"^[ก-๎]")


@dataclass(frozen=True)
class PageLines:
    """The lines of one page, and how sure OCR was of them (None: not read by OCR)."""

    number: int
    lines: Sequence[Line]
    confidence: float | None = None


def blocks(pages: Sequence[PageLines]) -> list[Block]:
    """Join the lines of all pages to paragraphs and headings, each with the page on which it begins."""
    bodies = _without_running_heads(pages)
    layout = _Layout(bodies)
    result: list[Block] = []
    last: Line | None = None
    for page in bodies:
        margins = layout.margins(page)
        for line in page.lines:
            level = layout.level(line) if page.confidence is None and not line.is_row else 0  # OCR guesses sizes
            goes_on = last is not None and result[-1].level == level and layout.goes_on(last, line, margins, level)
            if goes_on:
                sure = min((it for it in (result[-1].confidence, page.confidence) if it is not None), default=None)
                result[-1] = Block(joined(result[-1].text, line.text), level, result[-1].page, sure)
            else:
                result.append(Block(line.text, level, page.number, page.confidence))
            last = line
    return result


def _without_running_heads(pages: Sequence[PageLines]) -> list[PageLines]:
    edges = Counter(_shape(line.text) for page in pages for line in {*page.lines[:_EDGE], *page.lines[-_EDGE:]})
    repeated = {shape for shape, n in edges.items() if n >= max(3, len(pages) // 3) and len(shape) > 1}
    kept = []
    for page in pages:
        middle = range(_EDGE, len(page.lines) - _EDGE)
        lines = [line for position, line in enumerate(page.lines) if position in middle or not _is_running(line.text, repeated)]
        kept.append(PageLines(page.number, [line for line in lines if not _CONTENTS.match(arabic(line.text))], page.confidence))
    return kept


def _is_running(text: str, repeated: set[str]) -> bool:
    plain = arabic(text).strip()
    if _NUMBERED.match(plain):
        return False
    return bool(_PAGE_NUMBER.match(plain) or _GAZETTE_HEAD.match(plain) or _CATCHWORD.match(plain)) or _shape(text) in repeated


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", arabic(text)).replace(" ", "")


class _Layout:
    """How a document is set: the size of its letters, whether its sections begin indented, where lines end."""

    def __init__(self, pages: Sequence[PageLines]) -> None:
        lines = [line for page in pages for line in page.lines if not line.is_row]
        self._size = median(line.size for line in lines for _ in range(1 + len(line.text) // 20)) if lines else 0.0
        self._has_bold = 0 < sum(line.bold for line in lines) < 0.3 * len(lines)
        numbered = [(page, line) for page in pages for line in page.lines if _NUMBERED.match(arabic(line.text))]
        starts = [line.left > self.margins(page)[0] + self._size for page, line in numbered]
        self._indents_starts = len(starts) >= 3 and sum(starts) > 0.7 * len(starts)

    def margins(self, page: PageLines) -> tuple[float, float]:
        """Give where the lines of a page begin and end when they are full."""
        long = [line for line in page.lines if len(line.text) > 40 and not line.is_row] or list(page.lines)
        if not long:
            return 0.0, 0.0
        lefts, rights = sorted(line.left for line in long), sorted(line.right for line in long)
        return lefts[len(lefts) // 10], rights[len(rights) * 9 // 10]

    def level(self, line: Line) -> int:
        """Tell a heading by its larger or bold letters; 0 is text."""
        if not 3 <= len(line.text) <= 120 or _NUMBERED.match(arabic(line.text)) or not re.search(r"[ก-ฮA-Za-z]{2}", line.text):
            return 0
        if line.size >= 1.5 * self._size:
            return 1
        if line.size >= 1.25 * self._size:
            return 2
        return 3 if self._has_bold and line.bold else 0

    def goes_on(self, last: Line, line: Line, margins: tuple[float, float], level: int) -> bool:
        """Tell whether a line goes on with the sentence or the heading of the line before."""
        plain = arabic(line.text)
        if last.is_row or line.is_row:
            return False
        if level:  # headings of two lines are set alike and centred alike, one right below the other
            centred = abs(last.left + last.right - line.left - line.right) < 3 * self._size
            return centred and last.bold == line.bold and 0 < last.base - line.base < 3.5 * self._size and not _STARTS.match(plain)
        left, right = margins
        if last.right < right - 0.12 * (right - left) or line.left > max(left, last.left) + 1.2 * self._size:
            return False  # the line before is not full, or this one is indented
        is_reference = self._indents_starts and line.left <= left + 0.5 * self._size and _NUMBERED.match(plain)
        return bool(is_reference) or not _STARTS.match(plain)


def joined(text: str, more: str) -> str:
    """Join two lines of a sentence: Thai needs no space between them, a word with a hyphen loses it."""
    if re.search(r"[a-z]-$", text) and re.match(r"[a-z]", more):
        return text[:-1] + more
    return text + ("" if _THAI_END.search(text) and _THAI_BEGIN.match(more) else " ") + more
