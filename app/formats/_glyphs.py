"""What is drawn on a PDF page: its glyphs with their places, row by row, parted at the walls of tables, joined where they are one line."""

from __future__ import annotations

import ctypes
from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import pypdfium2 as pdfium
from pypdfium2 import raw

from app.thai import MARKS, PRIVATE

BLANK = frozenset(" \u00a0")
DIGITS = frozenset("0123456789๐๑๒๓๔๕๖๗๘๙")


@dataclass(slots=True)
class Glyph:
    """One drawn character with its ink box, in points from the lower left corner of the page."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    generated: bool  # pdfium's guess of a space or line end; nothing is drawn there
    gap: bool = False  # a space stands before it
    marks: list[Glyph] = field(default_factory=list)

    @property
    def inked(self) -> bool:
        """Whether anything is drawn."""
        return self.right - self.left > 0.2 and self.top - self.bottom > 0.2


@dataclass
class Row:
    """The glyphs of a line in the file's order, the base line they stand on, and whether first and last are of a bold font."""

    glyphs: list[Glyph]
    base: float
    bold: bool

    @property
    def is_marks(self) -> bool:
        """Whether it holds no letter of its own."""
        return all(glyph.text in MARKS or glyph.text in BLANK for glyph in self.glyphs)

    @property
    def is_number(self) -> bool:
        """Whether it is a number of a few digits, such as the mark of a footnote."""
        return len(self.glyphs) <= 4 and all(glyph.text in DIGITS or glyph.generated for glyph in self.glyphs)


class Wall(NamedTuple):
    """A line drawn between two columns of a table."""

    x: float
    bottom: float
    top: float


def rows(page: pdfium.PdfTextPage, decode: Mapping[str, str], walls: Sequence[Wall]) -> Iterator[Row]:
    """Read the rows of a page in the file's order.

    Args:
        page: pdfium's text page.
        decode: what the characters of a wrongly mapped font stand for.
        walls: lines between columns, at which rows end.
    """
    return _joined((part for row in _listed(page, decode) for part in _parted(row, walls)), walls)


def _listed(page: pdfium.PdfTextPage, decode: Mapping[str, str]) -> Iterator[Row]:
    handle = page.raw
    edges = [ctypes.c_double() for _ in range(4)]
    left, right, bottom, top = edges
    box = [ctypes.byref(edge) for edge in edges]
    row: list[Glyph] = []
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
        row.append(Glyph(text, left.value, right.value, bottom.value, top.value, generated))
        if not text.isspace():
            drawn.append(index)
    if drawn:
        yield _row(handle, row, drawn)


def _row(handle: pdfium.raw.FPDF_TEXTPAGE, glyphs: list[Glyph], drawn: list[int]) -> Row:
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(handle, drawn[0], ctypes.byref(x), ctypes.byref(y))
    return Row(glyphs, y.value, all(_is_bold(handle, index) for index in (drawn[0], drawn[-1])))


def _is_bold(handle: pdfium.raw.FPDF_TEXTPAGE, index: int) -> bool:
    name = ctypes.create_string_buffer(128)
    raw.FPDFText_GetFontInfo(handle, index, name, len(name), None)
    return b"bold" in name.value.lower() or raw.FPDFText_GetFontWeight(handle, index) >= 600


def _parted(row: Row, walls: Sequence[Wall]) -> Iterable[Row]:
    """Part a row at the walls that it runs through; what is drawn over a column belongs there, wherever the file lists it."""
    crossed = sorted(wall.x for wall in walls if wall.bottom < row.base + 1 < wall.top)
    if not crossed:
        return (row,)
    parts: dict[int, list[Glyph]] = {}
    column = 0
    for glyph in row.glyphs:
        if not glyph.generated:
            column = bisect(crossed, (glyph.left + glyph.right) / 2)
        parts.setdefault(column, []).append(glyph)
    return [Row(glyphs, row.base, row.bold) for _, glyphs in sorted(parts.items())]


def _joined(rows: Iterable[Row], walls: Sequence[Wall]) -> Iterator[Row]:
    """Join rows that the file lists apart though they stand on one line and go on to the right; a raised number joins its line."""
    last: Row | None = None
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
            last = Row([*last.glyphs, Glyph(" ", ends, ends, 0.0, 0.0, generated=True), *row.glyphs], base, last.bold and row.bold)
        else:
            yield last
            last = row
    if last is not None:
        yield last


def _height(row: Row) -> float:
    return max((glyph.top - glyph.bottom for glyph in row.glyphs if glyph.inked), default=0.0)
