"""Tell the staff in their channel what waits and what is wrong: once when it begins, once at each change, once when it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event as Signal
from threading import Thread

import structlog

from app.answering.wording import CLINIC, TOPICS, thai_time
from app.channels.base import Channel, Metered, Notice, Staffed
from app.errors import SendError
from app.logs import where
from app.messaging import wording
from app.messaging.handover import left
from app.messaging.office_hours import OfficeHours
from app.store import deliveries, events, releases, staff_notices
from app.store.database import Database
from app.store.desk_tables import EscalationRow
from app.store.staff_tables import StaffNoticeRow

LOOK = 1.0  # seconds between two looks
# the conditions: where each begins, and where it ends
STALE, CALM = timedelta(minutes=5), timedelta(minutes=1)  # the oldest question in the inbox: it must not warn and clear in turns
FAILED_WITHIN = timedelta(hours=1)  # since the last message that was given up
LOW_QUOTA = 50  # messages left of the month
ASK_QUOTA = timedelta(minutes=15)  # between two questions to a channel
WATCHED = timedelta(days=1)  # for so long after its end a matter is still looked at: an answered question may be closed
ENDED = ("answered", "closed")
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=2), timedelta(minutes=10)  # doubled after every try

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Matter:
    """Something to tell of, as it is now; `state` differs whenever there is something new to tell."""

    subject: str
    state: str
    is_over: bool
    heading: str
    facts: tuple[str, ...]
    news: str = ""
    is_loud: bool = True
    escalation: int | None = None
    can_take: bool = False


class Watch:
    """Compares what is with what the staff was told last. What is told is state, not events: a crash leaves nothing untold."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        office: Callable[[], OfficeHours],
        public_url: str,
    ) -> None:
        """Tell in the first of these channels that has a place for the staff; nothing runs before `start`."""
        self._database = database
        self._channel = next((one for one in channels.values() if isinstance(one, Staffed) and one.staff_channel), None)
        self._metered = {name: channel for name, channel in channels.items() if isinstance(channel, Metered)}
        self._clock = clock
        self._office = office
        self._url = public_url
        self._quota_at: datetime | None = None
        self._stopping = Signal()
        self._thread = Thread(target=self._loop, name="clinic-watch")

    def start(self) -> None:
        """Start to look, where there is somebody to tell."""
        if self._channel is not None:
            self._thread.start()

    def stop(self) -> None:
        """Finish what is in hand and look no more."""
        self._stopping.set()
        if self._channel is not None:
            self._thread.join()

    def _loop(self) -> None:
        while not self._stopping.wait(LOOK):
            try:
                self.look()
            except Exception as error:  # noqa: BLE001 - the database is away, or a fault of ours: the next look finds the same
                log.error("the watch stumbled", **where(error))

    def look(self) -> None:
        """Look at everything once, and tell what is new."""
        now = self._clock()
        for matters in (self._escalations, self._deliveries, self._inbox, self._release, self._quota):
            for matter in matters(now):
                if self._stopping.is_set() or not self._told(matter):
                    return  # the channel is away or wants fewer calls: the next look tries again

    def _escalations(self, now: datetime) -> Iterable[Matter]:
        """Each question that waits for a person, until a while after its end."""
        with self._database.read() as session:
            rows = staff_notices.escalations(session, now - WATCHED)
        for row, more, notice in rows:
            state = f"{row.state}|{row.officer}|{row.reason}|{more}"
            if notice is None or (notice.shown != state and notice.ready_at <= now):
                yield self._escalation(row, state, notice)

    def _deliveries(self, now: datetime) -> Iterable[Matter]:
        """Messages that were given up."""
        with self._database.read() as session:
            number = deliveries.given_up(session, now - FAILED_WITHIN)
        return self._alarm("deliveries", "failing" if number else "", wording.DELIVERIES.format(number=number), now)

    def _inbox(self, now: datetime) -> Iterable[Matter]:
        """Questions that nobody works on, perhaps because no worker runs."""
        with self._database.read() as session:
            oldest, notice = events.oldest_waiting(session), staff_notices.of(session, "inbox")
        patience = CALM if notice and not notice.is_over else STALE
        is_stale = oldest is not None and now - oldest > patience
        return self._alarm("inbox", "stale" if is_stale else "", wording.INBOX.format(minutes=STALE.seconds // 60), now)

    def _release(self, now: datetime) -> Iterable[Matter]:
        """A release that the gate refused, until a later one is good."""
        with self._database.read() as session:
            number, state = releases.newest_judged(session)
        return self._alarm("release", f"refused {number}" if state == "refused" else "", wording.RELEASE.format(number=number), now)

    def _quota(self, now: datetime) -> Iterable[Matter]:
        """The month's messages of a channel that counts them."""
        if self._quota_at is not None and now < self._quota_at + ASK_QUOTA:
            return
        self._quota_at = now
        for name, channel in self._metered.items():
            rest = left(channel)
            if rest is not None:
                detail = wording.QUOTA.format(channel=wording.CHANNELS.get(name, name), left=rest)
                yield from self._alarm("quota", "low" if rest <= LOW_QUOTA else "", detail, now, f"quota {name}")

    def _alarm(self, kind: str, state: str, detail: str, now: datetime, subject: str = "") -> Iterable[Matter]:
        """Give a condition as a matter, if there is anything to tell of it; `state` is empty when it does not hold."""
        with self._database.read() as session:
            notice = staff_notices.of(session, subject or kind)
        begun, over = wording.ALARMS[kind]
        if state and (notice is None or notice.shown != state):
            since = wording.SINCE.format(at=thai_time(now))
            yield Matter(subject=subject or kind, state=state, is_over=False, heading=begun, facts=(detail, since), news=detail)
        elif not state and notice is not None and not notice.is_over:
            until = wording.UNTIL.format(at=thai_time(now))
            yield Matter(subject=subject or kind, state="over", is_over=True, heading=over, facts=(until,), news=over)

    def _escalation(self, row: EscalationRow, state: str, notice: StaffNoticeRow | None) -> Matter:
        before = notice.shown.split("|") if notice and notice.shown else [row.state, row.officer, row.reason, "0"]
        facts = [TOPICS.get(row.topic, CLINIC), wording.REASONS[row.reason]]
        if row.officer:
            facts.append(wording.BY.format(officer=row.officer))
        if row.state == "open" and row.reason == "person":
            facts.append(wording.PROMISED.format(promise=self._office().promise(row.opened_at)))
        return Matter(
            subject=f"escalation {row.id}",
            state=state,
            is_over=row.state in ENDED,
            heading=wording.ESCALATION.format(number=row.id, state=wording.STATES[row.state]),
            facts=tuple(facts),
            news=_news(row, before),
            is_loud=row.state == "open" and before[0] in ENDED,
            escalation=row.id,
            can_take=row.state == "open",
        )

    def _told(self, matter: Matter) -> bool:
        """Tell a matter, unless another process does or it must wait; False when the channel does not take it."""
        assert self._channel is not None  # noqa: S101 - nobody looks without one
        now = self._clock()
        with self._database.begin() as session:
            row = staff_notices.claim(session, matter.subject, matter.escalation, matter.state, now)
        if row is None:
            return True
        # a condition that comes back is a new message; a question that is asked again stays in its thread
        address = "" if row.is_over and matter.escalation is None else row.address
        if address or not matter.is_over:  # else it is over before anybody was told
            try:
                address = self._channel.tell(self._notice(matter, row, address))
            except SendError as error:
                backoff = LONGEST_WAIT if error.permanent else min(FIRST_WAIT * 2 ** min(row.attempts, 12), LONGEST_WAIT)
                with self._database.begin() as session:
                    staff_notices.put_back(session, row, now + max(backoff, timedelta(seconds=error.retry_after or 0)))
                log.warning("the staff was not told", notice=row.id, reason=error.reason)
                return False
        with self._database.begin() as session:
            staff_notices.settle(session, row, matter.state, address, self._clock(), is_over=matter.is_over)
        return True

    def _notice(self, matter: Matter, row: StaffNoticeRow, address: str) -> Notice:
        url = f"{self._url}/console/escalations/{matter.escalation}" if self._url and matter.escalation else ""
        return Notice(
            key=f"notice {row.id}.{row.told}",
            is_retry=row.attempts > 0,
            address=address,
            heading=matter.heading,
            facts=matter.facts,
            news=matter.news if address else "",
            is_loud=matter.is_loud,
            escalation=matter.escalation,
            can_take=matter.can_take,
            url=url,
        )


def _news(row: EscalationRow, before: list[str]) -> str:
    """Say what has changed since the staff was told last."""
    state, officer, reason = before[:3]
    if row.state != state:
        return wording.NEWS[row.state].format(officer=row.officer)
    if row.officer != officer:
        return wording.ASSIGNED.format(officer=row.officer)
    return wording.REASON_NOW.format(reason=wording.REASONS[row.reason]) if row.reason != reason else wording.ASKER_WROTE
