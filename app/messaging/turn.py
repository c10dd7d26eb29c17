"""Work out one turn: what an event means and what is said to it. Nothing is written here; the inbox saves it in one commit."""

# ruff: noqa: ARG002 - the steps of one table share a signature, and not every step needs all of it
from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from secrets import token_urlsafe
from typing import Protocol

from app.actions import Action, Verb, decode, encode, worded
from app.answering import wording
from app.answering.personal import CLASSIFIED
from app.domain import Answer, Button, EventKind, Outcome, Question, Reply
from app.messaging import own_data, replies
from app.messaging.office_hours import OfficeHours
from app.messaging.own_data import OwnData
from app.store import escalations, turns
from app.store.database import Database
from app.store.events import Claim
from app.store.turns import SaidBefore, Verdict

HISTORY = 5
HISTORY_SPAN = timedelta(minutes=30)
RECENT = 5  # of one's own questions that are shown to be asked again


class Answering(Protocol):
    """What the conversation needs of the answering flow."""

    def answer(self, question: Question) -> Answer:
        """Answer a question; raises ClinicError when it should be tried again."""

    def suggest(self, topic: str) -> tuple[str, ...]:
        """Give example questions of a topic, or of all when it is empty."""

    def ready(self) -> str:
        """Say why no question can be answered now; "" when they can."""


@dataclass(frozen=True)
class Turn:
    """What an event came to. Without an outcome it belongs to an earlier answer's turn; `verdict` is what it says of that answer."""

    replies: tuple[Reply, ...]
    outcome: Outcome | None = None
    question: str = ""
    answer: Answer | None = None
    answer_id: str = ""
    verdict: Verdict | None = None
    why: str = ""  # what the asker says was not right
    forget: bool = False  # the event's text must not be kept
    notice: str = ""  # the version of the notice about personal data that is among the replies
    erase: bool = False  # all that the asker has written must go
    corrections: bool | None = None  # whether they want to hear of corrections; None when nothing was said about it


class Conversation:
    """Works out turns from the database's memory and the answering flow."""

    def __init__(self, database: Database, answering: Answering, office: Callable[[], OfficeHours], own_data: OwnData) -> None:
        """Keep what turns are worked out with; the two tables below are the order of work."""
        self._database = database
        self._answering = answering
        self._office = office
        self._own_data = own_data
        self._kinds: Mapping[EventKind, Callable[[Claim], Turn]] = {
            "text": self._asked,
            "edited": self._asked,
            "attachment": self._attached,
            "follow": self._followed,
            "join": self._joined,
            "postback": self._pressed,
        }
        self._verbs: Mapping[Verb, Callable[[Claim, Action], Turn]] = {
            "full": self._full,
            "more": self._more,
            "right": self._right,
            "wrong": self._wrong,
            "why": self._why,
            "person": self._person,
            "wait": self._not_looking,
            "menu": self._menu,
            "share": self._share,
            "mine": self._mine,
            "erase": self._erase,
            "corrections": self._corrections,
        }

    def turn(self, claim: Claim) -> Turn:
        """Work out the turn of an event that is ours; the first one of a conversation brings the notice about personal data."""
        turn = self._kinds[claim.event.kind](claim)
        if wording.COVERED in claim.event.text and turn.replies:
            turn = replace(turn, replies=(*turn.replies, Reply(wording.DATA_COVERED)))
        if turn.replies and not turn.notice and claim.event.kind != "join" and self._own_data.is_news(claim):
            turn = replace(turn, replies=(self._own_data.notice(), *turn.replies), notice=self._own_data.notice_version)
        return turn

    def _asked(self, claim: Claim) -> Turn:
        event = claim.event
        if command := own_data.command(event.text):
            return self._commanded(claim, command)
        if claim.with_officer and event.text != CLASSIFIED:
            return Turn((), "handed_over", event.text)
        with self._database.read() as session:
            history = turns.history(session, claim.conversation_id, event.at - HISTORY_SPAN, event.at, HISTORY)
        answer = self._answering.answer(Question(event.text, history))
        answer_id = token_urlsafe(12)
        forget = answer.trace.get("screened") == "secret"
        question = "" if forget else event.text
        if turns.APPROVAL in answer.trace:
            told = Reply(f"{wording.BEING_CHECKED}\n\n{self._office().promise(event.at)}", question=question)
            return Turn((told,), answer.outcome, question, answer, answer_id)
        reply = Reply(answer.text, answer=answer, answer_id=answer_id, buttons=replies.buttons(answer, answer_id), question=question)
        return Turn((reply,), answer.outcome, question, answer, answer_id, forget=forget)

    def _commanded(self, claim: Claim, command: own_data.Command) -> Turn:
        if command == "show":
            return Turn((self._own_data.shown(claim),))
        if command == "quiet":
            return Turn((Reply(wording.CORRECTIONS_OFF),), corrections=False)
        return Turn((self._own_data.asked_to_erase(),))

    def _attached(self, claim: Claim) -> Turn:
        return Turn((Reply(wording.ATTACHMENTS.get(claim.event.text, wording.ATTACHMENT)),))

    def _followed(self, claim: Claim) -> Turn:
        return Turn((self._greeting(), self._own_data.notice()), notice=self._own_data.notice_version)

    def _joined(self, claim: Claim) -> Turn:
        return Turn((Reply(wording.JOINED),))

    def _pressed(self, claim: Claim) -> Turn:
        action = decode(claim.event.text)
        return self._verbs[action.verb](claim, action) if action else Turn((replies.OLD,))

    def _full(self, claim: Claim, action: Action) -> Turn:
        said = self._said(claim, action)
        number, _, part = action.argument.partition(":")
        if said is None or not number.isdecimal() or int(number) >= len(said.citations):
            return Turn((replies.OLD,))
        citation = said.citations[int(number)]
        return Turn((replies.part("full", said.id, citation.text, part or "1", number + ":", citation),))

    def _more(self, claim: Claim, action: Action) -> Turn:
        said = self._said(claim, action)
        return Turn((replies.part("more", said.id, said.text, action.argument) if said else replies.OLD,))

    def _right(self, claim: Claim, action: Action) -> Turn:
        return self._judged(claim, action, "right", Reply(wording.NOTED_RIGHT))

    def _wrong(self, claim: Claim, action: Action) -> Turn:
        offer = Button(wording.PERSON, data=encode("person", action.answer_id))
        reasons = tuple(Button(reason, data=worded("why", action.answer_id, reason)) for reason in wording.REASONS)
        return self._judged(claim, action, "wrong", Reply(wording.NOTED_WRONG, buttons=(offer, *reasons)))

    def _why(self, claim: Claim, action: Action) -> Turn:
        # the words stand beside the answer's trace then, where erasing finds them, and not in the event too
        return replace(self._judged(claim, action, "wrong", Reply(wording.NOTED_WHY)), why=action.argument, forget=True)

    def _person(self, claim: Claim, action: Action) -> Turn:
        if not action.answer_id:  # the rich menu's button belongs to no answer: it means the question just asked
            with self._database.read() as session:
                latest = turns.latest(session, claim.conversation_id, claim.event.at - HISTORY_SPAN)
            if not latest:
                return Turn((Reply(wording.ASK_FIRST),))
            action = Action("person", latest)
        with self._database.read() as session:
            said = turns.find(session, action.answer_id, claim.conversation_id)
            waiting = escalations.of_turn(session, said.turn_id) if said else None
        if waiting and waiting.state == "taken":
            return Turn((Reply(wording.PERSON_HAS_IT),))
        return self._judged(claim, action, "person", Reply(f"{wording.NOTED_PERSON}\n\n{self._office().promise(claim.event.at)}"))

    def _not_looking(self, claim: Claim, action: Action) -> Turn:
        # the inbox has given the token to what was waited for; this press found nothing that waits
        return Turn((Reply(wording.NOT_LOOKING),))

    def _menu(self, claim: Claim, action: Action) -> Turn:
        if action.argument == "help":
            return Turn((self._greeting(),))
        if action.argument == "data":
            return Turn((self._own_data.notice(),), notice=self._own_data.notice_version)
        if action.argument == "home":
            return Turn((self._greeting(), self._recent(claim), self._own_data.shown(claim)))
        if action.argument not in wording.TOPICS:
            return Turn((replies.OLD,))
        text = wording.MENU.format(topic=wording.TOPICS[action.argument])
        return Turn((Reply(text, buttons=replies.examples(self._answering.suggest(action.argument))),))

    def _recent(self, claim: Claim) -> Reply:
        with self._database.read() as session:
            asked = turns.asked_by(session, claim.event.channel, claim.event.sender, RECENT)
        return Reply(wording.RECENT, buttons=replies.examples(asked, RECENT)) if asked else Reply(wording.NO_RECENT)

    def _share(self, claim: Claim, action: Action) -> Turn:
        said = self._said(claim, action)
        if said is None:
            return Turn((replies.OLD,))
        answer = Answer("answered", said.text, lead=said.lead, notes=said.notes, citations=said.citations, topic=said.topic)
        return Turn((Reply(said.text, answer=answer, question=said.question, shared=True),))

    def _mine(self, claim: Claim, action: Action) -> Turn:
        page = int(action.argument) if action.argument.isdecimal() and len(action.argument) < 5 else 1
        return Turn((self._own_data.shown(claim, max(page, 1)),))

    def _erase(self, claim: Claim, action: Action) -> Turn:
        return Turn((Reply(wording.ERASED),), erase=True)

    def _corrections(self, claim: Claim, action: Action) -> Turn:
        wanted = action.argument == "on"
        button = Button(wording.CORRECTIONS_BUTTON, data=encode("corrections", argument="on"))
        reply = Reply(wording.CORRECTIONS_ON) if wanted else Reply(wording.CORRECTIONS_OFF, buttons=(button,))
        return Turn((reply,), corrections=wanted)

    def _judged(self, claim: Claim, action: Action, verdict: Verdict, reply: Reply) -> Turn:
        said = self._said(claim, action)
        return Turn((reply,), answer_id=said.id, verdict=verdict) if said else Turn((replies.OLD,))

    def _said(self, claim: Claim, action: Action) -> SaidBefore | None:
        with self._database.read() as session:
            return turns.find(session, action.answer_id, claim.conversation_id)

    def _greeting(self) -> Reply:
        topics = " · ".join(name for topic, name in wording.TOPICS.items() if topic != "clinic")
        return Reply(wording.GREETING.format(topics=topics), buttons=replies.examples(self._answering.suggest("")))
