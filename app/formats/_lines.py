"""Lines of a PDF page from its glyphs: where a mark is drawn decides which letter it belongs to, not where the file lists it.

Old Thai PDF writers list marks late, leave them between other letters, or map them to a space; what is drawn is still right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import pypdfium2 as pdfium

from app.formats._glyphs import BLANK, DIGITS, Glyph, Row, Wall, rows
from app.thai import MARKS

_LETTERS = frozenset(map(chr, range(ord("ก"), ord("ฮ") + 1)))
_UPPER = frozenset("ัิีึื็ํ")


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
    for row in rows(page, decode, walls):
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


def _with_marks(row: Row, size: float) -> tuple[list[Glyph], int]:
    """Put every mark on the letter over which it is drawn; give the letters, and how many marks were moved or named."""
    bases: list[Glyph] = []
    marks: list[tuple[Glyph, int]] = []
    gap = False
    for glyph in row.glyphs:
        is_blank = glyph.text in BLANK
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


def _measure_gaps(bases: list[Glyph], size: float) -> None:
    """Where the file jumped back to a mark, pdfium guessed a space: what is drawn decides."""
    for before, after in pairwise(bases):
        after.gap = after.left - before.right > 0.35 * size


def _name_marks(base: Glyph, after: Glyph) -> int:
    """Name the marks that a font maps to a space or to each other by their shape: ไม้เอก is a stroke, ไม้โท is wide, nikhahit is round."""
    named = 0
    for mark in base.marks:
        if mark.text not in BLANK and (mark.text != "้" or after.text not in "าำ"):
            continue
        shape = (mark.right - mark.left) / max(mark.top - mark.bottom, 0.01)
        drawn = "่" if shape < 0.75 else "ํ" if shape < 1.1 and after.text in "าำ" else "้"
        named += drawn != mark.text
        mark.text = drawn
    return named


def _vowel(glyph: Glyph, size: float) -> bool:
    """Tell า from ำ by its height, whatever the font maps it to; true when it was the other one."""
    if glyph.text not in "าำ":
        return False
    drawn = "ำ" if glyph.top - glyph.bottom > 1.2 * size else "า"
    was, glyph.text = glyph.text, drawn
    return was != drawn


def _text(bases: list[Glyph], row: Row, size: float) -> str:
    text: list[str] = []
    for glyph in bases:
        raised = glyph.text in DIGITS and glyph.bottom - row.base > 0.3 * size and glyph.top - glyph.bottom < 0.8 * size
        text.append((" " if glyph.gap else "") + (f"[{glyph.text}]" if raised else glyph.text))
        text.extend(mark.text for mark in sorted(glyph.marks, key=lambda mark: (mark.text not in "ฺุู", mark.text not in _UPPER)))
    return "".join(text).replace("][", "").strip()
