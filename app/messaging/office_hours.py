"""When the clinic's people are at work, and what may therefore be promised to somebody who waits for one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.answering import wording
from app.answering.wording import BANGKOK

LONGEST_CLOSURE = 60  # days; a calendar of holidays without an end must not be searched for ever


@dataclass(frozen=True)
class OfficeHours:
    """Office hours in Thailand; `days` counts from Monday, 0."""

    opens: time = time(8, 30)
    closes: time = time(16, 30)
    days: Collection[int] = (0, 1, 2, 3, 4)
    holidays: Collection[date] = ()

    def is_open(self, now: datetime) -> bool:
        """Say whether somebody is at work."""
        here = now.astimezone(BANGKOK)
        return self._works(here.date()) and self.opens <= here.time() < self.closes

    def opens_next(self, now: datetime) -> datetime | None:
        """Give when work begins next, in Thailand's time; None when no day is in sight."""
        here = now.astimezone(BANGKOK)
        for ahead in range(LONGEST_CLOSURE):
            day = here.date() + timedelta(days=ahead)
            begins = datetime.combine(day, self.opens, BANGKOK)
            if self._works(day) and begins > here:
                return begins
        return None

    def worked(self, since: datetime, until: datetime) -> timedelta:
        """Give how much office time lies between two moments: nobody waits at night."""
        begin, end = since.astimezone(BANGKOK), until.astimezone(BANGKOK)
        total = timedelta()
        for ahead in range(max((end.date() - begin.date()).days + 1, 0)):
            day = begin.date() + timedelta(days=ahead)
            if self._works(day):
                first = max(begin, datetime.combine(day, self.opens, BANGKOK))
                last = min(end, datetime.combine(day, self.closes, BANGKOK))
                total += max(last - first, timedelta())
        return total

    def promise(self, now: datetime) -> str:
        """Say when somebody will look at a question: no more than the office hours allow."""
        if self.is_open(now):
            return wording.PERSON_NOW
        begins = self.opens_next(now)
        if begins is None:
            return wording.PERSON_SOME_DAY
        day = f"{wording.WEEKDAYS[begins.weekday()]} {wording.thai_date(begins.date())}"
        return wording.PERSON_LATER.format(day=day, time=f"{begins.hour}.{begins.minute:02d}")

    def _works(self, day: date) -> bool:
        return day.weekday() in self.days and day not in self.holidays
