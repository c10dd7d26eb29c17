"""Group what means the same: average linkage over vectors, begun from groups that there are already."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


def together(groups: Sequence[Vectors], is_fixed: Sequence[bool], least: float) -> list[list[int]]:
    """Join the two nearest groups again and again, while they are near enough; nearness is the mean cosine of their members.

    Args:
        groups: the vectors (of length 1) of each group, one below the other.
        is_fixed: of each group, whether it is to stay itself; two of these are never joined.
        least: the nearness from which two groups are one.

    Returns:
        For each group that results, the places of those that it was made of.
    """
    made = {place: [place] for place in range(len(groups))}
    if not groups:
        return []
    sums, sizes = np.array([group.sum(axis=0) for group in groups]), np.array([len(group) for group in groups], dtype=np.float32)
    near = (sums @ sums.T) / np.outer(sizes, sizes)
    fixed = np.array(is_fixed)
    near[np.outer(fixed, fixed)] = -np.inf
    np.fill_diagonal(near, -np.inf)
    while True:
        kept, gone = sorted(map(int, np.unravel_index(near.argmax(), near.shape)))
        if near[kept, gone] < least:
            return list(made.values())
        joined = (sizes[kept] * near[kept] + sizes[gone] * near[gone]) / (sizes[kept] + sizes[gone])
        near[kept], near[:, kept] = joined, joined
        near[gone], near[:, gone] = -np.inf, -np.inf
        sizes[kept] += sizes[gone]
        made[kept] += made.pop(gone)


def central(vectors: Vectors) -> int:
    """Give the place of the vector that is nearest to all of them."""
    return int((vectors @ vectors.sum(axis=0)).argmax())
