"""What a question takes for granted and its passage says otherwise: a number of parts; and two rules in force that do not agree."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.answering import wording
from app.domain import Passage
from app.thai import arabic

_WORDS = {name: number for number, name in enumerate("หนึ่ง สอง สาม สี่ ห้า หก เจ็ด แปด เก้า สิบ".split(), 1)}  # noqa: SIM905 - read as the numbers are
AS_MUCH = 0.75  # share of the best passage's coverage
_PARTS = r"(หมวด|ด้าน|ระดับ|องค์ประกอบ|สาขา|ขั้นตอน|มิติ|ประเภท|เสาหลัก|ตัวชี้วัด|หลักการ|รางวัล|กลุ่ม)"
_COUNT = re.compile(rf"(?<![\d./])(\d{{1,2}}|{'|'.join(_WORDS)})\s*{_PARTS}(?!\s*(?:ที่\s*)?\d)")
_ASKED = re.compile(r"กี่|เท่าไร|เท่าไหร่|เท่าใด")
_LENGTH = re.compile(rf"(?<![\d./])(\d{{1,3}}|{'|'.join(_WORDS)})\s*(วันทำการ|วัน|เดือน|ปี(?!\s*(?:งบประมาณ|พ\.ศ|\d)))")
_ASKS_LENGTH = {"วัน": re.compile(r"กี่วัน|วันไหน"), "เดือน": re.compile(r"กี่เดือน"), "ปี": re.compile(r"กี่ปี")}


def otherwise(question: str, passages: Sequence[Passage]) -> tuple[str, Passage] | None:
    """Correct a number of parts that a question takes for granted ("8 หมวดของ PMQA") and a passage counts otherwise.

    Args:
        question: what was asked.
        passages: what was found, best first; only those that speak of about as much of the question as the best are believed.

    Returns:
        The sentence that corrects it, in the passage's numbers, and the passage; None when the question counts nothing or nothing
        found counts these parts otherwise.
    """
    for assumed, part in _counts(question):
        for passage in passages[:3]:
            told = [number for number, of in _counts(f"{passage.section.label}\n{passage.section.text}") if of == part]
            if assumed in told[:1]:
                break
            if told and passage.scores["coverage"] >= AS_MUCH * passages[0].scores["coverage"]:
                is_said = f"ไม่ใช่ {assumed} {part}" in passage.section.text  # the passage knows the error, and corrects it itself
                return "" if is_said else wording.COUNTED_OTHERWISE.format(there=told[0], assumed=assumed, part=part), passage
    return None


def _counts(text: str) -> list[tuple[int, str]]:
    return [(_number(number), part) for number, part in _COUNT.findall(arabic(text))]


def _number(written: str) -> int:
    return _WORDS.get(written) or int(written)


def other_rule(question: str, passages: Sequence[Passage], close: float) -> Passage | None:
    """Find a rule in force that gives another length of time than the best passage, for a question that asks for one.

    Args:
        question: what was asked.
        passages: what was found, best first; all in force on the day asked about.
        close: how far below the best score a passage may lie and still speak of the same thing.
    """
    unit = next((unit for unit, asks in _ASKS_LENGTH.items() if asks.search(question)), "")
    if not unit or not passages:
        return None
    best = _lengths(passages[0], unit)
    for other in passages[1:4]:
        near = passages[0].score - other.score < close and other.document.id != passages[0].document.id
        same_thing = other.scores["coverage"] >= passages[0].scores["coverage"] - 0.05
        lengths = _lengths(other, unit)
        if near and same_thing and len(best) == len(lengths) == 1 and best != lengths:
            return other
    return None


def _lengths(passage: Passage, unit: str) -> set[int]:
    return {_number(number) for number, of in _LENGTH.findall(arabic(passage.section.text)) if of.startswith(unit)}


def disagreement(one: Passage, other: Passage) -> str:
    """Say that two rules in force do not agree, each with its rank and the day from which it holds."""
    first, second = (wording.rule_named(p.document.title, p.document.kind, p.document.in_force_from) for p in (one, other))
    return wording.DISAGREE.format(first=first, second=second)
