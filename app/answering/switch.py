"""Answering that obeys the switch: normal, quote only, or off; answers that a person is to approve are marked; read anew every second."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Protocol

from app.answering import wording
from app.answering.precedent import CLINIC_ANSWER
from app.answering.screen import screen
from app.domain import Answer, Question
from app.store import switch
from app.store.database import Database
from app.store.switch import Switch
from app.store.turns import APPROVAL, SWITCHED_OFF

LOOK_EVERY = 1.0  # seconds


class Answering(Protocol):
    """What the switch stands before."""

    def answer(self, question: Question) -> Answer:
        """Answer a question."""

    def suggest(self, topic: str) -> tuple[str, ...]:
        """Give example questions."""

    def ready(self) -> str:
        """Say why no question can be answered now; "" when they can."""


class Switched:
    """An answering flow behind the switch."""

    def __init__(self, answering: Answering, database: Database) -> None:
        """Keep what answers, and where the switch is."""
        self._answering = answering
        self._database = database
        self._seen = Switch()
        self._looked = float("-inf")

    def answer(self, question: Question) -> Answer:
        """Answer a question as the switch says; what needs no search (courtesy, secret markings) is answered as always.

        An answer that a person is to approve is handed over with all that it would have said; what people have approved before is not.
        """
        stands = self._look()
        if stands.position == "off" and not screen(question.text):
            text = stands.message or wording.SWITCHED_OFF
            return Answer("handed_over", text, lead=text, query=question.text, trace={SWITCHED_OFF: True})
        answer = self._answering.answer(replace(question, quote_only=stands.position == "quote_only"))
        if answer.outcome != "answered" or answer.confidence >= stands.approve_below or CLINIC_ANSWER in answer.trace:
            return answer
        return replace(answer, outcome="handed_over", trace={**answer.trace, APPROVAL: stands.approve_below})

    def suggest(self, topic: str) -> tuple[str, ...]:
        """Give example questions."""
        return self._answering.suggest(topic)

    def ready(self) -> str:
        """Say why no question can be answered now; "" when they can."""
        return self._answering.ready()

    def _look(self) -> Switch:
        if time.monotonic() - self._looked >= LOOK_EVERY:
            with self._database.read() as session:
                self._seen = switch.read(session)
            self._looked = time.monotonic()
        return self._seen
