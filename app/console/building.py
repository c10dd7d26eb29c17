"""Do long work in a process of its own: `python -m app.console.building NUMBER`, started by the console, which reads how far it is.

The work is a row of `builds`: a release to build, or to ask what it would change; an upload to read, a word to try.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from threading import Event, Thread
from typing import Any

from app import wiring
from app.corpus import catalogue, dictionary, impact, reading
from app.corpus.report import Progress, Wishes
from app.errors import ClinicError, FormatError, GateRefused, ReleaseError
from app.settings import load
from app.store import builds, impacts, releases
from app.store.database import Database
from app.store.review_tables import BuildRow

TELL_EVERY = 0.4  # seconds
BEAT_EVERY = 5.0  # seconds
SHOWN = 600  # letters of a section, for who looks at an upload


@dataclass(frozen=True)
class Ending:
    """How work ended: done, refused or failed; with what, or why not."""

    state: str
    release: int | None = None
    problem: str = ""
    result: dict[str, Any] = field(default_factory=dict)


def main(number: int) -> int:
    """Do the work of row `number` of `builds`, and note there how it goes."""
    database = wiring.open_database(load())
    with database.read() as session:
        row = builds.get(session, number)
    if row is None or row.state != "running":
        return 2
    over = Event()
    heart = Thread(target=_beat, args=(database, number, over), daemon=True)
    heart.start()
    try:
        ending = WORK[row.kind](row, database, _teller(database, number))
    except ClinicError as error:
        ending = Ending("failed", row.release, str(error))
    except Exception as error:  # noqa: BLE001 - whoever waits for it must learn that it is over
        ending = Ending("failed", row.release, f"fault of the program: {type(error).__name__}")
    over.set()
    heart.join()
    with database.begin() as session:
        builds.end(session, number, **vars(ending), now=wiring.now())
    database.close()
    return 0 if ending.state == "done" else 1


def _build(row: BuildRow, database: Database, tell: Progress) -> Ending:
    wishes = Wishes(activate=row.wishes.get("activate", False), allow_removal=row.wishes.get("allow_removal", False), who=row.name)
    try:
        report = wiring.ingest(wiring.stores(load(), database)).build(wishes, tell)
    except GateRefused as error:
        return Ending("refused", error.report.release, str(error))  # type: ignore[attr-defined]
    return Ending("done", report.release)


def _impact(row: BuildRow, database: Database, tell: Progress) -> Ending:
    """Ask the release of the row, and the one that answers, what was asked before."""
    parts = wiring.remembering(wiring.stores(load(), database))
    number = row.release or 0
    with database.read() as session:
        active, _ = releases.pointer(session)
        releases.get(session, number)
    if not active:
        raise ReleaseError("no release is active, so there is nothing to compare with")
    questions = wiring.past_questions(parts, impact.LAST)
    with wiring.asking(parts, active) as old, wiring.asking(parts, number) as new:
        found = impact.measure(impact.Impact(number, active), questions, old, new, tell)
    with database.begin() as session:
        impacts.keep(
            session,
            row.id,
            [
                {
                    "turn_id": one.turn_id,
                    "kind": one.kind,
                    "question": one.question,
                    "before": asdict(one.before),
                    "after": asdict(one.after),
                }
                for one in found.changes
            ],
        )
    return Ending("done", number, result={"active": active, "asked": found.asked, "same": found.asked - len(found.changes)})


def _reading(row: BuildRow, _database: Database, tell: Progress) -> Ending:
    """Read an upload as an ingest would, and keep what somebody must see before it is saved."""
    shelf = wiring.knowledge_folder(load())
    file = shelf.staged(row.wishes["token"])
    if file is None:
        raise FormatError("the upload is there no more")
    tell("read", 0, 1)
    told = reading.read(catalogue.entry(file), kept=shelf.readings).told()
    for section in told["sections"]:
        section["text"] = section["text"][:SHOWN]
    told["warnings"] = [warning for warning in told["warnings"] if "no sidecar; guessed" not in warning]  # the form shows the guesses
    return Ending("done", result={key: told[key] for key in ("sections", "warnings", "repairs", "guessed")})


def _words(row: BuildRow, database: Database, tell: Progress) -> Ending:
    """Ask the golden questions with the dictionary as it is and as it would be; nothing is written."""
    parts = wiring.remembering(wiring.stores(load(), database))
    with database.read() as session:
        active, _ = releases.pointer(session)
    if not active:
        raise ReleaseError("no release is active, so there is nothing to try the dictionary with")
    place = parts.settings.knowledge_dir / dictionary.NAME
    before = place.read_text("utf-8") if place.exists() else ""
    words = dictionary.parsed(dictionary.changed(before, **row.wishes["change"]))
    questions = wiring.past_questions(parts, 0)
    with wiring.asking(parts, active) as old, wiring.asking(parts, active, words) as new:
        found = impact.best(questions, old, new, tell)
    return Ending("done", result={"active": active, "asked": len(questions), "changes": found})


Work = Callable[[BuildRow, Database, Progress], Ending]
WORK: dict[str, Work] = {
    "build": _build,
    "impact": _impact,
    "reading": _reading,
    "words": _words,
}


def _teller(database: Database, number: int) -> Progress:
    told_step, told_at = "", 0.0

    def tell(step: str, done: int, total: int) -> None:
        nonlocal told_step, told_at
        if step == told_step and done < total and time.monotonic() - told_at < TELL_EVERY:
            return
        told_step, told_at = step, time.monotonic()
        with database.begin() as session:
            builds.tell(session, number, step, done, total, wiring.now())

    return tell


def _beat(database: Database, number: int, over: Event) -> None:
    while not over.wait(BEAT_EVERY):
        with database.begin() as session:
            builds.beat(session, number, wiring.now())


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1])))
