"""Escalations: one question that waits for a person; opened by turns, worked on by officers, in one commit with what it belongs to."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.store.database import changed
from app.store.desk_tables import EscalationEntryRow, EscalationRow
from app.store.tables import AnswerRow, ConversationRow, DeliveryRow, TurnRow

Reason = Literal["person", "disliked", "approval", "not_found", "switched_off", "failed"]
State = Literal["open", "taken", "answered", "closed"]
Entry = Literal["asker", "note", "said", "answer", "approved", "step"]
PROMISED: tuple[Reason, ...] = ("person", "approval")  # the asker knows that somebody will look
WEIGHT: tuple[Reason, ...] = (
    "failed",
    "switched_off",
    "not_found",
    "approval",
    "disliked",
    "person",
)  # the later one says more about what the asker wants


def noted(session: Session, turn_id: int, attention: str, now: datetime) -> None:
    """Open, change or end the escalation of a turn, as the reason why somebody should look at it has become."""
    turn = session.get_one(TurnRow, turn_id)
    row = session.scalar(select(EscalationRow).where(EscalationRow.turn_id == turn_id)) or _same_question(session, turn, attention)
    if attention not in WEIGHT:
        if row and row.state == "open" and row.turn_id == turn_id and not attention:  # the asker is content after all
            _step(session, row, "closed", "", now)
            row.state, row.closed_at = "closed", now
        return
    if row is None and turn.question:
        answer = session.scalar(select(AnswerRow).where(AnswerRow.turn_id == turn_id))
        row = EscalationRow(conversation_id=turn.conversation_id, turn_id=turn_id, reason=attention, topic=answer.topic if answer else "")
        row.passages, row.asked_at, row.opened_at, row.state, row.officer = turn.trace.get("passages", []), turn.asked_at, now, "open", ""
        session.add(row)
    elif row and row.state in ("answered", "closed") and (attention == "person" or (attention, row.reason) == ("disliked", "approval")):
        row.reason, row.state, row.opened_at, row.officer = attention, "open", now, ""  # what was said did not do
        _step(session, row, "reopened", "", now)
    elif row and WEIGHT.index(attention) > WEIGHT.index(row.reason):
        row.reason = attention


def with_officer(session: Session, conversation_id: int) -> EscalationRow | None:
    """Give the escalation under which an officer has a conversation: there the clinic answers nothing by itself."""
    taken = select(EscalationRow).where(EscalationRow.conversation_id == conversation_id, EscalationRow.state == "taken")
    return session.scalar(taken.order_by(EscalationRow.taken_at.desc(), EscalationRow.id.desc()).limit(1))


def of_turn(session: Session, turn_id: int) -> EscalationRow | None:
    """Give the escalation of a turn."""
    return session.scalar(select(EscalationRow).where(EscalationRow.turn_id == turn_id))


def add(
    session: Session, escalation_id: int, kind: Entry, now: datetime, *, who: str = "", text: str = "", turn_id: int | None = None
) -> EscalationEntryRow:
    """Add an entry to an escalation."""
    entry = EscalationEntryRow(escalation_id=escalation_id, kind=kind, who=who, at=now, text=text, turn_id=turn_id)
    session.add(entry)
    session.flush()
    return entry


def hold(session: Session, escalation_id: int) -> tuple[EscalationRow, ConversationRow] | None:
    """Give an escalation and its conversation, both held until the transaction ends; None when there is none."""
    conversation = select(EscalationRow.conversation_id).where(EscalationRow.id == escalation_id).scalar_subquery()
    place = session.scalar(select(ConversationRow).where(ConversationRow.id == conversation).with_for_update())
    row = session.scalar(select(EscalationRow).where(EscalationRow.id == escalation_id).with_for_update())
    return (row, place) if row and place else None


def move(session: Session, row: EscalationRow, state: State, officer: str, now: datetime, *, by: str) -> None:
    """Change the state of an escalation that is held, and note the step."""
    row.state, row.officer = state, officer
    if state == "taken":
        row.taken_at = now
    elif state == "answered":
        row.answered_at = now
    elif state == "closed":
        row.closed_at = now
    _step(session, row, state, by, now)


def entries(session: Session, escalation_id: int) -> list[tuple[EscalationEntryRow, str]]:
    """List what happened to an escalation, oldest first, each with the words of the asker where it is theirs."""
    rows = session.execute(
        select(EscalationEntryRow, TurnRow.question)
        .outerjoin(TurnRow, TurnRow.id == EscalationEntryRow.turn_id)
        .where(EscalationEntryRow.escalation_id == escalation_id)
        .order_by(EscalationEntryRow.at, EscalationEntryRow.id)
    )
    return [(entry, question or "") for entry, question in rows]


def queue(session: Session, states: Collection[State], *, topic: str = "", officer: str = "", at_most: int = 200) -> list[Any]:
    """List escalations with their question and channel: who was promised a person first, then by waiting time."""
    found = (
        select(EscalationRow, TurnRow.question, ConversationRow.channel, ConversationRow.blocked_at)
        .join(TurnRow, TurnRow.id == EscalationRow.turn_id)
        .join(ConversationRow, ConversationRow.id == EscalationRow.conversation_id)
        .where(EscalationRow.state.in_(states))
    )
    if topic:
        found = found.where(EscalationRow.topic == topic)
    if officer:
        found = found.where(EscalationRow.officer == officer)
    return list(
        session.execute(found.order_by(EscalationRow.reason.not_in(PROMISED), EscalationRow.opened_at, EscalationRow.id).limit(at_most))
    )


def conversation(session: Session, row: EscalationRow, at_most: int) -> list[tuple[TurnRow, AnswerRow | None]]:
    """Give what was said in an escalation's conversation around its question, oldest first."""
    said = (
        select(TurnRow, AnswerRow)
        .outerjoin(AnswerRow, AnswerRow.turn_id == TurnRow.id)
        .where(TurnRow.conversation_id == row.conversation_id, TurnRow.asked_at <= row.asked_at)
        .order_by(TurnRow.asked_at.desc(), TurnRow.id.desc())
    )
    return [(turn, answer) for turn, answer in reversed(session.execute(said.limit(at_most)).all())]


def receipts(session: Session, delivery_ids: Collection[str]) -> dict[str, str]:
    """Give the status of deliveries: waiting, sent, failed or withdrawn."""
    rows = session.execute(select(DeliveryRow.id, DeliveryRow.status).where(DeliveryRow.id.in_(delivery_ids)))
    return {row.id: row.status for row in rows}


def count(session: Session) -> list[tuple[str, str, int]]:
    """Count the escalations by state and reason."""
    rows = session.execute(
        select(EscalationRow.state, EscalationRow.reason, func.count()).group_by(EscalationRow.state, EscalationRow.reason)
    )
    return [(state, reason, number) for state, reason, number in rows]


def waiting_since(session: Session) -> list[datetime]:
    """List since when the open and taken escalations wait, longest first."""
    waiting = select(EscalationRow.opened_at).where(EscalationRow.state.in_(("open", "taken")))
    return list(session.scalars(waiting.order_by(EscalationRow.opened_at)))


def forget(session: Session, turn_ids: Collection[int], now: datetime) -> None:
    """End the escalations of erased turns and erase what officers wrote in them."""
    ours = select(EscalationRow.id).where(EscalationRow.turn_id.in_(turn_ids))
    changed(session, update(EscalationEntryRow).where(EscalationEntryRow.escalation_id.in_(ours)).values(text=""))
    ended = update(EscalationRow).where(EscalationRow.turn_id.in_(turn_ids))
    changed(session, ended.where(EscalationRow.state != "closed").values(state="closed", closed_at=now))
    changed(session, ended.values(passages=[]))


def _same_question(session: Session, turn: TurnRow, attention: str) -> EscalationRow | None:
    """Find the waiting escalation of the same words in the same conversation: asking twice is one matter, but for a first draft."""
    if not turn.question:
        return None
    same = (
        select(EscalationRow)
        .join(TurnRow, TurnRow.id == EscalationRow.turn_id)
        .where(EscalationRow.conversation_id == turn.conversation_id, EscalationRow.state.in_(("open", "taken")))
        .where(TurnRow.question == turn.question)
    )
    if attention == "approval":
        same = same.where(EscalationRow.reason == attention)
    return session.scalar(same.limit(1))


def _step(session: Session, row: EscalationRow, step: str, by: str, now: datetime) -> None:
    session.add(EscalationEntryRow(escalation_id=row.id, kind="step", who=by, at=now, text=step))
