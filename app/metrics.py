"""What Prometheus reads. All numbers come from the database when asked, so they are true whichever process answers."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from threading import Lock
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from app.messaging.office_hours import OfficeHours
from app.store import deliveries, escalations, events, turns
from app.store.database import Database

BUCKETS_MS = (5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000)
BOUNDS = (*(str(float(bound)) for bound in BUCKETS_MS), "+Inf")
LATE_COMMITS = timedelta(minutes=1)  # a turn says when it was answered before it is committed: the youngest are looked at again


class Latencies:
    """Histograms by step, fed with the turns answered since this process started."""

    def __init__(self, since: datetime) -> None:
        """Start empty."""
        self._since = since
        self._seen: set[int] = set()
        self._counts: dict[str, list[int]] = {}
        self._sums: dict[str, float] = {}
        self._lock = Lock()

    def read(self, database: Database, now: datetime) -> HistogramMetricFamily:
        """Count the turns that are new and give the histograms."""
        family = HistogramMetricFamily("clinic_step_milliseconds", "Time of each step of answering", labels=["step"])
        with self._lock:
            with database.read() as session:
                rows = turns.timings(session, self._since)
            for turn, _, timings in rows:
                if turn not in self._seen:
                    self._count(timings)
            self._since = max(self._since, now - LATE_COMMITS)
            self._seen = {turn for turn, at, _ in rows if at >= self._since}
            for step, counts in sorted(self._counts.items()):
                rising = [(bound, float(total)) for bound, total in zip(BOUNDS, accumulate(counts), strict=True)]
                family.add_metric([step], rising, self._sums[step])
        return family

    def _count(self, timings: Mapping[str, float]) -> None:
        for step, took in timings.items():
            counts = self._counts.setdefault(step, [0] * len(BOUNDS))
            counts[bisect_left(BUCKETS_MS, took)] += 1
            self._sums[step] = self._sums.get(step, 0.0) + took


class Numbers(Collector):
    """All of the clinic's metrics, read from the database at each scrape."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], office: Callable[[], OfficeHours], patience: Callable[[], timedelta]
    ) -> None:
        """Read from this database; latencies count from now on. Who waits longer than `patience` in office hours waits too long."""
        self._database = database
        self._clock = clock
        self._office = office
        self._patience = patience
        self._latencies = Latencies(clock())

    def collect(self) -> Iterator[Metric]:
        """Give the metrics of this moment."""
        now = self._clock()
        with self._database.read() as session:
            received = events.count_received(session)
            oldest = events.oldest_waiting(session)
            outcomes = turns.count_outcomes(session)
            owed = deliveries.count_by_status(session)
            escalated = escalations.count(session)
            waiting = escalations.waiting_since(session)
        yield _gauge("clinic_events_received", "Events kept, by channel and kind", ("channel", "kind"), received)
        yield _gauge("clinic_turns", "Turns, by outcome", ("outcome",), outcomes)
        yield _gauge("clinic_deliveries", "Deliveries, by channel and status", ("channel", "status"), owed)
        age = (now - oldest).total_seconds() if oldest else 0.0
        yield GaugeMetricFamily("clinic_inbox_age_seconds", "How long the oldest waiting event has waited", value=max(age, 0.0))
        yield _gauge("clinic_escalations", "Escalations, by state and reason", ("state", "reason"), escalated)
        office, patience = self._office(), self._patience()
        longest = office.worked(waiting[0], now).total_seconds() if waiting else 0.0
        yield GaugeMetricFamily("clinic_escalation_wait_seconds", "Office time that the longest waiting asker has waited", value=longest)
        # who came later has waited less: the first one whose patience holds tells how many have lost theirs
        stale = bisect_left(waiting, True, key=lambda since: office.worked(since, now) <= patience)  # noqa: FBT003 - what is looked for
        yield GaugeMetricFamily("clinic_escalations_stale", "Askers waiting longer than WAITING_HOURS of office time", value=stale)
        yield self._latencies.read(self._database, now)


def page(numbers: Numbers) -> bytes:
    """Write the metrics as Prometheus text."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(numbers)
    return generate_latest(registry)


def _gauge(name: str, what: str, labels: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, what, labels=labels)
    for *values, count in rows:
        family.add_metric(values, count)
    return family
