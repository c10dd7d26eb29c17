"""The SQL of message quotas: what each channel said of its month, one reading a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.store.database import changed, insert_new
from app.store.desk_tables import QuotaRow


def keep(session: Session, channel: str, day: date, *, used: int, limit: int | None, now: datetime) -> None:
    """Keep the newest reading of a day."""
    values = {"used": used, "limit": limit, "at": now}
    if insert_new(session, QuotaRow, channel=channel, day=day.isoformat(), **values) is None:
        changed(session, update(QuotaRow).where(QuotaRow.channel == channel, QuotaRow.day == day.isoformat()).values(**values))


def read_at(session: Session, channel: str) -> datetime | None:
    """Say when a channel was last asked; None when never."""
    return session.scalar(select(func.max(QuotaRow.at)).where(QuotaRow.channel == channel))


def between(session: Session, first: date, last: date) -> Sequence[QuotaRow]:
    """List the readings from one day to another, by channel and day."""
    days = QuotaRow.day.between(first.isoformat(), last.isoformat())
    return session.scalars(select(QuotaRow).where(days).order_by(QuotaRow.channel, QuotaRow.day)).all()
