"""Which clinic answers ask nearly the same as a new one, so that nobody publishes a second."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz

from app.store.clinic_answers import ClinicAnswer
from app.thai import fold

NEARLY = 70.0  # of 100
MOST = 5


def alike(question: str, answers: Sequence[ClinicAnswer], but: int | None = None) -> list[ClinicAnswer]:
    """Give the answers whose question is nearly this one, nearest first; `but` is the one that is being revised."""
    asked = _letters(question)
    shares = [(fuzz.ratio(asked, _letters(answer.question)), answer) for answer in answers if answer.id != but]
    near = sorted(((share, answer) for share, answer in shares if share >= NEARLY), key=lambda one: -one[0])
    return [answer for _, answer in near[:MOST]]


def _letters(question: str) -> str:
    return fold(question).replace(" ", "")
