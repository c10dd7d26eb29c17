"""Turns, answers and citations: save what was said, find it again, note what the asker thinks of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.domain import Answer, Citation, Outcome
from app.store.database import changed
from app.store.tables import AnswerRow, CitationRow, EventRow, TurnRow

Verdict = Literal["right", "wrong", "person"]
SWITCHED_OFF = "switched_off"  # in a trace: nobody searched, because the switch was off
APPROVAL = "approval"  # in a trace: the answer is to be approved before it is sent
ASKED: tuple[Outcome, ...] = ("answered", "clarify", "not_found", "handed_over")  # outcomes of real questions, of use as history


@dataclass(frozen=True)
class SaidBefore:
    """An earlier answer of a conversation, as it was given, with its citations as they read then."""

    id: str
    text: str
    outcome: str
    topic: str
    citations: tuple[Citation, ...]
    lead: str = ""
    notes: tuple[str, ...] = ()
    question: str = ""
    turn_id: int = 0


def save(
    session: Session, event_id: int, *, question: str, answered_at: datetime, outcome: Outcome, answer: Answer | None, answer_id: str
) -> TurnRow:
    """Save the turn of an event with its answer and a copy of its citations, and give it."""
    event = session.get_one(EventRow, event_id)
    trace: dict[str, Any] = {**answer.trace, "timings_ms": dict(answer.timings_ms)} if answer else {}
    turn = TurnRow(event_id=event_id, conversation_id=event.conversation_id, question=question, asked_at=event.at, answered_at=answered_at)
    why = next((reason for reason in (SWITCHED_OFF, APPROVAL) if reason in trace), "")
    turn.outcome, turn.trace, turn.attention = outcome, trace, _attention(outcome, "", None) or why
    session.add(turn)
    session.flush()
    if answer is None:
        return turn
    session.add(
        AnswerRow(
            id=answer_id,
            turn_id=turn.id,
            outcome=answer.outcome,
            text=answer.text,
            lead=answer.lead,
            notes=list(answer.notes),
            suggestions=list(answer.suggestions),
            query=answer.query,
            topic=answer.topic,
            as_of=_written(answer.as_of),
            release=answer.release,
            confidence=answer.confidence,
        )
    )
    session.flush()
    session.add_all(_copy(citation, answer_id, position) for position, citation in enumerate(answer.citations))
    return turn


def drafted(session: Session, turn_id: int) -> tuple[str, Answer] | None:
    """Give the answer of a turn that waits for approval, with its id, as it would be given; None when none waits."""
    waits = select(AnswerRow).join(TurnRow, TurnRow.id == AnswerRow.turn_id).where(TurnRow.id == turn_id, TurnRow.outcome == "handed_over")
    row = session.scalar(waits.where(AnswerRow.text != ""))
    if row is None or APPROVAL not in session.get_one(TurnRow, turn_id).trace:
        return None
    cited = session.scalars(select(CitationRow).where(CitationRow.answer_id == row.id).order_by(CitationRow.position))
    return row.id, Answer(
        "answered",
        row.text,
        lead=row.lead,
        notes=tuple(row.notes),
        citations=tuple(_citation(one) for one in cited),
        suggestions=tuple(row.suggestions),
        as_of=_read(row.as_of),
        release=row.release,
        query=row.query,
        topic=row.topic,
        confidence=row.confidence,
    )


def approve(session: Session, turn_id: int) -> None:
    """Note that the drafted answer of a turn is given after all: from now on it is an answer like others."""
    changed(session, update(AnswerRow).where(AnswerRow.turn_id == turn_id).values(outcome="answered", person_asked_at=None))
    changed(session, update(TurnRow).where(TurnRow.id == turn_id).values(outcome="answered", attention=""))


def find(session: Session, answer_id: str, conversation_id: int) -> SaidBefore | None:
    """Find an answer of this conversation; None when it is not there, of somebody else, or erased."""
    ours = select(AnswerRow).join(TurnRow, TurnRow.id == AnswerRow.turn_id).where(TurnRow.conversation_id == conversation_id)
    row = session.scalar(ours.where(AnswerRow.id == answer_id, AnswerRow.text != ""))
    if row is None:
        return None
    cited = session.scalars(select(CitationRow).where(CitationRow.answer_id == row.id).order_by(CitationRow.position))
    citations, question = tuple(_citation(one) for one in cited), session.get_one(TurnRow, row.turn_id).question
    return SaidBefore(
        row.id, row.text, row.outcome, row.topic, citations, lead=row.lead, notes=tuple(row.notes), question=question, turn_id=row.turn_id
    )


def latest(session: Session, conversation_id: int, since: datetime) -> str:
    """Give the id of the newest answer to a real question since a moment, or ""."""
    asked = select(AnswerRow.id).join(TurnRow, TurnRow.id == AnswerRow.turn_id)
    recent = asked.where(TurnRow.conversation_id == conversation_id, TurnRow.asked_at >= since, TurnRow.question != "")
    return session.scalar(recent.where(TurnRow.outcome.in_(ASKED)).order_by(TurnRow.asked_at.desc(), TurnRow.id.desc()).limit(1)) or ""


def history(session: Session, conversation_id: int, since: datetime, until: datetime, at_most: int) -> tuple[str, ...]:
    """Give the newest questions of a conversation between two moments, oldest first."""
    asked = select(TurnRow.question).where(TurnRow.conversation_id == conversation_id, TurnRow.asked_at.between(since, until))
    real = asked.where(TurnRow.question != "", TurnRow.outcome.in_(ASKED))
    return tuple(reversed(session.scalars(real.order_by(TurnRow.asked_at.desc(), TurnRow.id.desc()).limit(at_most)).all()))


def asked_by(session: Session, channel: str, sender: str | None, at_most: int) -> list[str]:
    """Give the newest real questions of one person, each once."""
    theirs = (
        select(TurnRow.question)
        .join(EventRow, EventRow.id == TurnRow.event_id)
        .where(EventRow.channel == channel, EventRow.sender == sender)
    )
    real = theirs.where(TurnRow.question != "", TurnRow.outcome.in_(ASKED)).group_by(TurnRow.question)
    return list(session.scalars(real.order_by(func.max(TurnRow.id).desc()).limit(at_most)))


def newest_queries(session: Session, at_most: int) -> list[tuple[str, int]]:
    """Give the newest real questions of everybody as they were searched, each once with its newest turn; no withdrawn ones."""
    asked = (
        select(AnswerRow.query, func.max(TurnRow.id))
        .join(TurnRow, TurnRow.id == AnswerRow.turn_id)
        .where(TurnRow.question != "", AnswerRow.query != "")
    )
    newest = asked.where(TurnRow.outcome.in_(ASKED)).group_by(AnswerRow.query).order_by(func.max(TurnRow.id).desc()).limit(at_most)
    return [(query, turn_id) for query, turn_id in session.execute(newest)]


def note(session: Session, answer_id: str, verdict: Verdict, now: datetime) -> TurnRow:
    """Note what the asker thinks of an answer, or that they want a person; the turn, which is given, says why somebody should look."""
    row = session.get_one(AnswerRow, answer_id)
    if verdict == "person":
        row.person_asked_at = row.person_asked_at or now
    elif row.feedback != verdict:
        row.feedback, row.feedback_at = verdict, now
    turn = session.get_one(TurnRow, row.turn_id)
    turn.attention = _attention(turn.outcome, row.feedback, row.person_asked_at)
    return turn


def note_reason(session: Session, answer_id: str, why: str) -> None:
    """Note beside the trace of a turn what the asker says was not right; it goes when the question is erased."""
    turn = session.get_one(TurnRow, session.get_one(AnswerRow, answer_id).turn_id)
    turn.trace = {**turn.trace, "disliked_because": why}


def mark_undelivered(session: Session, event_id: int) -> None:
    """Note that the asker never got the answer, unless somebody is to look at the turn anyway."""
    changed(session, update(TurnRow).where(TurnRow.event_id == event_id, TurnRow.attention == "").values(attention="undelivered"))


def count_outcomes(session: Session) -> list[tuple[str, int]]:
    """Count the turns by outcome."""
    return [(outcome, count) for outcome, count in session.execute(select(TurnRow.outcome, func.count()).group_by(TurnRow.outcome))]


def timings(session: Session, since: datetime) -> list[tuple[int, datetime, dict[str, float]]]:
    """List the turns answered since a moment: id, when, and milliseconds by step."""
    rows = session.execute(select(TurnRow.id, TurnRow.answered_at, TurnRow.trace).where(TurnRow.answered_at >= since))
    return [(turn_id, at, trace.get("timings_ms", {})) for turn_id, at, trace in rows]


def _attention(outcome: str, feedback: str, person_asked_at: datetime | None) -> str:
    if person_asked_at:
        return "person"
    if feedback == "wrong":
        return "disliked"
    return outcome if outcome in ("failed", "not_found") and not feedback else ""


def _copy(citation: Citation, answer_id: str, position: int) -> CitationRow:
    return CitationRow(
        answer_id=answer_id,
        position=position,
        document=citation.document,
        section=citation.section,
        title=citation.title,
        path=citation.path,
        page=citation.page,
        kind=citation.kind,
        source=citation.source,
        url=citation.url,
        quote=citation.quote,
        text=citation.text,
        in_force_from=_written(citation.in_force_from),
        in_force_until=_written(citation.in_force_until),
        release=citation.release,
    )


def _citation(row: CitationRow) -> Citation:
    return Citation(
        document=row.document,
        section=row.section,
        title=row.title,
        quote=row.quote,
        text=row.text,
        path=row.path,
        page=row.page,
        kind=row.kind,
        source=row.source,
        url=row.url,
        in_force_from=_read(row.in_force_from),
        in_force_until=_read(row.in_force_until),
        release=row.release,
    )


def _written(day: date | None) -> str:
    return day.isoformat() if day else ""


def _read(day: str) -> date | None:
    return date.fromisoformat(day) if day else None
