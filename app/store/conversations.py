"""Conversations: find or open them, lease them to one worker at a time, remember who blocked us."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, or_, select, tuple_, update
from sqlalchemy.orm import Session

from app.errors import LeaseLost
from app.store.database import changed, insert_new
from app.store.tables import ConversationRow


def is_free(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Give the SQL condition that nobody works for a conversation."""
    return or_(ConversationRow.leased_until.is_(None), ConversationRow.leased_until < now)


def open_and_lock(session: Session, places: Iterable[tuple[str, str]], now: datetime) -> dict[tuple[str, str], int]:
    """Find or open conversations, by channel and the channel's own address, and give their ids.

    Their rows are held until the transaction ends, so that what is kept for one conversation is kept one transaction after the other.
    """
    wanted = sorted(set(places))  # one order for everybody: two batches with the same people cannot wait for each other
    for channel, address in wanted:
        insert_new(session, ConversationRow, channel=channel, address=address, created_at=now)
    rows = session.scalars(
        select(ConversationRow)
        .where(tuple_(ConversationRow.channel, ConversationRow.address).in_(wanted))
        .order_by(ConversationRow.id)
        .with_for_update(key_share=True)
    )
    return {(row.channel, row.address): row.id for row in rows}


def lease(session: Session, conversation_id: int, holder: str, until: datetime, now: datetime) -> bool:
    """Take a free conversation; False when another was faster."""
    free = update(ConversationRow).where(ConversationRow.id == conversation_id, is_free(now))
    return changed(session, free.values(lease=holder, leased_until=until)) == 1


def renew(session: Session, conversation_id: int, holder: str, until: datetime) -> None:
    """Hold on to a lease for longer; nothing happens when it is lost."""
    held = update(ConversationRow).where(ConversationRow.id == conversation_id, ConversationRow.lease == holder)
    changed(session, held.values(leased_until=until))


def free(session: Session, conversation_id: int, holder: str) -> bool:
    """Give a lease back; say whether the person has blocked us.

    Raises:
        LeaseLost: somebody else has the conversation now.
    """
    held = update(ConversationRow).where(ConversationRow.id == conversation_id, ConversationRow.lease == holder)
    given = session.execute(held.values(lease=None, leased_until=None).returning(ConversationRow.blocked_at)).one_or_none()
    if given is None:
        raise LeaseLost("another worker has this conversation now")
    return given.blocked_at is not None


def block(session: Session, conversation_id: int, at: datetime) -> None:
    """Note that the person blocked us, or that we were removed from a group."""
    changed(session, update(ConversationRow).where(ConversationRow.id == conversation_id).values(blocked_at=at))


def unblock(session: Session, conversation_id: int, at: datetime) -> None:
    """Note that the person is back; a block that came later stays."""
    earlier = or_(ConversationRow.blocked_at.is_(None), ConversationRow.blocked_at <= at)
    changed(session, update(ConversationRow).where(ConversationRow.id == conversation_id, earlier).values(blocked_at=None))
