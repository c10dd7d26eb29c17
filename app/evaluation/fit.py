"""Fit what decides to answer on labelled questions: `python -m app.evaluation.fit DATASET.jsonl … --write knowledge/calibration.toml`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from app import commands, wiring
from app import settings as settings_module
from app.answering.calibration import USUAL
from app.answering.pipeline import Pipeline
from app.domain import Calibration, Question
from app.errors import WrongUse
from app.evaluation import dataset
from app.evaluation.run import ANSWERING

Floats = NDArray[np.float64]
NAMES = tuple(name for name in USUAL.weights if name != "bias")
FOLDS = 5
RIDGE = 1.0  # on the weights of standardised features, not on the bias: a feature that few questions show is trusted little
FALSELY_REFUSED = 0.06  # of the questions that can be answered; the most that the threshold may cost
FEW = 20  # questions of each kind, under which nothing can be said
screen = Console(stderr=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit on the active release and tell how well it separates; exit code 0 done, 1 failed, 2 wrong use."""
    parser = argparse.ArgumentParser(prog="python -m app.evaluation.fit", description=__doc__)
    parser.add_argument("datasets", nargs="+", type=Path, metavar="DATASET")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write it, for the next release of the folder that the file is in")
    options = parser.parse_args(arguments)
    return commands.run(lambda: _run(options), as_json=False)


def _run(options: argparse.Namespace) -> int:
    settings = settings_module.load()
    parts = wiring.open_stores(settings)
    x, y = labelled([sample for place in options.datasets for sample in dataset.load(place)], wiring.answerer(settings, parts.database))
    fitted, told = fit(x, y)
    text = written(fitted, told)
    sys.stdout.write(text)
    if options.write:
        options.write.write_text(text, "utf-8")
    return commands.DONE


def labelled(samples: Sequence[dataset.Sample], pipeline: Pipeline) -> tuple[Floats, NDArray[np.bool_]]:
    """Ask questions, and give the features of each (questions × features) with whether it is to be answered.

    Left out is what says nothing about the decision: where both are right or neither is known, and what is settled without a search, or by
    a rule that holds nothing of the kind asked for.
    """
    rows, answers = [], []
    for sample in track(samples, "asking", console=screen, transient=True):
        found = pipeline.answer(Question(sample.question, sample.history, sample.as_of)).trace.get("features")
        kinds = {outcome in ANSWERING for outcome in sample.outcomes}
        if found and found["holds_what_is_asked"] and len(kinds) == 1:
            rows.append([found[name] for name in NAMES])
            answers.append(kinds == {True})
    return np.array(rows, dtype=float).reshape(-1, len(NAMES)), np.array(answers, dtype=bool)


def fit(x: Floats, y: NDArray[np.bool_]) -> tuple[Calibration, Mapping[str, float]]:
    """Fit a ridge logistic regression, and choose the threshold on probabilities that were cross-validated.

    Args:
        x: questions × features.
        y: which of them are to be answered.

    Returns:
        The calibration, and what is known of it: number of questions, cross-validated area under the ROC curve, shares falsely refused and
        falsely answered at the threshold.

    Raises:
        WrongUse: too few questions of one kind.
    """
    if min(int(y.sum()), int((~y).sum())) < FEW:
        raise WrongUse(f"at least {FEW} questions to answer and {FEW} to refuse are needed; there are {y.sum()} and {(~y).sum()}")
    fold = np.random.default_rng(0).permutation(len(y)) % FOLDS
    unseen = np.empty(len(y))
    for one in range(FOLDS):
        weights, bias = _regression(x[fold != one], y[fold != one])
        unseen[fold == one] = _probability(x[fold == one] @ weights + bias)
    grid = np.arange(0.2, 0.71, 0.01)
    right = [float(np.mean((unseen >= at) == y)) if np.mean(unseen[y] < at) <= FALSELY_REFUSED else 0.0 for at in grid]
    threshold = round(float(grid[int(np.argmax(right))]), 2)
    weights, bias = _regression(x, y)
    named = {name: round(float(weight), 3) for name, weight in zip(NAMES, weights, strict=True)} | {"bias": round(bias, 3)}
    told = {
        "questions": len(y),
        "auc": _auc(unseen, y),
        "falsely_refused": float(np.mean(unseen[y] < threshold)),
        "falsely_answered": float(np.mean(unseen[~y] >= threshold)),
    }
    return Calibration(named, threshold, max(USUAL.sure, threshold)), told


def written(fitted: Calibration, told: Mapping[str, float]) -> str:
    """Write a calibration as the file of a knowledge folder."""
    lines = [f"# {name}: {round(value, 3)}" for name, value in told.items()]
    weights = [f"{name} = {weight}" for name, weight in fitted.weights.items()]
    head = [f"# fitted by python -m app.evaluation.fit; cross-validated in {FOLDS} folds:", *lines]
    return "\n".join([*head, f"threshold = {fitted.threshold}", f"sure = {fitted.sure}", "", "[weights]", *weights, ""])


def _regression(x: Floats, y: NDArray[np.bool_]) -> tuple[Floats, float]:
    """Newton's method on standardised features; the weights come back in the features' own units."""
    mean, spread = x.mean(axis=0), np.where(x.std(axis=0) > 0, x.std(axis=0), 1.0)
    design = np.hstack([(x - mean) / spread, np.ones((len(y), 1))])
    ridge = RIDGE * np.diag([*np.ones(x.shape[1]), 0.0])
    weights = np.zeros(design.shape[1])
    for _ in range(30):
        p = _probability(design @ weights)
        slope = design.T @ (p - y) + ridge @ weights
        weights -= np.linalg.solve(design.T @ (design * (p * (1 - p))[:, None]) + ridge + 1e-9 * np.eye(len(weights)), slope)
    own = weights[:-1] / spread
    return own, float(weights[-1] - own @ mean)


def _probability(z: Floats) -> Floats:
    found: Floats = 1 / (1 + np.exp(-np.clip(z, -50, 50)))
    return found


def _auc(scores: Floats, y: NDArray[np.bool_]) -> float:
    """The share of pairs, one to answer and one to refuse, that are in the right order."""
    above = scores[y][:, None] - scores[~y][None, :]
    return float(np.mean(above > 0) + 0.5 * np.mean(above == 0))


if __name__ == "__main__":
    sys.exit(main())
