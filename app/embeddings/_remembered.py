"""An embedding that remembers the questions it was asked, for asking the same ones of several releases."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from app.embeddings.base import Embedding


class Remembered(Embedding):
    """Another embedding, with its last questions kept."""

    def __init__(self, inner: Embedding) -> None:
        """Stand before another embedding."""
        self._inner = inner
        self._query = lru_cache(maxsize=5000)(inner.embed_query)

    def __getattr__(self, name: str) -> Any:
        """Take its name, its window and its like from the other one."""
        return getattr(self._inner, name)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed passages."""
        return self._inner.embed_documents(texts)

    def embed_query(self, text: str) -> list[float]:
        """Embed one query, or give the vector it had before."""
        return self._query(text)
