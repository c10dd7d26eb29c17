"""The month's messages are read now and then, and the staff is warned before they run out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.errors import SendError
from app.messaging import quota
from app.messaging.quota import Usage
from app.store.desk_tables import QuotaRow
from tests.fakes import Desk


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """Open a clinic whose channel counts: 100 of 200 messages are used on the tenth."""
    desk.clock.moment = datetime(2026, 11, 10, 17, 0, tzinfo=UTC)  # the eleventh begins in Thailand
    _counts(desk, 100, 100)
    return desk


def _counts(desk: Desk, used: int, left: int | None) -> None:
    desk.post.messages_used = lambda: used  # type: ignore[attr-defined]
    desk.post.messages_left = lambda: left  # type: ignore[attr-defined]


def _read(desk: Desk) -> list[Usage]:
    desk.clinic.worker._steady(lambda: False)
    with desk.clinic.database.read() as session:
        return quota.usage(session, desk.clock())


def test_the_pace_of_the_month_says_what_it_will_need(desk: Desk) -> None:
    (one,) = _read(desk)
    assert (one.channel, one.used, one.limit, one.expected, one.is_short) == ("post", 100, 200, 300, True)
    _counts(desk, 60, 140)
    desk.clock.pass_(hours=2)
    (one,) = _read(desk)
    assert (one.used, one.is_short) == (60, False)
    assert len(desk.rows(QuotaRow)) == 1  # the newest of a day


def test_a_channel_is_asked_once_an_hour(desk: Desk) -> None:
    _read(desk)
    _counts(desk, 150, 50)
    desk.clock.pass_(minutes=50)
    assert _read(desk)[0].used == 100
    desk.clock.pass_(minutes=20)
    assert _read(desk)[0].used == 150


def test_the_first_day_of_a_month_alarms_nobody_and_knows_nothing_of_the_last(desk: Desk) -> None:
    _read(desk)
    desk.clock.moment = datetime(2026, 11, 30, 20, 0, tzinfo=UTC)  # three in the morning of 1 December
    with desk.clinic.database.read() as session:
        assert quota.usage(session, desk.clock()) == []
    _counts(desk, 4, 196)
    (one,) = _read(desk)
    assert (one.used, one.expected, one.is_short) == (4, 41, False)


def test_without_a_limit_nothing_is_short_and_what_is_not_told_is_not_kept(desk: Desk) -> None:
    def away() -> int:
        raise SendError("away", permanent=False)

    desk.post.messages_used = away  # type: ignore[attr-defined]
    assert _read(desk) == []
    _counts(desk, 5000, None)
    (one,) = _read(desk)
    assert (one.limit, one.is_short) == (None, False)
