"""Tables of a PDF page, from the lines drawn between their cells: a row becomes one text in which every cell has its column's name."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import pypdfium2 as pdfium
from pypdfium2 import raw

from app.formats._glyphs import Wall
from app.formats._lines import Line
from app.formats._pages import joined
from app.formats._rows import row_text

_THIN = 2.5  # points; a thicker shape is a bar or a box
_NEAR = 3.0  # points between what is drawn as one line
_SHORTEST = 6.0  # points
_MANY = 3000  # lines of a page; more are a drawing
_FILLED = 0.4  # share of cells with text, below which lines are a drawing
_LONGEST_CELL = 2500  # letters; more is a page set in columns


@dataclass(frozen=True)
class Rules:
    """The straight lines of a page: walls between columns, floors between rows as (height, left, right)."""

    walls: list[Wall]
    floors: list[tuple[float, float, float]]


@dataclass
class Heads:
    """The column names of the last table and where its columns stand: a table may go on over the page."""

    columns: list[float]
    names: list[str]


def rules(page: pdfium.PdfPage) -> Rules:
    """Find the straight lines of a page; a page with too many is a drawing and has none."""
    found = Rules([], [])
    for count, shape in enumerate(page.get_objects([raw.FPDF_PAGEOBJ_PATH], max_depth=2)):
        if count > _MANY:
            return Rules([], [])
        left, bottom, right, top = shape.get_bounds()
        if top - bottom < _THIN and right - left > _SHORTEST:
            found.floors.append(((top + bottom) / 2, left, right))
        elif right - left < _THIN and top - bottom > _SHORTEST:
            found.walls.append(Wall((left + right) / 2, bottom, top))
    return found


class _Grid:
    """One table: where its columns and rows are divided, and which cells are merged."""

    def __init__(self, walls: Sequence[Wall], floors: Sequence[tuple[float, float, float]]) -> None:
        self._walls, self._floors = walls, floors
        self.columns = _merged(wall.x for wall in walls)
        self.rows = _merged(-y for y, _, _ in floors)  # downwards

    @property
    def is_table(self) -> bool:
        return len(self.columns) > 2 and len(self.rows) > 2

    def cell(self, x: float, y: float) -> tuple[int, int] | None:
        """Give the cell at a place: its row and column, those of the upper left one where cells are merged."""
        row, column = bisect(self.rows, -y) - 1, bisect(self.columns, x) - 1
        if not (0 <= row < len(self.rows) - 1 and 0 <= column < len(self.columns) - 1):
            return None
        return self.first(row, column)

    def first(self, row: int, column: int) -> tuple[int, int]:
        """Give the upper left one of the cells that are merged with this one."""
        while column and not any(abs(w.x - self.columns[column]) < _NEAR and w.bottom < self._middle(row) < w.top for w in self._walls):
            column -= 1
        centre = (self.columns[column] + self.columns[column + 1]) / 2
        while row and not any(abs(-y - self.rows[row]) < _NEAR and left < centre < right for y, left, right in self._floors):
            row -= 1
        return row, column

    def _middle(self, row: int) -> float:
        return -(self.rows[row] + self.rows[row + 1]) / 2


def with_rows(lines: Sequence[Line], drawn: Rules, above: Heads | None) -> tuple[list[Line], Heads | None]:
    """Put a line for each row of a table in place of the lines of its cells.

    Args:
        lines: the lines of a page, split at the walls.
        drawn: the straight lines of the page.
        above: the column names of the table with which the page before ended.
    """
    result = list(lines)
    heads = None
    for grid in _grids(drawn):
        cells: dict[tuple[int, int], list[Line]] = {}
        for line in result:
            cell = None if line.is_row else grid.cell((line.left + line.right) / 2, line.base + line.size / 2)
            if cell:
                cells.setdefault(cell, []).append(line)
        texts = {cell: _text(inside) for cell, inside in cells.items()}
        rows = _rows(grid, texts)
        if len(rows) < 2 or sum(map(bool, texts.values())) < _FILLED * len(rows) * (len(grid.columns) - 1):
            continue
        if max(map(len, texts.values())) > _LONGEST_CELL:
            continue
        names, body = _named(rows, grid, above)
        heads = Heads(grid.columns, names)
        inside = {id(line) for lines_of_cell in cells.values() for line in lines_of_cell}
        first = next(position for position, line in enumerate(result) if id(line) in inside)
        place = result[first]
        made = [replace(place, text=row_text(names, row), is_row=True) for row in body if any(row)]
        result = [*result[:first], *made, *(line for line in result[first:] if id(line) not in inside)]
    return result, heads


def _named(rows: list[list[str]], grid: _Grid, above: Heads | None) -> tuple[list[str], list[list[str]]]:
    """Tell the column names from the rows: the first row, unless the table goes on from the page before."""
    goes_on = above is not None and len(above.columns) == len(grid.columns)
    if above and goes_on and all(abs(a - b) < 2 * _NEAR for a, b in zip(above.columns, grid.columns, strict=True)):
        return above.names, rows[1:] if rows[0] == above.names else rows
    return rows[0], rows[1:]


def _rows(grid: _Grid, texts: dict[tuple[int, int], str]) -> list[list[str]]:
    """Give the cells by row; one merged downwards says its text in every row, one merged to the right in its first column."""
    rows = []
    for row in range(len(grid.rows) - 1):
        firsts = [grid.first(row, column) for column in range(len(grid.columns) - 1)]
        if any(first[0] == row and texts.get(first) for first in firsts):
            rows.append([texts.get(first, "") if first[1] == column else "" for column, first in enumerate(firsts)])
    return rows


def _text(lines: list[Line]) -> str:
    text = ""
    for line in sorted(lines, key=lambda line: (-round(line.base), line.left)):
        text = joined(text, line.text) if text else line.text
    return text


def _grids(drawn: Rules) -> list[_Grid]:
    """Group lines that touch each other."""
    boxes = [(wall.x, wall.x, wall.bottom, wall.top) for wall in drawn.walls]
    boxes += [(left, right, y, y) for y, left, right in drawn.floors]
    group = list(range(len(boxes)))

    def root(i: int) -> int:
        while group[i] != i:
            group[i] = group[group[i]]
            i = group[i]
        return i

    for i, (left, right, bottom, top) in enumerate(boxes):
        for j in range(i):
            a, b, c, d = boxes[j]
            if a - _NEAR < right and left < b + _NEAR and c - _NEAR < top and bottom < d + _NEAR:
                group[root(i)] = root(j)
    n = len(drawn.walls)
    roots = [root(i) for i in range(len(boxes))]
    grids = [
        _Grid(
            [wall for i, wall in enumerate(drawn.walls) if roots[i] == one],
            [floor for i, floor in enumerate(drawn.floors) if roots[n + i] == one],
        )
        for one in sorted(set(roots))
    ]
    return [grid for grid in grids if grid.is_table]


def _merged(values: Iterable[float]) -> list[float]:
    merged: list[float] = []
    for value in sorted(values):
        if not merged or value - merged[-1] > _NEAR:
            merged.append(value)
    return merged
