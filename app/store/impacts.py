"""The SQL of what releases would change: keep the answers that differ, read them again, forget those of erased questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.store.database import changed
from app.store.review_tables import ImpactChangeRow
from app.store.tables import AnswerRow, TurnRow


def keep(session: Session, build_id: int, changes: Iterable[Mapping[str, Any]]) -> None:
    """Keep the changes that one piece of work found; what was erased since its question was read stays erased."""
    rows = [{"build_id": build_id, **change} for change in changes]
    asked = [row["turn_id"] for row in rows if row["turn_id"] is not None]
    there = select(TurnRow.id).join(AnswerRow, AnswerRow.turn_id == TurnRow.id).where(TurnRow.question != "", AnswerRow.query != "")
    standing = {None, *session.scalars(there.where(TurnRow.id.in_(asked)))}
    if kept := [row for row in rows if row["turn_id"] in standing]:
        session.execute(insert(ImpactChangeRow), kept)


def kept(session: Session, build_id: int) -> list[ImpactChangeRow]:
    """Give the changes in the order in which the questions were asked."""
    return list(session.scalars(select(ImpactChangeRow).where(ImpactChangeRow.build_id == build_id).order_by(ImpactChangeRow.id)))


def forget(session: Session, turn_ids: Sequence[int]) -> None:
    """Forget what became of questions."""
    changed(session, delete(ImpactChangeRow).where(ImpactChangeRow.turn_id.in_(turn_ids)))
