"""The numbers of the data officer's report: what of people is kept, what they asked for, and what staff took out; counts and times only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Text, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.store.desk_tables import ErasureRow, EscalationEntryRow
from app.store.review_tables import ReviewRow
from app.store.staff_tables import AccountRow, AuditRow, SignInRow
from app.store.tables import ConversationRow, DeliveryRow, EventRow, TurnRow

COMMAND = 60  # characters of the longest message that may be a command

Kind = Literal["questions", "messages", "answers", "names", "desk", "reviews", "accounts", "sign_ins", "audit", "erasures"]
_KEPT: dict[
    Kind, tuple[InstrumentedAttribute[datetime], ColumnElement[bool]]
] = {  # what holds data of people: since when, and which rows do
    "questions": (TurnRow.asked_at, TurnRow.question != ""),
    "messages": (EventRow.received_at, EventRow.text != ""),
    "answers": (DeliveryRow.created_at, cast(DeliveryRow.messages, Text) != "[]"),
    "names": (EventRow.received_at, EventRow.sender.is_not(None)),
    "desk": (EscalationEntryRow.at, EscalationEntryRow.text != ""),
    "reviews": (ReviewRow.at, ReviewRow.why != ""),
    "accounts": (AccountRow.created_at, AccountRow.name != ""),
    "sign_ins": (SignInRow.at, SignInRow.address != ""),
    "audit": (AuditRow.at, AuditRow.name != ""),
    "erasures": (ErasureRow.at, ErasureRow.key != ""),
}


@dataclass(frozen=True)
class Handled:
    """How many requests of one kind there were, and the longest that one took, in seconds; None when none was dealt with."""

    count: int
    longest: float | None


@dataclass(frozen=True)
class Figures:
    """All numbers of one report; the ones by period are of that period, `kept` and `notices` are of now."""

    kept: dict[Kind, tuple[int, datetime | None]]
    shown: Handled  # requests to see one's own data, whose messages are still kept
    erased: dict[str, Handled]  # by kind: person, message
    notices: list[tuple[str, int]]  # version of the notice about personal data, conversations that saw it last
    acts: list[tuple[str, str, str, int]]  # staff: name, role, verb, times
    covered: list[tuple[str, int]]  # channel, messages in which numbers were covered
    classified: int  # messages with a secret marking, none of which was kept


def read(session: Session, since: datetime, until: datetime, is_show: Callable[[str], bool], covered: str, classified: str) -> Figures:
    """Read the numbers of a period.

    Args:
        session: where from.
        since: the first moment.
        until: the first moment after it.
        is_show: says whether a message asks to see one's own data.
        covered: what stands in a message where a number was covered.
        classified: what a trace says of a classified message.
    """
    heard = EventRow.received_at.between(since, until)
    marked = select(EventRow.channel, func.count()).where(heard, EventRow.text.contains(covered, autoescape=True))
    secret = select(func.count()).select_from(TurnRow).where(TurnRow.asked_at.between(since, until))
    return Figures(
        kept={kind: _kept(session, at, holds) for kind, (at, holds) in _KEPT.items()},
        shown=_shown(session, since, until, is_show),
        erased={kind: _erased(session, kind, since, until) for kind in ("person", "message")},
        notices=_pairs(session, select(ConversationRow.notice_version, func.count()).group_by(ConversationRow.notice_version)),
        acts=_acts(session, since, until),
        covered=_pairs(session, marked.group_by(EventRow.channel)),
        classified=session.scalar(secret.where(TurnRow.trace["screened"].as_string() == classified)) or 0,
    )


def _kept(session: Session, at: InstrumentedAttribute[datetime], holds: ColumnElement[bool]) -> tuple[int, datetime | None]:
    count, oldest = session.execute(select(func.count(), func.min(at)).where(holds)).one()
    return count, oldest


def _shown(session: Session, since: datetime, until: datetime, is_show: Callable[[str], bool]) -> Handled:
    asked = (
        select(EventRow.text, EventRow.received_at, func.min(DeliveryRow.sent_at).label("sent_at"))
        .outerjoin(DeliveryRow, DeliveryRow.event_id == EventRow.id)
        .where(EventRow.received_at.between(since, until), EventRow.kind == "text", func.length(EventRow.text) <= COMMAND)
        .where(~select(TurnRow.id).where(TurnRow.event_id == EventRow.id).exists())
        .group_by(EventRow.id, EventRow.text, EventRow.received_at)
    )
    meant = [row for row in session.execute(asked) if is_show(row.text)]
    took = [(row.sent_at - row.received_at).total_seconds() for row in meant if row.sent_at]
    return Handled(len(meant), max(took, default=None))


def _erased(session: Session, kind: str, since: datetime, until: datetime) -> Handled:
    rows = session.scalars(select(ErasureRow).where(ErasureRow.kind == kind, ErasureRow.at.between(since, until))).all()
    return Handled(len(rows), max(((row.at - row.until).total_seconds() for row in rows), default=None))


def _acts(session: Session, since: datetime, until: datetime) -> list[tuple[str, str, str, int]]:
    counted = select(AuditRow.name, AuditRow.role, AuditRow.verb, func.count()).where(AuditRow.at.between(since, until))
    taken = counted.where(AuditRow.verb.in_(("questions.read", "questions.export", "escalations.answer", "data.report", "traffic.export")))
    rows = session.execute(taken.group_by(AuditRow.name, AuditRow.role, AuditRow.verb).order_by(AuditRow.name, AuditRow.verb))
    return [(name, role, verb, count) for name, role, verb, count in rows]


def _pairs(session: Session, counted: Any) -> list[tuple[str, int]]:
    return sorted((name, count) for name, count in session.execute(counted))
