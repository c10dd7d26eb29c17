"""Keep a model from costing more than it may: a longest wait, a pause after failures in a row, a number of drafts a day."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from threading import Thread

import structlog
from limits import RateLimitItemPerDay
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from pybreaker import STATE_CLOSED, CircuitBreaker, CircuitBreakerError, CircuitMemoryStorage

from app.errors import ModelError, ModelLate, ModelOverBudget, ModelPaused
from app.llms.base import Claim, LanguageModel, Request

FAILURES = 3  # in a row, after which the model is left alone
PAUSE_SECONDS = 60.0

log = structlog.get_logger(__name__)


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
        opened = self._state.opened_at
        if self._state.state != STATE_CLOSED and opened and datetime.now(UTC) < opened + self._pause:
            raise ModelPaused(f"{FAILURES} failures in a row; the model is tried again after {self._pause.total_seconds():.0f} seconds")
        if not self._budget.hit(self._daily):
            raise ModelOverBudget(f"LLM_DAILY_CALLS: {self._daily.amount} drafts were made within 24 hours")
        try:
            claims = self._in_time(request)
        except ModelError as error:
            log.warning("no draft from the language model", model=self.name, reason=error.reason)
            self._note(error)
            raise
        self._note(None)
        return claims

    def _in_time(self, request: Request) -> list[Claim]:
        """Draft in a thread of its own: what is late is left behind, whatever it waits for, and its own timeouts end it."""
        drafted: Future[list[Claim]] = Future()

        def draft() -> None:
            try:
                drafted.set_result(self._model.draft(request))
            except BaseException as error:  # noqa: BLE001 - raised again by the one who waits
                drafted.set_exception(error)

        Thread(target=draft, name="draft", daemon=True).start()
        try:
            return drafted.result(self._seconds)
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
