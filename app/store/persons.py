"""What is kept of one person, over all their conversations on a channel: to be shown to them, or erased."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from app.store.database import changed
from app.store.desk_tables import EscalationRow
from app.store.tables import ConversationRow, EventRow, TurnRow


@dataclass(frozen=True)
class Kept:
    """What is kept of a person: numbers, and one page of their questions, newest first; `others` wrote in this conversation as well."""

    questions: int
    since: datetime | None
    escalations: int
    others: bool
    page: tuple[tuple[datetime, str], ...]


def theirs(channel: str, sender: str | None, conversation_id: int) -> ColumnElement[bool]:
    """Give the SQL condition of a person's events; somebody whom the channel does not name is known by the conversation."""
    if sender is None:
        return and_(EventRow.conversation_id == conversation_id, EventRow.sender.is_(None))
    return and_(EventRow.channel == channel, EventRow.sender == sender)


def kept_of(session: Session, channel: str, sender: str | None, conversation_id: int, at_most: int, skip: int) -> Kept:
    """Tell what is kept of a person."""
    mine = theirs(channel, sender, conversation_id)
    asked = select(TurnRow.asked_at, TurnRow.question).join(EventRow, EventRow.id == TurnRow.event_id).where(mine, TurnRow.question != "")
    questions, since = session.execute(select(func.count(), func.min(asked.subquery().c.asked_at))).one()
    escalated = (
        select(func.count())
        .select_from(EscalationRow)
        .join(TurnRow, TurnRow.id == EscalationRow.turn_id)
        .join(EventRow, EventRow.id == TurnRow.event_id)
    )
    somebody_else = select(EventRow.id).where(EventRow.conversation_id == conversation_id, EventRow.sender != (sender or ""))
    page = session.execute(asked.order_by(TurnRow.asked_at.desc(), TurnRow.id.desc()).limit(at_most).offset(skip))
    return Kept(
        questions,
        since,
        session.scalar(escalated.where(mine, TurnRow.question != "")) or 0,
        session.scalar(somebody_else.where(EventRow.sender.is_not(None)).limit(1)) is not None,
        tuple((at, question) for at, question in page),
    )


def remember(session: Session, conversation_id: int, *, notice: str, corrections: bool | None, now: datetime) -> None:
    """Remember that a conversation was shown a notice, and whether it wants to hear of corrections."""
    values: dict[str, object] = {"notice_version": notice} if notice else {}
    if corrections is not None:
        values["corrections_off_at"] = None if corrections else now
    if values:
        changed(session, update(ConversationRow).where(ConversationRow.id == conversation_id).values(**values))


def silent_since(before: datetime) -> ColumnElement[bool]:
    """Give the SQL condition that a conversation has had no event since a moment."""
    newest = select(func.max(EventRow.received_at)).where(EventRow.conversation_id == ConversationRow.id).scalar_subquery()
    return or_(newest.is_(None), newest < before)
