"""The staff's desk: a step on an escalation, from a page or from a channel, is one permission, one act and one audit entry."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.answering.wording import CLINIC, TOPICS, thai_time
from app.channels.base import Case, Step
from app.console.acts import Act, Staff, acting
from app.console.permissions import ROLE_NAMES, Verb, may
from app.errors import HandoverRefused, Mistaken
from app.messaging import wording
from app.messaging.handover import Handover
from app.store import escalations, staff
from app.store.database import Database
from app.store.desk_tables import EscalationRow
from app.store.staff_tables import AccountRow
from app.store.tables import ConversationRow

CODE_LASTS = timedelta(minutes=15)
ALPHABET, CODE_LENGTH = "ABCDEFGHJKMNPQRSTUVWXYZ23456789", 10  # 49 bits: nobody guesses one in its quarter of an hour
REACHES_ASKER = ("take", "say", "answer", "approve")
BEFORE = 6  # turns shown
SHOWN = 20  # pieces of a conversation shown in a channel, the newest
LONGEST = 700  # characters shown of what the clinic answered by itself


class StaffDesk:
    """What the staff does with escalations, and who they are in a channel; `app.channels.base.Desk` for channels."""

    def __init__(self, database: Database, clock: Callable[[], datetime], handover: Handover, places: Collection[str]) -> None:
        """Serve the pages, and the channels named in `places`."""
        self._database = database
        self._clock = clock
        self._handover = handover
        self.places = places

    def do(self, officer: Staff, step: str, number: int, *given: str) -> None:
        """Do one step of the handover, with its audit entry in the same commit.

        Raises:
            HandoverRefused: the step is not possible; nothing is changed.
            NotAllowed: the role may not do this.
        """
        verb: Verb = "escalations.approve" if step == "approve" else "escalations.answer"
        if step in REACHES_ASKER and may(officer.role, verb):
            self._handover.check_way(number)
        with acting(self._database, self._clock, officer, verb, f"escalation {number}") as act:
            row = act.session.get(EscalationRow, number)
            act.before = {"state": row.state, "officer": row.officer} if row else {}
            getattr(self._handover, step)(act.session, number, *given)
            if row:
                act.session.flush()
                act.after = {"step": step, "state": row.state, "officer": row.officer}

    def new_code(self, act: Act, account_id: int) -> str:
        """Make up a one-time code that links an account to whoever says it in a channel."""
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        staff.keep_code(act.session, account_id, _digest(code), self._clock() + CODE_LASTS)
        return f"{code[:5]}-{code[5:]}"

    def link(self, channel: str, person: str, code: str) -> str:
        """Link somebody of a channel to the account that showed the code; gives what to tell them.

        Raises:
            Mistaken: no such code, or they are linked already.
        """
        digest = _digest(code)
        with self._database.read() as session:
            account = staff.by_code(session, digest, self._clock())
            before = staff.linked(session, channel, person)
        if account is None:
            raise Mistaken(wording.BAD_CODE)
        if before is not None and before.id != account.id:
            raise Mistaken(wording.LINKED_ALREADY.format(name=before.name))
        with acting(self._database, self._clock, _staff(account), "account.own", f"account {account.name}") as act:
            if not staff.link(act.session, account.id, digest, channel, person):
                raise Mistaken(wording.BAD_CODE)
            act.after = {"linked": f"{channel} {person}"}
        return wording.LINKED.format(name=account.name)

    def unlink(self, channel: str, person: str) -> str:
        """Undo the link of somebody of a channel; gives what to tell them.

        Raises:
            Mistaken: they are not linked.
        """
        account = self._account(channel, person)
        with acting(self._database, self._clock, _staff(account), "account.own", f"account {account.name}") as act:
            staff.unlink(act.session, account.id)
            act.before = {"linked": f"{channel} {person}"}
        return wording.UNLINKED.format(name=account.name)

    def look(self, channel: str, person: str, number: int) -> Case:
        """Show an escalation to somebody of a channel.

        Raises:
            Mistaken: they are not linked, or may not, or there is no such escalation.
        """
        return self._case(self._officer(channel, person, "escalations.read"), number)

    def act(self, channel: str, person: str, number: int, step: Step, text: str = "") -> Case:
        """Do a step for somebody of a channel, as the page does it.

        Raises:
            Mistaken: they are not linked, or may not, or the step is not possible.
        """
        officer = self._officer(channel, person, "escalations.answer")
        try:
            self.do(officer, step, number, officer.name, *([text] if step in ("say", "answer") else []))
        except HandoverRefused as refused:
            raise Mistaken(self._refusal(number, refused.reason)) from None
        return self._case(officer, number, wording.DONE[step])

    def _account(self, channel: str, person: str) -> AccountRow:
        with self._database.read() as session:
            account = staff.linked(session, channel, person)
        if account is None:
            raise Mistaken(wording.NOT_LINKED)
        return account

    def _officer(self, channel: str, person: str, verb: Verb) -> Staff:
        account = self._account(channel, person)
        if account.is_temporary:
            raise Mistaken(wording.STILL_TEMPORARY)
        officer = _staff(account)
        if not may(officer.role, verb):
            raise Mistaken(wording.NOT_ALLOWED.format(role=next((name for role, name in ROLE_NAMES.items() if role == officer.role), "")))
        return officer

    def _refusal(self, number: int, reason: str) -> str:
        """Say why a step is not possible, and who has the matter."""
        with self._database.read() as session:
            row = session.get(EscalationRow, number)
            held = escalations.with_officer(session, row.conversation_id) if row else None
        if row and row.state in ("answered", "closed") and reason == "not_yours":
            reason = "ended"
        if held and reason in ("taken", "not_yours"):
            return wording.HELD_BY.format(officer=held.officer)
        return wording.REFUSALS[reason]

    def _case(self, officer: Staff, number: int, done: str = "") -> Case:
        with self._database.read() as session:
            row = session.get(EscalationRow, number)
            if row is None:
                raise Mistaken(wording.REFUSALS["gone"])
            place = session.get_one(ConversationRow, row.conversation_id)
            said = _said(session, row)
        state = " ".join((wording.STATES[row.state], row.officer)).strip()
        facts = (state, wording.REASONS[row.reason], TOPICS.get(row.topic, CLINIC), wording.CHANNELS.get(place.channel, place.channel))
        steps: tuple[Step, ...] = ()
        if row.state == "open":
            steps = ("take", "close")
        elif row.state == "taken" and row.officer == officer.name:
            steps = ("answer", "say", "close")
        is_allowed = may(officer.role, "escalations.answer")
        return Case(number, (*facts, thai_time(row.asked_at)), said, steps if is_allowed else (), done)


def _said(session: Session, row: EscalationRow) -> tuple[tuple[str, str], ...]:
    """Give what was said around a question and after it, each with whose words they are and when."""
    words: list[tuple[str, datetime, str]] = []
    for turn, answer in escalations.conversation(session, row, BEFORE):
        words.append((wording.ASKER, turn.asked_at, turn.question or wording.ERASED))
        if answer and answer.text:
            words.append((wording.BY_ITSELF, turn.answered_at, answer.text[:LONGEST]))
    for entry, question in escalations.entries(session, row.id):
        if entry.kind == "asker":
            words.append((wording.ASKER, entry.at, question or wording.ERASED))
        elif entry.kind != "step":
            whose = wording.NOTE_OF.format(officer=entry.who) if entry.kind == "note" else entry.who
            words.append((whose, entry.at, entry.text or wording.LET_GO))
    return tuple((f"{whose} · {thai_time(at)}", text) for whose, at, text in words[-SHOWN:])


def _staff(account: AccountRow) -> Staff:
    return Staff(account.id, account.name, account.role, account.is_temporary)


def _digest(code: str) -> str:
    return hashlib.sha256("".join(one for one in code.upper() if one in ALPHABET).encode()).hexdigest()
