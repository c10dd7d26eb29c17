"""Tell askers that a rule under an earlier answer has changed: whom an officer chose, once, and not who asked to hear of no corrections."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.actions import encode
from app.answering import wording
from app.channels.base import Channel
from app.domain import Button, Reply
from app.errors import HandoverRefused
from app.messaging.handover import left
from app.store import corrections, deliveries, releases
from app.store.clinic_answers import CHANGED, PREFIX, REMOVED
from app.store.corrections import Affected, Change

QUOTED = 200  # characters of a question
SHOWN = 600  # characters of a rule as it reads now
MOST = 3  # answers told of in one message; the others are mentioned


@dataclass(frozen=True)
class Forecast:
    """What telling would cost: messages by channel, and what each channel has left (None: it does not count, or does not say)."""

    messages: Mapping[str, int] = field(default_factory=dict)
    left: Mapping[str, int | None] = field(default_factory=dict)

    @property
    def is_enough(self) -> bool:
        """Say whether the quota of every channel is enough."""
        return all((rest := self.left.get(name)) is None or rest >= number for name, number in self.messages.items())


class Corrections:
    """Correction notices."""

    def __init__(self, channels: Mapping[str, Channel], clock: Callable[[], datetime], days: Callable[[], int]) -> None:
        """Look back as many days as it says at the time."""
        self._channels = channels
        self._clock = clock
        self._days = days

    def affected(self, session: Session, answer_ids: Collection[str] | None = None) -> list[Affected]:
        """List the answers whose rules changed, newest first: all, or some of them."""
        release, _ = releases.pointer(session)
        now = self._clock()
        if not release:
            return []
        return corrections.affected(session, release, now - timedelta(days=self._days()), wording.thai_today(now), answer_ids)

    def forecast(self, chosen: Sequence[Affected]) -> Forecast:
        """Say what telling these askers would cost. It asks the channels: not to be called in a transaction."""
        people = {(one.channel, one.conversation_id) for one in chosen if not one.silent}
        messages = {name: sum(channel == name for channel, _ in people) for name in sorted({channel for channel, _ in people})}
        return Forecast(messages, {name: left(self._channels[name]) if name in self._channels else 0 for name in messages})

    def tell(self, session: Session, answer_ids: Collection[str], who: str) -> int:
        """Tell the askers of these answers, each by one message; gives the number of messages.

        Raises:
            HandoverRefused: a channel of theirs is not connected.
        """
        release, _ = releases.pointer(session)
        now = self._clock()
        by_asker: dict[int, list[Affected]] = {}
        for one in self.affected(session, answer_ids):
            if one.channel not in self._channels:
                raise HandoverRefused("no_channel")
            if not one.silent and corrections.tell(session, one, release, who, now):
                by_asker.setdefault(one.conversation_id, []).append(one)
        for told in by_asker.values():
            messages = self._channels[told[0].channel].shape((_notice(told),))
            delivery = deliveries.owe(session, told[0].event_id, messages, deliveries.NO_TOKEN, now=now, ready_at=now)
            corrections.sent(session, told, delivery)
        return len(by_asker)


def _notice(told: Sequence[Affected]) -> Reply:
    parts = [
        wording.CORRECTION.format(
            day=wording.thai_date(wording.thai_today(one.asked_at)),
            question=_cut(" ".join(one.question.split()), QUOTED),
            changes="\n\n".join(map(_changed, one.changes)),
        )
        for one in told[:MOST]
    ]
    if len(told) > MOST:
        parts.append(wording.CORRECTIONS_MORE.format(number=len(told) - MOST))
    off = Button(wording.CORRECTIONS_BUTTON_OFF, data=encode("corrections", argument="off"))
    return Reply("\n\n".join([*parts, wording.CORRECTION_USE]), buttons=(off,))


def _changed(change: Change) -> str:
    if change.document.startswith(PREFIX):
        return wording.CORRECTION_ANSWER
    kinds = {CHANGED: wording.CORRECTION_CHANGED, REMOVED: wording.CORRECTION_REMOVED}
    sentence = kinds.get(change.kind, wording.CORRECTION_ENDED)
    return sentence.format(title=change.title, section=change.section, text=_cut(change.now.strip(), SHOWN))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
