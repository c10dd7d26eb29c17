"""The tables: what is kept, and the rules the database itself holds. Times are UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, DateTime, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime in, an aware UTC datetime out, also on SQLite, which keeps no time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Refuse naive datetimes; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the same
        """Give back an aware UTC datetime."""
        return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)


Json = JSON().with_variant(postgresql.JSONB(), "postgresql")
_ASKED, _NEW = text("question <> ''"), text("NOT is_searchable")  # of partial indexes
RowId = BigInteger().with_variant(Integer(), "sqlite")


class Base(DeclarativeBase):
    """All tables share this metadata."""


class ConversationRow(Base):
    """One person or thread on one channel. The lease lives here: who holds it is the only one working for this conversation."""

    __tablename__ = "conversations"
    __table_args__ = (UniqueConstraint("channel", "address"),)
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    channel: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    blocked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    notice_version: Mapped[str] = mapped_column(String(40), default="")  # of the notice about personal data that was shown last
    corrections_off_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when they asked to hear of no corrections
    lease: Mapped[str | None] = mapped_column(String(36))
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class EventRow(Base):
    """The inbox: one event, kept before 200. Status: waiting, done, failed, withdrawn."""

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("channel", "event_id"),
        Index("ix_events_claim", "status", "ready_at"),
        Index("ix_events_order", "conversation_id", "status", "at", "id"),
        Index("ix_events_message", "channel", "message_id"),
    )
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    channel: Mapped[str] = mapped_column(String(20))
    event_id: Mapped[str] = mapped_column(String(200))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    kind: Mapped[str] = mapped_column(String(20))
    sender: Mapped[str | None] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text, default="")
    message_id: Mapped[str | None] = mapped_column(String(200))
    reply_token: Mapped[str | None] = mapped_column(String(400))
    token_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(String(12), default="waiting")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    ready_at: Mapped[datetime] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(Text, default="")
    # read as one question with others: the first of them, whose turn is that of all; None for a message that stood alone
    read_with: Mapped[int | None] = mapped_column(RowId, index=True)


class TurnRow(Base):
    """One event, what we answered, and the trace of how. `attention` says why a person should look ("" when nobody needs to)."""

    __tablename__ = "turns"
    __table_args__ = (
        Index("ix_turns_conversation", "conversation_id", "asked_at"),
        Index("ix_turns_log", "asked_at", "id", "outcome", "conversation_id", sqlite_where=_ASKED, postgresql_where=_ASKED),
        Index("ix_turns_unsearchable", "id", sqlite_where=_NEW, postgresql_where=_NEW),
    )
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), unique=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    question: Mapped[str] = mapped_column(Text, default="")
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(20))
    attention: Mapped[str] = mapped_column(String(40), default="")
    trace: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    is_searchable: Mapped[bool] = mapped_column(Boolean, default=False)  # its words are in the index


class AnswerRow(Base):
    """What the asker was told. `id` is short and unguessable: it travels in buttons."""

    __tablename__ = "answers"
    __table_args__ = tuple(Index(f"ix_answers_{name}", name, "turn_id") for name in ("feedback", "topic", "release", "confidence"))
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    turn_id: Mapped[int] = mapped_column(ForeignKey("turns.id"), index=True)
    outcome: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    lead: Mapped[str] = mapped_column(Text, default="")
    notes: Mapped[list[str]] = mapped_column(Json, default=list)
    suggestions: Mapped[list[str]] = mapped_column(Json, default=list)
    query: Mapped[str] = mapped_column(Text, default="")
    topic: Mapped[str] = mapped_column(String(40), default="")
    as_of: Mapped[str] = mapped_column(String(10), default="")
    release: Mapped[int] = mapped_column(Integer, default=0)
    confidence: Mapped[float] = mapped_column(Float, default=0.0)
    feedback: Mapped[str] = mapped_column(String(20), default="")
    feedback_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    person_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CitationRow(Base):
    """A citation as it was shown: the section's text of that day, whatever the corpus says now."""

    __tablename__ = "citations"
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    answer_id: Mapped[str] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    document: Mapped[str] = mapped_column(String(200))
    section: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(Text, default="")
    page: Mapped[int | None] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(20), default="")
    source: Mapped[str] = mapped_column(Text, default="")
    url: Mapped[str] = mapped_column(Text, default="")
    quote: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    in_force_from: Mapped[str] = mapped_column(String(10), default="")
    in_force_until: Mapped[str] = mapped_column(String(10), default="")
    release: Mapped[int] = mapped_column(Integer, default=0)


class DeliveryRow(Base):
    """The outbox: one message owed. `id` is the retry key. Status: waiting, sent, failed, withdrawn."""

    __tablename__ = "deliveries"
    __table_args__ = (Index("ix_deliveries_claim", "status", "ready_at"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    channel: Mapped[str] = mapped_column(String(20))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    messages: Mapped[list[Any]] = mapped_column(Json)
    reply_token: Mapped[str | None] = mapped_column(String(400))
    token_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(String(12), default="waiting")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ready_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease: Mapped[str | None] = mapped_column(String(36))
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    via: Mapped[str] = mapped_column(String(12), default="")
    request_id: Mapped[str] = mapped_column(String(100), default="")
    message_ids: Mapped[list[str]] = mapped_column(Json, default=list)
    error: Mapped[str] = mapped_column(Text, default="")


class ReleaseRow(Base):
    """One frozen, checked, numbered index. State: building, ready, refused, removed."""

    __tablename__ = "releases"
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    state: Mapped[str] = mapped_column(String(12), default="building")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    embedding: Mapped[str] = mapped_column(String(100))
    corpus_hash: Mapped[str] = mapped_column(String(64), default="")
    code_version: Mapped[str] = mapped_column(String(40), default="")
    who: Mapped[str] = mapped_column(String(100), default="")
    why: Mapped[str] = mapped_column(Text, default="")
    calibration: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)  # what decides whether its best passage answers
    documents: Mapped[list[Any]] = mapped_column(Json, default=list)  # the catalogue as it was: one JSON object a document
    report: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)


class SectionRow(Base):
    """A section of a release, with the tokens that its lexical index is built from."""

    __tablename__ = "sections"
    __table_args__ = (UniqueConstraint("release", "document", "label"),)
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    release: Mapped[int] = mapped_column(ForeignKey("releases.number", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(Integer)
    document: Mapped[str] = mapped_column(String(200))
    label: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(Text, default="")
    page: Mapped[int | None] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(Text)
    tokens: Mapped[str] = mapped_column(Text)  # separated by U+001F
    digest: Mapped[str] = mapped_column(String(64))


class PointerRow(Base):
    """The one pointer: which release answers, and which did before it. A single row, id 1."""

    __tablename__ = "active_release"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, default=1)
    release: Mapped[int] = mapped_column(Integer)
    previous: Mapped[int | None] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
