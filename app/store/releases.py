"""The SQL of releases: their rows, their sections and the one pointer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from app.domain import Calibration, Document, Section
from app.errors import ReleaseError
from app.store import clinic_answers
from app.store.tables import PointerRow, ReleaseRow, SectionRow

BANGKOK = timezone(timedelta(hours=7))
SEPARATOR = "\x1f"  # between tokens: a character that no token holds


def start(session: Session, *, embedding: str, code_version: str, who: str, why: str) -> int:
    """Begin a release and give its number; numbers are never used twice."""
    row = ReleaseRow(
        state="building",
        created_at=datetime.now(UTC),
        embedding=embedding,
        code_version=code_version,
        who=who,
        why=why,
        documents=[],
        report={},
    )
    session.add(row)
    session.flush()
    return row.number


def fill(
    session: Session,
    number: int,
    *,
    documents: Iterable[Document],
    sections: Iterable[tuple[Section, Sequence[str]]],
    corpus_hash: str,
    calibration: Calibration | None = None,
) -> None:
    """Keep what a release holds: its catalogue, its sections, each with its tokens, and what decides about its answers."""
    decides = asdict(calibration) if calibration else {}
    described = {"documents": [_plain(document) for document in documents], "corpus_hash": corpus_hash, "calibration": decides}
    session.execute(update(ReleaseRow).where(ReleaseRow.number == number).values(**described))
    rows = [
        {
            "release": number,
            "position": position,
            "document": section.document,
            "label": section.label,
            "path": section.path,
            "page": section.page,
            "text": section.text,
            "tokens": SEPARATOR.join(tokens),
            "digest": section.digest,
        }
        for position, (section, tokens) in enumerate(sections)
    ]
    for begin in range(0, len(rows), 1000):
        session.execute(insert(SectionRow), rows[begin : begin + 1000])


def finish(session: Session, number: int, *, state: str, report: dict[str, Any]) -> None:
    """Close the building of a release: `ready` or `refused`."""
    session.execute(update(ReleaseRow).where(ReleaseRow.number == number).values(state=state, report=report))


def activate(session: Session, number: int) -> None:
    """Move the pointer.

    Raises:
        ReleaseError: the release is not ready.
    """
    row = session.get(ReleaseRow, number)
    if row is None or row.state != "ready":
        raise ReleaseError(f"release {number} cannot be activated: {'there is none' if row is None else 'it is ' + row.state}")
    pointer = session.get(PointerRow, 1)
    if pointer is None:
        session.add(PointerRow(id=1, release=number, previous=None, at=datetime.now(UTC)))
    elif pointer.release != number:
        pointer.previous, pointer.release, pointer.at = pointer.release, number, datetime.now(UTC)
    clinic_answers.settle(session, number, datetime.now(BANGKOK).date())


def pointer(session: Session) -> tuple[int, int | None]:
    """Give the active release and the one before it; (0, None) when nothing was ever activated."""
    row = session.get(PointerRow, 1)
    return (row.release, row.previous) if row else (0, None)


def get(session: Session, number: int) -> ReleaseRow:
    """Give a release's row.

    Raises:
        ReleaseError: there is none.
    """
    row = session.get(ReleaseRow, number)
    if row is None or row.state == "removed":
        raise ReleaseError(f"there is no release {number}; python ingest.py releases lists those there are")
    return row


def every(session: Session) -> list[ReleaseRow]:
    """List the releases that were not removed, newest first."""
    return list(session.scalars(select(ReleaseRow).where(ReleaseRow.state != "removed").order_by(ReleaseRow.number.desc())))


def newest_judged(session: Session) -> tuple[int, str]:
    """Give the newest release that the gate has judged: its number and its state, `ready` or `refused`; (0, "") before the first."""
    judged = select(ReleaseRow.number, ReleaseRow.state).where(ReleaseRow.state.in_(("ready", "refused")))
    row = session.execute(judged.order_by(ReleaseRow.number.desc()).limit(1)).one_or_none()
    return (row.number, row.state) if row else (0, "")


def sections(session: Session, number: int) -> list[tuple[Section, list[str]]]:
    """Give the sections of a release with their tokens, in order."""
    rows = session.execute(
        select(
            SectionRow.document,
            SectionRow.label,
            SectionRow.text,
            SectionRow.path,
            SectionRow.page,
            SectionRow.position,
            SectionRow.digest,
            SectionRow.tokens,
        )
        .where(SectionRow.release == number)
        .order_by(SectionRow.position)
    )
    return [(Section(*row[:7]), row[7].split(SEPARATOR) if row[7] else []) for row in rows]


def section_counts(session: Session, number: int) -> dict[str, int]:
    """Count the sections of each document of a release."""
    counted = select(SectionRow.document, func.count()).where(SectionRow.release == number).group_by(SectionRow.document)
    return dict(session.execute(counted).all())


def sections_of(session: Session, number: int, document: str) -> list[SectionRow]:
    """Give the sections of one document of a release, in order."""
    found = select(SectionRow).where(SectionRow.release == number, SectionRow.document == document)
    return list(session.scalars(found.order_by(SectionRow.position)))


def documents(row: ReleaseRow) -> list[Document]:
    """Give the catalogue of a release."""
    return [_document(plain) for plain in row.documents]


def remove(session: Session, number: int) -> None:
    """Forget the content of a release; its row stays, with who built it and why."""
    session.execute(delete(SectionRow).where(SectionRow.release == number))
    session.execute(update(ReleaseRow).where(ReleaseRow.number == number).values(state="removed", documents=[]))


def _plain(document: Document) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in asdict(document).items()}


def _document(plain: dict[str, Any]) -> Document:
    values = dict(plain)
    for key in ("in_force_from", "in_force_until", "superseded_on"):
        values[key] = date.fromisoformat(values[key]) if values.get(key) else None
    for key in ("fiscal_years", "replaces"):
        values[key] = tuple(values.get(key) or ())
    values["rests_on"] = tuple((document, section) for document, section in values.get("rests_on") or ())
    return Document(**values)
