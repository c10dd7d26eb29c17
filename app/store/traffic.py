"""The traffic log: who reached us when and by which way, without a word of what they wrote (Computer Crime Act, section 26).

It is read from what is kept anyway: events and turns keep their time, kind and outcome when what was written in them is erased, and who
sent them until the traffic log may go (`retention.py`). Only the addresses of console sign-ins have a table of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import merge

from sqlalchemy import func, select, tuple_

from app.store.database import Database
from app.store.erase import key
from app.store.staff_tables import AccountRow, SignInRow
from app.store.tables import ConversationRow, EventRow, TurnRow

PAGE = 1000


@dataclass(frozen=True)
class Contact:
    """One time that somebody reached us; `key` is a digest that stays the same for a person, from which their id cannot be read."""

    at: datetime
    channel: str
    key: str
    kind: str
    outcome: str
    address: str = ""


def contacts(database: Database, since: datetime, until: datetime) -> Iterator[Contact]:
    """Give all contacts from a moment to another, oldest first, a page in memory at a time."""
    return merge(_events(database, since, until), _sign_ins(database, since, until), key=lambda contact: contact.at)


def _events(database: Database, since: datetime, until: datetime) -> Iterator[Contact]:
    told = (
        select(EventRow, ConversationRow.address, TurnRow.outcome)
        .join(ConversationRow, ConversationRow.id == EventRow.conversation_id)
        .outerjoin(TurnRow, TurnRow.event_id == func.coalesce(EventRow.read_with, EventRow.id))
        .where(EventRow.received_at >= since, EventRow.received_at < until)
        .order_by(EventRow.received_at, EventRow.id)
        .limit(PAGE)
    )
    after = (since, 0)
    while True:
        with database.read() as session:
            rows = session.execute(told.where(tuple_(EventRow.received_at, EventRow.id) > after)).all()
        for event, address, outcome in rows:
            who = key(event.channel, event.sender or f"conversation:{address}")
            yield Contact(event.received_at, event.channel, who, event.kind, outcome or event.status)
        if len(rows) < PAGE:
            return
        after = (rows[-1][0].received_at, rows[-1][0].id)


def _sign_ins(database: Database, since: datetime, until: datetime) -> Iterator[Contact]:
    told = select(SignInRow, AccountRow.name).outerjoin(AccountRow, AccountRow.id == SignInRow.account_id)
    with database.read() as session:
        rows = session.execute(told.where(SignInRow.at >= since, SignInRow.at < until).order_by(SignInRow.at, SignInRow.id)).all()
    for row, name in rows:
        yield Contact(row.at, "console", key("console", name) if name else "", f"sign_in:{row.way}", row.result, row.address)
