"""The SQL of builds and other long work that the console started: begin it, tell how far it is, end it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.store.database import changed, insert_new
from app.store.review_tables import BuildRow

Kind = Literal["build", "impact", "words", "reading"]
SILENT = timedelta(seconds=60)  # after which work is not heard of any more


def begin(session: Session, wishes: dict[str, Any], name: str, now: datetime) -> int:
    """Note that a build begins and give its number."""
    row = BuildRow(state="running", wishes=wishes, name=name, started_at=now, heard_at=now)
    session.add(row)
    session.flush()
    return row.id


def begin_other(session: Session, kind: Kind, wishes: dict[str, Any], name: str, now: datetime, release: int | None = None) -> int | None:
    """Note that other work than a build begins, about a release or none; gives its number, or None while such work must wait its turn."""
    lost = update(BuildRow).where(BuildRow.kind == kind, BuildRow.state == "running", BuildRow.heard_at < now - SILENT)
    changed(session, lost.values(state="lost"))
    begun = {"kind": kind, "state": "running", "wishes": wishes, "name": name, "started_at": now, "heard_at": now, "release": release}
    number: int | None = insert_new(session, BuildRow, **begun)
    return number


def is_running(row: BuildRow, now: datetime) -> bool:
    """Say whether work goes on: it has not ended, and was heard of."""
    return row.state == "running" and now - row.heard_at < SILENT


def get(session: Session, build_id: int) -> BuildRow | None:
    """Give one piece of work."""
    return session.get(BuildRow, build_id)


def newest(session: Session, kind: Kind = "build", release: int | None = None) -> BuildRow | None:
    """Give the newest work of a kind, about one release if one is named; None before the first."""
    found = select(BuildRow).where(BuildRow.kind == kind)
    if release is not None:
        found = found.where(BuildRow.release == release)
    return session.scalar(found.order_by(BuildRow.id.desc()).limit(1))


def tell(session: Session, build_id: int, step: str, done: int, total: int, now: datetime) -> None:
    """Note how far a build is."""
    changed(session, update(BuildRow).where(BuildRow.id == build_id).values(step=step, done=done, total=total, heard_at=now))


def beat(session: Session, build_id: int, now: datetime) -> None:
    """Note that a build still lives."""
    changed(session, update(BuildRow).where(BuildRow.id == build_id).values(heard_at=now))


def end(
    session: Session,
    build_id: int,
    *,
    state: str,
    release: int | None,
    problem: str,
    now: datetime,
    result: dict[str, Any] | None = None,
) -> None:
    """End work, unless it has ended."""
    running = update(BuildRow).where(BuildRow.id == build_id, BuildRow.state == "running")
    changed(session, running.values(state=state, release=release, problem=problem, result=result or {}, heard_at=now))
