"""What a release would change for those who ask: past and golden questions, asked of it and of the active one side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from app.corpus.report import Progress
from app.domain import Answer, Passage, Question

LAST = 300  # questions from the log that are asked again


class Answering(Protocol):
    """What answers questions from one release."""

    def answer(self, question: Question) -> Answer:
        """Answer a question."""


class Searching(Protocol):
    """What finds sections of one release."""

    def passages(self, question: Question) -> list[Passage]:
        """Give what is found for a question, best first."""


@dataclass(frozen=True)
class Asked:
    """A question to ask again, and where it comes from: `log` (then its turn is named) or `golden`."""

    question: Question
    origin: str
    turn_id: int | None = None


@dataclass(frozen=True)
class Told:
    """What one release answers: enough to judge whether an asker would notice."""

    outcome: str
    lead: str
    citations: tuple[tuple[str, str, str], ...]  # document, section, quotation

    @classmethod
    def by(cls, answer: Answer) -> Told:
        """Keep what matters of an answer."""
        return cls(answer.outcome, answer.lead or answer.text, tuple((c.document, c.section, c.quote) for c in answer.citations))


@dataclass(frozen=True)
class Change:
    """A question that gets another answer: `changed`, `lost` (answered until now) or `appeared`."""

    kind: str
    question: str
    origin: str
    before: Told
    after: Told
    turn_id: int | None = None


@dataclass
class Impact:
    """How many questions were asked of both releases, and those whose answers differ."""

    release: int
    active: int
    asked: int = 0
    changes: list[Change] = field(default_factory=list)

    def plain(self) -> dict[str, Any]:
        """Give it in the types of JSON, the changes by kind."""
        by_kind = {kind: [asdict(one) for one in self.changes if one.kind == kind] for kind in ("changed", "lost", "appeared")}
        return {"release": self.release, "active": self.active, "asked": self.asked, "same": self.asked - len(self.changes), **by_kind}


def measure(impact: Impact, questions: Sequence[Asked], old: Answering, new: Answering, progress: Progress) -> Impact:
    """Ask both releases every question.

    Args:
        impact: the two numbers; it is filled.
        questions: what is asked.
        old: answers from the active release.
        new: answers from the other one.
        progress: told after each question.
    """
    for done, asked in enumerate(_once(questions)):
        progress("ask", done, len(questions))
        before, after = Told.by(old.answer(asked.question)), Told.by(new.answer(asked.question))
        impact.asked += 1
        if before != after:
            was, is_ = before.outcome == "answered", after.outcome == "answered"
            kind = "lost" if was and not is_ else "appeared" if is_ and not was else "changed"
            impact.changes.append(Change(kind, asked.question.text, asked.origin, before, after, asked.turn_id))
    progress("ask", len(questions), len(questions))
    return impact


def best(questions: Sequence[Asked], old: Searching, new: Searching, progress: Progress) -> list[dict[str, Any]]:
    """Give the questions for which another section is found first, with both sections, in the types of JSON."""
    found = []
    for done, asked in enumerate(questions):
        progress("ask", done, len(questions))
        before, after = _first(old, asked.question), _first(new, asked.question)
        if before != after:
            found.append({"question": asked.question.text, "before": before, "after": after})
    progress("ask", len(questions), len(questions))
    return found


def _first(searching: Searching, question: Question) -> list[str]:
    return next(([one.document.title, one.section.label] for one in searching.passages(question)), [])


def _once(questions: Iterable[Asked]) -> Iterable[Asked]:
    return {(asked.question.text, asked.question.history, asked.question.as_of): asked for asked in questions}.values()
