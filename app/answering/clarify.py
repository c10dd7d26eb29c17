"""Ask back: a question so short that it belongs to two subjects of the clinic as well as to one."""

from __future__ import annotations

from collections.abc import Sequence

from app.answering import wording
from app.answering.query import Query
from app.domain import Passage

SHORT = 2  # words that carry a subject; a longer question says which subject it means
AS_GOOD = 0.8  # standard deviations between the best passages of two subjects


def readings(query: Query, passages: Sequence[Passage]) -> tuple[str, ...]:
    """List the two topics that a question may be about; none when it is about one.

    Args:
        query: what was searched; a question that names a section, a year or an earlier question's subject is never unclear.
        passages: what was found, best first.
    """
    if len(query.content) > SHORT or query.years or query.labels or passages[0].scores["coverage"] < 1:
        return ()
    own = passages[0].document.topic
    rivals = [
        p.document.topic
        for p in passages[1:]
        if p.document.topic not in (own, "clinic", "") and passages[0].score - p.score < AS_GOOD and p.scores["coverage"] == 1
    ]
    return (own, rivals[0]) if rivals and own != "clinic" and {own, rivals[0]} <= wording.TOPICS.keys() else ()
