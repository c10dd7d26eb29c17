"""Send what is owed: each message to its channel until it is taken, in order, with its receipt kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog

from app.actions import encode
from app.answering import wording
from app.channels.base import Channel
from app.domain import Button, Reply
from app.errors import SendError
from app.store import deliveries, events, turns
from app.store.database import Database
from app.store.deliveries import Owed
from app.store.events import Token

FIRST_WAIT = timedelta(seconds=1)  # doubled after every try
LONGEST_WAIT = timedelta(minutes=10)
GIVE_UP = timedelta(hours=24)  # LINE knows a retry key for a day: a later try could be a second message
BEFORE_TOKEN_DIES = 5.0  # seconds left for asking the asker's patience

log = structlog.get_logger(__name__)


class Outbox:
    """Deliveries owed to the channels."""

    def __init__(self, database: Database, channels: Mapping[str, Channel], clock: Callable[[], datetime]) -> None:
        """Send through these channels, by name."""
        self._database = database
        self._channels = channels
        self._clock = clock
        self._sending: dict[str, Owed] = {}

    def send_due(self) -> bool:
        """Send the next message that may go; False when there is none."""
        with self._database.begin() as session:
            owed = deliveries.claim(session, self._channels, self._clock())
        if owed is None:
            return False
        self.send(owed)
        return True

    def send(self, owed: Owed) -> None:
        """Send a message that has been claimed and store what became of it."""
        self._sending[owed.lease] = owed
        try:
            receipt = self._channels[owed.delivery.channel].send(owed.delivery)
        except SendError as error:
            return self._not_taken(owed, error)
        finally:
            del self._sending[owed.lease]
        with self._database.begin() as session:
            deliveries.settle(session, owed, receipt, self._clock())
        log.info("sent", delivery=owed.delivery.id, channel=owed.delivery.channel, via=receipt.via, attempts=owed.attempts)
        return None

    def said(self, channel: str, conversation: str, skip: int) -> list[list[Mapping[str, Any]]]:
        """Give what was sent to a conversation, oldest first, without the first `skip` deliveries; for a channel that fetches."""
        with self._database.read() as session:
            return deliveries.sent_to(session, channel, conversation, skip)

    def renew(self) -> None:
        """Keep the deliveries whose calls last."""
        for owed in list(self._sending.values()):
            with self._database.begin() as session:
                deliveries.renew(session, owed, self._clock())

    def ask_patience(self) -> int:
        """Owe "still looking" where a reply token is about to die before its answer; gives how many."""
        asked = 0
        for name, channel in self._channels.items():
            if channel.token_seconds <= BEFORE_TOKEN_DIES:
                continue
            now = self._clock()
            dead, dying = (now - timedelta(seconds=s) for s in (channel.token_seconds, channel.token_seconds - BEFORE_TOKEN_DIES))
            with self._database.read() as session:
                late = events.losing_patience(session, name, dead, dying)
            for row in late:
                button = Button(wording.WAIT, data=encode("wait", argument=str(row.id)))
                messages = channel.shape((Reply(wording.STILL_LOOKING, buttons=(button,)),))
                with self._database.begin() as session:
                    if events.take_token(session, row.id, row.reply_token):
                        deliveries.owe(session, row.id, messages, Token(row.reply_token, row.token_at), now=now, ready_at=now)
                        asked += 1
        return asked

    def _not_taken(self, owed: Owed, error: SendError) -> None:
        now = self._clock()
        backoff = min(FIRST_WAIT * 2 ** min(owed.attempts - 1, 12), LONGEST_WAIT)
        ready_at = now + max(backoff, timedelta(seconds=error.retry_after or 0))
        hopeless = error.permanent or ready_at > owed.created_at + GIVE_UP
        with self._database.begin() as session:
            if hopeless:
                deliveries.give_up(session, owed, now, f"{error.reason}: {error}")
                turns.mark_undelivered(session, owed.event_id)
            else:
                deliveries.put_back(session, owed, ready_at, f"{error.reason}: {error}")
        log.warning("not taken", delivery=owed.delivery.id, channel=owed.delivery.channel, reason=error.reason, given_up=hopeless)
