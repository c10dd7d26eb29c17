"""Query → passages: words (BM25) and meaning (embedding) asked side by side over the active release, fused, as of a date."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from numpy.typing import NDArray
from pydantic import ConfigDict

from app.answering.asked import held, of_the_years_named
from app.answering.lexical import Floats, grams
from app.answering.loaded import Corpus, own_label
from app.answering.query import Query
from app.answering.rules import Question as RuleQuestion
from app.corpus.lexicon import Lexicon
from app.domain import Passage
from app.embeddings.base import Embedding

NEAREST = 120  # parts asked of the vector store; the rest of the corpus counts as no nearer than the last of them
DENSE, WORDS, GRAMS = 0.62, 0.23, 0.15  # weights of the standardised scores: about .6 for meaning did best on Thai law questions
CANDIDATES = 30  # sections looked at one by one
HOLDS = 1.0  # taken from a section that holds nothing of the kind asked for (days, months, numbers of people)
COPY = 0.7  # share of the shorter text's pieces from which on two sections of one number are copies of one law
NAMED = 10.0  # added to a section that the question names by its number
OF_THE_YEAR = 0.8  # added to a section of a fiscal year that the question names
OF_ANOTHER = 1.0  # taken from a section of another fiscal year that says nothing of the one named


class HybridRetriever(BaseRetriever):
    """Finds passages; a LangChain retriever, so that it fits wherever one is expected."""

    model_config = ConfigDict(arbitrary_types_allowed=True)
    corpus: Callable[[], Corpus]
    embedding: Embedding
    lexicon: Lexicon
    top: int = 10

    def search(self, query: Query, corpus: Corpus, timings: dict[str, float] | None = None) -> list[Passage]:
        """Find the best passages of a release for a query, best first.

        Args:
            query: what is searched, and for which day.
            corpus: the release.
            timings: filled with milliseconds by step, when given.
        """
        with timed(timings, "embed"):
            vector = self.embedding.embed_query(query.text)
        with timed(timings, "retrieve"):
            if not corpus.sections:
                return []
            allowed = self._allowed(query, corpus)
            dense = self._dense(vector, corpus, allowed, query)
            words = corpus.words.scores(query.tokens)
            pieces = corpus.grams.scores(grams("".join(query.tokens)))
            score = DENSE * _against(dense, corpus.usual(vector)) + WORDS * _standard(words, allowed) + GRAMS * _standard(pieces, allowed)
            found = score.copy()
            corpus.rules.add(score, RuleQuestion(query.text, _positions(query.pointed_at, corpus)))
            score[_positions(query.labels, corpus)] += NAMED
            said = score - found
            for year in query.years:
                score += OF_THE_YEAR * corpus.of_year(year)
            score[~allowed] = -np.inf
            top = np.argpartition(-score, min(CANDIDATES, len(score) - 1))[:CANDIDATES]
            best = sorted((int(i) for i in top if np.isfinite(score[i])), key=lambda i: (-score[i], i))
            for i in best:
                section = corpus.sections[i]
                document = corpus.documents[section.document]
                score[i] -= HOLDS * (1 - held(query.asks, section))
                if document.fiscal_years and not of_the_years_named(query.years, document, f"{section.label} {section.text}"):
                    score[i] -= OF_ANOTHER
            best.sort(key=lambda i: -score[i])
            return [
                Passage(
                    section := corpus.sections[i],
                    corpus.documents[section.document],
                    float(score[i]),
                    {
                        "cosine": float(dense[i]),
                        "words": float(words[i]),
                        "grams": float(pieces[i]),
                        "coverage": corpus.words.coverage(query.content, i),
                        "said": float(said[i]),
                    },
                )
                for i in _fuller_first(best[: self.top], corpus)
            ]

    def _allowed(self, query: Query, corpus: Corpus) -> NDArray[np.bool_]:
        """Sections in force on the day asked about; in force today and speaking of a year asked about; of a rule asked for by its date."""
        allowed = corpus.in_force(query.as_of)
        for year in query.years:
            allowed = allowed | corpus.in_force(query.day_of(year))
            allowed = allowed | (corpus.in_force(query.today) & corpus.speaks_of(year))
        for day in query.dates:
            allowed = allowed | corpus.since(day)
        return allowed

    def _dense(self, vector: Sequence[float], corpus: Corpus, allowed: NDArray[np.bool_], query: Query) -> Floats:
        found = corpus.index.nearest(vector, min(NEAREST, len(corpus.sections)))
        if sum(bool(allowed[position]) for position, _ in found) < min(20, int(allowed.sum())):
            day = query.as_of.toordinal()
            found += corpus.index.nearest(
                vector, min(NEAREST, len(corpus.sections)), {"$and": [{"from": {"$lte": day}}, {"until": {"$gt": day}}]}
            )
        floor = min((cosine for _, cosine in found), default=0.0)
        scores = np.full(len(corpus.sections), floor, dtype=np.float32)
        for position, cosine in found:
            scores[position] = max(scores[position], cosine)
        return scores

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[LangChainDocument]:  # noqa: ARG002 - LangChain's signature
        from app.answering.query import understand

        corpus = self.corpus()
        passages = self.search(understand(query, lexicon=self.lexicon), corpus)
        return [
            LangChainDocument(
                passage.section.text,
                metadata={
                    "document": passage.document.id,
                    "section": passage.section.label,
                    "title": passage.document.title,
                    "score": passage.score,
                },
            )
            for passage in passages
        ]


def _positions(labels: Sequence[str], corpus: Corpus) -> list[int]:
    return [position for label in labels for position in corpus.by_label.get(label, ())]


def _fuller_first(best: Sequence[int], corpus: Corpus) -> list[int]:
    """Where two copies of one law stand in the corpus, put the section of the fuller copy before that of the other."""
    order = list(best)
    for at, here in enumerate(order):
        for there in order[at + 1 :]:
            if corpus.sizes[corpus.sections[there].document] > corpus.sizes[corpus.sections[here].document] and _copies(
                here, there, corpus
            ):
                order.remove(there)
                order.insert(order.index(here), there)
    return order


def _copies(one: int, other: int, corpus: Corpus) -> bool:
    here, there = corpus.sections[one], corpus.sections[other]
    if here.document == there.document or own_label(here) != own_label(there):
        return False
    a, b = (set(grams("".join(section.text.split()))) for section in (here, there))
    return len(a & b) >= COPY * min(len(a), len(b))


def _against(cosines: Floats, usual: tuple[float, float]) -> Floats:
    """Standardise cosines against what is usual for the question, which the nearest alone cannot tell."""
    mean, spread = usual
    return (cosines - mean) / spread if spread > 0 else np.zeros_like(cosines)


def _standard(scores: Floats, allowed: NDArray[np.bool_]) -> Floats:
    inside = scores[allowed]
    spread = float(inside.std()) if inside.size else 0.0
    return (scores - inside.mean()) / spread if spread > 0 else np.zeros_like(scores)


@contextmanager
def timed(timings: dict[str, float] | None, step: str) -> Iterator[Any]:
    """Add the milliseconds that a step takes."""
    begun = time.perf_counter()
    yield
    if timings is not None:
        timings[step] = round(timings.get(step, 0.0) + (time.perf_counter() - begun) * 1000, 3)
