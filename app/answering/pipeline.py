"""Question → answer: the order of work, written once."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from app.answering import clarify, compose, decide, premise, several, wording
from app.answering.loaded import ActiveCorpus, Corpus
from app.answering.query import Query, understand
from app.answering.retrieve import HybridRetriever, timed
from app.answering.screen import Finding, is_about_a_case, outside_words, screen
from app.answering.spelling import typed
from app.corpus.lexicon import Lexicon
from app.domain import Answer, Citation, Document, Outcome, Passage, Question
from app.embeddings.base import Embedding
from app.errors import ReleaseError
from app.thai import fold

SUGGESTIONS = 3
CLOSE = 0.6  # standard deviations below the best score: a second rule as near as this may apply as well
ADDS = 0.12  # share of the question's weight that a second rule must speak of and the first does not
YEAR_WEIGHT = 12.0  # more than any word: a sentence for another year is no answer
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

    def __init__(self, active: ActiveCorpus, embedding: Embedding, lexicon: Lexicon) -> None:
        """Keep what answers are made from."""
        self._active = active
        self._embedding = embedding
        self._lexicon = lexicon
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
        passages = self._retriever.search(query, corpus, timings)
        with timed(timings, "decide"):
            found = decide.features(query, passages, self._embedding) if passages else {}
            confidence = decide.probability(found) if passages else 0.0
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
        foreign = outside_words(question.text)
        if foreign and confidence < decide.SURE:
            return replace(base, outcome="refused", text=wording.REFUSED, lead=wording.REFUSED)
        if confidence < decide.THRESHOLD or is_about_a_case(question.text):
            return base
        readings = clarify.readings(query, passages)
        if readings:
            text = wording.CLARIFY.format(readings=wording.OR.join(wording.TOPICS[topic] for topic in readings))
            ask = tuple(f"{question.text.strip()} {wording.TOPICS[topic]}" for topic in readings)
            return replace(base, outcome="clarify", text=text, lead=text, suggestions=ask)
        missing = _missing_year(query, passages[0])
        if missing:
            return replace(base, text=missing, lead=missing)
        with timed(timings, "compose"):
            return self._quoted(base, query, passages, corpus)

    def _understood(self, question: Question, corpus: Corpus) -> Query:
        return understand(question.text, lexicon=self._lexicon, spelling=corpus.spelling, history=question.history, as_of=question.as_of)

    def _quoted(self, base: Answer, query: Query, passages: Sequence[Passage], corpus: Corpus) -> Answer:
        weights = _weights(query, corpus)
        corrected = premise.otherwise(query.text, passages)
        if corrected:  # what corrects the question goes first
            passages = [corrected[1], *(passage for passage in passages if passage is not corrected[1])]
        used = _used(passages, weights)
        other = premise.other_rule(query.text, passages, CLOSE)
        if other and other not in used:
            used.append(other)
        quotations = [compose.quote(passage.section.text, lambda words: _weight(words, weights)) for passage in used]
        citations = tuple(_citation(p, q.quote, corpus.number) for p, q in zip(used, quotations, strict=True))
        notes = _notes(used[0].document, query, corpus)
        if other:
            notes.insert(0, premise.disagreement(passages[0], other))
        lead = "\n".join(filter(None, [corrected and corrected[0], quotations[0].lead]))
        # the direct answer first; the rest of its rule behind it; then the other rules that apply
        parts = [lead, *(rest for rest in [compose.rest(quotations[0])] if rest), *(q.quote for q in quotations[1:])]
        return replace(
            base,
            outcome="answered",
            text="\n\n".join([*parts, *notes]),
            lead=lead,
            notes=tuple(notes),
            citations=citations,
            suggestions=_follow_ups(used, passages),
        )

    def passages(self, question: Question) -> list[Passage]:
        """Give what is found for a question, best first, whatever is then answered."""
        corpus = self._active.get()
        return self._retriever.search(self._understood(replace(question, text=typed(question.text)), corpus), corpus)

    def suggest(self, topic: str) -> tuple[str, ...]:
        """Give example questions: headings of a topic's sections that are questions, or one of each topic when `topic` is empty."""
        return wording.EXAMPLES.get(topic, ()) if topic else tuple(examples[0] for examples in wording.EXAMPLES.values())[:SUGGESTIONS]

    def ready(self) -> str:
        """Say why no question can be answered now; "" when they can."""
        try:
            self._active.get()
        except ReleaseError as error:
            return str(error)
        return ""


def _traced(passage: Passage) -> list[Any]:
    scores = {name: round(float(score), 3) for name, score in passage.scores.items()}
    return [passage.document.id, passage.section.label, round(passage.score, 3), scores]


def _weights(query: Query, corpus: Corpus) -> dict[str, float]:
    """How much each word of the question says: rare words more; a year that was asked about most of all."""
    words = corpus.words
    weights = {token: float(words.idf[words.vocabulary[token]]) for token in query.content if token in words.vocabulary}
    return weights | {str(year): YEAR_WEIGHT for year in query.years}


def _weight(folded: str, weights: dict[str, float]) -> float:
    return sum(weight for token, weight in weights.items() if token in folded)


def _used(passages: Sequence[Passage], weights: dict[str, float]) -> list[Passage]:
    """The best passage, and those about as good that speak of a part of the question that it leaves out."""
    used = [passages[0]]
    told = fold(f"{passages[0].section.label} {passages[0].section.text}")
    for passage in passages[1:3]:
        words = fold(f"{passage.section.label} {passage.section.text}")
        new = sum(weight for token, weight in weights.items() if token in words and token not in told)
        if passages[0].score - passage.score < CLOSE and new > ADDS * sum(weights.values()):
            used.append(passage)
            told += words
    return used


def _citation(passage: Passage, quote: str, release: int) -> Citation:
    document, section = passage.document, passage.section
    ends = [day for day in (document.in_force_until, document.superseded_on and document.superseded_on - timedelta(days=1)) if day]
    return Citation(
        document=document.id,
        section=section.label,
        title=document.title,
        quote=quote,
        text=section.text,
        path=section.path,
        page=section.page,
        kind=document.kind,
        source=(compose.source_line(section.text) or document.source) if document.kind == "summary" else "",
        url=document.url,
        in_force_from=document.in_force_from,
        in_force_until=min(ends, default=None),
        release=release,
    )


def _missing_year(query: Query, best: Passage) -> str:
    """The sentence for a year whose edition the corpus does not hold; nothing when it does."""
    document = best.document
    spoken = best.section.text + best.section.label + document.title
    held = document.fiscal_years or tuple(sorted({int(year) for year in re.findall(r"25[4-9]\d", spoken)}))
    if not query.years or not held or any(year in held or str(year) in spoken for year in query.years):
        return ""
    if not document.yearly and not document.fiscal_years and min(query.years) < max(held):
        return ""  # an old year that a rule without editions simply does not mention
    return wording.YEAR_MISSING.format(asked=query.years[0], rule=max(held))


def _notes(document: Document, query: Query, corpus: Corpus) -> list[str]:
    notes = []
    if document.superseded_on and document.superseded_by in corpus.documents and document.superseded_on <= query.today:
        day = wording.thai_date(document.superseded_on - timedelta(days=1))
        notes.append(wording.REPLACED.format(day=day, title=corpus.documents[document.superseded_by].title))
    elif document.in_force_until and document.in_force_until < query.today:
        notes.append(wording.ENDED.format(day=wording.thai_date(document.in_force_until)))
    current = wording.fiscal_year(query.as_of)
    if document.yearly and document.fiscal_years and not query.years and current not in document.fiscal_years:
        notes.append(wording.YEAR_OF_RULE.format(rule=max(document.fiscal_years), asked=current))
    return notes


def _follow_ups(used: Sequence[Passage], passages: Sequence[Passage]) -> tuple[str, ...]:
    """Headings of the passages beside the answer, as the next questions; each only when it reads as one."""
    taken = {p.section.label for p in used}
    return tuple(
        dict.fromkeys(p.section.label for p in passages if p.section.label not in taken and 8 <= len(fold(p.section.label)) <= 60)
    )[:SUGGESTIONS]
