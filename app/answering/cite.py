"""Prove every claim of a draft by its quotation, or remove it; what is shown are the passage's own characters.

A claim is proved when all of `_CHECKS` hold. The question proves nothing: a number or a name that only it holds may not be said.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.answering import borrowed, force
from app.answering.compose import around
from app.answering.literal import locate
from app.answering.misuse import is_misuse
from app.corpus import suspicions
from app.domain import Passage
from app.llms.base import Claim
from app.thai import fold, repair
from app.thai_numbers import numbers

LONGEST, SHORTEST = 700, 4  # characters of a claim
_TOKEN = re.compile(r"\[?\s*link_(\d+)\s*\]?")
_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]*://|www\.|\b(javascript|mailto|data|tel|line)\s*:|[\w.+-]+@[\w-]+\.\w|\b[a-z0-9-]+\.[a-z]{2,}\b(?!\.\d)",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"[<>{}\[\]`|\\^~*_#=$]|\]\(|&\w+;|%[0-9a-f]{2}", re.IGNORECASE)
_PLAIN = re.compile(r"[\u0e01-\u0e3a\u0e3f-\u0e4e\u0e50-\u0e59A-Za-z0-9 .,:;()/%?!+&\"'“”‘’–—…·-]")
_LATIN = re.compile(r"[a-z][a-z0-9.+-]*", re.IGNORECASE)
_QUOTED = re.compile(r"[“\"]([^”\"]{2,})[”\"]|‘([^’]{2,})’|'([^']{2,})'")
_COURTESY = re.compile(r"\s*(นะ)?(ครับผม|ครับ|ค่ะ|คะ)\s*$")


@dataclass(frozen=True)
class Proven:
    """A claim that holds: what is said, the passage that bears it, and the whole of the rule around its quotation, letter for letter."""

    text: str
    passage: Passage
    quote: str


@dataclass(frozen=True)
class Proof:
    """What is left of a draft, and why the rest fell: the claim's number with a reason."""

    proven: tuple[Proven, ...]
    fell: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class _Case:
    """One claim beside what should bear it, in the forms in which they are compared."""

    said: str
    passage: Passage
    quote: str  # the passage's own characters
    before: str  # what stands before it in its line, and after it
    after: str
    shown: str  # the whole of the rule around it
    words: force.Words

    @property
    def claim(self) -> str:
        return fold(self.said)

    @property
    def ruled(self) -> str:
        return fold(self.quote)


def prove(claims: Sequence[Claim], offered: Mapping[str, Passage], addresses: Sequence[str], words: force.Words) -> Proof:
    """Prove a draft claim by claim.

    Args:
        claims: the draft.
        offered: the passages that the model was given, by the id it was given; all in force on the day asked about.
        addresses: what the tokens link_1, link_2 … stand for.
        words: cuts text into words.
    """
    proven: list[Proven] = []
    fell: list[tuple[int, str]] = []
    for number, claim in enumerate(claims, 1):
        outcome = _prove(claim, offered, addresses, words)
        if isinstance(outcome, str):
            fell.append((number, outcome))
        elif any(outcome.text == one.text for one in proven):
            fell.append((number, "said_twice"))
        else:
            proven.append(outcome)
    return Proof(tuple(proven), tuple(fell))


def _prove(claim: Claim, offered: Mapping[str, Passage], addresses: Sequence[str], words: force.Words) -> Proven | str:
    reason = _unfit(claim, offered, addresses)
    if reason:
        return reason
    said = _COURTESY.sub("", " ".join(repair(_expanded(claim.text, addresses)).split())).strip()
    quote = _expanded(claim.quote, addresses)
    for passage in (offered[one] for one in claim.passages):
        place = locate(quote, passage.section.text)
        if place:
            case = _case(said, passage, place, words)
            return next((reason for check in _CHECKS if (reason := check(case))), "") or Proven(said, passage, case.shown)
    return "quote_not_in_passage"


def _unfit(claim: Claim, offered: Mapping[str, Passage], addresses: Sequence[str]) -> str:
    """Why a claim need not be compared with anything: hidden characters, an address that is no token, an odd length, a strange passage."""
    if any(unicodedata.category(letter)[0] == "C" and letter not in "\n\r\t" for letter in claim.text + claim.quote):
        return "hidden_characters"
    if _ADDRESS.search(claim.text):
        return "address"  # the model never saw one: it has only tokens
    if any(not 1 <= int(found[1][:6]) <= len(addresses) for found in _TOKEN.finditer(f"{claim.text} {claim.quote}")):
        return "unknown_link"
    if not SHORTEST <= len(claim.text.strip()) <= LONGEST:
        return "length"
    return "" if claim.passages and all(one in offered for one in claim.passages) else "passage_not_offered"


def _expanded(text: str, addresses: Sequence[str]) -> str:
    """Put the addresses in the place of their tokens."""
    return _TOKEN.sub(lambda found: addresses[int(found[1][:6]) - 1], text)


def _case(said: str, passage: Passage, place: tuple[int, int], words: force.Words) -> _Case:
    text = passage.section.text
    start, end = place
    first, last = around(text, start, end)
    before, after = text[text.rfind("\n", 0, start) + 1 : start], text[end:].partition("\n")[0]
    return _Case(said, passage, text[start:end], before, after, text[first:last].strip(), words)


def _plain(case: _Case) -> str:
    strange = next((letter for letter in case.said if not _PLAIN.fullmatch(letter) and letter not in case.quote), "")
    if strange:
        return "strange_characters"
    return "markup" if any(found[0] not in case.quote for found in _MARKUP.finditer(case.said)) else ""


def _speaks_to_readers(case: _Case) -> str:
    return "instructions" if any(suspicions.orders(text) or is_misuse(text) for text in (case.said, case.quote)) else ""


def _numbers(case: _Case) -> str:
    """Each number stands in the quotation, with what it counts and how the rule bounds it, even where the quotation leaves that out."""
    before, inside = len(numbers(case.before)), len(numbers(case.quote))
    there = numbers(f"{case.before}{case.quote}{case.after}")[before : before + inside]
    return next((f"number {one.written}" for one in numbers(case.said) if not any(it.stands_for(one) for it in there)), "")


def _names(case: _Case) -> str:
    quoted = (next(filter(None, found.groups())) for found in _QUOTED.finditer(case.said))
    if any(fold(name) not in case.ruled for name in quoted):
        return "quoted_words"
    latin = set(_LATIN.findall(case.ruled))
    return "latin_words" if any(word.rstrip(".-+") not in latin and word not in latin for word in _LATIN.findall(case.claim)) else ""


def _force(case: _Case) -> str:
    if force.ends_denying(fold(case.before), case.words):
        return "quote_cut_out_of_a_denial"
    name = force.missing(case.claim, case.ruled)
    if name:
        return f"force {name}"
    if force.excepts(fold(case.shown)) and not force.excepts(case.claim):
        return "exception_left_out"
    if force.conditions(fold(case.before)) and not force.conditions(case.claim):
        return "condition_left_out"
    word = force.flipped(case.claim, case.ruled, case.words)
    return f"flipped {word}" if word else ""


def _made_of_the_rule(case: _Case) -> str:
    heading = f"{case.passage.section.label} {case.passage.document.title}"
    return borrowed.foreign(case.said, case.quote, heading, case.words) or borrowed.astray(case.said, case.quote, case.words)


_CHECKS: tuple[Callable[[_Case], str], ...] = (_plain, _numbers, _names, _force, _made_of_the_rule, _speaks_to_readers)
