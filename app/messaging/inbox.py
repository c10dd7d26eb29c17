"""Keep what the channels tell us, give it out one event at a time per conversation, and save each turn in one commit."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event as Signal
from typing import Any
from uuid import uuid4

import structlog
from sqlalchemy.orm import Session

from app.actions import decode
from app.answering.personal import keepable
from app.channels.base import Channel
from app.domain import Event
from app.errors import LeaseLost
from app.messaging import burst
from app.messaging.turn import Turn
from app.store import conversations, deliveries, erase, escalations, events, persons, turns
from app.store.database import Database
from app.store.deliveries import Owed
from app.store.events import Claim

LEASE = timedelta(seconds=30)
TRIES = 5
FIRST_WAIT = timedelta(seconds=1)  # doubled after every try
HELD = timedelta(seconds=60)  # how long an answer waits for the fresh token that "still looking" asked for
LONGEST_ID, LONGEST_TOKEN = 200, 400  # characters, as the tables have it

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
ROW_ID = re.compile("[0-9]{1,18}")

log = structlog.get_logger(__name__)


class Inbox:
    """Events that are kept and not yet handled."""

    def __init__(self, database: Database, channels: Mapping[str, Channel], clock: Callable[[], datetime], span: timedelta) -> None:
        """Serve the events of these channels; `arrived` is set when something new was kept.

        Messages that were sent within `span` of each other are read as one question.
        """
        self._database = database
        self._channels = channels
        self._clock = clock
        self._span = span
        self.arrived = Signal()

    def keep(self, heard: Sequence[Event]) -> None:
        """Keep a webhook's events in one transaction; what is there already changes nothing."""
        batch = sorted((_storable(event) for event in heard if _is_sound(event)), key=lambda event: event.at)
        if not batch:
            return
        now = self._clock()
        with self._database.begin() as session:
            opened = conversations.open_and_lock(session, ((event.channel, event.conversation) for event in batch), now)
            for event in batch:
                self._keep_one(session, event, opened[event.channel, event.conversation], now)
        self.arrived.set()

    def _keep_one(self, session: Session, event: Event, conversation_id: int, now: datetime) -> None:
        """Keep one event; what must act at once, and not wait behind an answer, acts here."""
        if event.kind == "unsend":
            if events.keep(session, event, conversation_id, now, "done") and event.message_id:
                erase.erase_message(session, event.channel, conversation_id, event.message_id, event.at)
        elif event.kind in ("unfollow", "leave"):
            is_new = events.keep(session, event, conversation_id, now, "done") is not None
            if is_new and not events.came_later(session, conversation_id, ("follow", "join"), event.at):
                conversations.block(session, conversation_id, event.at)
                deliveries.withdraw(session, conversation_id)
        elif events.is_unsent(session, event, conversation_id):
            events.keep(session, event, conversation_id, now, "withdrawn")
        elif kept := events.keep(session, event, conversation_id, now):
            until = now + self._span if burst.may_go_on(event) else now
            events.wait_for_more(session, kept, conversation_id, event.sender, now, until)
            if event.kind in ("follow", "join"):
                conversations.unblock(session, conversation_id, event.at)
            elif event.kind == "postback":
                _give_token(session, event, conversation_id, kept, now)

    def claim(self) -> Claim | None:
        """Take the oldest event of an idle conversation, for LEASE, with what was sent right behind it; None when there is none."""
        now = self._clock()
        try:
            with self._database.begin() as session:
                claim = events.claim(session, self._channels, str(uuid4()), now + LEASE, now)
                return self._gathered(session, claim) if claim else None
        except LeaseLost:
            return None

    def _gathered(self, session: Session, claim: Claim) -> Claim:
        event, parts = burst.gather(claim.event, events.waiting_behind(session, claim, burst.MOST), self._span)
        if parts and self._channels[event.channel].tokens_die:
            events.hand_token_on(session, claim, parts)
        return replace(claim, event=event, parts=parts)

    def renew(self, claim: Claim) -> None:
        """Keep the conversation of an event that is being worked on."""
        with self._database.begin() as session:
            conversations.renew(session, claim.conversation_id, claim.lease, self._clock() + LEASE)

    def finish(self, claim: Claim, turn: Turn, messages: Sequence[Mapping[str, Any]]) -> Owed | None:
        """Save everything of a turn in one commit: turn, answer, citations, what is owed, event done, conversation free.

        Returns:
            The message that this conversation is to be sent next, already claimed for the caller; None when nothing is due.

        Raises:
            LeaseLost: the event is no longer ours or was withdrawn; nothing is saved.
        """
        now = self._clock()
        with self._database.begin() as session:
            blocked = conversations.free(session, claim.conversation_id, claim.lease)
            status = "failed" if turn.outcome == "failed" else "done"
            token = events.close(session, claim.id, status, parts=claim.parts, forget=turn.forget)
            officers = escalations.with_officer(session, claim.conversation_id) if turn.question else None
            if officers:  # taken while the answer was under way, perhaps: then it is not given
                turn, messages = replace(turn, outcome="handed_over", answer=None), ()
            elif turn.question and turn.outcome == "handed_over" and not turn.replies:
                raise LeaseLost("the officer for whom this was kept has just ended: it is answered anew")
            _save(session, claim, turn, now, officers.id if officers else None)
            if messages:
                ready_at = now + HELD if token.spent else now
                deliveries.owe(session, claim.id, messages, token, now=now, ready_at=ready_at, withdrawn=blocked)
            return deliveries.claim(session, self._channels, now, claim.conversation_id)

    def retry(self, claim: Claim, error: str) -> None:
        """Let an event wait for another try, longer each time; nothing happens when it is no longer ours."""
        # after the last try the event comes back at once, to be apologised for; should even that fail, it waits again
        wait = FIRST_WAIT * 2 ** min(claim.attempts - 1, 8) if claim.attempts != TRIES else timedelta()
        with suppress(LeaseLost), self._database.begin() as session:
            conversations.free(session, claim.conversation_id, claim.lease)
            events.put_back(session, claim.id, self._clock() + wait, error)

    def let_go(self, claim: Claim) -> None:
        """Give the conversation back when it is still ours, whatever became of the event."""
        with suppress(LeaseLost), self._database.begin() as session:
            conversations.free(session, claim.conversation_id, claim.lease)


def _save(session: Session, claim: Claim, turn: Turn, now: datetime, escalation_id: int | None) -> None:
    """Save what a turn came to, and what follows from it for the people of the clinic."""
    if turn.erase:
        erase.erase_person(session, claim.event.channel, claim.event.sender, claim.conversation_id, claim.event.at, now)
    persons.remember(session, claim.conversation_id, notice=turn.notice, corrections=turn.corrections, now=now)
    if turn.outcome is not None:
        saved = turns.save(
            session,
            claim.id,
            question=turn.question,
            answered_at=now,
            outcome=turn.outcome,
            answer=turn.answer,
            answer_id=turn.answer_id,
        )
        if escalation_id is not None:
            escalations.add(session, escalation_id, "asker", now, turn_id=saved.id)
        elif saved.attention:
            escalations.noted(session, saved.id, saved.attention, now)
    if turn.verdict is not None:
        judged = turns.note(session, turn.answer_id, turn.verdict, now)
        if turn.why:
            turns.note_reason(session, turn.answer_id, turn.why)
        escalations.noted(session, judged.id, judged.attention, now)


def _give_token(session: Session, event: Event, conversation_id: int, kept: int, now: datetime) -> None:
    action = decode(event.text)
    if action is None or action.verb != "wait" or not event.reply_token or not ROW_ID.fullmatch(action.argument):
        return
    waiting = int(action.argument)
    if events.give_token(session, waiting, conversation_id, event.reply_token, now) or deliveries.give_token(
        session, waiting, conversation_id, event.reply_token, now
    ):
        events.close(session, kept, "done")


def _storable(event: Event) -> Event:
    """Replace what no database stores, lone surrogates and NUL, and cover what must not be stored, in what people can write."""
    text = UNSTORABLE.sub("\ufffd", event.text)
    return replace(event, text=keepable(text) if event.kind in ("text", "edited") else text)


def _is_sound(event: Event) -> bool:
    """Say whether the ids of an event fit the tables; no channel's own are longer or odder."""
    ids = (event.event_id, event.conversation, event.sender or "", event.message_id or "")
    sound = all(len(one) <= LONGEST_ID and not UNSTORABLE.search(one) for one in ids)
    token = event.reply_token or ""
    sound = sound and len(token) <= LONGEST_TOKEN and not UNSTORABLE.search(token)
    if not sound:
        log.warning("event dropped: its ids are no channel's", channel=event.channel, kind=event.kind)
    return sound
