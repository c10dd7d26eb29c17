"""A citation: a passage that an answer relies on, copied as it reads now, with the days on which it holds."""

from __future__ import annotations

from datetime import timedelta

from app.answering import compose
from app.domain import Citation, Passage


def citation(passage: Passage, quote: str, release: int) -> Citation:
    """Copy a passage as it reads now.

    Args:
        passage: what the answer relies on.
        quote: the words of it that are shown; they stand literally in its text.
        release: where it was found.
    """
    document, section = passage.document, passage.section
    ends = [day for day in (document.in_force_until, document.superseded_on and document.superseded_on - timedelta(days=1)) if day]
    return Citation(
        document=document.id,
        section=section.label,
        title=document.title,
        quote=quote,
        text=section.text,
        path=section.path,
        page=section.page,
        kind=document.kind,
        source=(compose.source_line(section.text) or document.source) if document.kind == "summary" else "",
        url=document.url,
        in_force_from=document.in_force_from,
        in_force_until=min(ends, default=None),
        release=release,
    )
