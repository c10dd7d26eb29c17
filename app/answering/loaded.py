"""One release, loaded for answering: its sections, its words, its open vector store; and which release that is at the moment."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import structlog
from numpy.typing import NDArray

from app.answering.calibration import USUAL
from app.answering.lexical import Lexical, grams
from app.answering.rules import Rules
from app.answering.spelling import Spelling
from app.corpus.drafts import ARROW
from app.corpus.lexicon import Lexicon
from app.domain import Calibration, Document, Section
from app.embeddings.base import Embedding
from app.errors import ReleaseError
from app.store import releases
from app.store.database import Database
from app.store.index import OpenIndex, VectorIndex

log = structlog.get_logger(__name__)

POLL_SECONDS = 1.0
SAMPLE = 1000  # sections that say how near a question usually is; the error of their mean is a thirtieth of the spread
GRACE_SECONDS = 60.0  # after which a release that was left is closed


class Corpus:
    """One release, loaded for answering."""

    def __init__(
        self,
        number: int,
        documents: Sequence[Document],
        sections: Sequence[tuple[Section, Sequence[str]]],
        index: OpenIndex,
        calibration: Calibration,
    ) -> None:
        """Build the lexical index from the stored tokens.

        Args:
            number: the release.
            documents: its catalogue.
            sections: each section with its tokens, in the order of the positions in `index`.
            index: its open vector store.
            calibration: what decides whether its best passage answers.
        """
        self.number = number
        self.calibration = calibration
        self.documents = {document.id: document for document in documents}
        self.sections = [section for section, _ in sections]
        self.index = index
        self.words = Lexical(tokens for _, tokens in sections)
        self.grams = Lexical(grams("".join(tokens)) for _, tokens in sections)  # one by one: all at once they are gigabytes
        self.by_label: dict[str, list[int]] = {}
        for position, section in enumerate(self.sections):
            self.by_label.setdefault(own_label(section), []).append(position)
        self.rules = Rules(self.sections, own_label)
        self.sizes = Counter(section.document for section in self.sections)
        everywhere = range(len(self.sections))
        self._sample = index.some(random.Random(0).sample(everywhere, min(SAMPLE, len(everywhere))))  # noqa: S311 - a sample, no secret
        self._in_force = lru_cache(maxsize=64)(self._in_force_on)
        self.of_year = lru_cache(maxsize=64)(self._of_year)
        self.since = lru_cache(maxsize=64)(self._since)
        self.speaks_of = lru_cache(maxsize=64)(self._speaks_of)

    @cached_property
    def spelling(self) -> Spelling:
        """What finds the words of these documents for misspelled ones."""
        return Spelling(self.words.vocabulary)

    def named_in(self, section: Section) -> list[Section]:
        """Give the sections of the same document that a section's text names ("ตามมาตรา 5"), in their order."""
        here = next(at for at in self.by_label[own_label(section)] if self.sections[at] is section)
        return [self.sections[at] for at in sorted(self.rules.points_to[here])]

    def usual(self, vector: Sequence[float]) -> tuple[float, float]:
        """Give the mean and the spread of the cosines that a vector has with this corpus, estimated on a sample of it."""
        cosines = self._sample @ np.asarray(vector, dtype=np.float32)
        return float(cosines.mean()), float(cosines.std())

    def in_force(self, day: date) -> NDArray[np.bool_]:
        """Say of each section whether its document holds on a day."""
        return self._in_force(day)

    def _in_force_on(self, day: date) -> NDArray[np.bool_]:
        holds = {document.id: document.in_force(day) for document in self.documents.values()}
        return np.array([holds[section.document] for section in self.sections], dtype=bool)

    def _since(self, day: date) -> NDArray[np.bool_]:
        return np.array([self.documents[section.document].in_force_from == day for section in self.sections], dtype=bool)

    def _of_year(self, year: int) -> NDArray[np.bool_]:
        """Sections of a fiscal year: by their document's sidecar, or by their heading."""
        documents = self.documents
        return np.array(
            [year in documents[section.document].fiscal_years or str(year) in section.label for section in self.sections], dtype=bool
        )

    def _speaks_of(self, year: int) -> NDArray[np.bool_]:
        return np.array([str(year) in section.text or str(year) in section.label for section in self.sections], dtype=bool)


def own_label(section: Section) -> str:
    """Give a section's label without its path."""
    return section.label.split(ARROW)[-1]


def _calibration(kept: Mapping[str, Any]) -> Calibration:
    """Read what a release keeps; one that was built before, or for other features than this code has, is decided as usual."""
    return Calibration(**kept) if kept and kept["weights"].keys() == USUAL.weights.keys() else USUAL


class ActiveCorpus:
    """The release that answers now; notices within a second that the pointer moved, and changes over without a request waiting."""

    def __init__(
        self,
        database: Database,
        index: VectorIndex,
        embedding: Embedding,
        release: int | None = None,
        anew: Lexicon | None = None,
        loading: Callable[[], None] | None = None,
    ) -> None:
        """Keep where releases are; the first one is loaded at first use.

        Args:
            database: where the pointer and the sections are.
            index: where the vectors are.
            embedding: what the vectors were made with.
            release: always this one, whatever the pointer says: a release can be asked before it is active.
            anew: cuts its sections into words instead of how they were cut: a dictionary can be tried before it is used.
            loading: called before another release is loaded, which may have been made with another dictionary.
        """
        self._database = database
        self._index = index
        self._embedding = embedding
        self._pinned = release
        self._anew = anew
        self._before = loading
        self._current: Corpus | None = None
        self._retired: list[tuple[float, Corpus]] = []
        self._checked = 0.0
        self._loading = threading.Lock()

    def get(self) -> Corpus:
        """Give the active release, loaded.

        Raises:
            ReleaseError: nothing was ingested yet, or it was made with another embedding.
        """
        current = self._current
        if current is None:
            with self._loading:
                return self._current or self._load(self._pointer())
        if time.monotonic() - self._checked > POLL_SECONDS and self._loading.acquire(blocking=False):
            self._checked = time.monotonic()
            try:
                self._close_retired()
                number = self._pointer()
                if number != current.number:
                    self._load(number)
            except ReleaseError as error:  # what answers now goes on answering
                log.error("the active release cannot be loaded", release=number, reason=str(error))
            finally:
                self._loading.release()
        return self._current or current

    def ready(self) -> str:
        """Say why no release can be asked now; "" when one can."""
        try:
            self.get()
        except ReleaseError as error:
            return str(error)
        return self._index.ready()

    def close(self) -> None:
        """Close what is open."""
        with self._loading:
            for corpus in (*(corpus for _, corpus in self._retired), *filter(None, [self._current])):
                corpus.index.close()
            self._retired, self._current = [], None

    def _close_retired(self) -> None:
        """Close releases that were left long enough ago for the last question to have been answered from them."""
        due = [corpus for at, corpus in self._retired if time.monotonic() - at > GRACE_SECONDS]
        self._retired = [(at, corpus) for at, corpus in self._retired if corpus not in due]
        for corpus in due:
            corpus.index.close()

    def _pointer(self) -> int:
        if self._pinned is not None:
            return self._pinned
        with self._database.read() as session:
            return releases.pointer(session)[0]

    def _load(self, number: int) -> Corpus:
        if not number:
            raise ReleaseError("no release is active; run: python ingest.py")
        with self._database.read() as session:
            row = releases.get(session, number)
            if row.embedding != self._embedding.name:
                mismatch = f"the embedding {row.embedding}, not {self._embedding.name}"
                raise ReleaseError(f"release {number} was made with {mismatch}; set EMBEDDING or run: python ingest.py")
            documents, sections, decides = releases.documents(row), releases.sections(session, number), _calibration(row.calibration)
        if self._before:
            self._before()
        if self._anew:
            by_id = {document.id: document for document in documents}
            sections = [(section, self._anew.of_section(section, by_id[section.document])) for section, _ in sections]
        corpus = Corpus(number, documents, sections, self._index.open(number), decides)
        if self._current:
            self._retired.append((time.monotonic(), self._current))
        self._current = corpus
        self._checked = time.monotonic()
        return corpus
