"""Questions in the log of an office under test, as messaging saves them, and a release to look things up in."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import select

from app.console.office import Office
from app.domain import Answer, Citation, Document, Event, Section
from app.store import conversations, events, releases, turns
from app.store.tables import TurnRow

_numbers = count(1)
CITED = Citation("rule", "ข้อ 5", "หลักเกณฑ์การประเมิน", "ใช้อัตรา 60", "ข้อ 5 ใช้อัตรา 60", page=3, url="https://example.org/rule", release=1)


def ask(office: Office, question: str, who: str = "Usomchai", *, outcome: str = "answered", channel: str = "line", **more: object) -> int:
    """Log a question with its answer and give the turn's id."""
    number, at = next(_numbers), office.clock()
    known = {
        "text": "ใช้อัตรา 60",
        "lead": "ใช้อัตรา 60",
        "topic": "evaluation",
        "release": 1,
        "confidence": 0.9,
        "citations": (CITED,) if outcome == "answered" else (),
        "query": question,
        "trace": {"passages": [["rule", "ข้อ 5", 0.91, {"cosine": 0.87}]], "features": {"nearness": 0.8}, "model": "none"},
        "timings_ms": {"total": 12.0, "decide": 3.0},
    }
    answer = Answer(outcome, **(known | more))  # type: ignore[arg-type]
    event = Event(channel, f"logged-{number}", who, "text", at, sender=who, text=question, message_id=f"logged-m{number}")
    with office.database.begin() as session:
        place = conversations.open_and_lock(session, [(channel, who)], at)[(channel, who)]
        kept = events.keep(session, event, place, at)
        assert kept
        answered_at = at + timedelta(seconds=2)
        turns.save(
            session, kept, question=question, answered_at=answered_at, outcome=answer.outcome, answer=answer, answer_id=f"answer-{number}"
        )
        return session.scalars(select(TurnRow.id).where(TurnRow.event_id == kept)).one()


def message_of(turn_id: int, office: Office) -> tuple[str, int, str]:
    """Give what an unsend names: channel, conversation and message."""
    from app.store.tables import EventRow

    with office.database.read() as session:
        turn = session.get_one(TurnRow, turn_id)
        event = session.get_one(EventRow, turn.event_id)
        return event.channel, event.conversation_id, str(event.message_id)


def release(office: Office, sections: dict[tuple[str, str], str], *, at: datetime | None = None) -> int:
    """Make a release of these sections and activate it."""
    documents = [Document(name, f"เอกสาร {name}") for name in dict.fromkeys(document for document, _ in sections)]
    cut = [
        (Section(document, label, body, position=position), office.words.words(f"{label} {body}"))
        for position, ((document, label), body) in enumerate(sections.items())
    ]
    with office.database.begin() as session:
        number = releases.start(session, embedding="none", code_version="1", who="tester", why="")
        releases.fill(session, number, documents=documents, sections=cut, corpus_hash=f"{number}")
        checks = [{"name": "golden", "passed": True, "detail": "hit@5 0.97"}]
        report = {"release": number, "documents": len(documents), "checks": checks, "seconds": 3.0, "warnings": ["<b>odd</b> page"]}
        releases.finish(session, number, state="ready", report=report)
        releases.activate(session, number)
    return number
