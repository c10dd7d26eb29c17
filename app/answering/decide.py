"""Answer or not: the probability that the best passage answers the question, from features that a bare similarity does not show."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.answering.asked import held, of_the_law_named
from app.answering.query import Query
from app.domain import Passage
from app.embeddings.base import Embedding

# logistic regression on knowledge/golden.jsonl and on 360 further questions about the clinic's field and about laws (does the question
# expect an answer?); the last two features, which few questions show, weigh less than they alone would give them
WEIGHTS = {
    "nearness": 5.5,
    "coverage": 3.2,
    "margin": 0.8,
    "holds_what_is_asked": 1.85,
    "said_by_the_rule": 1.5,
    "of_the_law_named": 1.3,
    "bias": -8.25,
}
THRESHOLD = 0.42
SURE = 0.7  # a question in the words of another office's field is answered only above this


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
        "holds_what_is_asked": held(query.text, best.section),
        "said_by_the_rule": float(best.scores["said"] > 0),
        "of_the_law_named": of_the_law_named(query.text, best.document, best.section),
    }


def probability(found: dict[str, float]) -> float:
    """Give the probability (0–1) that the best passage answers."""
    z = WEIGHTS["bias"] + sum(weight * found[name] for name, weight in WEIGHTS.items() if name != "bias")
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, z))))
