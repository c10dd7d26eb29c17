"""What officers do with an escalation: take, assign, note, speak, answer, approve, close; the asker hears when a person begins and ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Literal

import structlog
from sqlalchemy.orm import Session

from app.answering import wording
from app.channels.base import Channel, Metered
from app.domain import Reply
from app.errors import HandoverRefused, SendError
from app.messaging import replies
from app.store import corrections, deliveries, escalations, releases, turns
from app.store.database import Database
from app.store.desk_tables import EscalationRow
from app.store.tables import ConversationRow, TurnRow

LONGEST = 4000  # characters of what an officer writes: with the question above it, it fits one message of every channel
QUOTED = 200  # characters of the question that stand above an answer

log = structlog.get_logger(__name__)


class Handover:
    """The officers' side of the conversations; each step runs in the caller's transaction, to be one commit with its audit entry."""

    def __init__(self, database: Database, channels: Mapping[str, Channel], clock: Callable[[], datetime]) -> None:
        """Speak through these channels, by name."""
        self._database = database
        self._channels = channels
        self._clock = clock

    def check_way(self, escalation_id: int) -> None:
        """Refuse before anything is written when the asker cannot be reached. It asks the channel: not to be called in a transaction.

        Raises:
            HandoverRefused: gone, blocked, no_channel or quota.
        """
        with self._database.read() as session:
            row = session.get(EscalationRow, escalation_id)
            place = session.get(ConversationRow, row.conversation_id) if row else None
            if place is None:
                raise HandoverRefused("gone")
            if place.blocked_at is not None:
                raise HandoverRefused("blocked")
            channel = self._channels.get(place.channel)
        if channel is None:
            raise HandoverRefused("no_channel")
        if left(channel) == 0:
            raise HandoverRefused("quota")

    def take(self, session: Session, escalation_id: int, officer: str) -> None:
        """Take an escalation; from now on the clinic is silent in its conversation, and the asker knows.

        Raises:
            HandoverRefused: it is not there, ended, or somebody has the conversation.
        """
        row, place = _held(session, escalation_id)
        if row.state == "taken" and row.officer == officer:
            return  # pressed twice
        if row.state != "open":
            raise HandoverRefused("taken" if row.state == "taken" else "ended")
        other = escalations.with_officer(session, place.id)
        if other and other.officer != officer:
            raise HandoverRefused("taken")
        now = self._clock()
        escalations.move(session, row, "taken", officer, now, by=officer)
        if other is None:
            self._owe(session, row, place, now, Reply(wording.OFFICER_BEGINS.format(question=_quoted(session, row))))

    def assign(self, session: Session, escalation_id: int, to: str, by: str) -> None:
        """Give an escalation that waits or is taken to another officer; the asker need not know who answers.

        Raises:
            HandoverRefused: it is not there or ended.
        """
        row, _ = _held(session, escalation_id)
        if row.state not in ("open", "taken"):
            raise HandoverRefused("ended")
        row.officer = to
        escalations.add(session, row.id, "step", self._clock(), who=by, text=f"assigned:{to}")

    def note(self, session: Session, escalation_id: int, officer: str, text: str) -> None:
        """Keep a note for colleagues; the asker never sees it.

        Raises:
            HandoverRefused: there is no such escalation, or nothing is written.
        """
        row, _ = _held(session, escalation_id)
        escalations.add(session, row.id, "note", self._clock(), who=officer, text=_written(text))

    def say(self, session: Session, escalation_id: int, officer: str, text: str) -> None:
        """Write to the asker without ending the matter: to ask back, for example.

        Raises:
            HandoverRefused: it is not this officer's, or nothing is written.
        """
        self._speak(session, escalation_id, officer, text, "said")

    def answer(self, session: Session, escalation_id: int, officer: str, text: str) -> None:
        """Answer: the words go out in the asker's channel below the question, and the clinic answers by itself again.

        Raises:
            HandoverRefused: as for `say`.
        """
        self._speak(session, escalation_id, officer, text, "answer")

    def approve(self, session: Session, escalation_id: int, officer: str) -> None:
        """Send the drafted answer as it is, with its citations and buttons, below the question.

        Raises:
            HandoverRefused: it is not there, ended, another officer's, without a draft, or the rules of the draft have changed (stale).
        """
        row, place = _held(session, escalation_id)
        if row.state not in ("open", "taken"):
            raise HandoverRefused("ended")
        other = escalations.with_officer(session, place.id)
        if other and other.officer != officer:
            raise HandoverRefused("taken")
        if place.blocked_at is not None:
            raise HandoverRefused("blocked")
        draft = turns.drafted(session, row.turn_id)
        if draft is None:
            raise HandoverRefused("no_draft")
        answer_id, answer = draft
        now, is_new = self._clock(), row.state == "open"
        turns.approve(session, row.turn_id)
        if corrections.affected(session, releases.pointer(session)[0], row.asked_at, wording.thai_today(now), [answer_id]):
            raise HandoverRefused("stale")
        entry = escalations.add(session, row.id, "approved", now, who=officer)
        escalations.move(session, row, "answered", officer, now, by=officer)
        words = wording.APPROVED.format(question=_quoted(session, row))
        before = Reply(words if is_new else _and_ends(session, place, words))
        given = Reply(answer.text, answer=answer, answer_id=answer_id, buttons=replies.buttons(answer, answer_id))
        entry.delivery_id = self._owe(session, row, place, now, before, given)

    def close(self, session: Session, escalation_id: int, officer: str) -> None:
        """Close an escalation; an asker who was promised a person, or had one, is told when no answer came.

        Raises:
            HandoverRefused: it is not there, closed already, or another officer's.
        """
        row, place = _held(session, escalation_id)
        if row.state == "closed":
            raise HandoverRefused("ended")
        if row.state == "taken" and row.officer != officer:
            raise HandoverRefused("taken")
        now = self._clock()
        waits = row.state == "taken" or (row.state == "open" and row.reason in escalations.PROMISED)
        escalations.move(session, row, "closed", row.officer or officer, now, by=officer)
        if waits and place.blocked_at is None and place.channel in self._channels:
            words = wording.OFFICER_CLOSES.format(question=_quoted(session, row))
            self._owe(session, row, place, now, Reply(_and_ends(session, place, words)))

    def _speak(self, session: Session, escalation_id: int, officer: str, text: str, kind: Literal["said", "answer"]) -> None:
        said = _written(text)
        row, place = _held(session, escalation_id)
        if row.state != "taken" or row.officer != officer:
            raise HandoverRefused("not_yours")
        if place.blocked_at is not None:
            raise HandoverRefused("blocked")
        now = self._clock()
        entry = escalations.add(session, row.id, kind, now, who=officer, text=said)
        words = wording.OFFICER_SAYS.format(question=_quoted(session, row), text=said)
        if kind == "answer":
            escalations.move(session, row, "answered", officer, now, by=officer)
            words = _and_ends(session, place, words)
        entry.delivery_id = self._owe(session, row, place, now, Reply(words))

    def _owe(self, session: Session, row: EscalationRow, place: ConversationRow, now: datetime, *said: Reply) -> str:
        messages = self._channels[place.channel].shape(said)
        turn = session.get_one(TurnRow, row.turn_id)
        return deliveries.owe(session, turn.event_id, messages, deliveries.NO_TOKEN, now=now, ready_at=now)


def left(channel: Channel) -> int | None:
    """Give how many messages a channel still takes this month; None when it does not count them or does not say."""
    if not isinstance(channel, Metered):
        return None
    try:
        return channel.messages_left()
    except SendError as error:
        log.info("the quota is not known", channel=channel.name, reason=error.reason)
        return None


def _held(session: Session, escalation_id: int) -> tuple[EscalationRow, ConversationRow]:
    found = escalations.hold(session, escalation_id)
    if found is None:
        raise HandoverRefused("gone")
    return found


def _written(text: str) -> str:
    said = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not said:
        raise HandoverRefused("empty")
    if len(said) > LONGEST:
        raise HandoverRefused("too_long")
    return said


def _quoted(session: Session, row: EscalationRow) -> str:
    question = " ".join(session.get_one(TurnRow, row.turn_id).question.split())
    return question if len(question) <= QUOTED else question[: QUOTED - 1].rstrip() + "…"


def _and_ends(session: Session, place: ConversationRow, words: str) -> str:
    """Add that the clinic answers by itself again, unless an officer still has the conversation under another question."""
    session.flush()
    return words if escalations.with_officer(session, place.id) else f"{words}\n\n{wording.OFFICER_ENDS}"
