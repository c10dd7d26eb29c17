"""What a format gives: blocks of text with their heading level and page; found by the file's suffix.

A format file offers `SUFFIXES`, `RISKY` (whether its files are read in a process of their own, bounded in time and memory) and
`read(path, ways) -> Reading`, and raises `FormatError` with the reason and what to do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from app.drawer import kinds, open_drawer
from app.errors import FormatError

MAX_BYTES = 200 * 1024 * 1024
HIDDEN = "hidden text"  # a warning that begins so tells of words in the file that nobody sees: the gate refuses them
Ocr = Literal["auto", "off", "force"]  # pages without usable text, no page, every page


def _nothing() -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Ways:
    """How to read: which pages by OCR, and whom to tell after each page, so that who waits knows that it goes on."""

    ocr: Ocr = "auto"
    page_done: Callable[[], None] = _nothing


AUTO = Ways()


@dataclass(frozen=True)
class Block:
    """A paragraph, list item, table row or heading.

    `level` is 0 for text, 1–6 for a heading; `page` counts from 1 where the format has pages; `confidence` (0–1) says how sure OCR was,
    and is None for text that was not guessed from an image.
    """

    text: str
    level: int = 0
    page: int | None = None
    confidence: float | None = None


@dataclass(frozen=True)
class Page:
    """How one page was read: from its `text`, by `ocr` (with its confidence, 0–1), `unread` or `blank`; the share of known words."""

    number: int
    source: Literal["text", "ocr", "unread", "blank"]
    plausibility: float = 1.0
    confidence: float | None = None


@dataclass
class Reading:
    """What a file gave: blocks, what a person should look at, its pages where it has some, and what was repaired by kind."""

    blocks: list[Block] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    repairs: Counter[str] = field(default_factory=Counter)

    def plain(self) -> dict[str, Any]:
        """Give it in the types of JSON."""
        blocks, pages = [vars(block) for block in self.blocks], [vars(page) for page in self.pages]
        return {"blocks": blocks, "warnings": self.warnings, "pages": pages, "repairs": dict(self.repairs)}

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Reading:
        """Build it from the types of JSON."""
        blocks, pages = [Block(**block) for block in plain["blocks"]], [Page(**page) for page in plain["pages"]]
        return cls(blocks, plain["warnings"], pages, Counter(plain["repairs"]))


Reader = Callable[[Path, Ways], Reading]


@cache
def readers() -> dict[str, tuple[Reader, bool]]:
    """Map every suffix that some file of the drawer reads to its reader, and whether its files are risky."""
    found: dict[str, tuple[Reader, bool]] = {}
    for kind in kinds("formats"):
        module = open_drawer("formats", kind)
        found.update(dict.fromkeys(module.SUFFIXES, (module.read, module.RISKY)))
    return found


def read(path: Path, ocr: Ocr = "auto", kept: Path | None = None) -> Reading:
    """Read a file with the reader of its suffix.

    Args:
        path: the file.
        ocr: which pages are read by OCR.
        kept: a folder where readings of unchanged files are kept, because OCR takes seconds a page.

    Raises:
        FormatError: unknown suffix, too large, empty, or what the reader met.
    """
    from app.formats import _apart  # it imports this file

    suffix = path.suffix.lower()
    if suffix not in readers():
        known = ", ".join(sorted(readers()))
        raise FormatError(f"{path.name}: files of kind {suffix or 'without suffix'} are not read; kinds read: {known}")
    size = path.stat().st_size
    if size == 0:
        raise FormatError(f"{path.name}: the file is empty")
    if size > MAX_BYTES:
        raise FormatError(f"{path.name}: larger than {MAX_BYTES // 2**20} MB; split the document")
    reader, risky = readers()[suffix]
    reading = _apart.read(path, ocr, kept) if risky else reader(path, Ways(ocr))
    reading.blocks = [block for block in reading.blocks if block.text.strip()]
    if not reading.blocks:
        why = "; ".join(reading.warnings) or "if it is a scan, it needs OCR"
        raise FormatError(f"{path.name}: no text in it; {why}")
    return reading
