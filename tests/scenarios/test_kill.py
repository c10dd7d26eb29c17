"""The server is killed again and again while people write. Everything is answered, and nothing twice."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import select

from app.store.database import Database
from app.store.tables import DeliveryRow, EventRow, TurnRow
from tests.scenarios.line_api import FakeLine, fake_line, message, person
from tests.scenarios.lives import Server
from tests.scenarios.slack_api import FakeSlack, direct, fake_slack

PEOPLE = 12


Platform = FakeLine | FakeSlack


def _line_tells(line: FakeLine, clinic: str, batch: list[tuple[int, int]]) -> bool:
    return line.webhook(clinic, [message(number, person(who), "สวัสดี") for number, who in batch]) == 200


def _slack_tells(slack: FakeSlack, clinic: str, batch: list[tuple[int, int]]) -> bool:
    return {slack.webhook(clinic, direct(number, f"U{who}", "สวัสดี")) for number, who in batch} == {200}


class Crowd:
    """People who write all the time, and a platform that delivers again what was not answered with 200, and some of it twice."""

    def __init__(self, tell: Callable[[list[tuple[int, int]]], bool], chance: random.Random) -> None:
        """Let them write to the clinic that `tell` brings a batch of numbered greetings to, each with its person's number."""
        self.tell, self.chance = tell, chance
        self.wrote: Counter[int] = Counter()
        self.silent = Event()
        self.thread = Thread(target=self._write, daemon=True)

    def _write(self) -> None:
        number = 0
        undelivered: list[list[tuple[int, int]]] = []
        while undelivered or not self.silent.is_set():
            if not self.silent.is_set():
                batch = []
                for _ in range(self.chance.randint(1, 3)):
                    number += 1
                    who = self.chance.randrange(PEOPLE)
                    batch.append((number, who))
                    self.wrote[who] += 1
                undelivered.append(batch)
            waiting, undelivered = undelivered, []
            for batch in waiting:
                taken = self.tell(batch)
                if not taken or self.chance.random() < 0.15:
                    undelivered.append(batch)
            time.sleep(0.12)


def _is_unsettled(database: Database) -> bool:
    """Say whether a message waits, perhaps only for the proof that it arrived."""
    with database.read() as session:
        return session.scalar(select(DeliveryRow.id).where(DeliveryRow.status == "waiting").limit(1)) is not None


@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    ("serve", "tell", "address", "kills"),
    [(fake_line, _line_tells, person, 20), (fake_slack, _slack_tells, "DU{}".format, 8)],  # the second asks what is the channel's own
    ids=["line", "slack"],
)
def test_killed_at_random_moments_the_clinic_answers_everything_once(
    database_url: str,
    tmp_path: Path,
    serve: Callable[[], AbstractContextManager[Platform]],
    tell: Callable[..., bool],
    address: Callable[[int], str],
    kills: int,
) -> None:
    chance = random.Random(7)  # noqa: S311
    with serve() as platform, Server(tmp_path, platform.settings(database_url)) as server:
        platform.slow = 0.03
        crowd = Crowd(partial(tell, platform, server.url), chance)
        for life in range(kills):
            server.start()
            if life == 0:
                crowd.thread.start()
            time.sleep(chance.uniform(0.1, 1.0))
            server.end(signal.SIGKILL)
        crowd.silent.set()
        server.start()
        crowd.thread.join()
        database = Database(database_url)
        until = time.monotonic() + 75
        while time.monotonic() < until and (platform.told.total() < crowd.wrote.total() or _is_unsettled(database)):
            time.sleep(0.2)
        time.sleep(1.5)  # whatever would be sent twice now is

    assert platform.told == Counter({address(who): times for who, times in crowd.wrote.items()})
    with database.read() as session:
        assert Counter(session.scalars(select(EventRow.status))) == {"done": crowd.wrote.total()}
        assert Counter(session.scalars(select(DeliveryRow.status))) == {"sent": crowd.wrote.total()}
        assert Counter(session.scalars(select(TurnRow.outcome))) == {"greeted": crowd.wrote.total()}
    database.close()
