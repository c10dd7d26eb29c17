"""The outbox's SQL: owe a message, give out the next one of a conversation, store what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import and_, bindparam, exists, func, or_, select, tuple_, update
from sqlalchemy.orm import Session, aliased

from app.domain import Delivery, Receipt
from app.store.database import changed
from app.store.events import Token
from app.store.tables import ConversationRow, DeliveryRow, EventRow, RowId, UtcDateTime

# an older message that is about to go goes first; one that waits longer (quota spent, held for a token) does not stop the conversation
ABOUT_TO_GO = timedelta(seconds=10)
# renewed while a call lasts; short, so that a reply whose sender died is tried again while its token can still tell what became of it
LEASE = timedelta(seconds=8)
PAGE = 50  # deliveries given at once to a channel that fetches
NO_TOKEN = Token(None, None)  # of what we say unasked: it goes as a push

# the oldest message that may go now; written once, for building it takes longer than running it
_now, _older = bindparam("now", type_=UtcDateTime()), aliased(DeliveryRow)
_conversation = bindparam("conversation", type_=RowId)
_overtaken = exists().where(
    _older.conversation_id == DeliveryRow.conversation_id,
    _older.status == "waiting",
    tuple_(_older.created_at, _older.id) < tuple_(DeliveryRow.created_at, DeliveryRow.id),
    or_(_older.ready_at <= bindparam("about_to_go", type_=UtcDateTime()), _older.leased_until >= _now),
)
_NEXT = (
    select(DeliveryRow, ConversationRow.address)
    .join(ConversationRow, ConversationRow.id == DeliveryRow.conversation_id)
    .where(DeliveryRow.status == "waiting", DeliveryRow.ready_at <= _now, DeliveryRow.channel.in_(bindparam("channels", expanding=True)))
    .where(or_(DeliveryRow.leased_until.is_(None), DeliveryRow.leased_until < _now), ~_overtaken)
    .where(or_(_conversation.is_(None), DeliveryRow.conversation_id == _conversation))
    .order_by(DeliveryRow.created_at, DeliveryRow.id)
    .limit(1)
    .with_for_update(of=DeliveryRow, skip_locked=True, key_share=True)
)


@dataclass(frozen=True)
class Owed:
    """A delivery that is being sent. `attempts` counts this one; `lease` proves that it is ours."""

    delivery: Delivery
    event_id: int
    conversation_id: int
    lease: str
    attempts: int
    created_at: datetime


def owe(
    session: Session,
    event_id: int,
    messages: Sequence[Mapping[str, Any]],
    token: Token,
    *,
    now: datetime,
    ready_at: datetime,
    withdrawn: bool = False,
) -> str:
    """Owe one message to an event's conversation and give its id; `withdrawn` only records it, for a person who has blocked us."""
    event = session.get_one(EventRow, event_id)
    row = DeliveryRow(id=str(uuid4()), event_id=event_id, conversation_id=event.conversation_id, channel=event.channel)
    row.messages, row.reply_token = [dict(message) for message in messages], token.value
    row.token_at = token.at if token.value else None
    row.created_at, row.ready_at, row.status = now, ready_at, "withdrawn" if withdrawn else "waiting"
    session.add(row)
    return row.id


def claim(session: Session, channels: Collection[str], now: datetime, conversation_id: int | None = None) -> Owed | None:
    """Take the next message, of one conversation or of all, and count the attempt; None when nothing is due.

    It is to be committed before the channel is called: a try that nobody lived to tell of must be known.
    """
    asked = {"channels": list(channels), "now": now, "about_to_go": now + ABOUT_TO_GO, "conversation": conversation_id}
    found = session.execute(_NEXT, asked).one_or_none()
    if found is None:
        return None
    row, address = found
    mine = update(DeliveryRow).where(DeliveryRow.id == row.id, DeliveryRow.status == "waiting", DeliveryRow.attempts == row.attempts)
    lease = str(uuid4())
    if changed(session, mine.values(lease=lease, leased_until=now + LEASE, attempts=row.attempts + 1)) != 1:
        return None
    replaces = _replaced(session, session.get_one(EventRow, row.event_id))
    delivery = Delivery(row.id, row.channel, address, tuple(row.messages), row.reply_token, row.token_at, row.attempts, replaces)
    return Owed(delivery, row.event_id, row.conversation_id, lease, row.attempts + 1, row.created_at)


def renew(session: Session, owed: Owed, now: datetime) -> None:
    """Hold on to a delivery that takes long; nothing happens when it is lost."""
    held = update(DeliveryRow).where(DeliveryRow.id == owed.delivery.id, DeliveryRow.lease == owed.lease)
    changed(session, held.values(leased_until=now + LEASE))


def settle(session: Session, owed: Owed, receipt: Receipt, now: datetime) -> None:
    """Store the receipt. It holds whoever has the lease: what the channel took is sent, even when it was withdrawn meanwhile."""
    changed(
        session,
        update(DeliveryRow)
        .where(DeliveryRow.id == owed.delivery.id)
        .values(
            status="sent",
            sent_at=now,
            via=receipt.via,
            request_id=receipt.request_id[:100],
            message_ids=list(receipt.message_ids),
            error="",
            reply_token=None,
            lease=None,
            leased_until=None,
        ),
    )


def put_back(session: Session, owed: Owed, ready_at: datetime, error: str) -> None:
    """Let a message wait for another try."""
    _release(session, owed, status="waiting", ready_at=ready_at, error=error)


def give_up(session: Session, owed: Owed, now: datetime, error: str) -> None:
    """End a message that the channel will not take; `ready_at` then says since when."""
    _release(session, owed, status="failed", ready_at=now, error=error)


def give_token(session: Session, event_id: int, conversation_id: int, token: str, now: datetime) -> bool:
    """Give a fresh token to the held answer of an event, which may go at once; False when none is held."""
    held = and_(DeliveryRow.reply_token.is_(None), DeliveryRow.attempts == 0, DeliveryRow.status == "waiting")
    answer = update(DeliveryRow).where(DeliveryRow.event_id == event_id, DeliveryRow.conversation_id == conversation_id, held)
    return changed(session, answer.values(reply_token=token, token_at=now, ready_at=now)) > 0


def withdraw(session: Session, conversation_id: int) -> int:
    """Withdraw all that waits for a conversation."""
    waiting = update(DeliveryRow).where(DeliveryRow.conversation_id == conversation_id, DeliveryRow.status == "waiting")
    return changed(session, waiting.values(status="withdrawn", reply_token=None))


def sent_to(session: Session, channel: str, address: str, skip: int) -> list[list[Mapping[str, Any]]]:
    """List what was sent to a conversation, oldest first, without the first `skip` deliveries; an erased one is empty."""
    theirs = select(DeliveryRow.messages).join(ConversationRow, ConversationRow.id == DeliveryRow.conversation_id)
    sent = theirs.where(ConversationRow.channel == channel, ConversationRow.address == address, DeliveryRow.status == "sent")
    return list(session.scalars(sent.order_by(DeliveryRow.sent_at, DeliveryRow.id).offset(skip).limit(PAGE)))


def count_by_status(session: Session) -> list[tuple[str, str, int]]:
    """Count the deliveries by channel and status."""
    rows = session.execute(select(DeliveryRow.channel, DeliveryRow.status, func.count()).group_by(DeliveryRow.channel, DeliveryRow.status))
    return [(channel, status, count) for channel, status, count in rows]


def given_up(session: Session, since: datetime) -> int:
    """Count the messages that were given up since a moment."""
    return session.scalar(select(func.count()).where(DeliveryRow.status == "failed", DeliveryRow.ready_at > since)) or 0


def _replaced(session: Session, event: EventRow) -> tuple[str, ...]:
    """Give the channel's ids of what answered an earlier wording of an edited question."""
    if event.kind != "edited" or event.message_id is None:
        return ()
    earlier = select(DeliveryRow.message_ids).join(EventRow, EventRow.id == DeliveryRow.event_id).where(DeliveryRow.status == "sent")
    same = earlier.where(EventRow.conversation_id == event.conversation_id, EventRow.message_id == event.message_id)
    alone = same.where(EventRow.read_with.is_(None))  # an answer to more than this message stays
    return tuple(session.scalar(alone.where(EventRow.id != event.id).order_by(DeliveryRow.sent_at.desc()).limit(1)) or ())


def _release(session: Session, owed: Owed, **values: Any) -> None:
    ours = update(DeliveryRow).where(DeliveryRow.id == owed.delivery.id, DeliveryRow.lease == owed.lease, DeliveryRow.status == "waiting")
    changed(session, ours.values(lease=None, leased_until=None, **values))
