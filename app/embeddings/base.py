"""What an embedding is: LangChain's `Embeddings` with the name under which a release remembers it.

An embedding file offers `build(settings) -> Embedding`. Vectors have length 1, so that the inner product is the cosine.
"""

from __future__ import annotations

from abc import abstractmethod

from langchain_core.embeddings import Embeddings


class Embedding(Embeddings):
    """Turns text into vectors of one model."""

    name: str  # kept with each release, which refuses another: stores accept vectors of a foreign model of the same length silently
    unrelated: float  # typical cosine of a question and the best passage of a corpus that does not answer it
    related: float  # typical cosine of a question and the passage that answers it; both measured on knowledge/golden.jsonl
    window: int  # characters of Thai text that the model certainly reads whole; longer sections are embedded in parts

    @abstractmethod
    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed passages; same order and number as `texts`."""

    @abstractmethod
    def embed_query(self, text: str) -> list[float]:
        """Embed one query."""
