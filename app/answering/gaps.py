"""Missing rules: unanswered questions are grouped by meaning into gaps, and asked again when another release answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import numpy as np
import structlog

from app.answering import grouping
from app.answering.grouping import Vectors
from app.answering.switch import Answering
from app.domain import Question
from app.embeddings.base import Embedding
from app.store import gap_grouping, gaps, releases
from app.store.database import Database
from app.store.gap_grouping import Unanswered
from app.store.gaps import Example

ALIKE = 0.6  # of the way from what the embedding calls unrelated to what it calls related; measured on 26 questions about ten missing rules
LOST = timedelta(minutes=10)  # after which who was to group them has died

IsOver = Callable[[], bool]

log = structlog.get_logger(__name__)


class Gaps:
    """Keeps the gaps up to date, beside the answering."""

    def __init__(self, database: Database, embedding: Callable[[], Embedding], answering: Answering, clock: Callable[[], datetime]) -> None:
        """Keep what is asked again (without the switch before it), and what gives the embedding: a model, so it is asked for late."""
        self._database = database
        self._embedding = embedding
        self._answering = answering
        self._clock = clock

    def step(self, is_over: IsOver = lambda: False) -> None:
        """Do what is due: group the questions where that is wanted, ask examples of a new release. It leaves off when `is_over`."""
        with self._database.read() as session:
            state = gap_grouping.state(session)
        if state and state.wanted_at:
            self._group(is_over)
        with self._database.read() as session:
            release, _ = releases.pointer(session)
            unasked = gaps.unasked(session, release) if release else []
        for gap_id in unasked:
            if is_over() or not self._ask_again(gap_id, release):
                break

    def _group(self, is_over: IsOver) -> None:
        now = self._clock()
        with self._database.begin() as session:
            if not gap_grouping.begin(session, now, now - LOST):
                return
            gap_grouping.settle(session)
        with self._database.read() as session:
            found = gap_grouping.unanswered(session, now)
            touched = gap_grouping.touched(session)
        vectors = self._vectors(found[: gap_grouping.MOST], is_over)
        if len(vectors) == len(found[: gap_grouping.MOST]):
            self._join(found[: gap_grouping.MOST], vectors, touched, now)
        with self._database.begin() as session:
            gap_grouping.end(session, None if is_over() else len(found), self._clock())
        log.info("questions grouped into gaps", questions=len(found))

    def _vectors(self, found: Sequence[Unanswered], is_over: IsOver) -> list[Vectors]:
        """Give the vector of each question: the kept one, or a new one where the embedding is another now."""
        embedding, vectors = self._embedding(), []
        for one in found:
            if is_over():
                break
            kept = one.embedding == embedding.name
            vectors.append(np.frombuffer(one.vector, np.float32) if kept else np.array(embedding.embed_query(one.text), np.float32))
        return vectors

    def _join(self, found: Sequence[Unanswered], vectors: Sequence[Vectors], touched: set[int], now: datetime) -> None:
        embedding = self._embedding()
        of_gap: dict[int | str, list[int]] = {}
        for place, one in enumerate(found):
            of_gap.setdefault(one.gap_id or f"new {place}", []).append(place)
        ids, members = list(of_gap), list(of_gap.values())
        least = embedding.unrelated + ALIKE * (embedding.related - embedding.unrelated)
        stacked = [np.stack([vectors[place] for place in places]) for places in members]
        for group in grouping.together(stacked, [one in touched for one in ids], least):
            places = [place for at in group for place in members[at]]
            new = [place for place in places if found[place].gap_id is None or found[place].embedding != embedding.name]
            known = [gap_id for at in group if isinstance(gap_id := ids[at], int)]
            if not new and len(known) < 2:
                continue
            stands = found[places[grouping.central(np.stack([vectors[place] for place in places]))]].turn_id
            kept = [(found[place], embedding.name, vectors[place].tobytes()) for place in new]
            with self._database.begin() as session:
                gap_grouping.join(session, known, kept, stands, now)

    def _ask_again(self, gap_id: int, release: int) -> bool:
        """Ask a gap's examples again; False when the flow does not answer from this release yet."""
        with self._database.read() as session:
            examples = gaps.examples(session, gap_id)
        answered = 0
        for example in examples:
            answer = self._answering.answer(Question(example.text, quote_only=True))
            if answer.release not in (0, release):  # 0: it was declined before any search
                return False
            cited = frozenset((one.document, one.section, one.quote) for one in answer.citations)
            answered += answer.outcome == "answered" and not _is_disliked(example, cited)
        with self._database.begin() as session:
            gaps.asked(session, gap_id, release, number=len(examples), answered=answered, now=self._clock())
        return True


def _is_disliked(example: Example, cited: frozenset[tuple[str, str, str]]) -> bool:
    """Say whether this is the answer that the asker did not like."""
    return example.why == "disliked" and cited == example.cited
