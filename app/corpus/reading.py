"""One file becomes a document: read, described (by its sidecar or by what its text says), repaired and cut."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from app.corpus import guesses, suspicions
from app.corpus.catalogue import Entry
from app.corpus.sections import cut
from app.domain import Document, Section
from app.formats import base as formats
from app.formats.base import Ocr, Page

PLAUSIBLE = 0.85  # below it a document is pointed out; real ones full of names have 0.88, others 0.95


@dataclass
class ReadDocument:
    """A document with its sections, and all that should be looked at."""

    document: Document
    sections: list[Section]
    warnings: list[str] = field(default_factory=list)
    repairs: Counter[str] = field(default_factory=Counter)
    pages: list[Page] = field(default_factory=list)
    guessed: dict[str, Any] = field(default_factory=dict)
    ends: tuple[str, ...] = ()  # names of the rules that its text ends
    unseen: list[str] = field(default_factory=list)
    legibility: float = 1.0

    def told(self) -> dict[str, Any]:
        """Give what `check` prints of it, in the types of JSON."""
        suspicious = [f"text that nobody sees: {what}" for what in self.unseen]
        for section in self.sections:
            suspicious += [f"{section.label}: words to a language model: “{words}”" for words in suspicions.orders(section.text)]
        return {
            "title": self.document.title,
            "sections": [{"section": s.label, "path": s.path, "page": s.page, "text": s.text} for s in self.sections],
            "warnings": self.warnings + suspicious,
            "repairs": dict(self.repairs),
            "pages": [asdict(page) for page in self.pages],
            "guessed": self.guessed,
            "legibility": round(self.legibility, 3),
        }


def read(entry: Entry, ocr: Ocr = "auto", kept: Path | None = None) -> ReadDocument:
    """Read, describe, repair and cut one file.

    Args:
        entry: the file and what its sidecar says.
        ocr: which pages are read by OCR.
        kept: a folder where slow readings of unchanged files are kept.

    Raises:
        FormatError: the file cannot be read.
    """
    reading = formats.read(entry.path, ocr, kept)
    document = entry.document
    found = guesses.guess(document.id, reading.blocks)
    warnings = [*entry.warnings, *(f"{document.id}: {warning}" for warning in reading.warnings)]
    if not entry.has_sidecar:
        document = guesses.filled(document, found)
        told = ", ".join(f"{key} {value!r}" for key, value in guesses.written(found).items())
        warnings.append(f"{document.id}: no sidecar; guessed {told}{'' if document.in_force_from else ', no dates'}")
    result = cut(document.id, document.title, reading.blocks)
    warnings.extend(f"{document.id}: {warning}" for warning in result.warnings)
    legibility = suspicions.legibility([section.text for section in result.sections])
    if legibility < PLAUSIBLE:
        warnings.append(f"{document.id}: only {legibility:.0%} of its letters are part of known words; compare it with the original")
    return ReadDocument(
        document,
        result.sections,
        warnings,
        reading.repairs + result.repairs,
        [page for page in reading.pages if page.source != "text" or page.plausibility < PLAUSIBLE],
        {} if entry.has_sidecar else guesses.written(found),
        found.ends,
        suspicions.unseen(reading.blocks) + [warning for warning in reading.warnings if warning.startswith(formats.HIDDEN)],
        legibility,
    )
