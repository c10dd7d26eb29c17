"""The SQL of the audit log: write an entry, read entries; there is nothing else to do with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.store.staff_tables import AuditRow


@dataclass(frozen=True)
class Entry:
    """Who did what to what, when, and what it was before and after."""

    at: datetime
    account_id: int | None
    name: str
    role: str
    verb: str
    subject: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True)
class Wanted:
    """Which entries are asked for; what is empty does not narrow."""

    name: str = ""
    verb: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before_id: int | None = None


def write(session: Session, entry: Entry) -> None:
    """Write one entry, in the transaction of the act itself."""
    session.add(AuditRow(**{**asdict(entry), "before": dict(entry.before), "after": dict(entry.after)}))


def entries(session: Session, wanted: Wanted, at_most: int) -> list[AuditRow]:
    """List entries, newest first."""
    found = select(AuditRow)
    if wanted.name:
        found = found.where(AuditRow.name == wanted.name)
    if wanted.verb:
        found = found.where(AuditRow.verb == wanted.verb)
    if wanted.since:
        found = found.where(AuditRow.at >= wanted.since)
    if wanted.until:
        found = found.where(AuditRow.at < wanted.until)
    if wanted.before_id is not None:
        found = found.where(AuditRow.id < wanted.before_id)
    return list(session.scalars(found.order_by(AuditRow.id.desc()).limit(at_most)))


def names(session: Session) -> list[str]:
    """List everybody who did anything."""
    return list(session.scalars(select(AuditRow.name).distinct().order_by(AuditRow.name)))
