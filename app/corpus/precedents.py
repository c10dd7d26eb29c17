"""Clinic answers as documents of a release: those whose sections stand as they did when the answer was written."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from app.answering.wording import CLINIC, CLINIC_ANSWER, thai_today
from app.corpus.reading import ReadDocument
from app.corpus.sections import MAX_LABEL
from app.domain import Document, Section
from app.store.clinic_answers import KIND, ClinicAnswer, every, fault
from app.store.database import Database
from app.thai import arabic, repair


def standing(database: Database, documents: Mapping[str, Document], sections: Sequence[Section]) -> list[ReadDocument]:
    """Give the documents of the answers that stand among these sections; the others are left out, and suspended with activation."""
    texts = {(section.document, section.label): section.text for section in sections}
    today = thai_today(datetime.now(UTC))
    ended = {name for name, document in documents.items() if (_last_day(document) or today) < today}
    return [read(answer, documents) for answer in _approved(database) if not fault(answer, texts, ended)]


def written(database: Database) -> list[Document]:
    """Give the documents of all approved answers, for comparing what a release was made from; their days are not filled in."""
    return [read(answer, {}).document for answer in _approved(database)]


def rules(documents: Sequence[Document]) -> tuple[Document, ...]:
    """Give the documents that are no clinic answers: only these must not get lost, for an answer ends with its rule."""
    return tuple(document for document in documents if document.kind != KIND)


def read(answer: ClinicAnswer, documents: Mapping[str, Document]) -> ReadDocument:
    """Make a document of one answer: it holds on the days on which all that it rests on holds."""
    rules = [documents[one.document] for one in answer.rests_on if one.document in documents]
    begins = [rule.in_force_from for rule in rules if rule.in_force_from]
    ends = [day for day in map(_last_day, rules) if day]
    document = Document(
        answer.document,
        CLINIC_ANSWER,
        kind=KIND,
        issuer=CLINIC,
        topic=answer.topic,
        in_force_from=max(begins, default=None),
        in_force_until=min(ends, default=None),
        rests_on=tuple((one.document, one.section) for one in answer.rests_on),
        digest=digest(answer),
    )
    label, text = " ".join(arabic(repair(answer.question)).split())[:MAX_LABEL], repair(answer.answer).strip()
    section = Section(answer.document, label, text, digest=hashlib.sha256(f"{label}\0{text}".encode()).hexdigest())
    return ReadDocument(document, [section])


def digest(answer: ClinicAnswer) -> str:
    """Give the digest of what an answer says."""
    return hashlib.sha256(f"{answer.document}\0{answer.question}\0{answer.answer}\0{answer.topic}".encode()).hexdigest()


def _last_day(document: Document) -> date | None:
    ends = [day for day in (document.in_force_until, document.superseded_on and document.superseded_on - timedelta(days=1)) if day]
    return min(ends, default=None)


def _approved(database: Database) -> list[ClinicAnswer]:
    with database.read() as session:
        return sorted(every(session, ("approved", "published")), key=lambda answer: answer.id)
