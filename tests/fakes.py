"""A clinic for tests: the real store and messaging flow around a channel and an answering flow that cost nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from pydantic import SecretStr
from sqlalchemy import select

from app.domain import Answer, Citation, Delivery, Event, EventKind, Question, Receipt, Reply
from app.errors import BadRequest, BadSignature, SendError
from app.settings import Settings
from app.store.database import Database
from app.store.tables import Base
from app.wiring import Clinic, assemble

Row = TypeVar("Row", bound=Base)
SECRET = SecretStr("a secret of tests, which no file need keep")
START = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that all but stands still until it is told to go on: no two moments are the same."""

    moment: datetime = START

    def __call__(self) -> datetime:
        self.moment += timedelta(microseconds=1)
        return self.moment

    def pass_(self, **span: float) -> None:
        """Let time pass."""
        self.moment += timedelta(**span)


@dataclass
class Post:
    """A channel that reads JSON lists of events, signed "good", and keeps what it was asked to send."""

    clock: Callable[[], datetime]
    name: str = "post"
    token_seconds: float = 50.0
    tokens_die: bool = True
    sent: list[tuple[str, str, Any]] = field(default_factory=list)  # way, conversation, messages
    refuse: list[SendError] = field(default_factory=list)  # raised by the next sends, one each
    working: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    replaced: list[tuple[str, ...]] = field(default_factory=list)  # of each message sent: the earlier ones in whose place it stands

    def verify(self, body: bytes, headers: Mapping[str, str]) -> None:
        if headers.get("x-signature") != "good":
            raise BadSignature("not signed")

    def parse(self, body: bytes) -> list[Event]:
        try:
            return [Event(**{**item, "at": datetime.fromisoformat(item["at"])}) for item in json.loads(body)]
        except ValueError as error:
            raise BadRequest("not JSON") from error

    def show_working(self, event: Event) -> None:
        self.working.append(event.event_id)

    def shape(self, replies: Sequence[Reply]) -> tuple[Mapping[str, Any], ...]:
        return tuple({"text": reply.text, "buttons": [[b.label, b.data or b.text] for b in reply.buttons]} for reply in replies)

    def send(self, delivery: Delivery) -> Receipt:
        if self.refuse:
            raise self.refuse.pop(0)
        young = delivery.token_at and (self.clock() - delivery.token_at).total_seconds() <= self.token_seconds
        via = "reply" if delivery.reply_token and young else "push"
        if via == "reply":
            assert delivery.reply_token not in self.used, "a reply token works once"
            self.used.add(str(delivery.reply_token))
        self.sent.append((via, delivery.conversation, list(delivery.messages)))
        self.replaced.append(delivery.replaces)
        return Receipt(via, f"request-{len(self.sent)}", (f"message-{len(self.sent)}",))

    @property
    def said(self) -> list[str]:
        """What was sent, as plain texts in order."""
        return [message["text"] for _, _, messages in self.sent for message in messages]

    @property
    def last(self) -> dict[str, Any]:
        """The newest message."""
        message: dict[str, Any] = self.sent[-1][2][-1]
        return message

    def button(self, label: str) -> str:
        """What the newest message's button of this label sends."""
        data: str = dict(self.last["buttons"])[label]
        return data


CITED = Citation("rule", "ข้อ 5", "หลักเกณฑ์", "ใช้อัตรา 60", "ข้อ 5 ใช้อัตรา 60", url="https://example.org/rule", release=3)


@dataclass
class Oracle:
    """An answering flow that repeats the question, and remembers what it was asked."""

    asked: list[Question] = field(default_factory=list)
    outcomes: dict[str, Any] = field(default_factory=dict)  # by question: another outcome
    answers: dict[str, Answer] = field(default_factory=dict)  # by question: quite another answer
    before: Callable[[Question], None] = lambda question: None  # runs while the answer is under way

    def answer(self, question: Question) -> Answer:
        self.asked.append(question)
        self.before(question)
        if question.text in self.answers:
            return self.answers[question.text]
        outcome = self.outcomes.get(question.text, "answered")
        cited = (CITED,) if outcome == "answered" else ()
        text = f"ตอบ {question.text}"
        return Answer(
            outcome,
            text,
            lead=text,
            citations=cited,
            suggestions=("ถามต่อ",),
            query=" ".join((*question.history, question.text)),
            timings_ms={"total": 12.0, "retrieve": 3.0},
            trace={"query": question.text},
        )

    def suggest(self, topic: str) -> tuple[str, ...]:
        return (f"ตัวอย่าง {topic}",)

    def ready(self) -> str:
        return ""


@dataclass
class Desk:
    """One clinic under test, with the hands of its people: they write, press and unsend."""

    clinic: Clinic
    post: Post
    oracle: Oracle
    clock: Clock
    numbers: Any = field(default_factory=lambda: count(1))

    def hear(self, text: str = "", who: str = "สมชาย", kind: EventKind = "text", **more: Any) -> Event:
        """Let somebody do something; the event is kept as a webhook would keep it."""
        event = self.event(text, who, kind, **more)
        self.clinic.inbox.keep([event])
        return event

    def event(self, text: str = "", who: str = "สมชาย", kind: EventKind = "text", **more: Any) -> Event:
        """Make an event without telling the clinic."""
        number = next(self.numbers)
        given = {
            "sender": who,
            "message_id": f"m{number}",
            "reply_token": f"t{number}",
            "at": self.clock.moment + timedelta(milliseconds=number),
        }
        return Event("post", f"e{number}", who, kind, text=text, **{**given, **more})

    def press(self, data: str, who: str = "สมชาย") -> Event:
        """Let somebody press a button."""
        return self.hear(data, who, "postback", message_id=None)

    def act(self, step: str, escalation: int, *more: str) -> None:
        """Let an officer do something, as the console does it."""
        if step in ("take", "say", "answer", "approve"):
            self.clinic.handover.check_way(escalation)
        with self.clinic.database.begin() as session:
            getattr(self.clinic.handover, step)(session, escalation, *more)

    def rows(self, table: type[Row]) -> list[Row]:
        """Look at all rows of a table, oldest first."""
        with self.clinic.database.read() as session:
            return list(session.scalars(select(table).order_by(*table.__table__.primary_key)))

    def work(self) -> None:
        """Do all there is to do now."""
        while self.clinic.worker.step():
            pass


def open_desk(database: Database, **given: Any) -> Desk:
    """Build a clinic around a database; nobody is told the notice about personal data in the middle of a story, unless asked for."""
    clock = Clock()
    post, oracle = Post(clock), Oracle()
    settings = Settings(
        **{"_env_file": None, "channels": (), "embedding": "trigram", "notice_version": "", "console_secret_key": SECRET} | given
    )
    return Desk(assemble(settings, database, {"post": post}, oracle, clock), post, oracle, clock)
