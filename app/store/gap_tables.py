"""The tables of missing rules: gaps, the unanswered questions that show each, and when they were last grouped."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.store.tables import Base, RowId, UtcDateTime


class GapRow(Base):
    """A rule that is missing, as far as questions show it; their words are in the turns alone. State: open, assigned, closed.

    A closed one names the release that answers it, or who closed it; neither, when all of its questions were erased.
    """

    __tablename__ = "gaps"
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    state: Mapped[str] = mapped_column(String(12), default="open", index=True)
    topic: Mapped[str] = mapped_column(String(40), default="")
    turn_id: Mapped[int | None] = mapped_column(ForeignKey("turns.id"))  # the question that is nearest to all of them
    division: Mapped[str] = mapped_column(String(100), default="")  # of the office, that is to see to it
    note: Mapped[str] = mapped_column(Text, default="")
    asked_release: Mapped[int] = mapped_column(Integer, default=0)  # that its examples were last asked of
    asked: Mapped[int] = mapped_column(Integer, default=0)  # examples then
    answered: Mapped[int] = mapped_column(Integer, default=0)  # of these
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_release: Mapped[int | None] = mapped_column(Integer)
    closed_by: Mapped[str] = mapped_column(String(60), default="")
    reason: Mapped[str] = mapped_column(Text, default="")  # of who closed it by hand


class GapQuestionRow(Base):
    """A question that shows a gap, with its vector. Why: not_found, clarify (nothing came after), disliked."""

    __tablename__ = "gap_questions"
    turn_id: Mapped[int] = mapped_column(ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    gap_id: Mapped[int] = mapped_column(ForeignKey("gaps.id", ondelete="CASCADE"), index=True)
    why: Mapped[str] = mapped_column(String(12))
    embedding: Mapped[str] = mapped_column(String(100))  # that made the vector; "" when it must be made again
    vector: Mapped[bytes] = mapped_column(LargeBinary)  # 32-bit floats


class GroupingRow(Base):
    """When questions were last grouped into gaps, and whether they are to be again. A single row, id 1."""

    __tablename__ = "gap_grouping"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, default=1)
    wanted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    begun_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    found: Mapped[int] = mapped_column(Integer, default=0)  # unanswered questions of the time looked back on
