"""The SQL of grouping: unanswered questions, and the gaps that they are put together into."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from app.store import gaps
from app.store.database import changed, insert_new
from app.store.gap_tables import GapQuestionRow, GapRow, GroupingRow
from app.store.tables import AnswerRow, TurnRow

PERIOD = timedelta(days=90)  # looked back on
MOST = 2000  # questions grouped, the newest ones
FOLLOW_UP = timedelta(minutes=30)  # after which nobody goes on from what was asked back
_UNTOUCHED: ColumnElement[bool] = and_(GapRow.state == "open", GapRow.division == "", GapRow.note == "")


@dataclass(frozen=True)
class Unanswered:
    """A question that got no answer, as it was searched; with its gap and vector when it has them."""

    turn_id: int
    text: str
    why: str
    gap_id: int | None
    embedding: str
    vector: bytes


def want(session: Session, now: datetime) -> None:
    """Ask for the questions to be grouped anew."""
    if insert_new(session, GroupingRow, id=1, wanted_at=now, found=0) is None:
        changed(session, update(GroupingRow).where(GroupingRow.id == 1).values(wanted_at=now))


def state(session: Session) -> GroupingRow | None:
    """Say when questions were last grouped, and whether they are to be."""
    return session.get(GroupingRow, 1)


def begin(session: Session, now: datetime, dead: datetime) -> bool:
    """Begin to group where that is wanted and nobody is at it; whoever began before `dead` has died."""
    free = or_(GroupingRow.begun_at.is_(None), GroupingRow.begun_at < dead)
    return changed(session, update(GroupingRow).where(GroupingRow.wanted_at.is_not(None), free).values(begun_at=now)) == 1


def end(session: Session, found: int | None, now: datetime) -> None:
    """End it: done with so many questions, or (None) given up, to be begun again."""
    values = {"begun_at": None} if found is None else {"begun_at": None, "wanted_at": None, "done_at": now, "found": found}
    changed(session, update(GroupingRow).values(**values))


def unanswered(session: Session, now: datetime) -> list[Unanswered]:
    """List the newest unanswered questions, up to one more than MOST: not found, asked back without anything after it, or disliked."""
    later = aliased(TurnRow)
    follows = select(func.min(later.asked_at)).where(
        later.conversation_id == TurnRow.conversation_id, later.asked_at > TurnRow.asked_at, later.question != ""
    )
    found = (
        select(TurnRow, AnswerRow.query, AnswerRow.feedback, GapQuestionRow, follows.scalar_subquery().label("next"))
        .outerjoin(AnswerRow, AnswerRow.turn_id == TurnRow.id)
        .outerjoin(GapQuestionRow, GapQuestionRow.turn_id == TurnRow.id)
        .where(TurnRow.question != "", TurnRow.asked_at >= now - PERIOD)
        .where(or_(TurnRow.outcome.in_(("not_found", "clarify")), AnswerRow.feedback == "wrong"))
        .order_by(TurnRow.asked_at.desc(), TurnRow.id.desc())
    )
    listed = []
    rows: list[Any] = list(session.execute(found.limit(MOST + 1)))
    for turn, query, feedback, known, follow in rows:
        why = "disliked" if feedback == "wrong" else turn.outcome
        if why == "clarify" and min(follow or now, now) - turn.asked_at < FOLLOW_UP:
            continue  # they went on from there, or still may
        place = (known.gap_id, known.embedding, known.vector) if known else (None, "", b"")
        listed.append(Unanswered(turn.id, query or turn.question, why, *place))
    return listed


def settle(session: Session) -> None:
    """Let go of questions whose askers have found the answer right after all."""
    content = select(AnswerRow.turn_id).where(AnswerRow.turn_id == GapQuestionRow.turn_id, AnswerRow.feedback == "wrong")
    changed(session, delete(GapQuestionRow).where(GapQuestionRow.why == "disliked", ~content.exists()))


def touched(session: Session) -> set[int]:
    """Name the gaps that stay themselves, because somebody has worked on them or they are closed."""
    return set(session.scalars(select(GapRow.id).where(~_UNTOUCHED)))


def join(
    session: Session, gap_ids: Collection[int], questions: Sequence[tuple[Unanswered, str, bytes]], turn_id: int, now: datetime
) -> None:
    """Make one gap of gaps and questions, each with its embedding and vector; it is the one that was worked on, else the oldest.

    Args:
        session: where.
        gap_ids: gaps that are one; at most one of them has been worked on.
        questions: questions that are new in it, or have a new vector.
        turn_id: the question that is nearest to all of them.
        now: the time.
    """
    rows = list(session.scalars(select(GapRow).where(GapRow.id.in_(gap_ids)).order_by(GapRow.id).with_for_update()))
    stay = touched(session)
    gap = next((row for row in rows if row.id in stay), rows[0] if rows else None)
    there = select(TurnRow.id).where(TurnRow.id.in_([one.turn_id for one, *_ in questions]), TurnRow.question != "")
    present = set(session.scalars(there.with_for_update()))  # one may be erased at this moment
    if gap is None:
        if not present:
            return
        gap = GapRow(opened_at=now, division="", note="", closed_by="", reason="")
        session.add(gap)
        session.flush()
    for row in rows:
        if row is not gap and row.id not in stay:
            changed(session, update(GapQuestionRow).where(GapQuestionRow.gap_id == row.id).values(gap_id=gap.id))
            session.delete(row)
    for one, embedding, vector in questions:
        if one.turn_id in present:
            session.merge(GapQuestionRow(turn_id=one.turn_id, gap_id=gap.id, why=one.why, embedding=embedding, vector=vector))
    session.flush()
    _describe(session, gap, turn_id)


def _describe(session: Session, gap: GapRow, turn_id: int) -> None:
    """Keep what stands for a gap; one that a release had closed is open again when it is asked anew."""
    mine = (
        select(TurnRow.id, TurnRow.asked_at)
        .join(GapQuestionRow, GapQuestionRow.turn_id == TurnRow.id)
        .where(GapQuestionRow.gap_id == gap.id)
    )
    asked_at = {row.id: row.asked_at for row in session.execute(mine)}
    gap.turn_id = turn_id if turn_id in asked_at else max(asked_at, default=None)
    topics = (
        select(AnswerRow.topic)
        .join(GapQuestionRow, GapQuestionRow.turn_id == AnswerRow.turn_id)
        .where(GapQuestionRow.gap_id == gap.id, AnswerRow.topic != "")
        .group_by(AnswerRow.topic)
    )
    gap.topic = session.scalar(topics.order_by(func.count().desc(), AnswerRow.topic).limit(1)) or ""
    if gap.closed_at and not gap.closed_by and max(asked_at.values(), default=gap.closed_at) > gap.closed_at:
        gaps.reopen(gap)
