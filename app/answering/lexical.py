"""Lexical search over given tokens: BM25, and how much of a question a section covers."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

import bm25s
import numpy as np
from numpy.typing import NDArray

logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets itself to DEBUG when it is imported

Floats = NDArray[np.float32]
GRAM = 4  # characters; words miss what Thai segmentation or a typo cut otherwise


class Lexical:
    """BM25 over given tokens."""

    def __init__(self, documents: Iterable[Sequence[str]]) -> None:
        """Index the documents."""
        self.vocabulary: dict[str, int] = {}
        ids = [[self.vocabulary.setdefault(token, len(self.vocabulary)) for token in tokens] for tokens in documents]
        self._bm25 = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
        self._size = len(ids)
        if self.vocabulary:
            self._bm25.index((ids, dict(self.vocabulary)), create_empty_token=False, show_progress=False)
        frequency = np.zeros(len(self.vocabulary) + 1, dtype=np.float32)
        self._tokens = [np.unique(np.array(tokens, dtype=np.int32)) for tokens in ids]
        for each in self._tokens:
            frequency[each] += 1
        self.idf = np.log(1 + (self._size - frequency + 0.5) / (frequency + 0.5))
        self.unknown_idf = float(np.log(1 + (self._size + 0.5) / 0.5))

    def scores(self, tokens: Sequence[str]) -> Floats:
        """Score every document; more is better, 0 is nothing in common."""
        known = [self.vocabulary[token] for token in tokens if token in self.vocabulary]
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        return np.asarray(self._bm25.get_scores_from_ids(known), dtype=np.float32)

    def coverage(self, tokens: Sequence[str], position: int) -> float:
        """Say which share of the question's weight (0–1) one document covers; words that no document holds count as not covered."""
        total = found = 0.0
        for token in set(tokens):
            number = self.vocabulary.get(token)
            if number is None and token.replace(".", "").isdigit():
                continue  # a value of the asker's own, such as a score, is no subject that a rule could lack
            weight = self.unknown_idf if number is None else float(self.idf[number])
            total += weight
            if number is not None and number in self._tokens[position]:
                found += weight
        return found / total if total else 0.0


def grams(text: str) -> list[str]:
    """Give the overlapping character pieces of a text without spaces."""
    return [text[i : i + GRAM] for i in range(len(text) - GRAM + 1)]
