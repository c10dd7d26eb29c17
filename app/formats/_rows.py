"""Rows of tables as text that can be read without the table: each cell behind the name of its column."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.formats.base import Block

_MEANINGFUL = 4  # letters that a row's heading needs; a number alone says nothing
_HEADING = 120  # letters that it may have
_NUMERIC = re.compile(r"^[\d๐-๙.,%\s+-]+$")


def row_text(heads: Sequence[str], cells: Sequence[str]) -> str:
    """Write one row: "- head: cell · head: cell"; empty cells are left out, a cell without head stands alone."""
    return "- " + " · ".join(_named(heads, cells))


def table_blocks(rows: Sequence[Sequence[str]], page: int | None = None) -> list[Block]:
    """Give a block a row of a table within a text; the first row of two or more cells names the columns, what stands above is a caption."""
    clean = [[" ".join(cell.split()) for cell in row] for row in rows if any(cell.strip() for cell in row)]
    captions, heads, body = _parted(clean)
    if not body:
        return [Block(" · ".join(cell for cell in row if cell), page=page) for row in clean]
    return [*(Block(text, page=page) for text in captions), *(Block(row_text(heads, row), page=page) for row in body)]


def sheet_blocks(rows: Sequence[Sequence[str]], title: str) -> list[Block]:
    """Give a section a row of a sheet: a heading of its first cells that say something, then "column: value" for each cell.

    A cell of the first column that is left empty goes on with the one above, as merged cells do.
    """
    clean = [[" ".join(cell.split()) for cell in row] for row in rows]
    captions, heads, body = _parted(clean)
    blocks = [Block(title, level=1)] if title else []
    blocks += [Block(text) for text in captions]
    if not body:
        return blocks + [Block(" · ".join(cell for cell in row if cell)) for row in clean[len(captions) :]]
    above = ""
    for row in body:
        above = row[0] or above
        cells = [above, *row[1:]] if any(row[1:]) else row
        blocks.append(Block(_heading(cells), level=2))
        blocks.extend(Block(text) for text in _named(heads, cells))
    return blocks


def _named(heads: Sequence[str], cells: Sequence[str]) -> list[str]:
    names = [*heads, *[""] * max(0, len(cells) - len(heads))]
    return [f"{name}: {cell}" if name and name != cell else cell for name, cell in zip(names, cells, strict=False) if cell]


def _parted(rows: Sequence[Sequence[str]]) -> tuple[list[str], list[str], list[Sequence[str]]]:
    """Part rows into captions (a single cell above the table), the names of the columns, and the rest."""
    first = next((i for i, row in enumerate(rows) if sum(map(bool, row)) > 1), len(rows))
    captions = [next(filter(None, row)) for row in rows[:first] if any(row)]
    if first >= len(rows) - 1:
        return captions, [], []
    heads, body = list(rows[first]), list(rows[first + 1 :])
    if body and _goes_below(heads, body[0]):
        group = ""
        for column, (head, under) in enumerate(zip(heads, body[0], strict=False)):
            group = head or group
            heads[column] = f"{group} {under}".strip() if under else head
        body = body[1:]
    return captions, heads, body


def _goes_below(heads: Sequence[str], row: Sequence[str]) -> bool:
    """Tell a second row of column names: it names columns that the first left empty, and none of its cells is a number."""
    fills = any(under and not head for head, under in zip(heads, row, strict=False))
    return fills and not row[0] and not any(_NUMERIC.match(cell) for cell in row if cell)


def _heading(cells: Sequence[str]) -> str:
    words: list[str] = []
    for cell in filter(None, cells):
        words.append(cell)
        if sum(map(str.isalpha, cell)) >= _MEANINGFUL:
            break
    return " ".join(words)[:_HEADING]
