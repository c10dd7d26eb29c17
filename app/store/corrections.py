"""Answers whose rules are no longer what they were: found by comparing what was cited with the active release; and who was told."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from app.store.clinic_answers import CHANGED, ENDED, REMOVED, digest_of
from app.store.database import insert_new
from app.store.desk_tables import NoticeRow
from app.store.tables import AnswerRow, CitationRow, ConversationRow, ReleaseRow, SectionRow, TurnRow

AT_MOST = 2000  # answers; when a whole corpus is replaced, the newest ones come first
BANGKOK = timezone(timedelta(hours=7))

Key = tuple[str, str, int]  # document, section, release


@dataclass(frozen=True)
class Change:
    """What became of a cited section: changed, removed or ended; what it said then, and says now."""

    document: str
    section: str
    title: str
    kind: str
    before: str
    now: str


@dataclass(frozen=True)
class Affected:
    """An answer under which rules changed. `silent` says why its asker is not told: off, blocked or told; "" when they may be."""

    answer_id: str
    event_id: int
    conversation_id: int
    channel: str
    question: str
    asked_at: datetime
    changes: tuple[Change, ...]
    silent: str

    @property
    def change(self) -> str:
        """The name of what happened to this answer's rules: another change has another name."""
        told = sorted(f"{one.document}\0{one.section}\0{one.kind}\0{digest_of(one.now)}" for one in self.changes)
        return hashlib.sha256("\n".join(told).encode()).hexdigest()


def affected(session: Session, release: int, since: datetime, today: date, answer_ids: Collection[str] | None = None) -> list[Affected]:
    """List the answers since a moment whose cited sections changed, were removed or left force, newest first.

    Args:
        session: where to look.
        release: the one that answers now.
        since: how far back.
        today: the day on which rules are looked at.
        answer_ids: only these; None for all.
    """
    stale = _stale(session, release, since, today)
    if not stale:
        return []
    cited = (
        select(AnswerRow.id, AnswerRow.as_of, TurnRow.asked_at, CitationRow.document, CitationRow.section, CitationRow.release)
        .join(AnswerRow, AnswerRow.id == CitationRow.answer_id)
        .join(TurnRow, TurnRow.id == AnswerRow.turn_id)
        .where(TurnRow.asked_at >= since, TurnRow.question != "", AnswerRow.outcome == "answered")
        .where(tuple_(CitationRow.document, CitationRow.section, CitationRow.release).in_(list(stale)))
        .order_by(TurnRow.asked_at.desc(), AnswerRow.id, CitationRow.position)
    )
    if answer_ids is not None:
        cited = cited.where(AnswerRow.id.in_(answer_ids))
    changes: dict[str, list[Change]] = {}
    for row in session.execute(cited):
        change = stale[row.document, row.section, row.release]
        # who asked about an earlier day was told what held then, and that is still so
        if change.kind != ENDED or row.as_of >= _day(row.asked_at):
            changes.setdefault(row.id, []).append(change)
        if len(changes) > AT_MOST:
            break
    return _described(session, changes)


def tell(session: Session, one: Affected, release: int, who: str, now: datetime) -> bool:
    """Note that the asker of an answer is told of this change; False when they were told already."""
    return insert_new(session, NoticeRow, answer_id=one.answer_id, change=one.change, release=release, who=who, at=now) is not None


def sent(session: Session, told: Iterable[Affected], delivery_id: str) -> None:
    """Keep by which message askers were told."""
    for one in told:
        row = session.scalar(select(NoticeRow).where(NoticeRow.answer_id == one.answer_id, NoticeRow.change == one.change))
        if row:
            row.delivery_id = delivery_id


def _stale(session: Session, release: int, since: datetime, today: date) -> dict[Key, Change]:
    """Compare each section as it was cited, once for each release, with what the active release says."""
    cited = (
        select(func.min(CitationRow.id))
        .join(AnswerRow, AnswerRow.id == CitationRow.answer_id)
        .join(TurnRow, TurnRow.id == AnswerRow.turn_id)
        .where(TurnRow.asked_at >= since)
        .group_by(CitationRow.document, CitationRow.section, CitationRow.release)
    )
    rows = session.scalars(select(CitationRow).where(CitationRow.id.in_(cited))).all()
    documents = {row.document for row in rows}
    here = select(SectionRow.document, SectionRow.label, SectionRow.text).where(
        SectionRow.release == release, SectionRow.document.in_(documents)
    )
    now = {(document, label): text for document, label, text in session.execute(here)}
    ended = _ended(session, release, today)
    found = {}
    for row in rows:
        text = now.get((row.document, row.section))
        kind = REMOVED if text is None else CHANGED if digest_of(text) != digest_of(row.text) else ENDED if row.document in ended else ""
        if kind:
            change = Change(row.document, row.section, row.title, kind, row.text, text or "")
            found[row.document, row.section, row.release] = change
    return found


def _ended(session: Session, release: int, today: date) -> Mapping[str, str]:
    """Give the documents of a release that are no longer in force."""
    row = session.get(ReleaseRow, release)
    told = row.documents if row else []
    ends = {one["id"]: [day for day in (one.get("in_force_until"), one.get("superseded_on")) if day] for one in told}
    return {name: min(days) for name, days in ends.items() if days and date.fromisoformat(min(days)) < today}


def _day(moment: datetime) -> str:
    return moment.astimezone(BANGKOK).date().isoformat()


def _described(session: Session, changes: Mapping[str, list[Change]]) -> list[Affected]:
    found = (
        select(AnswerRow.id, TurnRow.event_id, TurnRow.question, TurnRow.asked_at, ConversationRow)
        .join(TurnRow, TurnRow.id == AnswerRow.turn_id)
        .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
        .where(AnswerRow.id.in_(changes))
        .order_by(TurnRow.asked_at.desc(), AnswerRow.id)
    )
    told = {(row.answer_id, row.change) for row in session.scalars(select(NoticeRow).where(NoticeRow.answer_id.in_(changes)))}
    listed = []
    for answer_id, event_id, question, asked_at, place in session.execute(found):
        silent = "off" if place.corrections_off_at else "blocked" if place.blocked_at else ""
        one = Affected(answer_id, event_id, place.id, place.channel, question, asked_at, tuple(changes[answer_id]), silent)
        listed.append(replace(one, silent="told") if (answer_id, one.change) in told else one)
    return listed
