"""The server is killed twenty times while people write. Everything is answered, and nothing twice."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import select

from app.store.database import Database
from app.store.tables import DeliveryRow, EventRow, TurnRow
from tests.scenarios.line_api import FakeLine, fake_line, message, person
from tests.scenarios.lives import Server

KILLS = 20
PEOPLE = 12


class Crowd:
    """People who write all the time, and LINE, which delivers again what was not answered with 200, and some of it twice."""

    def __init__(self, line: FakeLine, clinic: str, chance: random.Random) -> None:
        """Let them write to this clinic."""
        self.line, self.clinic, self.chance = line, clinic, chance
        self.wrote: Counter[str] = Counter()
        self.silent = Event()
        self.thread = Thread(target=self._write, daemon=True)

    def _write(self) -> None:
        number = 0
        undelivered: list[list[dict[str, Any]]] = []
        while undelivered or not self.silent.is_set():
            if not self.silent.is_set():
                batch = []
                for _ in range(self.chance.randint(1, 3)):
                    number += 1
                    who = person(self.chance.randrange(PEOPLE))
                    batch.append(message(number, who, "สวัสดี"))
                    self.wrote[who] += 1
                undelivered.append(batch)
            waiting, undelivered = undelivered, []
            for batch in waiting:
                taken = self.line.webhook(self.clinic, batch) == 200
                if not taken or self.chance.random() < 0.15:
                    undelivered.append(batch)
            time.sleep(0.12)


@pytest.mark.timeout(180)
def test_killed_at_random_moments_the_clinic_answers_everything_once(database_url: str, tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311
    with fake_line() as line, Server(tmp_path, line.settings(database_url)) as server:
        line.slow = 0.03
        crowd = Crowd(line, server.url, chance)
        for life in range(KILLS):
            server.start()
            if life == 0:
                crowd.thread.start()
            time.sleep(chance.uniform(0.1, 1.0))
            server.end(signal.SIGKILL)
        crowd.silent.set()
        server.start()
        crowd.thread.join()
        until = time.monotonic() + 75
        while time.monotonic() < until and line.told.total() < crowd.wrote.total():
            time.sleep(0.2)
        time.sleep(1.5)  # whatever would be sent twice now is

    assert line.told == crowd.wrote
    database = Database(database_url)
    with database.read() as session:
        assert Counter(session.scalars(select(EventRow.status))) == {"done": crowd.wrote.total()}
        assert Counter(session.scalars(select(DeliveryRow.status))) == {"sent": crowd.wrote.total()}
        assert Counter(session.scalars(select(TurnRow.outcome))) == {"greeted": crowd.wrote.total()}
    database.close()
