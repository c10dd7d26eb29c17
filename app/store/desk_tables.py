"""The tables of the people's side: escalations, clinic answers, correction notices, message quotas, and the list of what was erased."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.store.tables import Base, Json, RowId, UtcDateTime


class EscalationRow(Base):
    """A turn waiting for a person; its question is in the turn alone. State: open, taken, answered, closed."""

    __tablename__ = "escalations"
    __table_args__ = (
        Index("ix_escalations_queue", "state", "opened_at"),
        Index("ix_escalations_conversation", "conversation_id", "state"),
    )
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    turn_id: Mapped[int] = mapped_column(ForeignKey("turns.id"), unique=True)
    reason: Mapped[str] = mapped_column(String(20))  # person, disliked, not_found, switched_off, failed
    topic: Mapped[str] = mapped_column(String(40), default="")
    passages: Mapped[list[Any]] = mapped_column(Json, default=list)  # what was tried: document, section, score
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(12), default="open")
    officer: Mapped[str] = mapped_column(String(100), default="")
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class EscalationEntryRow(Base):
    """What happened to an escalation. Kind: asker (the words are in the turn), note (never shown to the asker), said, answer, step."""

    __tablename__ = "escalation_entries"
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalations.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    who: Mapped[str] = mapped_column(String(100), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    text: Mapped[str] = mapped_column(Text, default="")
    turn_id: Mapped[int | None] = mapped_column(ForeignKey("turns.id"))
    delivery_id: Mapped[str | None] = mapped_column(String(36))


class ClinicAnswerRow(Base):
    """An answer written by staff. State: proposed, approved (waits for its release), published, suspended, withdrawn."""

    __tablename__ = "clinic_answers"
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    topic: Mapped[str] = mapped_column(String(40), default="")
    state: Mapped[str] = mapped_column(String(12), default="proposed", index=True)
    reason: Mapped[str] = mapped_column(Text, default="")  # why it is suspended or was withdrawn
    written_by: Mapped[str] = mapped_column(String(100))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    approved_by: Mapped[str] = mapped_column(String(100), default="")
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    escalation_id: Mapped[int | None] = mapped_column(ForeignKey("escalations.id"))


class BoundSectionRow(Base):
    """A section that a clinic answer rests on, as it read when it was bound."""

    __tablename__ = "clinic_answer_sections"
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    clinic_answer_id: Mapped[int] = mapped_column(ForeignKey("clinic_answers.id", ondelete="CASCADE"), index=True)
    document: Mapped[str] = mapped_column(String(200))
    section: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))


class NoticeRow(Base):
    """One answer whose asker was told that its rule changed; `change` names the change, so that nobody is told of it twice."""

    __tablename__ = "correction_notices"
    __table_args__ = (UniqueConstraint("answer_id", "change"),)
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    answer_id: Mapped[str] = mapped_column(ForeignKey("answers.id"))
    change: Mapped[str] = mapped_column(String(64))
    release: Mapped[int] = mapped_column(Integer)
    who: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    delivery_id: Mapped[str | None] = mapped_column(String(36))


class QuotaRow(Base):
    """What a channel said of its month on a day; `used` counts from the first of the month, no `limit` is none."""

    __tablename__ = "quota_readings"
    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    day: Mapped[str] = mapped_column(String(10), primary_key=True)  # in Thailand
    used: Mapped[int] = mapped_column(Integer)
    limit: Mapped[int | None] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ErasureRow(Base):
    """What was erased on request, to be erased again from a restored backup. Kind: person, message; `key` is a digest, nobody's id."""

    __tablename__ = "erasures"
    __table_args__ = (UniqueConstraint("kind", "key", "until"),)
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(10))
    key: Mapped[str] = mapped_column(String(64))
    until: Mapped[datetime] = mapped_column(UtcDateTime)  # what came later is not meant
    at: Mapped[datetime] = mapped_column(UtcDateTime)
