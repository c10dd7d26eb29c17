"""What the admin asks of an ingest, and what the ingest says it did."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from app.corpus.reading import ReadDocument
from app.formats.base import Ocr

Progress = Callable[[str, int, int], None]  # what is being done, how much of it is done, of how much


@dataclass(frozen=True)
class Wishes:
    """What the admin asked for on the command line."""

    activate: bool = True
    dry_run: bool = False
    allow_removal: bool = False
    force: str = ""
    who: str = ""
    ocr: Ocr = "auto"


@dataclass
class Report:
    """What an ingest did, in the shape of the contract; kept with its release."""

    release: int = 0
    activated: bool = False
    documents: int = 0
    sections: dict[str, int] = field(default_factory=lambda: {"created": 0, "changed": 0, "same": 0, "removed": 0})
    seconds: float = 0.0
    steps: dict[str, float] = field(default_factory=dict)  # seconds by step
    embedded: int = 0
    words: str = ""  # digest of the dictionary that the tokens were made with
    repairs: dict[str, dict[str, int]] = field(default_factory=dict)
    pages: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # those that were not simply read from their text
    guessed: dict[str, dict[str, Any]] = field(default_factory=dict)
    proposals: list[dict[str, str]] = field(default_factory=list)  # a document that seems to replace another, and why
    golden: dict[str, Any] = field(default_factory=dict)  # how the golden questions were answered
    failed: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    checks: list[dict[str, Any]] = field(default_factory=list)

    def add(self, read: ReadDocument) -> None:
        """Note what one file brought."""
        name = read.document.id
        self.warnings.extend(read.warnings)
        for kept, what in (
            (self.repairs, dict(read.repairs)),
            (self.pages, [asdict(page) for page in read.pages]),
            (self.guessed, read.guessed),
        ):
            if what:
                kept[name] = what  # type: ignore[assignment]

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Note the seconds that a step takes."""
        begun = time.monotonic()
        yield
        self.steps[step] = round(time.monotonic() - begun, 3)

    def contract(self) -> dict[str, Any]:
        """Give it as `--json` prints it: files that failed are warnings too."""
        return asdict(self) | {"warnings": [f"{name}: {reason}" for name, reason in self.failed.items()] + self.warnings}

    @classmethod
    def kept(cls, plain: Mapping[str, Any]) -> Report:
        """Read the report that a release keeps; another edition of this code may have kept other fields."""
        return cls(**{key: plain[key] for key in (one.name for one in fields(cls)) if key in plain})
