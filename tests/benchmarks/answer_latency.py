"""What an answer costs beside embedding its question alone, and how much memory a release takes, at any number of sections.

`python -m tests.benchmarks.answer_latency [--sections 100000]`; without a number the corpus is asked as it is. More sections are made by
copying real ones into further laws: their numbers are changed and a tenth of their words exchanged, and their vectors are those of the
originals turned by about 20 degrees, not embedded anew. Besides the clock's time there is the processor's, which others on the machine do
not lengthen.
"""

from __future__ import annotations

import random
import re
import resource
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import numpy as np

from app import wiring
from app.answering.pipeline import Pipeline
from app.corpus import vectors
from app.domain import Document, Question, Section
from app.embeddings.base import Embedding
from app.evaluation import dataset
from app.store.index import Entry
from app.wiring import Stores
from tests.benchmarks import corpora

ROUNDS = 5
TURN = 0.36  # length of what is added to a vector of length 1
EXCHANGED = 0.1  # share of the words
Times = dict[str, list[float]]  # milliseconds


def main() -> None:
    """Print times, their ratio and memory."""
    parser = corpora.parser(__doc__)
    parser.add_argument("--sections", type=int, default=0, help="how many sections the corpus shall have (default: as many as it has)")
    parser.add_argument("--subject", default="laws-dev", choices=corpora.SUBJECTS)
    options = parser.parse_args()
    stores = corpora.opened(options.subject, options)
    with TemporaryDirectory() as place:
        if options.sections:
            stores = _multiplied(stores, Path(place), options.sections)
        before = _memory()
        pipeline = wiring.answerer(stores.settings, stores.database)
        questions = [sample.question for sample in dataset.load(corpora.SUBJECTS[options.subject].questions)]
        for question in questions[:5]:  # what is made at first use is not measured
            pipeline.answer(Question(question))
        loaded = _memory()
        times = _measured(questions, pipeline, stores.embedding)
        print(
            f"{len(corpora.content(stores)[1])} sections, {len(questions)} questions, {ROUNDS} rounds, embedding {stores.embedding.name}\n"
        )
    print(_table(times))
    print(f"Memory in MB: {before:.0f} before the release is loaded, {loaded:.0f} with it, {_memory():.0f} after the questions.")


def _measured(questions: Sequence[str], pipeline: Pipeline, embedding: Embedding) -> Times:
    """Embed and answer by turns, so that whatever else the machine does falls on both alike."""
    times: Times = defaultdict(list)
    for _ in range(ROUNDS):
        for question in questions:
            with _timed(times, "embedding the question alone"):
                embedding.embed_query(question)
            with _timed(times, "the whole answer"):
                steps = pipeline.answer(Question(question)).timings_ms
            for step, taken in steps.items():
                times[f"of it: {step}"].append(taken)
    return times


@contextmanager
def _timed(times: Times, name: str) -> Iterator[None]:
    begun = time.perf_counter(), time.process_time()
    yield
    times[name].append((time.perf_counter() - begun[0]) * 1000)
    times[f"{name}, processor"].append((time.process_time() - begun[1]) * 1000)


def _table(times: Times) -> str:
    ends = {name: (median(taken), quantiles(taken, n=20)[18]) for name, taken in times.items()}
    alone = {kind: ends[f"embedding the question alone{kind}"] for kind in ("", ", processor")}
    rows = []
    for name, (p50, p95) in sorted(ends.items()):
        other = alone[", processor" if name.endswith("processor") else ""]
        rows.append([name, f"{p50:.1f}", f"{p95:.1f}", f"{p50 / other[0]:.2f}", f"{p95 / other[1]:.2f}"])
    return corpora.table(["milliseconds", "p50", "p95", "ratio to the embedding, p50", "p95"], rows)


def _multiplied(stores: Stores, place: Path, wanted: int) -> Stores:
    """Make a release with as many sections as wanted; the first of them are the real ones, unchanged."""
    documents, content = corpora.content(stores)
    parts = vectors.parts([section for section, _ in content], documents, stores.embedding.window)
    known = vectors.kept(stores.database, stores.index, stores.embedding)
    words = sorted({token for _, tokens in content for token in tokens})
    chance, turns = random.Random(0), np.random.default_rng(0)
    laws: dict[str, Document] = {}
    sections: list[tuple[Section, Sequence[str]]] = []
    rows: list[Entry] = []
    for copy in range(-(-wanted // len(content))):
        begin, names = len(sections), {name: f"{name}-{copy}" if copy else name for name in documents}
        laws |= {names[name]: replace(document, id=names[name]) for name, document in documents.items()}
        for section, tokens in content[: wanted - begin]:
            sections.append(_varied(section, tokens, names, words, chance) if copy else (section, tokens))
        for number, part in enumerate(parts):
            if begin + part.position < len(sections):
                vector = _turned(known[part.digest], turns) if copy else known[part.digest]
                rows.append(Entry(f"{copy}.{number}", vector, "", {"position": begin + part.position, "from": 0, "until": vectors.FOREVER}))
    return corpora.released(stores, place, laws, sections, rows)


def _varied(
    section: Section, tokens: Sequence[str], names: Mapping[str, str], words: Sequence[str], chance: random.Random
) -> tuple[Section, list[str]]:
    text = re.sub(r"\d+", lambda number: str(int(number[0]) + chance.randrange(9)), section.text)
    exchanged = [chance.choice(words) if chance.random() < EXCHANGED else token for token in tokens]
    return replace(section, document=names[section.document], text=text), exchanged


def _turned(vector: vectors.Vector, turns: np.random.Generator) -> vectors.Vector:
    aside = turns.standard_normal(len(vector)).astype(np.float32)
    turned = vector + TURN * aside / np.linalg.norm(aside)
    return np.asarray(turned / np.linalg.norm(turned), dtype=np.float32)


def _memory() -> float:
    """Give the memory that the process holds now, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


if __name__ == "__main__":
    main()
