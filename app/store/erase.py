"""Erase a question that its asker has unsent, everywhere it stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.store import question_log, reviews
from app.store.database import changed
from app.store.tables import AnswerRow, CitationRow, DeliveryRow, EventRow, TurnRow

REMEMBERED = timedelta(hours=3)  # a question may live on in what was searched for the ones that followed it; five follow-ups of 30 minutes


def erase_message(session: Session, channel: str, conversation_id: int, message_id: str) -> None:
    """Withdraw and erase a message: event, deliveries, turn, answer, citations, and the queries completed with it."""
    ours = (EventRow.channel == channel, EventRow.conversation_id == conversation_id, EventRow.message_id == message_id)
    event_ids = session.scalars(select(EventRow.id).where(*ours, EventRow.kind != "unsend")).all()
    waiting = update(EventRow).where(EventRow.id.in_(event_ids), EventRow.status == "waiting")
    changed(session, waiting.values(status="withdrawn"))
    changed(session, update(EventRow).where(EventRow.id.in_(event_ids)).values(text="", reply_token=None))
    owed = update(DeliveryRow).where(DeliveryRow.event_id.in_(event_ids))
    changed(session, owed.where(DeliveryRow.status == "waiting").values(status="withdrawn"))
    changed(session, owed.values(messages=[], reply_token=None))
    for turn in session.scalars(select(TurnRow).where(TurnRow.event_id.in_(event_ids))).all():
        _erase_turns(session, [turn.id])
        later = select(TurnRow.id).where(
            TurnRow.conversation_id == conversation_id,
            TurnRow.asked_at.between(turn.asked_at, turn.asked_at + REMEMBERED),
            TurnRow.id != turn.id,
        )
        _forget_queries(session, session.scalars(later).all())


def _erase_turns(session: Session, turn_ids: Sequence[int]) -> None:
    answers = select(AnswerRow.id).where(AnswerRow.turn_id.in_(turn_ids))
    changed(session, delete(CitationRow).where(CitationRow.answer_id.in_(answers)))
    emptied = update(AnswerRow).where(AnswerRow.turn_id.in_(turn_ids))
    changed(session, emptied.values(text="", lead="", query="", notes=[], suggestions=[]))
    changed(session, update(TurnRow).where(TurnRow.id.in_(turn_ids)).values(question="", trace={}, attention=""))
    question_log.forget(session, turn_ids)
    reviews.forget(session, turn_ids)


def _forget_queries(session: Session, turn_ids: Sequence[int]) -> None:
    changed(session, update(AnswerRow).where(AnswerRow.turn_id.in_(turn_ids)).values(query=""))
    changed(session, update(TurnRow).where(TurnRow.id.in_(turn_ids)).values(trace={}))
    reviews.drop_golden(session, turn_ids)
