"""The evidence of an answer as it read then, beside how it reads now: same, changed word by word, gone, or no longer in force."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy.orm import Session

from app.corpus.differences import Piece
from app.domain import Document
from app.store import releases, reviews
from app.store.tables import CitationRow

State = Literal["same", "changed", "gone", "expired"]
Compare = Callable[[str, str], list[Piece]]


@dataclass(frozen=True)
class Evidence:
    """One citation, then and now; `pieces` are the words of both where they differ."""

    cited: CitationRow
    state: State
    text_now: str = ""
    pieces: tuple[Piece, ...] = ()
    document_now: Document | None = None


def then_and_now(session: Session, citations: Sequence[CitationRow], today: date, compare: Compare) -> list[Evidence]:
    """Look up what was cited in the release that answers now."""
    active, _ = releases.pointer(session)
    if not active or not citations:
        return [Evidence(cited, "gone") for cited in citations]
    documents = {document.id: document for document in releases.documents(releases.get(session, active))}
    found = reviews.sections(session, active, {(cited.document, cited.section) for cited in citations})
    told = []
    for cited in citations:
        now, document = found.get((cited.document, cited.section)), documents.get(cited.document)
        if now is None or document is None:
            told.append(Evidence(cited, "gone"))
        elif now.text != cited.text:
            told.append(Evidence(cited, "changed", now.text, tuple(compare(cited.text, now.text)), document))
        else:
            told.append(Evidence(cited, "same" if document.in_force(today) else "expired", now.text, (), document))
    return told
