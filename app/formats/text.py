"""Plain text: a block a line, in UTF-8, UTF-16 or the old Thai encodings."""

from __future__ import annotations

from pathlib import Path

from app.formats._encodings import decode
from app.formats.base import AUTO, Block, Reading, Ways

SUFFIXES = (".txt",)
RISKY = False


def read(path: Path, _ways: Ways = AUTO) -> Reading:
    """Read a text file, a block a line."""
    text = decode(path.read_bytes(), path.name)
    lost = text.count("\ufffd")
    warnings = [f"{lost} letters could not be decoded; save the file anew as UTF-8"] if lost else []
    return Reading([Block(line.strip()) for line in text.splitlines() if line.strip()], warnings)
