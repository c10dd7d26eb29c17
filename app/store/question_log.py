"""The SQL of the log of questions: find some of 100,000 by words and facts, newest first, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, select, tuple_, update
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import ColumnElement

from app.store.database import changed
from app.store.review_tables import ReviewRow, TurnWordRow
from app.store.tables import AnswerRow, ConversationRow, TurnRow

LONGEST_WORD = 60
OFTEN = 20_000  # questions with a word, beyond which it is not counted how many more there are


@dataclass(frozen=True)
class Wanted:
    """Which questions are asked for; what is empty does not narrow."""

    words: tuple[str, ...] = ()  # each must be in the question
    since: datetime | None = None
    until: datetime | None = None
    channel: str = ""
    outcome: str = ""
    topic: str = ""
    confidence: tuple[float, float] | None = None  # from, and below
    feedback: str = ""  # right, wrong, person
    release: int | None = None
    verdict: str = ""  # one of the verdicts, or "none", or "any"


@dataclass(frozen=True)
class Place:
    """A place in the list: behind this question."""

    asked_at: datetime
    turn_id: int


def find(session: Session, wanted: Wanted, after: Place | None, at_most: int) -> list[Row[Any]]:
    """Give a page of questions, newest first, each with its answer's facts and its verdict."""
    # found first, read afterwards: the indexes alone say which rows of the tables are worth reading
    words = _rarest_first(session, wanted.words)
    ids = session.scalars(_ids(wanted, words, after).limit(at_most)).all() if words is not None else ()
    if not ids:
        return []
    told = (
        select(
            TurnRow.id,
            TurnRow.asked_at,
            TurnRow.question,
            TurnRow.outcome,
            TurnRow.attention,
            ConversationRow.channel,
            AnswerRow.lead,
            AnswerRow.topic,
            AnswerRow.confidence,
            AnswerRow.feedback,
            AnswerRow.person_asked_at,
            AnswerRow.release,
            ReviewRow.verdict,
            ReviewRow.why,
            ReviewRow.name.label("reviewer"),
        )
        .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
        .outerjoin(AnswerRow, AnswerRow.turn_id == TurnRow.id)
        .outerjoin(ReviewRow, ReviewRow.turn_id == TurnRow.id)
        .where(TurnRow.id.in_(ids))
    )
    return list(session.execute(told.order_by(TurnRow.asked_at.desc(), TurnRow.id.desc())))


def unsearchable(session: Session, at_most: int) -> list[tuple[int, str]]:
    """Give turns whose words are not in the index yet: id and question."""
    new = select(TurnRow.id, TurnRow.question).where(~TurnRow.is_searchable).order_by(TurnRow.id.desc()).limit(at_most)
    return [(turn_id, question) for turn_id, question in session.execute(new)]


def make_searchable(session: Session, words: Sequence[tuple[int, str, Sequence[str]]]) -> None:
    """Put the words of turns into the index: id, question, words. One that has changed since, or is being erased, is left alone."""
    questions = {turn_id: question for turn_id, question, _ in words}
    held = select(TurnRow.id, TurnRow.question).where(TurnRow.id.in_(questions), ~TurnRow.is_searchable)
    same = {row.id for row in session.execute(held.with_for_update(skip_locked=True)) if row.question == questions[row.id]}
    rows = [
        {"turn_id": turn_id, "word": word}
        for turn_id, _, found in words
        if turn_id in same
        for word in {word[:LONGEST_WORD] for word in found}
    ]
    if rows:
        session.execute(insert(TurnWordRow), rows)
    changed(session, update(TurnRow).where(TurnRow.id.in_(same)).values(is_searchable=True))


def forget(session: Session, turn_ids: Sequence[int]) -> None:
    """Forget the words of questions, after the questions themselves were erased."""
    changed(session, delete(TurnWordRow).where(TurnWordRow.turn_id.in_(turn_ids)))


def _rarest_first(session: Session, words: Sequence[str]) -> list[str] | None:
    """Order words by how many questions hold them; None when one of them is in no question."""
    counted = []
    for word in words:
        some = select(TurnWordRow.turn_id).where(TurnWordRow.word == word).limit(OFTEN).subquery()
        counted.append((session.scalar(select(func.count()).select_from(some)) or 0, word))
    return None if any(count == 0 for count, _ in counted) else [word for _, word in sorted(counted)]


def _ids(wanted: Wanted, words: Sequence[str], after: Place | None) -> Select[int]:
    found = select(TurnRow.id).where(TurnRow.question != "")
    if after:
        found = found.where(tuple_(TurnRow.asked_at, TurnRow.id) < (after.asked_at, after.turn_id))
    if wanted.since:
        found = found.where(TurnRow.asked_at >= wanted.since)
    if wanted.until:
        found = found.where(TurnRow.asked_at < wanted.until)
    if wanted.outcome:
        found = found.where(TurnRow.outcome == wanted.outcome)
    if wanted.channel:
        found = found.where(TurnRow.conversation_id.in_(select(ConversationRow.id).where(ConversationRow.channel == wanted.channel)))
    if words:
        found = found.where(TurnRow.id.in_(_holding(words[0], words[1:])))
    answered = _of_answer(wanted)
    if answered:
        found = found.where(TurnRow.id.in_(select(AnswerRow.turn_id).where(*answered)))
    if wanted.verdict:
        reviewed = select(ReviewRow.turn_id)
        if wanted.verdict not in ("none", "any"):
            reviewed = reviewed.where(ReviewRow.verdict == wanted.verdict)
        unseen = ~reviewed.where(ReviewRow.turn_id == TurnRow.id).exists()  # PostgreSQL looks after the other conditions; NOT IN, before
        found = found.where(unseen if wanted.verdict == "none" else TurnRow.id.in_(reviewed))
    return found.order_by(TurnRow.asked_at.desc(), TurnRow.id.desc())


def _holding(rarest: str, others: Sequence[str]) -> Select[int]:
    """Find the questions with the rarest word, and look the others up in each: put together as lists, frequent words cost a second."""
    found = select(TurnWordRow.turn_id).where(TurnWordRow.word == rarest)
    for word in others:
        other = aliased(TurnWordRow)
        beside = select(other.turn_id).where(other.word == word, other.turn_id == TurnWordRow.turn_id)
        found = found.where(beside.scalar_subquery().is_not(None))
    return found


def _of_answer(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.topic:
        found.append(AnswerRow.topic == wanted.topic)
    if wanted.confidence:
        least, below = wanted.confidence
        found += [AnswerRow.confidence >= least, AnswerRow.confidence < below]
    if wanted.feedback == "person":
        found.append(AnswerRow.person_asked_at.is_not(None))
    elif wanted.feedback:
        found.append(AnswerRow.feedback == wanted.feedback)
    if wanted.release is not None:
        found.append(AnswerRow.release == wanted.release)
    return found
