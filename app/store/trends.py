"""The SQL of the dashboard: counts of questions by day, channel, outcome, topic and opinion, and how long askers waited."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, cast, func, select
from sqlalchemy import Date as SqlDate
from sqlalchemy.orm import Session

from app.store.desk_tables import EscalationEntryRow, EscalationRow
from app.store.review_tables import ReviewRow
from app.store.tables import AnswerRow, ConversationRow, TurnRow

COURTESY = "greeted"  # is no question
NEWEST = 2000  # answers that the waiting time is measured on


def by_day(session: Session, since: datetime) -> list[tuple[date, str, int]]:
    """Count questions by day in Thailand and channel."""
    day = _day(session)
    counted = select(day.label("day"), ConversationRow.channel, func.count()).select_from(TurnRow)
    joined = counted.join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
    rows = session.execute(_asked(joined, since).group_by(day, ConversationRow.channel).order_by(day))
    return [(date.fromisoformat(str(found)), channel, count) for found, channel, count in rows]


def by_outcome(session: Session, since: datetime) -> dict[str, int]:
    """Count questions by outcome."""
    return _counts(session, _asked(select(TurnRow.outcome, func.count()), since).group_by(TurnRow.outcome))


def by_topic(session: Session, since: datetime) -> dict[str, int]:
    """Count questions by topic, the most frequent first."""
    counted = select(AnswerRow.topic, func.count()).select_from(TurnRow).join(AnswerRow, AnswerRow.turn_id == TurnRow.id)
    return _counts(session, _asked(counted, since).where(AnswerRow.topic != "").group_by(AnswerRow.topic).order_by(func.count().desc()))


def by_feedback(session: Session, since: datetime) -> dict[str, int]:
    """Count what askers said of answers."""
    counted = select(AnswerRow.feedback, func.count()).select_from(TurnRow).join(AnswerRow, AnswerRow.turn_id == TurnRow.id)
    return _counts(session, _asked(counted, since).where(AnswerRow.feedback != "").group_by(AnswerRow.feedback))


def by_verdict(session: Session, since: datetime) -> dict[str, int]:
    """Count the verdicts of the staff."""
    counted = select(ReviewRow.verdict, func.count()).select_from(TurnRow).join(ReviewRow, ReviewRow.turn_id == TurnRow.id)
    return _counts(session, _asked(counted, since).group_by(ReviewRow.verdict))


def less_certain(session: Session, since: datetime, below: float) -> int:
    """Count the answers that were drawn from documents with less than this probability (0–1)."""
    counted = select(func.count()).select_from(TurnRow).join(AnswerRow, AnswerRow.turn_id == TurnRow.id)
    given = (AnswerRow.confidence < below, AnswerRow.confidence > 0, AnswerRow.outcome == "answered")
    return session.scalar(_asked(counted, since).where(*given)) or 0


def waits(session: Session, since: datetime) -> list[float]:
    """Give the seconds from question to answer of the newest questions, shortest first."""
    asked = _asked(select(TurnRow.asked_at, TurnRow.answered_at), since).order_by(TurnRow.asked_at.desc()).limit(NEWEST)
    return sorted((answered - at).total_seconds() for at, answered in session.execute(asked))


def first_replies(session: Session, since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    """Give, for the escalations opened between two moments that a person has answered, when each was opened and first replied to."""
    replied = EscalationEntryRow.kind.in_(("said", "answer", "approved"))
    rows = session.execute(
        select(EscalationRow.opened_at, func.min(EscalationEntryRow.at))
        .join(EscalationEntryRow, EscalationEntryRow.escalation_id == EscalationRow.id)
        .where(EscalationRow.opened_at.between(since, until), replied, EscalationEntryRow.at >= EscalationRow.opened_at)
        .group_by(EscalationRow.id, EscalationRow.opened_at)
        .order_by(EscalationRow.opened_at)
    )
    return [(opened, replied_at) for opened, replied_at in rows]


def _asked(statement: Any, since: datetime) -> Any:
    """Only real questions since a moment."""
    return statement.where(TurnRow.question != "", TurnRow.asked_at >= since, TurnRow.outcome != COURTESY)


def _counts(session: Session, statement: Any) -> dict[str, int]:
    return {str(name): int(count) for name, count in session.execute(statement)}


def _day(session: Session) -> ColumnElement[Any]:
    if session.get_bind().dialect.name == "sqlite":
        return func.date(TurnRow.asked_at, "+7 hours")
    return cast(func.timezone("Asia/Bangkok", TurnRow.asked_at), SqlDate)
