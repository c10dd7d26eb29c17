"""How much of the month's messages is used, where a channel counts them, and how much it will be when the month ends."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

import structlog
from sqlalchemy.orm import Session

from app.answering.wording import BANGKOK, thai_today
from app.channels.base import Channel, Counting, Metered
from app.errors import SendError
from app.store import quota
from app.store.database import Database

EVERY = timedelta(hours=1)
SETTLED = 3.0  # days of a month before which its pace says too little: it is taken as if so many had passed

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Usage:
    """A channel's month: what was used at the end of each day that is known, the limit (None: there is none), and the forecast."""

    channel: str
    days: Sequence[tuple[date, int]]
    limit: int | None
    expected: int

    @property
    def used(self) -> int:
        """What is used by now."""
        return self.days[-1][1]

    @property
    def is_short(self) -> bool:
        """Say whether the month will need more than there is."""
        return self.limit is not None and self.expected > self.limit


class Quota:
    """Asks the channels that count, and keeps what they say."""

    def __init__(self, database: Database, channels: Mapping[str, Channel], clock: Callable[[], datetime]) -> None:
        """Ask these channels, by name."""
        self._database = database
        self._channels = channels
        self._clock = clock

    def step(self) -> None:
        """Ask each channel whose last reading is too old; one that does not say is asked later."""
        now = self._clock()
        for name, channel in self._channels.items():
            if not isinstance(channel, Counting) or not isinstance(channel, Metered):
                continue
            with self._database.read() as session:
                asked_at = quota.read_at(session, name)
            if asked_at and now - asked_at < EVERY:
                continue
            try:
                used, left = channel.messages_used(), channel.messages_left()
            except SendError as error:
                log.info("the quota is not known", channel=name, reason=error.reason)
                continue
            with self._database.begin() as session:
                quota.keep(session, name, thai_today(now), used=used, limit=None if left is None else used + left, now=now)


def usage(session: Session, now: datetime) -> list[Usage]:
    """Tell the month of each channel that counts; one that nothing is known of yet is left out."""
    today = thai_today(now)
    first = today.replace(day=1)
    length = monthrange(today.year, today.month)[1]
    told = []
    for channel, readings in groupby(quota.between(session, first, today), lambda row: row.channel):
        rows = list(readings)
        passed = (rows[-1].at - datetime.combine(first, time(), BANGKOK)) / timedelta(days=1)
        expected = rows[-1].used * length / max(passed, SETTLED)
        days = [(date.fromisoformat(row.day), row.used) for row in rows]
        told.append(Usage(channel, days, rows[-1].limit, max(round(expected), rows[-1].used)))
    return told
