"""Answer or not: the probability that the best passage answers the question, from features that a bare similarity does not show."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from app.answering.asked import held, of_the_law_named
from app.answering.calibration import USUAL
from app.answering.query import Query
from app.domain import Calibration, Passage
from app.embeddings.base import Embedding


def features(query: Query, passages: Sequence[Passage], embedding: Embedding) -> dict[str, float]:
    """Describe how well the best passage fits the question.

    Args:
        query: what was searched.
        passages: what was found, best first; at least one.
        embedding: what the cosines were made with; it knows which are near and which are not.
    """
    best = passages[0]
    rest = [passage.score for passage in passages[1:6]]
    return {
        "nearness": (best.scores["cosine"] - embedding.unrelated) / (embedding.related - embedding.unrelated),
        "coverage": best.scores["coverage"],
        "margin": best.score - (sum(rest) / len(rest) if rest else 0.0),
        "holds_what_is_asked": held(query.asks, best.section),
        "said_by_the_rule": float(best.scores["said"] > 0),
        "of_the_law_named": of_the_law_named(query.text, best.document, best.section),
    }


def probability(found: Mapping[str, float], calibration: Calibration = USUAL) -> float:
    """Give the probability (0–1) that the best passage answers."""
    z = sum(weight * (1.0 if name == "bias" else found[name]) for name, weight in calibration.weights.items())
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, z))))
