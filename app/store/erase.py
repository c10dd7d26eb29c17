"""Erase what somebody wrote, everywhere it stands: one message that was unsent, or all of a person; and again from a restored backup."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.store import escalations, gaps, impacts, question_log, reviews
from app.store.database import changed, insert_new
from app.store.desk_tables import ErasureRow
from app.store.persons import theirs
from app.store.tables import AnswerRow, CitationRow, ConversationRow, DeliveryRow, EventRow, TurnRow

REMEMBERED = timedelta(hours=3)  # a question may live on in what was searched for the ones that followed it; five follow-ups of 30 minutes
BATCH = 500  # ids named in one statement


@dataclass(frozen=True)
class Erasure:
    """One entry of the list of what was erased; `key` is a digest from which nobody's id can be read."""

    kind: Literal["person", "message"]
    key: str
    until: datetime


def erase_message(session: Session, channel: str, conversation_id: int, message_id: str, now: datetime) -> None:
    """Withdraw and erase a message: event, deliveries, turn, answer, citations, escalation, and the queries completed with it."""
    ours = (EventRow.channel == channel, EventRow.conversation_id == conversation_id, EventRow.message_id == message_id)
    erase_events(session, session.scalars(select(EventRow.id).where(*ours, EventRow.kind != "unsend")).all(), now)
    _list(session, "message", key(channel, message_id), now, now)


def erase_person(session: Session, channel: str, sender: str | None, conversation_id: int, until: datetime, now: datetime) -> None:
    """Erase all that a person wrote on a channel up to a moment, and all that was said to it."""
    mine = select(EventRow.id).where(theirs(channel, sender, conversation_id), EventRow.at <= until)
    erase_events(session, session.scalars(mine).all(), now)
    address = session.get_one(ConversationRow, conversation_id).address
    _list(session, "person", key(channel, sender or f"conversation:{address}"), until, now)


def erase_events(session: Session, event_ids: Sequence[int], now: datetime) -> None:
    """Withdraw and erase events and all that came of them; that they were, when and where, stays."""
    for begin in range(0, len(event_ids), BATCH):
        ids = event_ids[begin : begin + BATCH]
        waiting = update(EventRow).where(EventRow.id.in_(ids), EventRow.status == "waiting")
        changed(session, waiting.values(status="withdrawn"))
        changed(session, update(EventRow).where(EventRow.id.in_(ids)).values(text="", reply_token=None))
        answered = _answered_at(session, ids)
        owed = update(DeliveryRow).where(DeliveryRow.event_id.in_(answered))
        changed(session, owed.where(DeliveryRow.status == "waiting").values(status="withdrawn"))
        changed(session, owed.values(messages=[], reply_token=None))
        turns = session.execute(select(TurnRow.id, TurnRow.conversation_id, TurnRow.asked_at).where(TurnRow.event_id.in_(answered))).all()
        _erase_turns(session, [turn.id for turn in turns], now)
        escalations.forget(session, [turn.id for turn in turns], now)
        for turn in turns:
            later = select(TurnRow.id).where(
                TurnRow.conversation_id == turn.conversation_id,
                TurnRow.asked_at.between(turn.asked_at, turn.asked_at + REMEMBERED),
                TurnRow.id != turn.id,
            )
            _forget_queries(session, session.scalars(later).all())


def _answered_at(session: Session, event_ids: Sequence[int]) -> list[int]:
    """Give the events at which these were answered: themselves, or the first of those that they were read with as one question.

    What was read with one of them and is not sent yet has no answer now: it waits again, to be answered without what is erased.
    """
    rows = session.execute(select(EventRow.id, EventRow.read_with).where(EventRow.id.in_(event_ids))).all()
    for first in {row.read_with for row in rows} - {None}:
        unsent = select(DeliveryRow.id).where(DeliveryRow.event_id == first, DeliveryRow.status == "waiting")
        others = update(EventRow).where(EventRow.read_with == first, EventRow.id.not_in(event_ids))
        if session.scalar(unsent.limit(1)) and changed(session, others.values(status="waiting", read_with=None)):
            gone = next(row.id for row in rows if row.read_with == first)  # it keeps the turn, which the others will have anew
            for table in (TurnRow, DeliveryRow):
                changed(session, update(table).where(table.event_id == first).values(event_id=gone))
    return [row.read_with or row.id for row in rows] + [row.id for row in rows]


def erased(session: Session) -> list[Erasure]:
    """Give the list of what was erased, oldest first."""
    return [
        Erasure("person" if row.kind == "person" else "message", row.key, row.until)
        for row in session.scalars(select(ErasureRow).order_by(ErasureRow.id))
    ]


def replay(session: Session, entries: Iterable[Erasure], now: datetime) -> int:
    """Erase again what a list names, in a database restored from a backup; gives the number of entries that met something."""
    known = _known_keys(session)
    met = 0
    for entry in entries:
        found = known.get((entry.kind, entry.key), ())
        for channel, name, conversation_id in found:
            if entry.kind == "person":
                erase_person(session, channel, name, conversation_id, entry.until, now)
            elif name is not None:
                erase_message(session, channel, conversation_id, name, entry.until)
        met += bool(found)
    return met


def _known_keys(session: Session) -> dict[tuple[str, str], set[tuple[str, str | None, int]]]:
    """Give the keys of all people and messages that are there, with whom or what each means."""
    found: dict[tuple[str, str], set[tuple[str, str | None, int]]] = {}
    told = select(EventRow.channel, EventRow.sender, EventRow.message_id, EventRow.conversation_id, ConversationRow.address)
    for row in session.execute(told.join(ConversationRow, ConversationRow.id == EventRow.conversation_id).distinct()):
        person = ("person", key(row.channel, row.sender or f"conversation:{row.address}"))
        found.setdefault(person, set()).add((row.channel, row.sender, row.conversation_id))
        if row.message_id:
            found.setdefault(("message", key(row.channel, row.message_id)), set()).add((row.channel, row.message_id, row.conversation_id))
    return found


def _list(session: Session, kind: str, key: str, until: datetime, now: datetime) -> None:
    insert_new(session, ErasureRow, kind=kind, key=key, until=until, at=now)


def key(channel: str, name: str) -> str:
    """Give the digest by which a person or message is known where their id must not stand."""
    return hashlib.sha256(f"{channel}\0{name}".encode()).hexdigest()


def _erase_turns(session: Session, turn_ids: Sequence[int], now: datetime) -> None:
    answers = select(AnswerRow.id).where(AnswerRow.turn_id.in_(turn_ids))
    changed(session, delete(CitationRow).where(CitationRow.answer_id.in_(answers)))
    emptied = update(AnswerRow).where(AnswerRow.turn_id.in_(turn_ids))
    changed(session, emptied.values(text="", lead="", query="", notes=[], suggestions=[]))
    changed(session, update(TurnRow).where(TurnRow.id.in_(turn_ids)).values(question="", trace={}, attention=""))
    question_log.forget(session, turn_ids)
    gaps.forget(session, turn_ids, now)
    reviews.forget(session, turn_ids)
    impacts.forget(session, turn_ids)


def _forget_queries(session: Session, turn_ids: Sequence[int]) -> None:
    changed(session, update(AnswerRow).where(AnswerRow.turn_id.in_(turn_ids)).values(query=""))
    changed(session, update(TurnRow).where(TurnRow.id.in_(turn_ids)).values(trace={}))
    reviews.drop_golden(session, turn_ids)
    gaps.forget_vectors(session, turn_ids)
    impacts.forget(session, turn_ids)
