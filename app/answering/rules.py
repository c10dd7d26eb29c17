"""What rules say about themselves: the terms a section defines, the sections it points to, its penalties, who takes charge of the law.

When a law begins and what it is called are of the same kind. Civil-service questions are often about exactly that, and words or meaning
alone find the sections that merely use a term.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.domain import Section
from app.thai import arabic

Floats = NDArray[np.float32]

# added to a score that is in standard deviations; found on 294 questions about Thai laws, where anything of this size does about as well
DEFINES, IN_CHARGE, BEGINS, POINTS_TO_NAMED = 2.0, 3.0, 2.0, 1.0
ONLY_NAMES = 1.0  # taken from a section that says nothing but what the law is called: it is near to every question that names the law
PENALTY_FOR = 0.2  # share of the best score among the sections whose breach a penal section punishes

_DEFINED = re.compile(r"[“\"]([^”\"\n]{2,80})[”\"]\s*(?:ให้)?หมายความ|โดยย่อว่า\s*[“\"]([^”\"\n]{2,40})[”\"]")
_QUOTED = re.compile(r"[“\"]([^”\"\n]{2,80})[”\"]")
_ASKS_MEANING = re.compile(r"หมายความ|หมายถึง|ความหมาย|นิยาม|คืออะไร|คือข้อใด|คืออย่างไร|คือใคร|คือผู้ใด|แปลว่า|ไม่รวมถึง|ย่อมาจาก|ชื่อเต็ม")
_IN_CHARGE = re.compile(r"รักษาการ(?:ให้เป็นไป)?ตาม\S{0,40}?\s*นี้")
_ASKS_CHARGE = re.compile(r"ผู้รักษาการ(?!แทน)|รักษาการ(?:ให้เป็นไป)?ตาม")
_BEGINS = re.compile(r"นี้\s*ให้ใช้บังคับ|ให้ใช้บังคับ(?:ตั้งแต่|เมื่อ)")
_ASKS_BEGIN = re.compile(r"(?:ใช้บังคับ|บังคับใช้|มีผล)\S*\s*\S*(?:เมื่อใด|เมื่อไร|เมื่อไหร่|วันใด|วันที่เท่า|วันไหน|ตั้งแต่)")
_NAMES = re.compile(r"^(?:\S+\s+\S+\s+)?\S{0,30}นี้เรียกว่า")
_ASKS_NAME = re.compile(r"เรียกว่า|ชื่อ")
_PENALTY = re.compile(r"ระวางโทษ|ปรับทางปกครอง")
_ASKS_PENALTY = re.compile(r"โทษ|จำคุก|ถูกปรับ|ปรับ(?:ไม่เกิน|ทางปกครอง|เท่า|สูงสุด)")
_POINTER = re.compile(r"(มาตรา|ข้อ)\s*(\d{1,4}(?:/\d{1,3})?)(?:\s(ทวิ|ตรี|จัตวา|เบญจ|ฉ|สัตต|อัฏฐ)(?![ก-๙]))?")


@dataclass(frozen=True)
class Question:
    """A question's words, and the sections that it names only to say where its subject stands (ตามมาตรา 15)."""

    text: str
    pointed_at: Sequence[int] = ()


class Rules:
    """What the sections of one release say about themselves; each reading of them is made when it is first asked for."""

    def __init__(self, sections: Sequence[Section], own_label: Callable[[Section], str]) -> None:
        """Keep the sections.

        Args:
            sections: in the order of their positions.
            own_label: gives a section's label without its path.
        """
        self._sections = sections
        self._own_label = own_label

    @cached_property
    def _texts(self) -> list[str]:
        return [arabic(section.text) for section in self._sections]

    @cached_property
    def _definitions(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = {}
        for position, text in enumerate(self._texts):
            for term in {_close(meant or shortened) for meant, shortened in _DEFINED.findall(text)}:
                found.setdefault(term, []).append(position)
        return found

    @cached_property
    def _in_charge(self) -> list[int]:
        return [position for position, text in enumerate(self._texts) if _IN_CHARGE.search(text)]

    @cached_property
    def _beginning(self) -> list[int]:
        return [position for position, text in enumerate(self._texts) if _BEGINS.search(text)]

    @cached_property
    def _naming(self) -> list[int]:
        return [position for position, text in enumerate(self._texts) if _NAMES.search(text.lstrip())]

    @cached_property
    def _penal(self) -> list[int]:
        return [position for position, text in enumerate(self._texts) if _PENALTY.search(text)]

    @cached_property
    def points_to(self) -> Sequence[frozenset[int]]:
        """Give, for each section, the positions of those of the same document that its text names."""
        by_name = {(section.document, self._own_label(section)): position for position, section in enumerate(self._sections)}
        found = []
        for position, (section, text) in enumerate(zip(self._sections, self._texts, strict=True)):
            names = (f"{unit} {number}{' ' + suffix if suffix else ''}" for unit, number, suffix in _POINTER.findall(text))
            there = {by_name.get((section.document, name)) for name in names} - {None, position}
            found.append(frozenset(at for at in there if at is not None))
        return found

    @cached_property
    def _pointed_from(self) -> Mapping[int, list[int]]:
        found: dict[int, list[int]] = {}
        for position, there in enumerate(self.points_to):
            for at in there:
                found.setdefault(at, []).append(position)
        return found

    def add(self, score: Floats, question: Question) -> None:
        """Add to the scores of the sections what their own words say about being the answer."""
        best = score.copy()
        if _ASKS_MEANING.search(question.text):
            for position in self._defining(question.text):
                score[position] += DEFINES
        if _ASKS_CHARGE.search(question.text):
            score[self._in_charge] += IN_CHARGE
        if _ASKS_BEGIN.search(question.text):
            score[self._beginning] += BEGINS
        if not _ASKS_NAME.search(question.text):
            score[self._naming] -= ONLY_NAMES
        if _ASKS_PENALTY.search(question.text):
            for position in self._penal:
                score[position] += PENALTY_FOR * max((float(best[at]) for at in self.points_to[position] if best[at] > 1), default=0.0)
        for named in question.pointed_at:
            score[[named, *self._pointed_from.get(named, [])]] += POINTS_TO_NAMED

    def _defining(self, text: str) -> set[int]:
        """List the sections that define a term of the question: a term in quotation marks, or else any term that it speaks of."""
        quoted = {_close(term) for term in _QUOTED.findall(text)}
        if quoted:
            terms = quoted & self._definitions.keys()
        else:
            closed = _close(text)
            terms = {term for term in self._definitions if len(term) >= 3 and term in closed}
        return {position for term in terms for position in self._definitions[term]}


def _close(text: str) -> str:
    return "".join(arabic(text).lower().replace(".", "").split())
