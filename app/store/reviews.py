"""The SQL of reviewing: one question with all that is known of it, its verdict, its golden question; and saved views."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, delete, func, or_, select, tuple_, update
from sqlalchemy.orm import Session

from app.store.database import changed, insert_new
from app.store.releases import SEPARATOR
from app.store.review_tables import GoldenRow, ReviewRow, SavedViewRow
from app.store.tables import AnswerRow, CitationRow, ConversationRow, SectionRow, TurnRow

AROUND = 6  # turns of the conversation shown before and after


@dataclass(frozen=True)
class Asked:
    """One logged question with its answer, the evidence as it read then, and what the staff made of it."""

    turn: TurnRow
    channel: str
    answer: AnswerRow | None
    citations: list[CitationRow]
    review: ReviewRow | None
    golden: GoldenRow | None


@dataclass(frozen=True)
class Found:
    """A section that was searched for."""

    document: str
    label: str
    path: str
    text: str
    score: int


def get(session: Session, turn_id: int) -> Asked | None:
    """Give one question; None when it is not there or was erased."""
    found = session.execute(
        select(TurnRow, ConversationRow.channel)
        .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
        .where(TurnRow.id == turn_id, TurnRow.question != "")
    ).one_or_none()
    if found is None:
        return None
    answer = session.scalar(select(AnswerRow).where(AnswerRow.turn_id == turn_id))
    cited = select(CitationRow).where(CitationRow.answer_id == (answer.id if answer else "")).order_by(CitationRow.position)
    golden = session.scalar(select(GoldenRow).where(GoldenRow.turn_id == turn_id))
    return Asked(found[0], found[1], answer, list(session.scalars(cited)), session.get(ReviewRow, turn_id), golden)


def around(session: Session, turn: TurnRow) -> list[TurnRow]:
    """Give the turns of the same conversation before and after one, oldest first, with that one."""
    mine = select(TurnRow).where(TurnRow.conversation_id == turn.conversation_id)
    here = tuple_(TurnRow.asked_at, TurnRow.id)
    there = (turn.asked_at, turn.id)
    before = mine.where(here <= there).order_by(TurnRow.asked_at.desc(), TurnRow.id.desc()).limit(AROUND + 1)
    after = mine.where(here > there).order_by(TurnRow.asked_at, TurnRow.id).limit(AROUND)
    return [*reversed(session.scalars(before).all()), *session.scalars(after)]


def neighbour(session: Session, turn: TurnRow) -> int | None:
    """Give the next older question that nobody has reviewed."""
    here = tuple_(TurnRow.asked_at, TurnRow.id) < (turn.asked_at, turn.id)
    open_ones = select(TurnRow.id).where(TurnRow.question != "", here, TurnRow.id.not_in(select(ReviewRow.turn_id)))
    return session.scalar(open_ones.order_by(TurnRow.asked_at.desc(), TurnRow.id.desc()).limit(1))


def judge(session: Session, turn_id: int, *, verdict: str, why: str, sections: Sequence[Sequence[str]], name: str, now: datetime) -> None:
    """Keep a verdict in the place of an earlier one."""
    values = {"verdict": verdict, "why": why, "sections": [list(one) for one in sections], "name": name, "at": now}
    if insert_new(session, ReviewRow, turn_id=turn_id, **values) is None:
        changed(session, update(ReviewRow).where(ReviewRow.turn_id == turn_id).values(**values))


def make_golden(session: Session, turn_id: int, sample: dict[str, Any], name: str, now: datetime) -> None:
    """Keep a golden question in the place of an earlier one of the same turn."""
    values = {"sample": sample, "name": name, "at": now}
    if insert_new(session, GoldenRow, turn_id=turn_id, **values) is None:
        changed(session, update(GoldenRow).where(GoldenRow.turn_id == turn_id).values(**values))


def drop_golden(session: Session, turn_ids: Sequence[int]) -> None:
    """Forget the golden questions of turns."""
    changed(session, delete(GoldenRow).where(GoldenRow.turn_id.in_(turn_ids)))


def golden(session: Session) -> Iterator[GoldenRow]:
    """Give all golden questions, oldest first."""
    yield from session.scalars(select(GoldenRow).order_by(GoldenRow.id))


def forget(session: Session, turn_ids: Sequence[int]) -> None:
    """Forget what could repeat an erased question: its golden question and what was written about it; the verdict itself stays."""
    drop_golden(session, turn_ids)
    changed(session, update(ReviewRow).where(ReviewRow.turn_id.in_(turn_ids)).values(why=""))


def sections(session: Session, release: int, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], SectionRow]:
    """Give sections of a release by document and label; what is not there is left out."""
    pairs = list(wanted)
    if not pairs:
        return {}
    rows = session.scalars(
        select(SectionRow).where(SectionRow.release == release, tuple_(SectionRow.document, SectionRow.label).in_(pairs))
    )
    return {(row.document, row.label): row for row in rows}


def search_sections(session: Session, release: int, words: Sequence[str], at_most: int) -> list[Found]:
    """Find sections of a release that hold most of the words, in their heading, their text or their document's name."""
    if not words:
        return []
    marked = SEPARATOR + SectionRow.tokens
    hits = [or_(marked.contains(SEPARATOR + word, autoescape=True), SectionRow.document.contains(word, autoescape=True)) for word in words]
    score = sum((hit.cast(Integer) for hit in hits[1:]), hits[0].cast(Integer))
    told = select(SectionRow.document, SectionRow.label, SectionRow.path, SectionRow.text, score.label("score"))
    found = told.where(SectionRow.release == release, or_(*hits)).order_by(score.desc(), func.length(SectionRow.text), SectionRow.position)
    return [Found(*row) for row in session.execute(found.limit(at_most))]


def save_view(session: Session, account_id: int, name: str, query: str) -> None:
    """Keep a list under a name; the same name again means the newer one."""
    changed(session, delete(SavedViewRow).where(SavedViewRow.account_id == account_id, SavedViewRow.name == name))
    session.add(SavedViewRow(account_id=account_id, name=name, query=query))


def views(session: Session, account_id: int) -> list[SavedViewRow]:
    """List the saved views of one person."""
    return list(session.scalars(select(SavedViewRow).where(SavedViewRow.account_id == account_id).order_by(SavedViewRow.name)))


def drop_view(session: Session, account_id: int, view_id: int) -> bool:
    """Forget a saved view of this person; False when it is not there or somebody else's."""
    return changed(session, delete(SavedViewRow).where(SavedViewRow.id == view_id, SavedViewRow.account_id == account_id)) == 1
