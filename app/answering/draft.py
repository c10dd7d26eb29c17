"""LLM mode: have a language model draft claims from the passages, and keep those that their quotations prove."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from secrets import token_hex
from typing import Any

import structlog

from app.answering import wording
from app.answering.cite import Proof, Proven, prove
from app.answering.query import EMPTY, FOLLOW_LENGTH, Query
from app.corpus import suspicions
from app.corpus.lexicon import Lexicon
from app.domain import Passage, Question
from app.errors import ModelError
from app.llms.base import FollowUp, LanguageModel, Offered, Request
from app.thai import fold

PASSAGES = 4  # that a model is given; more only lead a small one astray
ROOM = 6000  # characters of all of them together: what models with a small window still read
HISTORY = 3  # earlier questions that a follow-up may lean on
CLAIMS = 5  # that an answer may hold
OUR_PROMPTS = Path(__file__).parent / "prompts"
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"'“”‘’()\[\]ก-๙]+[^\s<>\"'“”‘’()\[\]ก-๙.,;:!?]")

_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")  # marks by which plain letters can carry other words

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Draft:
    """What is left of a draft after the proof, and for the trace how it came to that."""

    proven: tuple[Proven, ...]
    trace: Mapping[str, Any]


class Drafting:
    """Asks a model, and proves what it says."""

    def __init__(self, model: LanguageModel, lexicon: Lexicon) -> None:
        """Keep what drafts, and what cuts text into words."""
        self._model = model
        self._words = lexicon.tokens

    def draft(self, question: Question, query: Query, passages: Sequence[Passage]) -> Draft:
        """Draft an answer to a question that the passages answer. A failure is no error here: nothing is proved, and the trace says why."""
        told: dict[str, Any] = {"model": self._model.name}
        if question.quote_only:
            return Draft((), told | {"used": False, "reason": "quote_only"})
        offered = {f"p{number}": passage for number, passage in enumerate(offer(passages, query), 1)}
        if not offered:
            return Draft((), told | {"used": False, "reason": "nothing_to_offer"})
        asked, addresses = request(question.text, query, offered)
        try:
            claims = self._model.draft(asked)
        except ModelError as error:
            return Draft((), told | {"used": False, "reason": error.reason})
        proof = prove(claims, offered, addresses, self._words)
        proven = self._on_the_subject(proof, query)
        told |= {"claims": len(claims), "proven": len(proven), "fell": [list(one) for one in proof.fell]}
        log.info("draft proved", model=self._model.name, claims=len(claims), proven=len(proven))
        if not proven:
            return Draft((), told | {"used": False, "reason": "nothing_proved" if claims else "no_claims"})
        return Draft(proven, told | {"used": True})

    def restated(self, question: Question) -> str:
        """Say a short question that leans on earlier ones in full; "" when it need not be, or when that cannot be proved.

        The proof: every word of it that says something was said in the conversation, and none of the question's own words is lost.
        """
        if question.quote_only or not question.history or len(question.text) > FOLLOW_LENGTH:
            return ""
        own, earlier = self._said(question.text), self._said(" ".join(question.history[-HISTORY:]))
        fence = f"=={token_hex(9)}=="
        told = "\n".join(f"{fence} {_kept(text)}" for text in (*question.history[-HISTORY:], question.text))
        try:
            full = self._model.restate(FollowUp(question.text, _prompt("restate").format(fence=fence), f"{told}\n{fence}"))
        except ModelError:
            return ""
        words = self._said(full)
        return full if own <= words <= own | earlier and words != own else ""

    def _said(self, text: str) -> set[str]:
        return {word for word in self._words(fold(text)) if word not in EMPTY}

    def _on_the_subject(self, proof: Proof, query: Query) -> tuple[Proven, ...]:
        """Nothing, when no claim rests on a rule that speaks of what was asked."""
        asked = set(query.content)
        spoken = [{*self._words(one.quote), *self._words(one.passage.section.label)} for one in proof.proven]
        return proof.proven[:CLAIMS] if any(asked & words for words in spoken) else ()


def offer(passages: Sequence[Passage], query: Query) -> list[Passage]:
    """Choose what a model is given: rules that hold on the day asked about, and none that speaks to a model instead of to readers."""
    chosen: list[Passage] = []
    for passage in passages:
        room = ROOM - sum(len(one.section.text) for one in chosen)
        if len(chosen) < PASSAGES and len(passage.section.text) <= room and _holds(passage, query) and not speaks_to_a_model(passage):
            chosen.append(passage)
    return chosen


def speaks_to_a_model(passage: Passage) -> bool:
    """Say whether a passage holds words to a language model. The gate refuses such documents; one that slipped in answers nobody."""
    return _speaks_to_a_model(f"{passage.document.title}\n{passage.section.label}\n{passage.section.text}")


@lru_cache(maxsize=2000)
def _speaks_to_a_model(text: str) -> bool:
    return bool(suspicions.orders(text))


def _holds(passage: Passage, query: Query) -> bool:
    days = {query.as_of, *(query.day_of(year) for year in query.years)}
    if any(passage.document.in_force(day) for day in days):
        return True
    spoken = f"{passage.section.label} {passage.section.text}"
    return passage.document.in_force(query.today) and any(str(year) in spoken for year in query.years)


def request(question: str, query: Query, offered: Mapping[str, Passage]) -> tuple[Request, list[str]]:
    """Write the prompt: what the passages and the asker say stands between marks that neither could foresee.

    Returns:
        The request, and what its tokens link_1, link_2 … stand for.
    """
    fence = f"=={token_hex(9)}=="
    addresses: list[str] = []

    def token(found: re.Match[str]) -> str:
        if found[0] not in addresses:
            addresses.append(found[0])
        return f"[link_{addresses.index(found[0]) + 1}]"

    passages = [
        Offered(
            name,
            " › ".join(_ADDRESS.sub("", _kept(part)) for part in (passage.document.title, passage.section.label) if part),
            _ADDRESS.sub(token, _kept(passage.section.text)),
        )
        for name, passage in offered.items()
    ]
    fenced = "\n\n".join(f"{fence} {one.id} {one.heading}\n{one.text}\n{fence} จบ {one.id}" for one in passages)
    material = _prompt("material").format(day=wording.thai_date(query.as_of), passages=fenced, question=_kept(question), fence=fence)
    return Request(question, passages, _prompt("draft").format(fence=fence), material), addresses


def _kept(text: str) -> str:
    """Leave out what nobody sees: a model would read it."""
    seen = (letter for letter in _SELECTORS.sub("", text) if letter == "\n" or unicodedata.category(letter)[0] != "C")
    return "".join(seen)


@cache
def _prompt(name: str) -> str:
    return (OUR_PROMPTS / f"{name}.txt").read_text("utf-8")
