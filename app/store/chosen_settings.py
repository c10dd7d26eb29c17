"""The SQL of settings that an admin chose while the clinic runs, over those of the environment."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.store.database import changed
from app.store.review_tables import ChosenSettingRow


def every(session: Session) -> dict[str, ChosenSettingRow]:
    """Give what was chosen, by setting."""
    return {row.setting: row for row in session.scalars(select(ChosenSettingRow))}


def choose(session: Session, setting: str, value: str, name: str, now: datetime) -> None:
    """Choose a value, as the environment would write it."""
    session.merge(ChosenSettingRow(setting=setting, value=value, name=name, at=now))


def drop(session: Session, setting: str) -> None:
    """Go back to the environment's value."""
    changed(session, delete(ChosenSettingRow).where(ChosenSettingRow.setting == setting))
