"""How long a model is waited for, when it is left alone, and how often it is asked a day."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

import pytest

from app.errors import ModelLate, ModelOverBudget, ModelPaused, ModelUnreachable
from app.llms._guarded import FAILURES, Guarded
from app.llms.base import Claim, FollowUp, Request


@dataclass
class Moody:
    """A model that fails while it is told to."""

    name: str = "moody"
    fails: bool = False
    waits: float = 0.0
    asked: int = 0
    together: int = 0
    most_together: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def restate(self, request: FollowUp) -> str:
        self.draft(Request("", (), "", ""))
        return request.question

    def draft(self, request: Request) -> list[Claim]:
        with self.lock:
            self.asked += 1
            self.together += 1
            self.most_together = max(self.most_together, self.together)
        time.sleep(self.waits)
        with self.lock:
            self.together -= 1
        if self.fails:
            raise ModelUnreachable("told to")
        return []


def fail(guarded: Guarded, request: Request, times: int = FAILURES) -> None:
    """Let it fail."""
    for _ in range(times):
        with pytest.raises(ModelUnreachable):
            guarded.draft(request)


def test_after_failures_in_a_row_the_model_is_left_alone_and_then_tried_again(request_: Request) -> None:
    model = Moody(fails=True)
    guarded = Guarded(model, seconds=5, daily=99, pause_seconds=0.3)
    fail(guarded, request_)

    with pytest.raises(ModelPaused):
        guarded.draft(request_)
    assert model.asked == FAILURES
    time.sleep(0.35)
    fail(guarded, request_, times=1)  # the one trial fails: it is left alone again at once
    with pytest.raises(ModelPaused):
        guarded.draft(request_)
    time.sleep(0.35)
    model.fails = False
    assert guarded.draft(request_) == []
    model.fails = True
    fail(guarded, request_, times=1)
    model.fails = False
    assert guarded.draft(request_) == []


def test_a_success_between_failures_starts_the_count_again(request_: Request) -> None:
    model = Moody()
    guarded = Guarded(model, seconds=5, daily=99)
    for _ in range(3):
        model.fails = True
        fail(guarded, request_, times=FAILURES - 1)
        model.fails = False
        assert guarded.draft(request_) == []


def test_nobody_waits_longer_than_the_limit_and_lateness_counts_as_failure(request_: Request) -> None:
    model = Moody(waits=0.6)
    guarded = Guarded(model, seconds=0.05, daily=99)
    begun = time.monotonic()
    for _ in range(FAILURES):
        with pytest.raises(ModelLate):
            guarded.draft(request_)
    with pytest.raises(ModelPaused):
        guarded.draft(request_)
    assert time.monotonic() - begun < 0.6


def test_beyond_the_days_budget_the_model_is_not_asked(request_: Request) -> None:
    model = Moody()
    guarded = Guarded(model, seconds=5, daily=3)
    for _ in range(3):
        guarded.draft(request_)

    with pytest.raises(ModelOverBudget, match="LLM_DAILY_CALLS"):
        guarded.draft(request_)
    assert model.asked == 3


def test_questions_of_several_people_are_drafted_side_by_side(request_: Request) -> None:
    model = Moody(waits=0.2)
    guarded = Guarded(model, seconds=5, daily=99)
    threads = [threading.Thread(target=guarded.draft, args=(request_,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert model.most_together == 4
