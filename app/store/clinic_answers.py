"""The SQL of clinic answers: proposed by one officer, approved by another, bound to sections as they read then, suspended with them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session

from app.store.desk_tables import BoundSectionRow, ClinicAnswerRow
from app.store.tables import ReleaseRow, SectionRow

State = Literal["proposed", "approved", "published", "suspended", "withdrawn"]
KIND = "clinic_answer"  # of the document that a clinic answer becomes
PREFIX = "clinic-answer-"
CHANGED, REMOVED, ENDED = "changed", "removed", "ended"  # why a section no longer carries an answer


@dataclass(frozen=True)
class Bound:
    """A section that an answer rests on, as it read when it was bound."""

    document: str
    section: str
    title: str
    text: str


@dataclass(frozen=True)
class ClinicAnswer:
    """A clinic answer with the sections it rests on."""

    id: int
    question: str
    answer: str
    topic: str
    state: State
    reason: str
    written_by: str
    written_at: datetime
    approved_by: str
    approved_at: datetime | None
    escalation_id: int | None
    rests_on: tuple[Bound, ...]

    @property
    def document(self) -> str:
        """The id of the document that it becomes."""
        return f"{PREFIX}{self.id}"


def digest_of(text: str) -> str:
    """Give the digest of what a section says, spaces aside."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()


def save(
    session: Session, answer_id: int | None, *, question: str, answer: str, topic: str, who: str, now: datetime, escalation_id: int | None
) -> int:
    """Propose an answer, or another wording of one; it waits for a second person. Gives its id."""
    row = session.get(ClinicAnswerRow, answer_id) if answer_id else None
    if row is None:
        row = ClinicAnswerRow(escalation_id=escalation_id)
        session.add(row)
    row.question, row.answer, row.topic, row.state, row.reason = question, answer, topic, "proposed", ""
    row.written_by, row.written_at, row.approved_by, row.approved_at = who, now, "", None
    session.flush()
    return row.id


def bind(session: Session, answer_id: int, sections: Iterable[Bound]) -> None:
    """Say what an answer rests on, instead of what was said before."""
    session.execute(delete(BoundSectionRow).where(BoundSectionRow.clinic_answer_id == answer_id))
    session.add_all(
        BoundSectionRow(
            clinic_answer_id=answer_id,
            document=one.document,
            section=one.section,
            title=one.title,
            text=one.text,
            digest=digest_of(one.text),
        )
        for one in sections
    )
    session.flush()


def move(session: Session, answer_id: int, state: State, *, reason: str = "", who: str = "", now: datetime | None = None) -> None:
    """Change the state of an answer; `who` and `now` are kept with an approval."""
    row = session.get_one(ClinicAnswerRow, answer_id)
    row.state, row.reason = state, reason
    if state == "approved":
        row.approved_by, row.approved_at = who, now


def find(session: Session, answer_id: int) -> ClinicAnswer | None:
    """Give one answer; None when there is none."""
    return next(iter(_read(session, [ClinicAnswerRow.id == answer_id])), None)


def every(session: Session, states: Collection[State]) -> list[ClinicAnswer]:
    """List the answers in these states, newest first."""
    return _read(session, [ClinicAnswerRow.state.in_(states)])


def sections_of(session: Session, release: int, wanted: Collection[tuple[str, str]]) -> list[Bound]:
    """Give sections of a release by document and label, in the order of the release."""
    if not wanted:
        return []
    named = or_(*(and_(SectionRow.document == document, SectionRow.label == label) for document, label in wanted))
    return _bound(session, release, select(SectionRow).where(SectionRow.release == release, named))


def sections_with(session: Session, release: int, words: Iterable[str], at_most: int) -> list[Bound]:
    """Find sections of a release whose label or text holds all of these words."""
    found = select(SectionRow).where(SectionRow.release == release)
    for word in words:
        found = found.where(or_(SectionRow.label.icontains(word, autoescape=True), SectionRow.text.icontains(word, autoescape=True)))
    return _bound(session, release, found.limit(at_most))


def ended(session: Session, release: int, today: date) -> set[str]:
    """List the documents of a release that are no longer in force."""
    row = session.get(ReleaseRow, release)
    return {document["id"] for document in row.documents if _has_ended(document, today)} if row else set()


def settle(session: Session, release: int, today: date) -> dict[int, str]:
    """Bring the states of approved answers in line with the release that answers now: published in it, or suspended with their rule.

    Returns:
        The answers that were suspended, with the reason.
    """
    row = session.get(ReleaseRow, release)
    if row is None:
        return {}
    documents, over = {document["id"] for document in row.documents}, ended(session, release, today)
    suspended = {}
    for answer in every(session, ("approved", "published")):
        wanted = [(one.document, one.section) for one in answer.rests_on]
        texts = {(one.document, one.section): one.text for one in sections_of(session, release, wanted)}
        if reason := fault(answer, texts, over):
            move(session, answer.id, "suspended", reason=reason)
            suspended[answer.id] = reason
        elif answer.document in documents:
            move(session, answer.id, "published")
    return suspended


def fault(answer: ClinicAnswer, texts: Mapping[tuple[str, str], str], over: Collection[str]) -> str:
    """Say why an answer no longer stands: which of its sections changed, was removed or left force; "" when it stands.

    Args:
        answer: the answer.
        texts: what its sections say now.
        over: documents that are no longer in force.
    """
    for one in answer.rests_on:
        now = texts.get((one.document, one.section))
        why = REMOVED if now is None else CHANGED if digest_of(now) != digest_of(one.text) else ENDED if one.document in over else ""
        if why:
            return f"{why}: {one.document} {one.section}"
    return ""


def _has_ended(document: Mapping[str, Any], today: date) -> bool:
    until, superseded = document.get("in_force_until"), document.get("superseded_on")
    return bool((until and date.fromisoformat(until) < today) or (superseded and date.fromisoformat(superseded) <= today))


def _read(session: Session, conditions: Iterable[Any]) -> list[ClinicAnswer]:
    rows = session.scalars(select(ClinicAnswerRow).where(*conditions).order_by(ClinicAnswerRow.id.desc())).all()
    bound: dict[int, list[Bound]] = {row.id: [] for row in rows}
    for one in session.scalars(select(BoundSectionRow).where(BoundSectionRow.clinic_answer_id.in_(bound)).order_by(BoundSectionRow.id)):
        bound[one.clinic_answer_id].append(Bound(one.document, one.section, one.title, one.text))
    return [
        ClinicAnswer(
            row.id,
            row.question,
            row.answer,
            row.topic,
            row.state,  # type: ignore[arg-type]
            row.reason,
            row.written_by,
            row.written_at,
            row.approved_by,
            row.approved_at,
            row.escalation_id,
            tuple(bound[row.id]),
        )
        for row in rows
    ]


def _bound(session: Session, release: int, found: Any) -> list[Bound]:
    row = session.get(ReleaseRow, release)
    titles = {document["id"]: document["title"] for document in row.documents} if row else {}
    rows = session.scalars(found.order_by(SectionRow.position))
    return [Bound(one.document, one.label, titles.get(one.document, one.document), one.text) for one in rows]
