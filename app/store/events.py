"""The inbox's SQL: keep events once, give out the oldest one of an idle conversation, close it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import and_, bindparam, case, exists, func, literal, or_, select, tuple_, update
from sqlalchemy.orm import Session, aliased

from app.domain import Event, EventKind
from app.errors import LeaseLost
from app.store import conversations
from app.store.database import changed, insert_new
from app.store.desk_tables import EscalationRow
from app.store.tables import ConversationRow, EventRow, UtcDateTime

# the oldest event that may be worked on now: its conversation is idle and nothing older waits there; written once, for building it takes
# longer than running it
_now, _older = bindparam("now", type_=UtcDateTime()), aliased(EventRow)
_overtaken = exists().where(
    _older.conversation_id == EventRow.conversation_id,
    _older.status == "waiting",
    tuple_(_older.at, _older.id) < tuple_(EventRow.at, EventRow.id),
)
_is_taken = exists().where(EscalationRow.conversation_id == ConversationRow.id, EscalationRow.state == "taken")
_NEXT = (
    select(EventRow, ConversationRow.address, ConversationRow.notice_version, _is_taken.label("with_officer"))
    .join(ConversationRow, ConversationRow.id == EventRow.conversation_id)
    .where(EventRow.status == "waiting", EventRow.ready_at <= _now, EventRow.channel.in_(bindparam("channels", expanding=True)))
    .where(conversations.is_free(_now), ~_overtaken)
    .order_by(EventRow.at, EventRow.id)
    .limit(1)
    .with_for_update(of=ConversationRow, skip_locked=True, key_share=True)
)


@dataclass(frozen=True)
class Claim:
    """An event that is being worked on. `attempts` counts this one; `lease` proves that it is ours.

    `parts` are the events behind it that are read with it as one question: `event` then holds the words of all.
    `notice_version` is that of the notice about personal data that the conversation saw last; `with_officer`: a person answers there now.
    """

    id: int
    conversation_id: int
    lease: str
    attempts: int
    event: Event
    notice_version: str = ""
    with_officer: bool = False
    parts: tuple[int, ...] = ()


@dataclass(frozen=True)
class Token:
    """The reply token an event still has. `spent` says that there was one and it has been used to ask for patience."""

    value: str | None
    at: datetime | None

    @property
    def spent(self) -> bool:
        """Say whether the token that came with the event is gone."""
        return self.value is None and self.at is not None


def keep(session: Session, event: Event, conversation_id: int, now: datetime, status: str = "waiting") -> int | None:
    """Keep an event once; None when it was there already.

    A redelivery of an event that still waits brings its token back to life, unless the token has been used.
    """
    kept: int | None = insert_new(
        session,
        EventRow,
        channel=event.channel,
        event_id=event.event_id,
        conversation_id=conversation_id,
        kind=event.kind,
        sender=event.sender,
        text=event.text if status == "waiting" else "",
        message_id=event.message_id,
        reply_token=event.reply_token if status == "waiting" else None,
        token_at=now if event.reply_token and status == "waiting" else None,
        at=event.at,
        received_at=now,
        status=status,
        ready_at=now,
    )
    if kept is None and event.reply_token:
        again = update(EventRow).where(EventRow.channel == event.channel, EventRow.event_id == event.event_id)
        changed(session, again.where(EventRow.status == "waiting", EventRow.reply_token == event.reply_token).values(token_at=now))
    return kept


def is_unsent(session: Session, event: Event, conversation_id: int) -> bool:
    """Say whether the message of an event was unsent before it reached us."""
    unsent = select(EventRow.id).where(
        EventRow.channel == event.channel,
        EventRow.message_id == event.message_id,
        EventRow.conversation_id == conversation_id,
        EventRow.kind == "unsend",
    )
    return event.message_id is not None and session.scalar(unsent.limit(1)) is not None


def came_later(session: Session, conversation_id: int, kinds: Collection[EventKind], at: datetime) -> bool:
    """Say whether a conversation has an event of these kinds after a moment: webhooks may arrive out of order."""
    later = select(EventRow.id).where(EventRow.conversation_id == conversation_id, EventRow.kind.in_(kinds), EventRow.at > at)
    return session.scalar(later.limit(1)) is not None


def claim(session: Session, channels: Collection[str], lease: str, until: datetime, now: datetime) -> Claim | None:
    """Take the oldest free event and lease its conversation; None when there is none.

    Raises:
        LeaseLost: another worker was faster by a hair; nothing is taken.
    """
    found = session.execute(_NEXT, {"channels": list(channels), "now": now}).one_or_none()
    if found is None:
        return None
    row, address, notice_version, with_officer = found
    counted = update(EventRow).where(EventRow.id == row.id, EventRow.status == "waiting").values(attempts=EventRow.attempts + 1)
    if not conversations.lease(session, row.conversation_id, lease, until, now) or changed(session, counted) != 1:
        raise LeaseLost("another worker was faster")
    return Claim(row.id, row.conversation_id, lease, row.attempts + 1, _event(row, address), notice_version, with_officer)


def waiting_behind(session: Session, claim: Claim, at_most: int) -> list[tuple[int | None, Event]]:
    """List the events that wait behind one of the same conversation, oldest first, each with its id; a withdrawn one has none."""
    behind = select(EventRow).where(EventRow.conversation_id == claim.conversation_id, EventRow.status.in_(("waiting", "withdrawn")))
    later = behind.where(tuple_(EventRow.at, EventRow.id) > (claim.event.at, claim.id))
    rows = session.scalars(later.order_by(EventRow.at, EventRow.id).limit(at_most))
    return [(row.id if row.status == "waiting" else None, _event(row, claim.event.conversation)) for row in rows]


def wait_for_more(session: Session, kept: int, conversation_id: int, sender: str | None, now: datetime, until: datetime) -> None:
    """Let a new event wait, and with it what the same sender's earlier ones have waited for so far; what others wait for is over."""
    fresh = and_(EventRow.attempts == 0, EventRow.ready_at > now)
    gathering = update(EventRow).where(EventRow.conversation_id == conversation_id, EventRow.status == "waiting")
    same, ends = EventRow.sender.is_not_distinct_from(sender), literal(until, UtcDateTime)
    changed(session, gathering.where(or_(EventRow.id == kept, fresh)).values(ready_at=case((same, ends), else_=literal(now, UtcDateTime))))


def hand_token_on(session: Session, claim: Claim, parts: Sequence[int]) -> None:
    """Give the newest token of an event's parts to the event itself: a reply uses up one, and the newest lives longest."""
    with_token = select(EventRow).where(EventRow.id.in_(parts), EventRow.reply_token.is_not(None))
    newest = session.scalar(with_token.order_by(EventRow.token_at.desc(), EventRow.id.desc()).limit(1))
    if newest is not None:
        given = {"reply_token": newest.reply_token, "token_at": newest.token_at}
        changed(session, update(EventRow).where(EventRow.id == claim.id).values(**given))
        changed(session, update(EventRow).where(EventRow.id.in_(parts)).values(reply_token=None, token_at=None))


def close(session: Session, event_id: int, status: str, *, parts: Sequence[int] = (), forget: bool = False) -> Token:
    """End a waiting event, with the parts that were read with it, and give what is left of its token; `forget` erases the text.

    Raises:
        LeaseLost: one of them no longer waits: it was withdrawn, or somebody else has answered it.
    """
    waiting = update(EventRow).where(EventRow.id.in_((event_id, *parts)), EventRow.status == "waiting")
    values: dict[str, object] = {"status": status} | ({"text": ""} if forget else {}) | ({"read_with": event_id} if parts else {})
    closed = session.execute(waiting.values(**values).returning(EventRow.id, EventRow.reply_token, EventRow.token_at)).all()
    if len(closed) != 1 + len(parts):
        raise LeaseLost("the question, or a part of it, was withdrawn")
    return next(Token(row.reply_token, row.token_at) for row in closed if row.id == event_id)


def put_back(session: Session, event_id: int, ready_at: datetime, error: str) -> None:
    """Let a failed event wait for another try."""
    waiting = update(EventRow).where(EventRow.id == event_id, EventRow.status == "waiting")
    changed(session, waiting.values(ready_at=ready_at, error=error))


def losing_patience(session: Session, channel: str, since: datetime, until: datetime) -> list[EventRow]:
    """List the waiting questions whose unspent token reached us between two moments."""
    waiting = select(EventRow).where(EventRow.status == "waiting", EventRow.channel == channel, EventRow.kind.in_(("text", "edited")))
    unspent = waiting.where(EventRow.reply_token.is_not(None), EventRow.token_at.between(since, until))
    return list(session.scalars(unspent.order_by(EventRow.id)))


def take_token(session: Session, event_id: int, token: str | None) -> bool:
    """Take the token of a waiting event for another use; False when it is gone or the event is closed."""
    mine = update(EventRow).where(EventRow.id == event_id, EventRow.status == "waiting", EventRow.reply_token == token)
    return changed(session, mine.values(reply_token=None)) == 1


def give_token(session: Session, event_id: int, conversation_id: int, token: str, now: datetime) -> bool:
    """Give a fresh token to a waiting event of this conversation; False when it no longer waits."""
    waiting = update(EventRow).where(EventRow.id == event_id, EventRow.conversation_id == conversation_id, EventRow.status == "waiting")
    return changed(session, waiting.values(reply_token=token, token_at=now)) == 1


def count_received(session: Session) -> list[tuple[str, str, int]]:
    """Count the kept events by channel and kind."""
    rows = session.execute(select(EventRow.channel, EventRow.kind, func.count()).group_by(EventRow.channel, EventRow.kind))
    return [(channel, kind, count) for channel, kind, count in rows]


def oldest_waiting(session: Session) -> datetime | None:
    """Give when the longest waiting event reached us."""
    return session.scalar(select(func.min(EventRow.received_at)).where(EventRow.status == "waiting"))


def _event(row: EventRow, address: str) -> Event:
    kind = cast("EventKind", row.kind)
    return Event(row.channel, row.event_id, address, kind, row.at, row.sender, row.text, row.message_id, row.reply_token)
