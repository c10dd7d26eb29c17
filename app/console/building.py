"""Build one release in a process of its own: `python -m app.console.building NUMBER`, started by the console, which reads how far it is."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from threading import Event, Thread

from app import wiring
from app.corpus.report import Wishes
from app.errors import ClinicError, GateRefused
from app.settings import load
from app.store import builds
from app.store.database import Database

TELL_EVERY = 0.4  # seconds
BEAT_EVERY = 5.0  # seconds


def main(number: int) -> int:
    """Build as row `number` of `builds` wishes, and note there how it goes."""
    database = wiring.open_database(load())
    with database.read() as session:
        row = builds.get(session, number)
    if row is None or row.state != "running":
        return 2
    over = Event()
    heart = Thread(target=_beat, args=(database, number, over), daemon=True)
    heart.start()
    wishes = Wishes(activate=row.wishes.get("activate", False), allow_removal=row.wishes.get("allow_removal", False), who=row.name)
    state, release, problem = "failed", None, ""
    try:
        report = wiring.ingest(wiring.stores(load(), database)).build(wishes, _teller(database, number))
        state, release = "done", report.release
    except GateRefused as error:
        state, release, problem = "refused", error.report.release, str(error)  # type: ignore[attr-defined]
    except ClinicError as error:
        problem = str(error)
    except Exception as error:  # noqa: BLE001 - whoever waits for the build must learn that it is over
        problem = f"fault of the program: {type(error).__name__}"
    over.set()
    heart.join()
    with database.begin() as session:
        builds.end(session, number, state=state, release=release, problem=problem, now=wiring.now())
    database.close()
    return 0 if state == "done" else 1


def _teller(database: Database, number: int) -> Callable[[str, int, int], None]:
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
