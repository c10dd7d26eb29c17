"""The life of releases after they are built: list, activate, roll back, prune."""

from __future__ import annotations

from app.errors import ReleaseError
from app.store import releases
from app.store.database import Database
from app.store.index import VectorIndex

KEEP = 5  # ready releases kept besides the active one and the one before it


def activate(database: Database, number: int) -> None:
    """Make a release the one that answers.

    Raises:
        ReleaseError: it is not there or not ready.
    """
    with database.begin() as session:
        releases.activate(session, number)


def rollback(database: Database) -> int:
    """Go back to the release that was active before, and give its number.

    Raises:
        ReleaseError: there is none to go back to.
    """
    with database.begin() as session:
        _, previous = releases.pointer(session)
        if previous is None:
            raise ReleaseError("there is no earlier release to go back to")
        releases.activate(session, previous)
        return previous


def prune(database: Database, index: VectorIndex, keep: int = KEEP) -> list[int]:
    """Remove what nobody can need: interrupted and refused builds, and ready releases beyond `keep`, never the active or the previous one.

    Only called by the one ingest that holds the ingest lock, so that no other build is under way.
    """
    with database.begin() as session:
        active, previous = releases.pointer(session)
        rows = [row for row in releases.every(session) if row.number not in (active, previous)]
        ready = [row.number for row in rows if row.state == "ready"]
        gone = [row.number for row in rows if row.state != "ready"] + ready[keep:]
        for number in gone:
            releases.remove(session, number)
        known = {row.number for row in releases.every(session)}
    for number in index.present() - known:
        index.remove(number)
    return gone
