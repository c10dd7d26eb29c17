"""Hashed character trigrams: no model at all. For tests and for machines on which e5 cannot run; weaker on paraphrase."""

from __future__ import annotations

import zlib

import numpy as np

from app.embeddings.base import Embedding
from app.settings import Settings
from app.thai import fold

DIMENSIONS = 512


class Trigram(Embedding):
    """Counts of three-character pieces, hashed and brought to length 1."""

    name = "trigram-512"
    unrelated, related = 0.30, 0.48
    window = 4000

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed passages."""
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """Embed one text."""
        vector = np.zeros(DIMENSIONS)
        folded = f" {fold(text)} "
        for i in range(len(folded) - 2):
            vector[zlib.crc32(folded[i : i + 3].encode()) % DIMENSIONS] += 1
        length = float(np.linalg.norm(vector))
        return [float(x) for x in (vector / length if length else vector)]


def build(settings: Settings) -> Trigram:
    """Build it."""
    return Trigram()
