"""The server is told to stop while people wait: what is in hand is finished, the rest is answered after the next start, nothing twice."""

from __future__ import annotations

import signal
import time
from collections import Counter
from pathlib import Path

from sqlalchemy import select

from app.store.database import Database
from app.store.tables import ConversationRow, DeliveryRow, EventRow
from tests.scenarios.line_api import fake_line, message, person
from tests.scenarios.lives import Server

PEOPLE = 60


def test_a_stop_loses_nothing_leaves_no_lease_and_repeats_nothing(database_url: str, tmp_path: Path) -> None:
    database = Database(database_url)
    with fake_line() as line, Server(tmp_path, line.settings(database_url)) as server:
        line.slow = 0.05
        server.start()
        assert line.webhook(server.url, [message(number, person(number), "สวัสดี") for number in range(1, PEOPLE + 1)]) == 200
        while not line.told:
            time.sleep(0.01)
        server.end(signal.SIGTERM)

        told_before = line.told.total()
        assert told_before < PEOPLE
        with database.read() as session:
            assert set(session.scalars(select(ConversationRow.lease))) == {None}
            assert Counter(session.scalars(select(DeliveryRow.status))) == {"sent": told_before}
            assert Counter(session.scalars(select(EventRow.status))) == {"done": told_before, "waiting": PEOPLE - told_before}
            assert all(event.attempts == (event.status == "done") for event in session.scalars(select(EventRow)))

        server.start()
        until = time.monotonic() + 30
        while line.told.total() < PEOPLE and time.monotonic() < until:
            time.sleep(0.05)
        server.end(signal.SIGTERM)

    assert line.told == Counter(person(number) for number in range(1, PEOPLE + 1))
    assert {way for way, _, _ in line.said} == {"reply"}
    database.close()
