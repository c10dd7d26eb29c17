"""Which document takes the place of which: as sidecars say, as texts propose, and where two files are the same document."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from app.corpus.likeness import alike
from app.domain import Document, Section
from app.thai import fold

SHORT = 15  # letters; a shorter title is too common to be recognised in another text
_YEAR = re.compile(r"(?<!\d)25\d\d(?!\d)")


@dataclass(frozen=True)
class Twins:
    """Two documents whose texts are nearly the same; `share` of their shingles is common."""

    one: Document
    other: Document
    share: float

    @property
    def are_editions(self) -> bool:
        """Whether they are said to be of different fiscal years, so that one of them has the wrong text."""
        return bool(self.one.fiscal_years and self.other.fiscal_years) and self.one.fiscal_years != self.other.fiscal_years


def with_replacements(documents: Sequence[Document]) -> tuple[list[Document], list[str]]:
    """Mark every document that another one replaces, with the day from which the other one holds."""
    by_id = {document.id: document for document in documents}
    successors: dict[str, Document] = {}
    warnings = []
    for document in documents:
        for old in document.replaces:
            if old not in by_id:
                warnings.append(f"{document.id}: replaces {old!r}, which is not among the documents")
            elif old == document.id:
                warnings.append(f"{document.id}: replaces itself")
            elif document.id in by_id[old].replaces:
                warnings.append(
                    f"{document.id}: replaces {old!r}, which says that it replaces {document.id!r}; one of the two sidecars is wrong"
                )
            elif old not in successors or _begins(document) < _begins(successors[old]):
                successors[old] = document
    marked = []
    for document in documents:
        new = successors.get(document.id)
        day = (new.in_force_from or document.in_force_from or date.min) if new else None
        marked.append(replace(document, superseded_on=day, superseded_by=new.id) if new else document)
    return marked, warnings


def proposals(documents: Sequence[Document], ends: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    """Propose what sidecars do not say: a text that ends another document, and a newer edition of the same title.

    Args:
        documents: the catalogue, replacements marked.
        ends: by document, the names of the rules that its text ends.
    """
    titles = {document.id: fold(document.title) for document in documents}
    found = []
    for document in documents:
        for old in documents:
            if old.id == document.id or old.superseded_by or old.id in document.replaces or len(titles[old.id]) < SHORT:
                continue
            words = next((what for what in ends.get(document.id, ()) if fold(what).startswith(titles[old.id])), "")
            if words:
                found.append({"document": document.id, "replaces": old.id, "because": f"its text says: ให้ยกเลิก {words[:160]}"})
    return found + _newer_editions(documents)


def _newer_editions(documents: Sequence[Document]) -> list[dict[str, str]]:
    series: dict[str, list[Document]] = defaultdict(list)
    for document in documents:
        if document.fiscal_years:
            series[_YEAR.sub("#", fold(document.title))].append(document)
    found = []
    for editions in series.values():
        ordered = sorted(editions, key=lambda document: max(document.fiscal_years))
        for old, new in pairwise(ordered):
            is_open = not (old.superseded_by or old.in_force_until)
            if is_open and max(old.fiscal_years) < min(new.fiscal_years):
                why = f"the same title for fiscal year {max(new.fiscal_years)}; {old.id} has no in_force_until"
                found.append({"document": new.id, "replaces": old.id, "because": why})
    return found


def twins(documents: Sequence[Document], sections: Sequence[Section]) -> list[Twins]:
    """Find the documents that are nearly the same text."""
    by_id = {document.id: document for document in documents}
    texts: dict[str, list[str]] = {document.id: [] for document in documents}
    for section in sections:
        texts[section.document].append(section.text)
    pairs = alike({name: "\n".join(parts) for name, parts in texts.items()})
    return [Twins(by_id[one], by_id[other], share) for one, other, share in pairs]


def _begins(document: Document) -> date:
    return document.in_force_from or date.max
