"""Ask every question of a dataset of the active release, and add up the scores in the shape of the contract."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median, quantiles
from typing import Any

from app.answering.pipeline import Pipeline
from app.domain import Answer, Question
from app.evaluation import scorers
from app.evaluation.dataset import Sample

ANSWERING = frozenset({"answered"})


def evaluate(
    samples: Sequence[Sample], pipeline: Pipeline, *, retrieval_only: bool = False, progress: Callable[[int, int], None] | None = None
) -> dict[str, Any]:
    """Score the pipeline on a dataset.

    Args:
        samples: the questions.
        pipeline: what answers them.
        retrieval_only: score only what was found, not what was answered.
        progress: told after each question how many of how many are done.
    """
    rows = []
    for done, sample in enumerate(samples, 1):
        rows.append(_one(sample, pipeline, retrieval_only=retrieval_only))
        if progress:
            progress(done, len(samples))
    return _summary(samples, rows, retrieval_only=retrieval_only)


def _one(sample: Sample, pipeline: Pipeline, *, retrieval_only: bool) -> dict[str, Any]:
    question = Question(sample.question, sample.history, sample.as_of)
    found = [(passage.document.id, passage.section.label) for passage in pipeline.passages(question)]
    row: dict[str, Any] = {
        "id": sample.id,
        "question": sample.question,
        "found": found[:10],
        "rank": next((r for r, key in enumerate(found, 1) if key in sample.sections), None),
    }
    row |= {f"hit@{k}": scorers.hit(found, sample, k) for k in (1, 3, 5, 10)}
    row |= {"mrr@10": scorers.reciprocal_rank(found, sample), "recall@10": scorers.recall(found, sample)}
    if not retrieval_only:
        row |= _answered(sample, pipeline.answer(question))
    return row


def _answered(sample: Sample, answer: Answer) -> dict[str, Any]:
    return {
        "outcome": answer.outcome,
        "expected": list(sample.outcomes),
        "outcome_right": scorers.outcome(answer, sample),
        "content": scorers.content(answer, sample),
        "citation_precision": scorers.citation_precision(answer, sample),
        "citation_recall": scorers.citation_recall(answer, sample),
        "literal": scorers.quotes_are_literal(answer),
        "numbers": scorers.numbers_are_quoted(answer),
        "in_force": scorers.citations_are_in_force(answer),
        "confidence": round(answer.confidence, 4),
        "text": answer.text,
        "sources": [f"{c.title} · {c.section}" for c in answer.citations],
        "citations": [(c.document, c.section) for c in answer.citations],
        "ms": answer.timings_ms.get("total", 0.0),
        "steps_ms": dict(answer.timings_ms),
    }


def _summary(samples: Sequence[Sample], rows: Sequence[dict[str, Any]], *, retrieval_only: bool) -> dict[str, Any]:
    names = ("hit@1", "hit@3", "hit@5", "hit@10", "mrr@10", "recall@10")
    summary: dict[str, Any] = {
        "n": len(rows),
        "retrieval": {name: scorers.mean([row[name] for row in rows]) for name in names},
        "intervals": {name: scorers.interval([row[name] for row in rows]) for name in names[:4]},
    }
    if retrieval_only:
        return summary | {"per_question": list(rows)}
    refusable = [row for sample, row in zip(samples, rows, strict=True) if sample.outcomes and not ANSWERING & set(sample.outcomes)]
    answerable = [row for sample, row in zip(samples, rows, strict=True) if ANSWERING & set(sample.outcomes)]
    right = [row["outcome_right"] for row in rows]
    times = sorted(row["ms"] for row in rows)
    return summary | {
        "outcome_accuracy": scorers.mean(right),
        "outcome_interval": scorers.interval(right),
        "refusal": {
            "recall": scorers.mean([float(row["outcome"] not in ANSWERING) for row in refusable]),
            "false_refusals": scorers.mean([float(row["outcome"] not in ANSWERING | {"clarify"}) for row in answerable]),
        },
        "citation": {
            "precision": scorers.mean([row["citation_precision"] for row in rows]),
            "recall": scorers.mean([row["citation_recall"] for row in rows]),
            "literal": scorers.mean([row["literal"] for row in rows]),
            "numbers": scorers.mean([row["numbers"] for row in rows]),
            "in_force": scorers.mean([row["in_force"] for row in rows]),
        },
        "content": scorers.mean([row["content"] for row in rows]),
        "latency_ms": {"p50": _share(times, 50), "p95": _share(times, 95)},
        "steps_ms": _steps(rows),
        "per_question": list(rows),
    }


def _steps(rows: Sequence[dict[str, Any]]) -> dict[str, float]:
    """The median milliseconds of each step, over the questions that took it."""
    names = dict.fromkeys(name for row in rows for name in row["steps_ms"])
    return {name: round(median(row["steps_ms"][name] for row in rows if name in row["steps_ms"]), 2) for name in names}


def _share(times: Sequence[float], percent: int) -> float:
    return round(quantiles(times, n=100, method="inclusive")[percent - 1], 2) if len(times) > 1 else round(sum(times), 2)
