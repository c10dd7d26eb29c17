"""The SQL of builds that the console started: begin one, tell how far it is, end it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.store.database import changed
from app.store.review_tables import BuildRow


def begin(session: Session, wishes: dict[str, Any], name: str, now: datetime) -> int:
    """Note that a build begins and give its number."""
    row = BuildRow(state="running", wishes=wishes, name=name, started_at=now, heard_at=now)
    session.add(row)
    session.flush()
    return row.id


def get(session: Session, build_id: int) -> BuildRow | None:
    """Give one build."""
    return session.get(BuildRow, build_id)


def newest(session: Session) -> BuildRow | None:
    """Give the newest build; None before the first."""
    return session.scalar(select(BuildRow).order_by(BuildRow.id.desc()).limit(1))


def tell(session: Session, build_id: int, step: str, done: int, total: int, now: datetime) -> None:
    """Note how far a build is."""
    changed(session, update(BuildRow).where(BuildRow.id == build_id).values(step=step, done=done, total=total, heard_at=now))


def beat(session: Session, build_id: int, now: datetime) -> None:
    """Note that a build still lives."""
    changed(session, update(BuildRow).where(BuildRow.id == build_id).values(heard_at=now))


def end(session: Session, build_id: int, *, state: str, release: int | None, problem: str, now: datetime) -> None:
    """End a build, unless it has ended."""
    running = update(BuildRow).where(BuildRow.id == build_id, BuildRow.state == "running")
    changed(session, running.values(state=state, release=release, problem=problem, heard_at=now))
