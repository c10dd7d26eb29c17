"""How long what is kept, by table, in one place; the worker runs it once a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Text, cast, delete, select, update

from app.store import erase
from app.store.database import Database, changed
from app.store.desk_tables import EscalationEntryRow, EscalationRow
from app.store.persons import silent_since
from app.store.staff_tables import SignInRow
from app.store.tables import ConversationRow, DeliveryRow, EventRow, TurnRow

TRAFFIC = timedelta(days=90)  # who reached us when, without content: the Computer Crime Act's least (section 26)
BATCH = 500  # rows of one transaction, so that nobody waits long for it

log = structlog.get_logger(__name__)


class Retention:
    """What goes when its time is over. What people wrote goes after RETENTION_DAYS; who they were, not before the traffic log may go.

    | table | what goes | after |
    |---|---|---|
    | turns, answers, citations, escalations | questions, answers, evidence, officers' words; numbers and topics stay | RETENTION_DAYS |
    | gap_questions | which questions show a missing rule, and their vectors | RETENTION_DAYS |
    | events | text, reply token | RETENTION_DAYS |
    | deliveries | messages | RETENTION_DAYS |
    | events, conversations | sender, message id, address | the longer of RETENTION_DAYS and 90 days |
    | sign_ins | who of the staff signed in from which address | 90 days |
    | events, turns | nothing: kind, time, outcome are the traffic log, and hold no content | never |
    | audit | nothing: what staff did must be provable | never |
    | erasures | nothing: the list must outlive every backup, and names nobody | never |
    """

    def __init__(self, database: Database, days: int, clock: Callable[[], datetime]) -> None:
        """Keep what people wrote for so many days."""
        self._database = database
        self._days = timedelta(days=days)
        self._clock = clock

    def run(self) -> dict[str, int]:
        """Let go of what is due; gives how many rows of each step were."""
        now = self._clock()
        content, identity = now - self._days, now - max(self._days, TRAFFIC)
        steps = (("questions", self._questions), ("deliveries", self._messages), ("entries", self._entries))
        done = {name: self._in_batches(step, content, now) for name, step in steps}
        done["events"] = self._in_batches(self._senders, identity, now)
        done["sign_ins"] = self._in_batches(self._sign_ins, now - TRAFFIC, now)
        done["conversations"] = self._in_batches(self._addresses, identity, now)
        log.info("retention", **done)
        return done

    def _in_batches(self, step: Callable[[datetime, datetime], int], before: datetime, now: datetime) -> int:
        total = 0
        while touched := step(before, now):
            total += touched
        return total

    def _questions(self, before: datetime, now: datetime) -> int:
        with self._database.begin() as session:
            asked = select(TurnRow.event_id).where(TurnRow.asked_at < before, TurnRow.question != "")
            written = select(EventRow.id).where(EventRow.at < before, EventRow.text != "", EventRow.status != "waiting")
            ids = session.scalars(asked.union(written).limit(BATCH)).all()
            erase.erase_events(session, ids, now)
            return len(ids)

    def _messages(self, before: datetime, now: datetime) -> int:  # noqa: ARG002 - the steps share a signature
        with self._database.begin() as session:
            sent = select(DeliveryRow.id).where(DeliveryRow.created_at < before, DeliveryRow.status != "waiting")
            ids = session.scalars(sent.where(cast(DeliveryRow.messages, Text) != "[]").limit(BATCH)).all()
            return changed(session, update(DeliveryRow).where(DeliveryRow.id.in_(ids)).values(messages=[])) if ids else 0

    def _entries(self, before: datetime, now: datetime) -> int:  # noqa: ARG002 - the same
        with self._database.begin() as session:
            said = select(EscalationEntryRow.id).where(EscalationEntryRow.at < before, EscalationEntryRow.text != "")
            ids = session.scalars(said.where(EscalationEntryRow.kind != "step").limit(BATCH)).all()
            return changed(session, update(EscalationEntryRow).where(EscalationEntryRow.id.in_(ids)).values(text="")) if ids else 0

    def _senders(self, before: datetime, now: datetime) -> int:  # noqa: ARG002 - the same
        with self._database.begin() as session:
            named = select(EventRow.id).where(EventRow.received_at < before, EventRow.status != "waiting")
            ids = session.scalars(named.where(EventRow.sender.is_not(None) | EventRow.message_id.is_not(None)).limit(BATCH)).all()
            return changed(session, update(EventRow).where(EventRow.id.in_(ids)).values(sender=None, message_id=None)) if ids else 0

    def _sign_ins(self, before: datetime, now: datetime) -> int:  # noqa: ARG002 - the same
        with self._database.begin() as session:
            ids = session.scalars(select(SignInRow.id).where(SignInRow.at < before).limit(BATCH)).all()
            return changed(session, delete(SignInRow).where(SignInRow.id.in_(ids))) if ids else 0

    def _addresses(self, before: datetime, now: datetime) -> int:  # noqa: ARG002 - the same
        with self._database.begin() as session:
            waiting = (
                select(EscalationRow.id)
                .where(EscalationRow.conversation_id == ConversationRow.id)
                .where(EscalationRow.state.in_(("open", "taken")))
            )
            silent = select(ConversationRow.id).where(silent_since(before), ConversationRow.created_at < before, ~waiting.exists())
            ids = session.scalars(silent.where(ConversationRow.address.not_like("gone:%")).limit(BATCH)).all()
            for one in ids:
                changed(session, update(ConversationRow).where(ConversationRow.id == one).values(address=f"gone:{one}"))
            return len(ids)
