"""The list of official documents (`sources.toml`) beside what is ingested: what is missing, only summarised, superseded, or due anew."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

from app.domain import Document
from app.errors import SidecarError

Status = Literal["missing", "summary", "superseded", "newer", "due", "held"]
ORDER: tuple[Status, ...] = ("newer", "due", "superseded", "missing", "summary", "held")  # the most urgent first


@dataclass(frozen=True)
class Source:
    """An official document that the clinic should know. `documents` hold or summarise it.

    `series` names a rule that comes anew every fiscal year, `edition` the fiscal year that this one is for.
    """

    title: str
    kind: str = ""
    issuer: str = ""
    year: int | None = None
    topic: str = ""
    url: str = ""
    series: str = ""
    edition: int | None = None
    documents: tuple[str, ...] = ()
    superseded_by: str = ""
    note: str = ""


@dataclass(frozen=True)
class Finding:
    """What holds for one official document, and what an admin may do."""

    status: Status
    title: str
    year: int | None
    issuer: str
    url: str
    documents: tuple[str, ...]
    advice: str

    def plain(self) -> dict[str, Any]:
        """Give it in the types of JSON."""
        return asdict(self)


def load(path: Path) -> list[Source]:
    """Read the list.

    Raises:
        SidecarError: it is not there or cannot be used; names the entry.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SidecarError(f"{path}: there is no such list; each entry is [[source]] with a title") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SidecarError(f"{path.name}: not TOML: {error}") from None
    entries = raw.get("source", [])
    return [_source(entry, f"{path.name}, source {number}") for number, entry in enumerate(entries, 1)]


def _source(entry: Any, where: str) -> Source:
    known = {one.name for one in fields(Source)}
    if not isinstance(entry, dict) or not entry.get("title"):
        raise SidecarError(f'{where}: title is missing; write title = "…"')
    for key, value in entry.items():
        fits = (
            isinstance(value, int)
            if key in ("year", "edition")
            else isinstance(value, list)
            if key == "documents"
            else isinstance(value, str)
        )
        if key not in known or not fits:
            raise SidecarError(
                f"{where}: {key} cannot be used; known are {', '.join(sorted(known))}; year and edition are numbers, documents is a list"
            )
    return Source(**{**entry, "documents": tuple(entry.get("documents", ()))})


def compare(sources: Sequence[Source], documents: Sequence[Document], today: date) -> list[Finding]:
    """Compare the list with the documents of a release, the most urgent first.

    Args:
        sources: the official list.
        documents: the catalogue of the release.
        today: the day it is.
    """
    by_id = {document.id: document for document in documents}
    series: dict[str, list[Source]] = defaultdict(list)
    for source in sources:
        series[source.series].append(source)
    found = []
    for source in sources:
        held = [by_id[name] for name in source.documents if name in by_id]
        others = [name for other in series[source.series] if other is not source for name in other.documents if name in by_id]
        is_newest = bool(source.series) and source.edition == max(other.edition or 0 for other in series[source.series])
        status, advice = _judged(source, held, others if is_newest else [], today, is_newest=is_newest)
        names = tuple(document.id for document in held)
        found.append(Finding(status, source.title, source.edition or source.year, source.issuer, source.url, names, advice))
    return sorted(found, key=lambda finding: ORDER.index(finding.status))


def _judged(source: Source, held: Sequence[Document], older: Sequence[str], today: date, *, is_newest: bool) -> tuple[Status, str]:
    if source.superseded_by:
        open_ = [document.id for document in held if document.kind != "summary" and document.in_force(today)]
        if open_:
            return (
                "superseded",
                f"replaced by {source.superseded_by}, but {', '.join(open_)} still counts as in force: set in_force_until or replaces",
            )
        return (
            "held",
            f"replaced by {source.superseded_by}; kept for questions about its time" if held else f"replaced by {source.superseded_by}",
        )
    note = f"; {source.note}" if source.note else ""
    if not held:
        return (
            ("newer", f"the corpus holds older editions only: {', '.join(older)}{note}")
            if older
            else ("missing", f"not in the corpus{note}")
        )
    if is_newest and source.edition and source.edition < fiscal_year(today):
        due = range(source.edition + 1, fiscal_year(today) + 1)
        return "due", f"the newest edition known is for {source.edition}; look for {', '.join(map(str, due))}{note}"
    if all(document.kind == "summary" for document in held):
        return "summary", f"only our own summary is in the corpus; the official text would be quoted word for word{note}"
    return "held", f"in the corpus{note}"


def fiscal_year(day: date) -> int:
    """Give the Thai fiscal year of a day: it begins on 1 October of the year before."""
    return (day + timedelta(days=92)).year + 543
