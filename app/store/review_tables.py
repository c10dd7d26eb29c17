"""The tables of reviewing: words to find by, verdicts, golden questions, saved views; the switch, chosen settings, long work."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Float, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.store.tables import Base, Json, RowId, UtcDateTime

Word = String(60, collation="C").with_variant(String(60), "sqlite")  # in the order of code points: a prefix is then a range


class TurnWordRow(Base):
    """A word of a question, as cut by the clinic's lexicon; erased with the question."""

    __tablename__ = "turn_words"
    __table_args__ = ({"sqlite_with_rowid": False},)
    word: Mapped[str] = mapped_column(Word, primary_key=True)
    turn_id: Mapped[int] = mapped_column(ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True, index=True)


class ReviewRow(Base):
    """What the staff think of an answer; the newest verdict counts, the audit log knows the earlier ones."""

    __tablename__ = "reviews"
    turn_id: Mapped[int] = mapped_column(ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    verdict: Mapped[str] = mapped_column(String(20), index=True)
    why: Mapped[str] = mapped_column(Text, default="")
    sections: Mapped[list[Any]] = mapped_column(Json, default=list)  # [document, section], those that do answer
    name: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class GoldenRow(Base):
    """A question with the answer that is expected, for evaluation; erased with the question that it was made from."""

    __tablename__ = "golden_questions"
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    turn_id: Mapped[int] = mapped_column(ForeignKey("turns.id", ondelete="CASCADE"), unique=True)
    sample: Mapped[dict[str, Any]] = mapped_column(Json)  # one line of an evaluation dataset
    name: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class SavedViewRow(Base):
    """A list of questions that somebody wants to see again: the address's query under a name."""

    __tablename__ = "saved_views"
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[str] = mapped_column(Text)


class SwitchRow(Base):
    """How questions are answered now: normal, quote_only, off; and what a person approves first. A single row, id 1; none means normal."""

    __tablename__ = "answering_switch"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, default=1)
    position: Mapped[str] = mapped_column(String(12))
    message: Mapped[str] = mapped_column(Text, default="")
    approve_below: Mapped[float] = mapped_column(Float, default=0.0)  # answers less probable than this wait for approval; 0 is none
    name: Mapped[str] = mapped_column(String(60), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class BuildRow(Base):
    """Long work of the console. Kind: build (of a release), impact, words, reading; state: running, done, refused, failed, lost."""

    __tablename__ = "builds"
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(12), default="build", server_default="build")
    state: Mapped[str] = mapped_column(String(12))
    wishes: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    step: Mapped[str] = mapped_column(String(40), default="")
    done: Mapped[int] = mapped_column(Integer, default=0)
    total: Mapped[int] = mapped_column(Integer, default=0)
    release: Mapped[int | None] = mapped_column(Integer)
    problem: Mapped[str] = mapped_column(Text, default="")
    result: Mapped[dict[str, Any]] = mapped_column(Json, default=dict, server_default="{}")  # never the words of askers
    name: Mapped[str] = mapped_column(String(60))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    heard_at: Mapped[datetime] = mapped_column(UtcDateTime)  # a build that is not heard of any more has died


_ALONE = text("state = 'running' AND kind IN ('impact', 'words')")
Index("ix_builds_alone", BuildRow.kind, unique=True, sqlite_where=_ALONE, postgresql_where=_ALONE)  # one at a time, in all processes


class ImpactChangeRow(Base):
    """A question that another release answers otherwise; one from the log is erased with the question that it was."""

    __tablename__ = "impact_changes"
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    build_id: Mapped[int] = mapped_column(ForeignKey("builds.id", ondelete="CASCADE"), index=True)
    turn_id: Mapped[int | None] = mapped_column(ForeignKey("turns.id", ondelete="CASCADE"), index=True)  # none: a golden question
    kind: Mapped[str] = mapped_column(String(12))
    question: Mapped[str] = mapped_column(Text)
    before: Mapped[dict[str, Any]] = mapped_column(Json)
    after: Mapped[dict[str, Any]] = mapped_column(Json)


class ChosenSettingRow(Base):
    """A setting that an admin chose in the console, over the environment's; as the environment would write it."""

    __tablename__ = "chosen_settings"
    setting: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
