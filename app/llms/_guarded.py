"""Keep a model from costing more than it may: a longest wait, a pause after failures in a row, a number of drafts a day."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import TypeVar

import structlog
from limits import RateLimitItemPerDay
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from pybreaker import STATE_CLOSED, CircuitBreaker, CircuitBreakerError, CircuitMemoryStorage

from app.errors import ModelError, ModelLate, ModelOverBudget, ModelPaused
from app.llms.base import Claim, FollowUp, LanguageModel, Request

FAILURES = 3  # in a row, after which the model is left alone
PAUSE_SECONDS = 60.0

log = structlog.get_logger(__name__)


Said = TypeVar("Said")


class Guarded:
    """The same model, bounded. Budget and pause are those of one process: with several, each has its own."""

    def __init__(self, model: LanguageModel, *, seconds: float, daily: int, pause_seconds: float = PAUSE_SECONDS) -> None:
        """Bound a model.

        Args:
            model: what drafts.
            seconds: the longest that one draft is waited for, retries and all.
            daily: drafts within 24 hours; failed ones count, for they may have cost as much.
            pause_seconds: how long the model is left alone after failures in a row.
        """
        self.name = model.name
        self._model = model
        self._seconds = seconds
        self._pause = timedelta(seconds=pause_seconds)
        self._state = CircuitMemoryStorage(STATE_CLOSED)
        self._breaker = CircuitBreaker(
            fail_max=FAILURES, reset_timeout=pause_seconds, state_storage=self._state, throw_new_error_on_trip=False
        )
        self._budget = FixedWindowRateLimiter(MemoryStorage())
        self._daily = RateLimitItemPerDay(daily)

    def draft(self, request: Request) -> list[Claim]:
        """Draft, unless the model is paused or the day's budget is used up.

        Raises:
            ModelError: there is no draft; its kind says why.
        """
        return self._bounded(lambda: self._model.draft(request))

    def restate(self, request: FollowUp) -> str:
        """Restate a question, within the same bounds; it counts as a draft.

        Raises:
            ModelError: as for `draft`.
        """
        return self._bounded(lambda: self._model.restate(request))

    def _bounded(self, ask: Callable[[], Said]) -> Said:
        opened = self._state.opened_at
        if self._state.state != STATE_CLOSED and opened and datetime.now(UTC) < opened + self._pause:
            raise ModelPaused(f"{FAILURES} failures in a row; the model is tried again after {self._pause.total_seconds():.0f} seconds")
        if not self._budget.hit(self._daily):
            raise ModelOverBudget(f"LLM_DAILY_CALLS: {self._daily.amount} drafts were made within 24 hours")
        try:
            said = self._in_time(ask)
        except ModelError as error:
            log.warning("no draft from the language model", model=self.name, reason=error.reason)
            self._note(error)
            raise
        self._note(None)
        return said

    def _in_time(self, ask: Callable[[], Said]) -> Said:
        """Ask in a thread of its own: what is late is left behind, whatever it waits for, and its own timeouts end it."""
        answered: Future[Said] = Future()

        def answer() -> None:
            try:
                answered.set_result(ask())
            except BaseException as error:  # noqa: BLE001 - raised again by the one who waits
                answered.set_exception(error)

        Thread(target=answer, name="draft", daemon=True).start()
        try:
            return answered.result(self._seconds)
        except TimeoutError:
            raise ModelLate(f"no draft within {self._seconds:g} seconds") from None

    def _note(self, error: ModelError | None) -> None:
        """Tell the breaker how a draft went; only afterwards, because it lets one call in at a time, and drafts may run side by side."""

        def again() -> None:
            if error:
                raise error

        try:
            self._breaker.call(again)
        except (ModelError, CircuitBreakerError):
            return
