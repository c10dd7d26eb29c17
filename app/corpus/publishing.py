"""Build the release that a decision of the staff needs, at once and beside what goes on: one after the other, never two."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import structlog

from app.errors import ClinicError, GateRefused, ReleaseError
from app.logs import where

PATIENCE = 600.0  # seconds to wait for another ingest to end
BETWEEN = 2.0

log = structlog.get_logger(__name__)


class Publisher:
    """Builds and activates releases in the background; what came of it stands in the releases themselves."""

    def __init__(self, build: Callable[[str], object], wait: Callable[[float], object] = time.sleep) -> None:
        """Keep what builds; `build` is given the name of who asked for it."""
        self._build = build
        self._wait = wait
        self._thread = ThreadPoolExecutor(1, "clinic-publish")
        self._newest: Future[str] | None = None

    def publish(self, who: str) -> None:
        """Build a release soon; what was asked for meanwhile is in it as well."""
        self._newest = self._thread.submit(self._run, who)

    def trouble(self) -> str:
        """Say in one word why the newest build of this process failed: refused, busy or failed; "" when it did not or goes on."""
        return self._newest.result() if self._newest and self._newest.done() else ""

    def wait(self) -> None:
        """Wait until all that was asked for is built."""
        if self._newest:
            self._newest.result()

    def _run(self, who: str) -> str:
        waited = 0.0
        while True:
            try:
                self._build(who)
            except GateRefused:
                log.warning("the gate refused a release of the staff")
                return "refused"
            except ReleaseError as error:
                if waited >= PATIENCE:
                    log.error("no release could be built", **where(error))
                    return "busy"
                self._wait(BETWEEN)
                waited += BETWEEN
            except (ClinicError, OSError) as error:
                log.error("no release could be built", **where(error))
                return "failed"
            else:
                return ""
