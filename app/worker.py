"""The loop that empties inbox and outbox; inside the app by default, or `python -m app.worker` as its own process."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from threading import Event as Signal
from threading import Thread, get_native_id

import structlog

from app.answering import wording
from app.channels.base import Channel
from app.domain import Reply
from app.errors import LeaseLost, SettingsError
from app.logs import where
from app.messaging.inbox import LEASE, TRIES, Inbox
from app.messaging.outbox import Outbox
from app.messaging.turn import Conversation, Turn
from app.store.deliveries import Owed
from app.store.events import Claim

POLL = 0.25  # seconds between looks when nothing wakes the worker
BEAT = 1.0  # seconds
BEATS_A_DAY, BEATS_BEFORE_DAILY = int(24 * 3600 / BEAT), 60  # the first minute belongs to what waited while nobody worked
BEATS_BETWEEN = 5  # looks at what is to be done beside the answering
BEATS_PER_RENEWAL = int(LEASE.total_seconds() / 4)
SHOWING = 1.0  # seconds that an answer waits for its sign of work to be taken
NICE = 5  # of 19; measured with tests/benchmarks/webhook_load.py
AFTER_TROUBLE = 1.0  # seconds to wait when the database itself fails

QUESTIONS = ("text", "edited")

log = structlog.get_logger(__name__)


class Worker:
    """Threads that answer events and send deliveries until they are told to stop."""

    def __init__(
        self,
        inbox: Inbox,
        outbox: Outbox,
        conversation: Conversation,
        channels: Mapping[str, Channel],
        threads: int,
        daily: Callable[[], object],
        steady: Callable[[Callable[[], bool]], object],
    ) -> None:
        """Prepare the threads; nothing runs before `start`.

        Args:
            inbox: where events wait.
            outbox: where messages wait.
            conversation: works out turns.
            channels: the channels by name.
            threads: how many events are answered at once.
            daily: run soon after the start, and then once a day.
            steady: run every few seconds beside all that, one at a time; it is told when it has to leave off.
        """
        self._inbox = inbox
        self._outbox = outbox
        self._conversation = conversation
        self._channels = channels
        self._daily = daily
        self._steady = steady
        self._stopping = Signal()
        self._stopped = Signal()
        self._held: dict[int, Claim] = {}
        self._beside = ThreadPoolExecutor(threads, "clinic-show")
        self._apart = ThreadPoolExecutor(1, "clinic-apart", initializer=_give_way)
        # one thread only sends, so that slow answers do not hold up messages that are ready
        steps = [self.step] * threads + [self._outbox.send_due]
        self._threads = [Thread(target=self._loop, args=(step,), name=f"clinic-{number}") for number, step in enumerate(steps)]
        self._heart = Thread(target=self._beat, name="clinic-heart")

    def start(self) -> None:
        """Start working."""
        for thread in (*self._threads, self._heart):
            thread.start()

    def stop(self) -> None:
        """Claim nothing more, finish what is in hand, and come back when all of it is saved."""
        self._stopping.set()
        self._inbox.arrived.set()
        for thread in self._threads:
            thread.join()
        self._stopped.set()
        self._heart.join()
        self._beside.shutdown()
        self._apart.shutdown()

    def _loop(self, step: Callable[[], bool]) -> None:
        _give_way()
        while not self._stopping.is_set():
            try:
                worked = step()
            except Exception as error:  # the database is away, or a fault of ours: the loop must go on
                log.error("the worker stumbled", **where(error))
                self._stopping.wait(AFTER_TROUBLE)
                continue
            if not worked:
                self._inbox.arrived.wait(POLL)
                self._inbox.arrived.clear()

    def _beat(self) -> None:
        beats, looking = 0, Future[None]()
        looking.set_result(None)
        while not self._stopped.wait(BEAT):
            beats += 1
            if beats % BEATS_A_DAY == BEATS_BEFORE_DAILY:
                self._apart.submit(self._run_apart, self._daily)
            if beats % BEATS_BETWEEN == 0 and looking.done():
                looking = self._apart.submit(self._run_apart, partial(self._steady, self._stopping.is_set))
            try:
                self._outbox.ask_patience()
                self._outbox.renew()
                for claim in list(self._held.values()) if beats % BEATS_PER_RENEWAL == 0 else ():
                    self._inbox.renew(claim)
            except Exception as error:  # a missed beat costs nothing: the lease outlives three
                log.error("a beat was missed", **where(error))

    def _run_apart(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Exception as error:  # the same: it is tried again
            log.error("work beside the answering stumbled", **where(error))

    def step(self) -> bool:
        """Answer the next event and send what it came to, or send what waits; False when there is nothing to do."""
        claim = self._inbox.claim()
        if claim is None:
            return self._outbox.send_due()
        self._held[claim.id] = claim
        try:
            owed = self._answer(claim)
        finally:
            del self._held[claim.id]
        if owed:
            self._outbox.send(owed)
        return True

    def _answer(self, claim: Claim) -> Owed | None:
        try:
            turn = self._apology(claim) if claim.attempts > TRIES else self._turn(claim)
            messages = self._channels[claim.event.channel].shape(turn.replies) if turn.replies else ()
            owed = self._inbox.finish(claim, turn, messages)
        except LeaseLost:
            log.info("dropped: withdrawn, or taken over by another worker", inbox=claim.id)
            self._inbox.let_go(claim)
            return None
        except Exception as error:  # whatever it was, the event waits for another try
            log.error("not done", inbox=claim.id, attempts=claim.attempts, **where(error))
            self._inbox.retry(claim, type(error).__name__)
            return None
        log.info("done", inbox=claim.id, channel=claim.event.channel, kind=claim.event.kind, outcome=turn.outcome, attempts=claim.attempts)
        return owed

    def _turn(self, claim: Claim) -> Turn:
        if claim.event.kind not in QUESTIONS or claim.with_officer:
            return self._conversation.turn(claim)
        shown = self._beside.submit(self._channels[claim.event.channel].show_working, claim.event)
        turn = self._conversation.turn(claim)
        wait([shown], timeout=SHOWING)  # shown after the answer, it would stay on the asker's screen
        return turn

    def _apology(self, claim: Claim) -> Turn:
        return Turn((Reply(wording.FAILED),), "failed", claim.event.text if claim.event.kind in QUESTIONS else "")


def _give_way() -> None:
    if sys.platform == "linux":  # there each thread has a priority of its own: taking a webhook goes before answering one
        os.setpriority(os.PRIO_PROCESS, get_native_id(), NICE)


def main() -> None:
    """Work without the web part until SIGTERM or SIGINT."""
    from app import wiring

    parser = argparse.ArgumentParser(prog="python -m app.worker", description="Answer what is in the inbox and send what is in the outbox.")
    parser.parse_args()
    told = Signal()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    try:
        clinic = wiring.open_clinic()
    except SettingsError as error:
        parser.exit(1, f"{error}\n")
    clinic.worker.start()
    told.wait()
    clinic.worker.stop()
    clinic.database.close()


if __name__ == "__main__":
    main()
