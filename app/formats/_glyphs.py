"""Lines of a PDF page from its glyphs: where a mark is drawn decides which letter it belongs to, not where the file lists it.

Old Thai PDF writers list marks late, leave them between other letters, or map them to a space; what is drawn is still right.
"""

from __future__ import annotations

import ctypes
from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import NamedTuple

import pypdfium2 as pdfium
from pypdfium2 import raw

from app.thai import MARKS, PRIVATE

_LETTERS = frozenset(map(chr, range(ord("ก"), ord("ฮ") + 1)))
_UPPER = frozenset("ัิีึื็ํ")
_BLANK = frozenset(" \u00a0")
_DIGITS = frozenset("0123456789๐๑๒๓๔๕๖๗๘๙")


@dataclass(slots=True)
class _Glyph:
    """One drawn character with its ink box, in points from the lower left corner of the page."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    generated: bool  # pdfium's guess of a space or line end; nothing is drawn there
    gap: bool = False  # a space stands before it
    marks: list[_Glyph] = field(default_factory=list)

    @property
    def inked(self) -> bool:
        return self.right - self.left > 0.2 and self.top - self.bottom > 0.2


@dataclass
class _Row:
    """The glyphs of a line in the file's order, the base line they stand on, and whether first and last are of a bold font."""

    glyphs: list[_Glyph]
    base: float
    bold: bool

    @property
    def is_marks(self) -> bool:
        return all(glyph.text in MARKS or glyph.text in _BLANK for glyph in self.glyphs)

    @property
    def is_number(self) -> bool:
        return len(self.glyphs) <= 4 and all(glyph.text in _DIGITS or glyph.generated for glyph in self.glyphs)


@dataclass(frozen=True)
class Line:
    """A line of a page: its text, its ends and base line in points, the height of its letters, and whether it is bold."""

    text: str
    left: float = 0.0
    right: float = 0.0
    base: float = 0.0
    size: float = 0.0
    bold: bool = False
    is_row: bool = False  # of a table: complete in itself


class Wall(NamedTuple):
    """A line drawn between two columns of a table."""

    x: float
    bottom: float
    top: float


def lines(page: pdfium.PdfTextPage, decode: Mapping[str, str], walls: Sequence[Wall] = ()) -> tuple[list[Line], int]:
    """Read the lines of a page.

    Args:
        page: pdfium's text page.
        decode: what the characters of a wrongly mapped font stand for.
        walls: lines between columns, at which lines of text end.

    Returns:
        The lines in the file's order, and how many marks and vowels were read from what is drawn against what the file says.
    """
    result: list[Line] = []
    changed = 0
    parts = (part for row in _rows(page, decode) for part in _parted(row, walls))
    for row in _joined(parts, walls):
        drawn = [glyph for glyph in row.glyphs if glyph.inked]
        letters = [glyph for glyph in drawn if glyph.text.isalnum()] or drawn
        if not letters:
            continue
        size = median(glyph.top - glyph.bottom for glyph in letters)
        bases, count = _with_marks(row, size)
        changed += count + sum(_vowel(glyph, size) for glyph in bases)
        text = _text(bases, row, size)
        if text:
            result.append(Line(text, min(g.left for g in drawn), max(g.right for g in drawn), row.base, size, row.bold))
    return result, changed


def _rows(page: pdfium.PdfTextPage, decode: Mapping[str, str]) -> Iterator[_Row]:
    handle = page.raw
    edges = [ctypes.c_double() for _ in range(4)]
    left, right, bottom, top = edges
    box = [ctypes.byref(edge) for edge in edges]
    row: list[_Glyph] = []
    drawn: list[int] = []
    for index in range(raw.FPDFText_CountChars(handle)):
        code = raw.FPDFText_GetUnicode(handle, index)
        text = "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)
        generated = text in " \r\n" and raw.FPDFText_IsGenerated(handle, index) == 1
        if text in "\r\n\0":
            if text == "\n" and drawn:
                yield _row(handle, row, drawn)
                row, drawn = [], []
            continue
        raw.FPDFText_GetCharBox(handle, index, *box)
        if not generated:
            text = decode.get(text, text).translate(PRIVATE)
        row.append(_Glyph(text, left.value, right.value, bottom.value, top.value, generated))
        if not text.isspace():
            drawn.append(index)
    if drawn:
        yield _row(handle, row, drawn)


def _row(handle: pdfium.raw.FPDF_TEXTPAGE, glyphs: list[_Glyph], drawn: list[int]) -> _Row:
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(handle, drawn[0], ctypes.byref(x), ctypes.byref(y))
    return _Row(glyphs, y.value, all(_is_bold(handle, index) for index in (drawn[0], drawn[-1])))


def _is_bold(handle: pdfium.raw.FPDF_TEXTPAGE, index: int) -> bool:
    name = ctypes.create_string_buffer(128)
    raw.FPDFText_GetFontInfo(handle, index, name, len(name), None)
    return b"bold" in name.value.lower() or raw.FPDFText_GetFontWeight(handle, index) >= 600


def _parted(row: _Row, walls: Sequence[Wall]) -> Iterable[_Row]:
    """Part a row at the walls that it runs through; what is drawn over a column belongs there, wherever the file lists it."""
    crossed = sorted(wall.x for wall in walls if wall.bottom < row.base + 1 < wall.top)
    if not crossed:
        return (row,)
    parts: dict[int, list[_Glyph]] = {}
    column = 0
    for glyph in row.glyphs:
        if not glyph.generated:
            column = bisect(crossed, (glyph.left + glyph.right) / 2)
        parts.setdefault(column, []).append(glyph)
    return [_Row(glyphs, row.base, row.bold) for _, glyphs in sorted(parts.items())]


def _joined(rows: Iterable[_Row], walls: Sequence[Wall]) -> Iterator[_Row]:
    """Join rows that the file lists apart though they stand on one line and go on to the right; a raised number joins its line."""
    last: _Row | None = None
    for row in rows:
        if last is None:
            last = row
            continue
        ends = max(glyph.right for glyph in last.glyphs)
        high = max(_height(row), _height(last))
        near = (0.8 if row.is_number or last.is_number else 0.3) * high
        begins = min(glyph.left for glyph in row.glyphs)
        is_walled = any(ends - 1 < wall.x < begins + 1 and wall.bottom < row.base + 1 < wall.top for wall in walls)
        if abs(row.base - last.base) < near and not is_walled and (row.is_marks or begins > ends - 0.5 * high):
            base = row.base if last.is_number else last.base
            last = _Row([*last.glyphs, _Glyph(" ", ends, ends, 0.0, 0.0, generated=True), *row.glyphs], base, last.bold and row.bold)
        else:
            yield last
            last = row
    if last is not None:
        yield last


def _height(row: _Row) -> float:
    return max((glyph.top - glyph.bottom for glyph in row.glyphs if glyph.inked), default=0.0)


def _with_marks(row: _Row, size: float) -> tuple[list[_Glyph], int]:
    """Put every mark on the letter over which it is drawn; give the letters, and how many marks were moved or named."""
    bases: list[_Glyph] = []
    marks: list[tuple[_Glyph, int]] = []
    gap = False
    for glyph in row.glyphs:
        is_blank = glyph.text in _BLANK
        is_hidden_mark = is_blank and not glyph.generated and glyph.inked and bases and glyph.bottom > bases[-1].bottom + 0.7 * size
        if glyph.text in MARKS or is_hidden_mark:
            marks.append((glyph, len(bases) - 1))
        elif is_blank:
            gap = True
        else:
            glyph.gap, gap = gap, False
            bases.append(glyph)
    changed = 0
    for mark, position in marks:
        middle = (mark.left + mark.right) / 2
        near = bases[position] if position >= 0 else None
        if near is None or not near.left - 0.15 * size <= middle <= near.right + 0.15 * size:
            # marks are drawn over the right end of their letter or in the gap behind it
            behind = (base for base in bases if base.text in _LETTERS and base.left - 0.1 * size <= middle)
            over = max(behind, key=lambda base: base.left, default=None)
            if over is not None and over is not near and middle <= over.right + 0.5 * size:
                near = over
                changed += 1
                _measure_gaps(bases[max(position, 0) : position + 3], size)
        if near is not None:
            near.marks.append(mark)
    return bases, changed + sum(_name_marks(before, after) for before, after in pairwise(bases))


def _measure_gaps(bases: list[_Glyph], size: float) -> None:
    """Where the file jumped back to a mark, pdfium guessed a space: what is drawn decides."""
    for before, after in pairwise(bases):
        after.gap = after.left - before.right > 0.35 * size


def _name_marks(base: _Glyph, after: _Glyph) -> int:
    """Name the marks that a font maps to a space or to each other by their shape: ไม้เอก is a stroke, ไม้โท is wide, nikhahit is round."""
    named = 0
    for mark in base.marks:
        if mark.text not in _BLANK and (mark.text != "้" or after.text not in "าำ"):
            continue
        shape = (mark.right - mark.left) / max(mark.top - mark.bottom, 0.01)
        drawn = "่" if shape < 0.75 else "ํ" if shape < 1.1 and after.text in "าำ" else "้"
        named += drawn != mark.text
        mark.text = drawn
    return named


def _vowel(glyph: _Glyph, size: float) -> bool:
    """Tell า from ำ by its height, whatever the font maps it to; true when it was the other one."""
    if glyph.text not in "าำ":
        return False
    drawn = "ำ" if glyph.top - glyph.bottom > 1.2 * size else "า"
    was, glyph.text = glyph.text, drawn
    return was != drawn


def _text(bases: list[_Glyph], row: _Row, size: float) -> str:
    text: list[str] = []
    for glyph in bases:
        raised = glyph.text in _DIGITS and glyph.bottom - row.base > 0.3 * size and glyph.top - glyph.bottom < 0.8 * size
        text.append((" " if glyph.gap else "") + (f"[{glyph.text}]" if raised else glyph.text))
        text.extend(mark.text for mark in sorted(glyph.marks, key=lambda mark: (mark.text not in "ฺุู", mark.text not in _UPPER)))
    return "".join(text).replace("][", "").strip()
