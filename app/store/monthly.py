"""The SQL of the monthly report: counts and times of one month, and nothing that anybody wrote but what several have asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from app.store import trends
from app.store.desk_tables import ClinicAnswerRow, EscalationRow, NoticeRow
from app.store.gap_tables import GapQuestionRow, GapRow
from app.store.tables import AnswerRow, ConversationRow, TurnRow

TIMED = 20_000  # questions that the time to an answer is measured on, the newest
ASKERS = 2  # conversations that must have asked before the words stand in a report
GAPS = 10


@dataclass(frozen=True)
class Month:
    """The numbers of one month. Questions that were erased since still count: outcome, topic, channel and times stay."""

    outcomes: Mapping[str, int]
    topics: Mapping[str, int]
    channels: Mapping[str, int]
    feedback: Mapping[str, int]
    seconds: Sequence[float]  # from question to answer, shortest first
    escalated: int
    replies: Sequence[tuple[datetime, datetime]]  # when a matter was opened, and a person first replied
    published: int  # clinic answers that were approved
    corrected: int  # askers' messages
    releases: Sequence[int]  # that answered
    gaps: Sequence[tuple[str, str, int, int]]  # question, topic, how often, by how many conversations
    rarer_gaps: int  # that fewer have asked


def of(session: Session, since: datetime, until: datetime) -> Month:
    """Count what was between two moments."""
    month = TurnRow.asked_at.between(since, until)
    asked = (month, TurnRow.outcome != trends.COURTESY)
    answers = select(AnswerRow.topic, func.count()).join(TurnRow, TurnRow.id == AnswerRow.turn_id).where(*asked)
    judged = select(AnswerRow.feedback, func.count()).join(TurnRow, TurnRow.id == AnswerRow.turn_id).where(*asked)
    places = select(ConversationRow.channel, func.count()).join(TurnRow, TurnRow.conversation_id == ConversationRow.id).where(*asked)
    times = select(TurnRow.asked_at, TurnRow.answered_at).where(*asked).order_by(TurnRow.asked_at.desc()).limit(TIMED)
    used = select(AnswerRow.release).join(TurnRow, TurnRow.id == AnswerRow.turn_id).where(*asked, AnswerRow.release > 0).distinct()
    gaps = _gaps(session, month)
    return Month(
        outcomes=_counts(session, select(TurnRow.outcome, func.count()).where(*asked).group_by(TurnRow.outcome)),
        topics=_counts(session, answers.where(AnswerRow.topic != "").group_by(AnswerRow.topic)),
        channels=_counts(session, places.group_by(ConversationRow.channel)),
        feedback=_counts(session, judged.where(AnswerRow.feedback != "").group_by(AnswerRow.feedback)),
        seconds=sorted((answered - at).total_seconds() for at, answered in session.execute(times)),
        escalated=_count(session, EscalationRow.id, EscalationRow.opened_at.between(since, until)),
        replies=trends.first_replies(session, since, until),
        published=_count(session, ClinicAnswerRow.id, ClinicAnswerRow.approved_at.between(since, until)),
        corrected=_count(session, distinct(NoticeRow.delivery_id), NoticeRow.at.between(since, until)),
        releases=list(session.scalars(used.order_by(AnswerRow.release))),
        gaps=[row for row in gaps if row[3] >= ASKERS and row[0]][:GAPS],
        rarer_gaps=sum(row[3] < ASKERS for row in gaps),
    )


def first_question(session: Session) -> datetime | None:
    """Say when the first question was asked."""
    return session.scalar(select(func.min(TurnRow.asked_at)))


def _gaps(session: Session, month: Any) -> list[tuple[str, str, int, int]]:
    """Give the gaps that were asked in a month, the most frequent first."""
    shown = (
        select(GapQuestionRow.gap_id, func.count().label("times"), func.count(distinct(TurnRow.conversation_id)).label("askers"))
        .join(TurnRow, TurnRow.id == GapQuestionRow.turn_id)
        .where(month)
        .group_by(GapQuestionRow.gap_id)
        .subquery()
    )
    told = select(TurnRow.question, GapRow.topic, shown.c.times, shown.c.askers).join(GapRow, GapRow.id == shown.c.gap_id)
    rows = session.execute(told.outerjoin(TurnRow, TurnRow.id == GapRow.turn_id).order_by(shown.c.times.desc(), GapRow.id))
    return [(question or "", topic, times, askers) for question, topic, times, askers in rows]


def _count(session: Session, what: Any, condition: Any) -> int:
    return session.scalar(select(func.count(what)).where(condition)) or 0


def _counts(session: Session, statement: Any) -> dict[str, int]:
    return {str(name): int(count) for name, count in session.execute(statement)}
