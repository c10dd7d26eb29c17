"""Which documents are nearly the same text: sketches of their letters, compared in pairs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from app.thai import arabic

GRAM = 12  # letters of one shingle
SKETCH = 256  # smallest hashes kept of a document
SAME = 0.9  # share of shingles from which two texts count as one document


def sketch(text: str) -> NDArray[np.uint64]:
    """Give the smallest hashes of the shingles (bottom-k MinHash) of a repaired text, spaces left out."""
    letters = np.frombuffer("".join(arabic(text).lower().split()).encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    if len(letters) < GRAM:
        return np.empty(0, dtype=np.uint64)
    hashes = np.zeros(len(letters) - GRAM + 1, dtype=np.uint64)
    for i in range(GRAM):
        hashes = hashes * np.uint64(1_099_511_628_211) + letters[i : len(letters) - GRAM + 1 + i]
    hashes ^= hashes >> np.uint64(29)
    hashes *= np.uint64(0xBF58476D1CE4E5B9)
    hashes ^= hashes >> np.uint64(32)
    return np.unique(hashes)[:SKETCH]


def alike(texts: Mapping[str, str], at_least: float = SAME) -> Iterator[tuple[str, str, float]]:
    """Find the pairs of nearly identical texts.

    Args:
        texts: each text by its name.
        at_least: the share of common shingles (Jaccard, 0–1) to report from.

    Returns:
        (name, name, share), each pair once, in the order of `texts`.
    """
    sketches = {name: sketch(text) for name, text in texts.items()}
    for one, other in _candidates(sketches):
        share = _jaccard(sketches[one], sketches[other])
        if share >= at_least:
            yield one, other, share


def _candidates(sketches: Mapping[str, NDArray[np.uint64]]) -> Iterable[tuple[str, str]]:
    """Pairs that share some of their very smallest hashes; nearly equal texts share nearly all of them."""
    holders: dict[int, list[str]] = defaultdict(list)
    for name, hashes in sketches.items():
        for value in hashes[:16].tolist():
            holders[value].append(name)
    common = Counter(pair for names in holders.values() if len(names) < 50 for pair in combinations(names, 2))
    order = {name: position for position, name in enumerate(sketches)}
    return sorted(common, key=lambda pair: (order[pair[0]], order[pair[1]]))


def _jaccard(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> float:
    union = np.union1d(one, other)[:SKETCH]
    both = np.intersect1d(one, other, assume_unique=True)
    return float(np.isin(union, both, assume_unique=True).mean()) if len(union) else 0.0
