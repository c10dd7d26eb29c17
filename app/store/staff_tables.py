"""The tables of the people behind the clinic: accounts, sessions, links to a channel, what was told there, and the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.store.tables import Base, Json, RowId, UtcDateTime


class AccountRow(Base):
    """One person of the staff. Accounts are closed, never deleted: the audit log names them."""

    __tablename__ = "accounts"
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    role: Mapped[str] = mapped_column(String(12))
    password: Mapped[str] = mapped_column(String(200))  # argon2's own format, parameters included
    is_temporary: Mapped[bool] = mapped_column(Boolean, default=False)  # the password was made up by us: another is to be chosen
    known_as: Mapped[str | None] = mapped_column(String(200), index=True)  # e-mail address or user name at the agency's issuer
    subject: Mapped[str | None] = mapped_column(String(255), index=True)  # the issuer's id of the person who came by that name first
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SessionRow(Base):
    """A browser that is signed in. The cookie's value is not here, only its digest."""

    __tablename__ = "staff_sessions"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AttemptRow(Base):
    """A sign-in that failed or is under way. `key` is a digest of the name, of the address, or of both together."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index("ix_sign_in_attempts_key", "key", "at"),)
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class StaffLinkRow(Base):
    """Who somebody of the staff is in a channel. Until then only the digest of the one-time code that links them stands here."""

    __tablename__ = "staff_links"
    __table_args__ = (UniqueConstraint("channel", "person"),)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    channel: Mapped[str | None] = mapped_column(String(20))
    person: Mapped[str | None] = mapped_column(String(200))
    code: Mapped[str] = mapped_column(String(64), default="")
    code_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StaffNoticeRow(Base):
    """What the staff was told of one matter. `shown` names the state told last; `address` is the channel's own of the first message.

    `told` counts what was said: with the id it names what is said next. `attempts` counts the tries of that; none begins before `ready_at`.
    """

    __tablename__ = "staff_notices"
    __table_args__ = (Index("ix_staff_notices_watched", "is_over", "told_at"),)
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    subject: Mapped[str] = mapped_column(String(80), unique=True)
    escalation_id: Mapped[int | None] = mapped_column(ForeignKey("escalations.id"), unique=True)
    shown: Mapped[str] = mapped_column(String(200), default="")
    is_over: Mapped[bool] = mapped_column(Boolean, default=False)
    address: Mapped[str] = mapped_column(String(200), default="")
    told: Mapped[int] = mapped_column(Integer, default=0)
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    ready_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SignInRow(Base):
    """Somebody tried to sign in, from an address: traffic data, which the audit log would keep for ever. Way: password, agency."""

    __tablename__ = "sign_ins"
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    address: Mapped[str] = mapped_column(String(64))
    way: Mapped[str] = mapped_column(String(12))
    result: Mapped[str] = mapped_column(String(12))  # signed in, refused


class AuditRow(Base):
    """One staff act. The database itself refuses to change or delete a row. No words of askers stand here, only ids and choices."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int | None] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(60), index=True)
    role: Mapped[str] = mapped_column(String(12))
    verb: Mapped[str] = mapped_column(String(40), index=True)
    subject: Mapped[str] = mapped_column(Text, default="")
    before: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
