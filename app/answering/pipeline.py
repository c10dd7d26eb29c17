"""Question → answer: the order of work, written once."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from app.answering import clarify, decide, precedent, premise, several, worded, wording
from app.answering.asked import of_the_decision_named
from app.answering.draft import Drafting, speaks_to_a_model
from app.answering.loaded import ActiveCorpus, Corpus
from app.answering.query import Query, understand
from app.answering.retrieve import HybridRetriever, timed
from app.answering.screen import Finding, is_about_a_case, outside_words, screen
from app.answering.spelling import typed
from app.corpus.lexicon import Lexicon
from app.domain import Answer, Calibration, Outcome, Passage, Question
from app.embeddings.base import Embedding

SUGGESTIONS = 3
_SCREENED: dict[Finding, tuple[Outcome, str]] = {
    "empty": ("refused", wording.EMPTY),
    "too_long": ("refused", wording.TOO_LONG),
    "secret": ("refused", wording.CLASSIFIED),
    "misuse": ("refused", wording.MISUSE),
    "greeting": ("greeted", wording.GREETED),
    "thanks": ("greeted", wording.THANKED),
    "help": ("greeted", wording.HELP),
}


class Pipeline:
    """Answers questions from the active release."""

    def __init__(self, active: ActiveCorpus, embedding: Embedding, lexicon: Lexicon, drafting: Drafting | None = None) -> None:
        """Keep what answers are made from; without `drafting` they are always the rule's own words."""
        self._active = active
        self._embedding = embedding
        self._lexicon = lexicon
        self._drafting = drafting
        self._retriever = HybridRetriever(corpus=active.get, embedding=embedding, lexicon=lexicon)

    def answer(self, question: Question) -> Answer:
        """Answer a question; the outcome says what kind of answer it is.

        Raises:
            ReleaseError: no release can be used.
        """
        begun = time.perf_counter()
        timings: dict[str, float] = {}
        question = replace(question, text=typed(question.text))
        asked = several.questions(question.text)
        if len(asked) > 1 and not screen(question.text):
            parts = [replace(question, text=one, history=(*question.history, *asked[:at])) for at, one in enumerate(asked)]
            answer = several.together(asked, [self._answer(part, timings) for part in parts])
        else:
            answer = self._answer(question, timings)
        timings["total"] = round((time.perf_counter() - begun) * 1000, 3)
        return replace(answer, timings_ms=timings)

    def _answer(self, question: Question, timings: dict[str, float]) -> Answer:
        finding = screen(question.text)
        if finding:
            outcome, text = _SCREENED[finding]
            suggestions = self.suggest("") if outcome == "greeted" else ()
            return Answer(outcome, text, lead=text, suggestions=suggestions, trace={"screened": finding})
        corpus = self._active.get()
        with timed(timings, "understand"):
            query = self._understood(question, corpus)
        passages = self._found(query, corpus, timings)
        if query.before and (day := worded.day_before(passages, corpus)):
            query = replace(query, as_of=day, before=False)
            passages = self._found(query, corpus, timings)
        query = worded.dated(query, passages)
        with timed(timings, "decide"):
            found, confidence = self._judged(query, passages, corpus.calibration)
            known = precedent.fitting(query, passages, corpus, self._lexicon, is_likely=confidence >= corpus.calibration.threshold)
            if known is None and any(precedent.is_ours(passage) for passage in passages):  # it answers its own question and no other
                passages = [passage for passage in passages if not precedent.is_ours(passage)]
                found, confidence = self._judged(query, passages, corpus.calibration)
        base = Answer(
            "not_found",
            wording.NOT_FOUND,
            lead=wording.NOT_FOUND,
            as_of=query.as_of,
            release=corpus.number,
            query=query.text,
            confidence=confidence,
            topic=passages[0].document.topic if passages else "",
            trace={"passages": [_traced(p) for p in passages], "features": found},
        )
        if known:
            return precedent.answer(base, known, corpus)
        return _declined(base, question, query, passages, corpus.calibration) or self._told(
            base, question, query, passages, corpus, timings
        )

    def _told(
        self, base: Answer, question: Question, query: Query, passages: Sequence[Passage], corpus: Corpus, timings: dict[str, float]
    ) -> Answer:
        """Answer from the passages: by a draft of a model as far as it is proved, else in the rules' own words."""
        if self._drafting and not premise.otherwise(query.text, passages):  # a model would follow the premise
            with timed(timings, "draft"):
                draft = self._drafting.draft(question, query, worded.with_named(passages, corpus))
            base = replace(base, trace={**base.trace, "llm": draft.trace})
            if draft.proven:
                return worded.drafted(base, draft.proven, query, passages, corpus)
        with timed(timings, "compose"):
            return worded.quoted(base, query, passages, corpus)

    def _understood(self, question: Question, corpus: Corpus) -> Query:
        full = self._drafting.restated(question) if self._drafting else ""
        history = () if full else question.history
        return understand(full or question.text, lexicon=self._lexicon, spelling=corpus.spelling, history=history, as_of=question.as_of)

    def _found(self, query: Query, corpus: Corpus, timings: dict[str, float]) -> list[Passage]:
        return [found for found in self._retriever.search(query, corpus, timings) if not speaks_to_a_model(found)]

    def _judged(self, query: Query, passages: Sequence[Passage], calibration: Calibration) -> tuple[dict[str, float], float]:
        """Describe how well the best passage fits, and give the probability that it answers."""
        found = decide.features(query, passages, self._embedding) if passages else {}
        return found, decide.probability(found, calibration) if passages else 0.0

    def passages(self, question: Question) -> list[Passage]:
        """Give what is found for a question, best first, whatever is then answered."""
        corpus = self._active.get()
        return self._retriever.search(self._understood(replace(question, text=typed(question.text)), corpus), corpus)

    def suggest(self, topic: str) -> tuple[str, ...]:
        """Give example questions: headings of a topic's sections that are questions, or one of each topic when `topic` is empty."""
        return wording.EXAMPLES.get(topic, ()) if topic else tuple(examples[0] for examples in wording.EXAMPLES.values())[:SUGGESTIONS]

    def ready(self) -> str:
        """Say why no question can be answered now; "" when they can."""
        return self._active.ready()


def _traced(passage: Passage) -> list[Any]:
    scores = {name: round(float(score), 3) for name, score in passage.scores.items()}
    return [passage.document.id, passage.section.label, round(passage.score, 3), scores]


def _declined(base: Answer, question: Question, query: Query, passages: Sequence[Passage], calibration: Calibration) -> Answer | None:
    """Decide against an answer: out of the field, not found, about a case, two readings, a year that is not there; None to answer."""
    text: str
    outcome: Outcome = base.outcome
    ask: tuple[str, ...] = ()
    if outside_words(question.text) and base.confidence < calibration.sure:
        text, outcome = wording.REFUSED, "refused"
    elif base.confidence < calibration.threshold or is_about_a_case(question.text):
        text = wording.NOT_FOUND
    elif not base.trace["features"]["holds_what_is_asked"] or not of_the_decision_named(
        query.asks, passages[0].document, passages[0].section
    ):
        ask = worded.headings(passages)
        text = wording.LACKING if ask else wording.NOT_FOUND
    elif readings := clarify.readings(query, passages):
        text, outcome = wording.CLARIFY.format(readings=wording.OR.join(wording.TOPICS[topic] for topic in readings)), "clarify"
        ask = tuple(f"{question.text.strip()} {wording.TOPICS[topic]}" for topic in readings)
    else:
        text = worded.missing_year(query, passages[0])
    return replace(base, outcome=outcome, text=text, lead=text, suggestions=ask) if text else None
