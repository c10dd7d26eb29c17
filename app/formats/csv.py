"""Tables as text: a heading and a text for each row, every cell behind the name of its column."""

from __future__ import annotations

import csv
from itertools import islice
from pathlib import Path

from app.errors import FormatError
from app.formats._encodings import decode
from app.formats._rows import sheet_blocks
from app.formats.base import AUTO, Reading, Ways

SUFFIXES = (".csv", ".tsv")
RISKY = False
MAX_ROWS = 20_000
_SEPARATORS = ",;\t|"


def read(path: Path, _ways: Ways = AUTO) -> Reading:
    """Read a table with commas, semicolons, tabs or bars between its cells.

    Raises:
        FormatError: too many rows, or not text.
    """
    lines = decode(path.read_bytes(), path.name).splitlines()
    separator = max(_SEPARATORS, key=lambda sign: sum(line.count(sign) for line in lines[:20]))
    try:
        rows = [[cell.strip() for cell in row] for row in islice(csv.reader(lines, delimiter=separator), MAX_ROWS + 1)]
    except csv.Error as error:
        raise FormatError(f"{path.name}: not a table ({error})") from None
    if len(rows) > MAX_ROWS:
        raise FormatError(f"{path.name}: more than {MAX_ROWS} rows; split it")
    return Reading(sheet_blocks([row for row in rows if any(row)], title=""))
