"""Word documents: headings by style or outline level, numbers of automatic lists, tables a row a block with its column heads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn

from app.errors import FormatError
from app.formats import _archive
from app.formats._numbering import Numbering
from app.formats._rows import table_blocks
from app.formats.base import AUTO, HIDDEN, Block, Reading, Ways

SUFFIXES = (".docx",)
RISKY = True
_P, _TBL, _SDT, _CONTENT, _INS = (qn(name) for name in ("w:p", "w:tbl", "w:sdt", "w:sdtContent", "w:ins"))
_TEXT, _DELETED, _TAB, _BREAKS = qn("w:t"), qn("w:del"), qn("w:tab"), (qn("w:br"), qn("w:cr"))
_HYPHEN, _TEXTBOX = qn("w:noBreakHyphen"), qn("w:txbxContent")
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_CONTENTS = re.compile(r"^(toc|table of (contents|figures)|สารบัญ)", re.IGNORECASE)


def read(path: Path, _ways: Ways = AUTO) -> Reading:
    """Read a Word file.

    Raises:
        FormatError: not a Word file, encrypted, damaged, or not what a document may be.
    """
    _archive.check(path)
    try:
        document = docx.Document(str(path))
        return Reading(list(_Word(document).blocks()), _hidden(document.element.body))
    except (OpcError, *_archive.DAMAGED) as error:
        raise FormatError(f"{path.name}: damaged, or no Word document ({type(error).__name__}); open it and save it again") from None


class _Word:
    """A Word document with what its styles and lists mean."""

    def __init__(self, document: WordDocument) -> None:
        self._body = document.element.body
        self._styles = {style.style_id: style for style in document.styles}
        self._numbering = Numbering(document)

    def blocks(self) -> Iterator[Block]:
        """Give the blocks in order."""
        yield from self._content(self._body)

    def _content(self, parent: Any) -> Iterator[Block]:
        for child in parent.iterchildren():
            if child.tag == _P:
                yield from self._paragraph(child)
            elif child.tag == _TBL:
                yield from table_blocks(self._rows(child))
            elif child.tag in (_SDT, _CONTENT, _INS):
                yield from self._content(child)

    def _paragraph(self, paragraph: Any) -> Iterator[Block]:
        style = self._style(paragraph)
        if style is not None and _CONTENTS.match(style.name or ""):
            return
        mark = self._numbering.mark(paragraph, style)
        text = " ".join("".join(_text(paragraph)).split())
        if text:
            yield Block(f"{mark} {text}".strip(), level=_level(paragraph, style))
        for box in paragraph.iter(_TEXTBOX):
            if not any(parent.tag == _FALLBACK for parent in box.iterancestors()):
                yield from self._content(box)

    def _style(self, paragraph: Any) -> Any:
        return self._styles.get(paragraph.style)

    def _rows(self, table: Any) -> list[list[str]]:
        """Give the cells by column; a cell merged downwards says its text in every row, one merged to the right in its first column."""
        rows: list[list[str]] = []
        for row in _own_rows(table):
            cells: list[str] = []
            for cell in row.iterchildren(qn("w:tc")):
                merged, span = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}"), cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
                goes_on = merged is not None and merged.get(qn("w:val")) != "restart" and rows and len(rows[-1]) > len(cells)
                cells.append(rows[-1][len(cells)] if goes_on else " ".join(block.text for block in self._content(cell)))
                cells.extend([""] * (min(int(span.get(qn("w:val"), "1")), 100) - 1 if span is not None else 0))
            rows.append(cells)
        return rows


def _hidden(body: Any) -> list[str]:
    """Tell of words that the file holds and nobody sees: hidden ones, and white ones on a white page."""
    words = []
    for run in body.iter(qn("w:r")):
        looks = run.find(qn("w:rPr"))
        if looks is None:
            continue
        hidden, colour = looks.find(qn("w:vanish")), looks.find(qn("w:color"))
        is_white = colour is not None and colour.get(qn("w:val"), "").upper() == "FFFFFF" and not _is_shaded(run)
        if is_white or (hidden is not None and hidden.get(qn("w:val"), "1") not in ("0", "false")):
            words.append("".join(_text(run)).strip())
    text = " ".join(filter(None, words))
    return [f"{HIDDEN}: {text[:120]}"] if text else []


def _is_shaded(run: Any) -> bool:
    """Tell whether something between a run and its page has a colour of its own, or lies on a drawing."""
    for element in (run, *run.iterancestors()):
        if element.tag == _TEXTBOX or any(True for _ in element.iterchildren(qn("w:tblPr"))):
            return True
        for looks in element.iterchildren(qn("w:rPr"), qn("w:pPr"), qn("w:tcPr")):
            if looks.find(qn("w:shd")) is not None or looks.find(qn("w:highlight")) is not None:
                return True
    return False


def _own_rows(table: Any) -> Iterator[Any]:
    """Give the rows of a table without those of the tables in its cells."""
    return (row for row in table.iter(qn("w:tr")) if next(row.iterancestors(_TBL)) is table)


def _text(element: Any) -> Iterator[str]:
    """Give the words of a paragraph as they will read when every change in it is accepted."""
    for child in element.iterchildren():
        if child.tag == _TEXT:
            yield child.text or ""
        elif child.tag == _TAB or child.tag in _BREAKS:
            yield " "
        elif child.tag == _HYPHEN:
            yield "-"
        elif child.tag not in (_DELETED, _TEXTBOX, qn("w:pPr"), qn("w:rPr"), _FALLBACK):
            yield from _text(child)


def _level(paragraph: Any, style: Any) -> int:
    own = paragraph.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
    if own is not None:
        return _outline(own)
    while style is not None:
        name = style.name or ""
        if found := re.match(r"(?:Heading|หัวเรื่อง|heading) ?(\d)", name):
            return min(int(found[1]), 6)
        if name in ("Title", "ชื่อเรื่อง"):
            return 1
        outline = style.element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
        if outline is not None:
            return _outline(outline)
        style = style.base_style
    return 0


def _outline(element: Any) -> int:
    level = int(element.get(qn("w:val"), "9"))
    return min(level + 1, 6) if level < 9 else 0
