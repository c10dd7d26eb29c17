"""Excel sheets: a heading and a text for each row, every cell behind the name of its column."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from app.errors import FormatError
from app.formats import _archive
from app.formats._rows import sheet_blocks
from app.formats.base import AUTO, Block, Reading, Ways

SUFFIXES = (".xlsx",)
RISKY = True
MAX_ROWS = 20_000
MAX_COLUMNS = 200


def read(path: Path, _ways: Ways = AUTO) -> Reading:
    """Read a workbook: its visible sheets in order, with the values that were last calculated.

    Raises:
        FormatError: not a workbook, encrypted, damaged, or not what a document may be.
    """
    _archive.check(path)
    try:
        with path.open("rb") as file:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
            return Reading([block for sheet in sheets for block in _sheet(sheet, path.name, is_only=len(sheets) == 1)])
    except (InvalidFileException, *_archive.DAMAGED) as error:
        raise FormatError(f"{path.name}: damaged, or no workbook ({type(error).__name__}); open it and save it again") from None


def _sheet(sheet: Any, name: str, *, is_only: bool) -> list[Block]:
    sheet.reset_dimensions()  # what a file says of its size may be wrong, by mistake or on purpose
    rows = list(islice(_rows(sheet), MAX_ROWS + 1))
    if len(rows) > MAX_ROWS:
        raise FormatError(f"{name}: sheet {sheet.title!r} has more than {MAX_ROWS} rows; split it")
    return sheet_blocks(rows, title="" if is_only and sheet.title.startswith(("Sheet", "แผ่น")) else sheet.title)


def _rows(sheet: Any) -> Iterator[list[str]]:
    empty = 0
    for row in sheet.iter_rows(max_col=MAX_COLUMNS):
        cells = [_shown(cell) for cell in row]
        empty = 0 if any(cells) else empty + 1
        if empty > MAX_ROWS:
            return
        if not empty:
            yield cells


def _shown(cell: Any) -> str:
    """Write a value as the sheet shows it: percentages as such, whole numbers without a point, dates as ISO dates."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bool):
        return "ใช่" if value else "ไม่ใช่"
    if isinstance(value, int | float):
        return f"{round(value * 100, 6):g}%" if "%" in str(cell.number_format) else f"{value:.10g}"
    return str(value).strip()
