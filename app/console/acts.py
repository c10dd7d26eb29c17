"""The one way to do something as staff: permission first, then the change and its audit entry in one commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.console.permissions import Verb, may
from app.errors import NotAllowed
from app.store import audit
from app.store.audit import Entry
from app.store.database import Database


@dataclass(frozen=True)
class Staff:
    """Who acts. `id` is None for a command on the server itself."""

    id: int | None
    name: str
    role: str
    is_temporary: bool = False  # still has the password that was made up for them


@dataclass
class Act:
    """An act under way: its transaction, and what it notes for the audit log (ids and choices, never the words of askers)."""

    session: Session
    subject: str
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)


@contextmanager
def acting(database: Database, clock: Callable[[], datetime], staff: Staff, verb: Verb, subject: str = "") -> Iterator[Act]:
    """Open an act; it is written down and committed at the end of the block, and leaves no trace when the block raises.

    Args:
        database: where to.
        clock: tells the time of the act.
        staff: who acts.
        verb: what is done; the table of permissions decides.
        subject: what it is done to, such as "question 12".

    Raises:
        NotAllowed: the role may not do this; nothing is changed.
    """
    if not may(staff.role, verb):
        raise NotAllowed(f"{staff.role} may not {verb}")
    with database.begin() as session:
        act = Act(session, subject)
        yield act
        audit.write(session, Entry(clock(), staff.id, staff.name, staff.role, verb, act.subject, act.before, act.after))
