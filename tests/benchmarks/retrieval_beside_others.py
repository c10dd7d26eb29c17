"""Our retrieval beside that of other libraries: the same texts, the same embedding, the same questions, in one run.

`python -m tests.benchmarks.retrieval_beside_others [laws-dev golden]` needs the extra `bench` of pyproject.toml. A chunk of the others
counts as every section of which it holds at least half, and as the one of which it holds most; a chunk that brings no new section takes no
place. Questions that go on with a conversation or name a day apart from their words are left out: only ours knows of these.
"""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from statistics import fmean, median, quantiles

from app import wiring
from app.domain import Question
from app.evaluation import scorers
from app.evaluation.dataset import Sample
from tests.benchmarks import corpora, others
from tests.benchmarks.others import Key, Way

OURS = "this clinic"
TIMED = 100  # questions at least, where a subject has fewer they are asked several times
PLACES = 10
EMBEDDING = "embedding the question alone"


def main() -> None:
    """Print a table of quality and one of latency for each subject."""
    parser = corpora.parser(__doc__)
    parser.add_argument("subjects", nargs="*", default=list(corpora.SUBJECTS), metavar="SUBJECT", help=", ".join(corpora.SUBJECTS))
    options = parser.parse_args()
    for name in options.subjects:
        stores = corpora.opened(name, options)
        documents, sections = corpora.content(stores)
        pipeline = wiring.answerer(stores.settings, stores.database)
        found: dict[str, Way] = {
            OURS: lambda question, ours=pipeline: [[(p.document.id, p.section.label)] for p in ours.passages(Question(question))]  # type: ignore[misc]
        }
        found |= others.ways(documents, [section for section, _ in sections], stores.embedding)
        every = corpora.scored(name)
        samples = [sample for sample in every if not sample.history and sample.as_of is None]
        found[EMBEDDING] = lambda question, embedding=stores.embedding: embedding.embed_query(question) and []  # type: ignore[misc]
        ranks, times = _asked(samples, found)
        print(f"## {name}\n")
        print(
            f"{len(samples)} of {len(every)} questions with right sections; {len(sections)} sections; embedding {stores.embedding.name}.\n"
        )
        print(_quality(ranks))
        print(_latency(times))


def _asked(samples: Sequence[Sample], found: Mapping[str, Way]) -> tuple[dict[str, list[int]], dict[str, list[float]]]:
    """Ask every question in each way, by turns, so that whatever else the machine does falls on all of them alike.

    Returns:
        For each way the places of the first right section in the first round, and milliseconds in all rounds.
    """
    places: dict[str, list[int]] = {name: [] for name in found}
    times: dict[str, list[float]] = {name: [] for name in found}
    order = list(found)
    for turn in range(max(1, TIMED // len(samples))):
        for number, sample in enumerate(samples):
            first = (turn + number) % len(order)
            for name in order[first:] + order[:first]:
                begun = time.perf_counter()
                there = found[name](sample.question)
                times[name].append((time.perf_counter() - begun) * 1000)
                if turn == 0:
                    places[name].append(_rank(there, sample.sections))
    return places, times


def _quality(ranks: Mapping[str, Sequence[int]]) -> str:
    rows = []
    for name, places in ranks.items():
        if name == EMBEDDING:
            continue
        hits = {k: [float(place <= k) for place in places] for k in (1, 3, 5)}
        shares = [f"{fmean(hit):.3f} ({_span(scorers.interval(hit))})" for hit in hits.values()]
        inverse = [1 / place if place <= PLACES else 0.0 for place in places]
        rows.append([name, *shares, f"{fmean(inverse):.3f} ({_span(_bootstrap(inverse))})", _against(places, ranks[OURS])])
    return corpora.table(["retrieval", "hit@1", "hit@3", "hit@5", "MRR@10", "first five: only it · only ours"], rows)


def _latency(times: Mapping[str, Sequence[float]]) -> str:
    ends = {name: (median(taken), quantiles(taken, n=20)[18]) for name, taken in times.items()}
    rows = [
        [name, f"{p50:.1f}", f"{p95:.1f}", *(f"{p50 / ends[other][0]:.2f} · {p95 / ends[other][1]:.2f}" for other in (OURS, EMBEDDING))]
        for name, (p50, p95) in ends.items()
    ]
    return corpora.table(["milliseconds a question", "p50", "p95", "ratio to ours, p50 · p95", "ratio to the embedding, p50 · p95"], rows)


def _rank(places: Sequence[Sequence[Key]], right: Sequence[Key]) -> int:
    """Give the place of the first right section; a place that brings no new section is passed over."""
    seen: set[Key] = set()
    rank = 0
    for keys in places:
        if not seen.issuperset(keys):
            rank += 1
        if any(key in right for key in keys):
            return rank
        seen.update(keys)
    return PLACES + 1


def _against(places: Sequence[int], ours: Sequence[int]) -> str:
    pairs = [(place <= 5, our <= 5) for place, our in zip(places, ours, strict=True)]
    return f"{sum(it and not us for it, us in pairs)} · {sum(us and not it for it, us in pairs)}"


def _bootstrap(values: Sequence[float]) -> tuple[float, float]:
    drawn = random.Random(0)
    means = sorted(fmean(drawn.choices(values, k=len(values))) for _ in range(2000))
    return means[50], means[1949]


def _span(ends: tuple[float, float] | None) -> str:
    return f"{ends[0]:.3f}–{ends[1]:.3f}" if ends else ""


if __name__ == "__main__":
    main()
