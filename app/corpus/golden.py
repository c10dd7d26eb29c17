"""The golden questions at the gate: asked of the new release, compared with how the active one answers them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.corpus.report import Progress
from app.errors import ReleaseError, WrongUse

# asks a release and gives the scores in the contract's shape of app.evaluation, with a `key` that names the questions, the day and the
# code they were answered with; None when there are no golden questions
Examine = Callable[[int, Progress], Mapping[str, Any] | None]


def compare(new: int, active: int, kept: Mapping[str, Any], examine: Examine, progress: Progress) -> tuple[dict[str, Any], dict[str, Any]]:
    """Ask the new release, and the active one unless its own report has the same questions answered on the same day by the same code.

    Returns:
        The marks of the new release and of the active one; empty where there is nothing to ask, `error` where the questions cannot be read.
    """
    try:
        marks = _marks(examine(new, progress))
    except WrongUse as error:
        return {"error": str(error)}, {}
    if not marks or not active:
        return marks, {}
    if kept.get("key") == marks["key"]:
        return marks, dict(kept)
    try:
        return marks, _marks(examine(active, progress))
    except ReleaseError:  # made with another embedding, or its store is gone: nothing to compare with
        return marks, {}


def _marks(scores: Mapping[str, Any] | None) -> dict[str, Any]:
    if not scores:
        return {}
    rows = scores["per_question"]
    return {
        "key": scores["key"],
        "n": scores["n"],
        "hit@3": scores["retrieval"]["hit@3"],
        "outcome_accuracy": scores["outcome_accuracy"],
        "wrong": [row["id"] for row in rows if row["outcome_right"] == 0.0 or row["hit@3"] == 0.0],
    }
