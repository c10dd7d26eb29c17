"""How long an answer in quote mode takes, against embedding the question alone, side by side in one run.

Run: .venv/bin/python -m tests.benchmarks.answer_speed [knowledge/golden.jsonl]; it answers from the active release.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from pathlib import Path

from app import settings as settings_module
from app import wiring
from app.domain import Question
from app.evaluation import dataset

ROUNDS = 3


def main() -> None:
    """Print the median and 95th percentile of both, and their ratio."""
    settings = settings_module.load()
    stores = wiring.open_stores(settings)
    pipeline = wiring.answerer(settings, stores.database)
    path = Path(sys.argv[1] if len(sys.argv) > 1 else "knowledge/golden.jsonl")
    samples = [s for s in dataset.load(path) if "answered" in s.outcomes]
    pipeline.answer(Question(samples[0].question))  # what is loaded at first use is not measured
    embedding, answering = [], []
    for _ in range(ROUNDS):
        for sample in samples:
            begun = time.perf_counter()
            stores.embedding.embed_query(sample.question)
            between = time.perf_counter()
            pipeline.answer(Question(sample.question, sample.history))
            embedding.append((between - begun) * 1000)
            answering.append((time.perf_counter() - between) * 1000)
    print(f"questions {len(samples)}, rounds {ROUNDS}")
    for name, times in (("embedding the question", embedding), ("the whole answer", answering)):
        print(f"{name:24s} median {statistics.median(times):7.2f} ms   p95 {statistics.quantiles(times, n=20)[18]:7.2f} ms")
    print(f"ratio of medians {statistics.median(answering) / statistics.median(embedding):.2f}")
    print(f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
