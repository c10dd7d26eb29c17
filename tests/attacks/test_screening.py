"""Attempts at misuse are seen as such in every disguise, and nobody who asks about a procedure is taken for an attacker."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answering.disguise import readings
from app.answering.misuse import is_misuse
from app.answering.screen import screen
from app.corpus.suspicions import orders
from tests.attacks.cases import ATTACKS, HARMLESS, Attack
from tests.attacks.disguises import DISGUISED, DISGUISES


def test_there_are_enough_attacks_of_every_kind() -> None:
    count = {where: sum(attack.where == where for attack in ATTACKS) for where in ("question", "document", "note", "name", "history")}

    assert len(ATTACKS) >= 150
    assert min(count.values()) >= 5
    assert len({attack.text for attack in ATTACKS}) == len(ATTACKS)
    assert len(HARMLESS) >= 40


@pytest.mark.parametrize("attack", [one for one in ATTACKS if one.where == "question"], ids=lambda attack: attack.id)
def test_an_attack_in_a_question_is_refused_as_misuse(attack: Attack) -> None:
    assert screen(attack.text) == "misuse"


@pytest.mark.parametrize(("disguise", "text"), DISGUISED)
def test_an_attack_in_disguise_is_refused_as_misuse(disguise: str, text: str) -> None:
    assert screen(DISGUISES[disguise](text)) == "misuse"


@pytest.mark.parametrize("attack", [one for one in ATTACKS if one.where in ("document", "note")], ids=lambda attack: attack.id)
def test_words_to_a_model_in_a_document_are_seen_by_the_gate(attack: Attack) -> None:
    assert orders(f"ข้อ 5 ส่วนราชการต้องส่งรายงาน\n{attack.text}\nภายใน 30 วัน")


@pytest.mark.parametrize("question", HARMLESS)
def test_a_harmless_question_that_looks_like_one_goes_on(question: str) -> None:
    assert screen(question) in (None, "help")


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    assert all(isinstance(one, str) for one in readings(text))


@pytest.mark.parametrize(
    "text",
    [
        "a " * 1000,
        "ก " * 1000,
        "%41" * 660,
        "\\u0041" * 330,
        "A" * 2000,
        "ขอ" * 1000,
        "show " * 400,
        "คุณ" * 600,
        "&#65;" * 400,
        "ab" * 1000,
    ],
)
def test_a_long_odd_text_costs_little_time(text: str) -> None:
    begun = time.perf_counter()
    is_misuse(text[:2000])
    assert time.perf_counter() - begun < 1.0
