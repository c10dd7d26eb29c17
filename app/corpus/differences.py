"""What two releases say differently: documents and sections that came, went or changed, word by word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from difflib import SequenceMatcher
from typing import Any

from app.domain import Document, Section
from app.errors import ReleaseError
from app.store import releases
from app.store.database import Database
from app.thai import Segmenter

_DERIVED = ("digest", "superseded_on", "superseded_by")  # of files and of other documents, not said by the document itself


@dataclass(frozen=True)
class Piece:
    """Some words of a changed section: `same`, `removed` or `added`."""

    change: str
    text: str


@dataclass(frozen=True)
class ChangedSection:
    """A section under the same id with another text."""

    document: str
    section: str
    words: list[Piece]


@dataclass(frozen=True)
class ChangedDocument:
    """A document whose description or sections changed; `said` gives what its sidecar said before and says now."""

    document: str
    title: str
    said: dict[str, tuple[Any, Any]] = field(default_factory=dict)


@dataclass
class Difference:
    """All that differs between two releases."""

    before: int
    after: int
    documents: dict[str, list[Any]] = field(default_factory=lambda: {"created": [], "changed": [], "removed": []})
    sections: dict[str, list[Any]] = field(default_factory=lambda: {"created": [], "changed": [], "removed": []})

    def plain(self) -> dict[str, Any]:
        """Give it in the types of JSON."""
        return asdict(self)


def between(database: Database, before: int, after: int) -> Difference:
    """Compare two releases.

    Raises:
        ReleaseError: one of them is not there, or was never finished.
    """
    old_documents, old = _content(database, before)
    new_documents, new = _content(database, after)
    found = Difference(before, after)
    segmenter = Segmenter()
    touched = set()
    for key in [*old, *(key for key in new if key not in old)]:
        section = {"document": key[0], "section": key[1]}
        if key not in new:
            found.sections["removed"].append(section | {"text": old[key].text})
        elif key not in old:
            found.sections["created"].append(section | {"text": new[key].text})
        elif old[key].text != new[key].text:
            found.sections["changed"].append(ChangedSection(*key, words=word_by_word(old[key].text, new[key].text, segmenter)))
        else:
            continue
        touched.add(key[0])
    _compare_documents(old_documents, new_documents, touched, found)
    return found


def word_by_word(before: str, after: str, segmenter: Segmenter) -> list[Piece]:
    """Compare two texts by words, so that a reader sees which ones changed."""
    old, new = segmenter.pieces(before), segmenter.pieces(after)
    pieces: list[Piece] = []
    for change, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if change == "equal":
            pieces.append(Piece("same", "".join(old[a:b])))
            continue
        if b > a:
            pieces.append(Piece("removed", "".join(old[a:b])))
        if d > c:
            pieces.append(Piece("added", "".join(new[c:d])))
    return pieces


def _content(database: Database, number: int) -> tuple[dict[str, Document], dict[tuple[str, str], Section]]:
    with database.read() as session:
        row = releases.get(session, number)
        if row.state == "building":
            raise ReleaseError(f"release {number} was never finished")
        sections = {(section.document, section.label): section for section, _ in releases.sections(session, number)}
        return {document.id: document for document in releases.documents(row)}, sections


def _compare_documents(old: Mapping[str, Document], new: Mapping[str, Document], touched: set[str], found: Difference) -> None:
    for name, document in new.items():
        if name not in old:
            found.documents["created"].append({"document": name, "title": document.title})
            continue
        said = _said(old[name], document)
        if said or name in touched:
            found.documents["changed"].append(ChangedDocument(name, document.title, said))
    found.documents["removed"] = [{"document": name, "title": document.title} for name, document in old.items() if name not in new]


def _said(old: Document, new: Document) -> dict[str, tuple[Any, Any]]:
    before, now = _plain(old), _plain(new)
    return {key: (before[key], now[key]) for key in now if before[key] != now[key] and key not in _DERIVED}


def _plain(document: Document) -> dict[str, Any]:
    written = {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in asdict(document).items()}
    return {key: list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value for key, value in written.items()}
