"""The SQL of missing rules: gaps with their questions, who sees to them, and what closed them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, delete, exists, func, select, update
from sqlalchemy.orm import Session

from app.store.database import changed
from app.store.gap_tables import GapQuestionRow, GapRow
from app.store.tables import AnswerRow, CitationRow, ConversationRow, TurnRow

State = Literal["open", "assigned", "closed"]
EXAMPLES = 5  # of a gap, in different words, asked again
LOOKED_AT = 200  # questions of a gap


@dataclass(frozen=True)
class Example:
    """A question to ask again; `cited` is what an answer that was disliked rested on: document, section, quotation."""

    text: str
    why: str
    cited: frozenset[tuple[str, str, str]]


def unasked(session: Session, release: int) -> list[int]:
    """Name the gaps whose examples were not asked of a release yet."""
    return list(session.scalars(select(GapRow.id).where(GapRow.state != "closed", GapRow.asked_release != release).order_by(GapRow.id)))


def examples(session: Session, gap_id: int) -> list[Example]:
    """Give questions of a gap to ask again: the one that stands for it, then the newest."""
    rows = [row for row, _ in questions(session, gap_id)][:EXAMPLES]
    cited: dict[str, set[tuple[str, str, str]]] = {row.AnswerRow.id: set() for row in rows if row.AnswerRow}
    for one in session.scalars(select(CitationRow).where(CitationRow.answer_id.in_(cited))):
        cited[one.answer_id].add((one.document, one.section, one.quote))
    return [
        Example(row.AnswerRow.query or row.TurnRow.question, row.GapQuestionRow.why, frozenset(cited[row.AnswerRow.id]))
        for row in rows
        if row.AnswerRow
    ]


def asked(session: Session, gap_id: int, release: int, *, number: int, answered: int, now: datetime) -> None:
    """Keep how many of a gap's examples a release answers; all of them close it."""
    mine = update(GapRow).where(GapRow.id == gap_id, GapRow.state != "closed")
    changed(session, mine.values(asked_release=release, asked=number, answered=answered))
    if number and answered == number:
        changed(session, mine.values(state="closed", closed_at=now, closed_release=release))


# what people see and do


def listed(session: Session, states: Collection[State], topic: str, at_most: int) -> list[Row[Any]]:
    """List gaps with their question, number of questions, first and last; those that are asked most first."""
    counted = (
        select(
            GapQuestionRow.gap_id,
            func.count().label("number"),
            func.min(TurnRow.asked_at).label("first"),
            func.max(TurnRow.asked_at).label("last"),
        )
        .join(TurnRow, TurnRow.id == GapQuestionRow.turn_id)
        .group_by(GapQuestionRow.gap_id)
        .subquery()
    )
    found = (
        select(GapRow, TurnRow.question, func.coalesce(counted.c.number, 0).label("number"), counted.c.first, counted.c.last)
        .outerjoin(TurnRow, TurnRow.id == GapRow.turn_id)
        .outerjoin(counted, counted.c.gap_id == GapRow.id)
        .where(GapRow.state.in_(states))
    )
    if topic:
        found = found.where(GapRow.topic == topic)
    return list(session.execute(found.order_by(func.coalesce(counted.c.number, 0).desc(), counted.c.last.desc(), GapRow.id).limit(at_most)))


def questions(session: Session, gap_id: int) -> list[tuple[Row[Any], int]]:
    """List questions of a gap: the one that stands for it, then the newest; each with turn, answer, channel, and how often it was asked."""
    by_words: dict[str, list[Row[Any]]] = {}
    for row in session.execute(_questions(gap_id).limit(LOOKED_AT)):
        by_words.setdefault(row.TurnRow.question, []).append(row)
    return [(same[0], len(same)) for same in by_words.values()]


def count(session: Session, gap_id: int) -> int:
    """Count the questions of a gap."""
    return session.scalar(select(func.count()).select_from(GapQuestionRow).where(GapQuestionRow.gap_id == gap_id)) or 0


def divisions(session: Session) -> list[str]:
    """List the divisions that gaps were given to."""
    return list(session.scalars(select(GapRow.division).where(GapRow.division != "").distinct().order_by(GapRow.division)))


def assign(row: GapRow, division: str, note: str) -> None:
    """Say who sees to a gap, and what is noted of it."""
    row.division, row.note = division, note
    if row.state != "closed":
        row.state = "assigned" if division else "open"


def close(row: GapRow, who: str, reason: str, now: datetime) -> None:
    """Close a gap by hand."""
    row.state, row.closed_at, row.closed_by, row.reason, row.closed_release = "closed", now, who, reason, None


def reopen(row: GapRow) -> None:
    """Open a gap again."""
    row.state = "assigned" if row.division else "open"
    row.closed_at, row.closed_by, row.reason, row.closed_release = None, "", "", None


# erasing


def forget(session: Session, turn_ids: Collection[int], now: datetime) -> None:
    """Forget erased questions; a gap that none is left of is closed."""
    hit = list(session.scalars(select(GapQuestionRow.gap_id).where(GapQuestionRow.turn_id.in_(turn_ids)).distinct()))
    if not hit:
        return
    changed(session, delete(GapQuestionRow).where(GapQuestionRow.turn_id.in_(turn_ids)))
    other = select(func.max(GapQuestionRow.turn_id)).where(GapQuestionRow.gap_id == GapRow.id).scalar_subquery()
    changed(session, update(GapRow).where(GapRow.id.in_(hit), GapRow.turn_id.in_(turn_ids)).values(turn_id=other))
    empty = ~exists().where(GapQuestionRow.gap_id == GapRow.id)
    changed(session, update(GapRow).where(GapRow.id.in_(hit), empty, GapRow.state != "closed").values(state="closed", closed_at=now))


def forget_vectors(session: Session, turn_ids: Collection[int]) -> None:
    """Forget what was made of questions together with words that are erased; the vectors are made again."""
    changed(session, update(GapQuestionRow).where(GapQuestionRow.turn_id.in_(turn_ids)).values(embedding="", vector=b""))


def _questions(gap_id: int) -> Any:
    stands = select(GapRow.turn_id).where(GapRow.id == gap_id).scalar_subquery()
    return (
        select(GapQuestionRow, TurnRow, AnswerRow, ConversationRow.channel)
        .join(TurnRow, TurnRow.id == GapQuestionRow.turn_id)
        .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
        .outerjoin(AnswerRow, AnswerRow.turn_id == TurnRow.id)
        .where(GapQuestionRow.gap_id == gap_id)
        .order_by(TurnRow.id != stands, TurnRow.asked_at.desc(), TurnRow.id.desc())
    )
