"""Build the release that a decision of the staff needs, at once and beside what goes on: one after the other, never two."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import structlog

from app.logs import where

TRIES = 5  # another ingest may be under way
BETWEEN = 20.0  # seconds

log = structlog.get_logger(__name__)


class Publisher:
    """Builds and activates releases in the background; how each went stands among the builds."""

    def __init__(self, build: Callable[[str], str], wait: Callable[[float], object] = time.sleep) -> None:
        """Keep what builds: given the name of who asked for it, it says how that ended (done, refused, failed)."""
        self._build = build
        self._wait = wait
        self._thread = ThreadPoolExecutor(1, "clinic-publish")
        self._newest: Future[None] | None = None

    def publish(self, who: str) -> None:
        """Build a release soon; what was decided until it begins is in it as well."""
        self._newest = self._thread.submit(self._run, who)

    def wait(self) -> None:
        """Wait until all that was asked for is built, or was given up."""
        if self._newest:
            self._newest.result()

    def _run(self, who: str) -> None:
        for _ in range(TRIES):
            try:
                state = self._build(who)
            except Exception as error:  # noqa: BLE001 - the database is away, perhaps: it is tried again
                log.error("no release could be built", **where(error))
                state = "failed"
            if state != "failed":  # a release that the gate refuses is refused again
                return
            self._wait(BETWEEN)
