"""The SQL of the switch: how questions are answered now, in every process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from sqlalchemy.orm import Session

from app.store.review_tables import SwitchRow

Position = Literal["normal", "quote_only", "off"]


@dataclass(frozen=True)
class Switch:
    """Where the switch stands; `message` is what askers are told when it is off ("" means the clinic's own sentence)."""

    position: Position = "normal"
    message: str = ""
    name: str = ""
    at: datetime | None = None


def read(session: Session) -> Switch:
    """Say where the switch stands; normal when nobody ever touched it."""
    row = session.get(SwitchRow, 1)
    return Switch(cast("Position", row.position), row.message, row.name, row.at) if row else Switch()


def turn(session: Session, position: Position, message: str, name: str, now: datetime) -> None:
    """Turn the switch."""
    session.merge(SwitchRow(id=1, position=position, message=message, name=name, at=now))
