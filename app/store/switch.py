"""The SQL of the switch: how questions are answered now and which answers a person approves first, in every process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from sqlalchemy.orm import Session

from app.store.review_tables import SwitchRow

Position = Literal["normal", "quote_only", "off"]


@dataclass(frozen=True)
class Switch:
    """Where the switch stands; `message` is what askers are told when it is off ("" means the clinic's own sentence).

    An answer whose probability is below `approve_below` (0–1) is sent when a person has approved it; 0 means that none waits.
    """

    position: Position = "normal"
    message: str = ""
    approve_below: float = 0.0
    name: str = ""
    at: datetime | None = None


def read(session: Session) -> Switch:
    """Say where the switch stands; normal when nobody ever touched it."""
    row = session.get(SwitchRow, 1)
    return Switch(cast("Position", row.position), row.message, row.approve_below, row.name, row.at) if row else Switch()


def turn(session: Session, position: Position, message: str, name: str, now: datetime) -> None:
    """Turn the switch; what must be approved stays."""
    session.merge(SwitchRow(id=1, position=position, message=message, name=name, at=now))


def approve(session: Session, below: float, name: str, now: datetime) -> None:
    """Let answers of less than this probability wait for approval, 0 for none; where the switch stands stays."""
    session.merge(SwitchRow(id=1, position=read(session).position, approve_below=below, name=name, at=now))
