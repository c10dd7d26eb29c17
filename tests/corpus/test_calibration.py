"""Fitting what decides: on made-up features whose truth is known, and from the questions of a folder into its next release."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app import wiring
from app.answering import calibration
from app.answering.calibration import USUAL
from app.answering.decide import probability
from app.domain import Question
from app.errors import SettingsError, WrongUse
from app.evaluation import dataset, fit
from tests.corpus.library import Library


def test_what_separates_gets_weight_and_what_does_not_gets_none() -> None:
    chance = np.random.default_rng(1)
    y = np.arange(400) % 2 == 0
    x = chance.normal(size=(400, len(fit.NAMES)))
    x[:, 0] += 3 * y
    fitted, told = fit.fit(x, y)
    assert told["auc"] > 0.95
    assert told["falsely_refused"] <= fit.FALSELY_REFUSED
    assert fitted.weights[fit.NAMES[0]] > 5 * max(abs(fitted.weights[name]) for name in fit.NAMES[1:])
    good, bad = (dict(zip(fit.NAMES, x[y == kind].mean(axis=0), strict=True)) for kind in (True, False))
    assert probability(good, fitted) > fitted.threshold > probability(bad, fitted)


def test_chance_alone_is_seen_as_chance() -> None:
    chance = np.random.default_rng(2)
    _, told = fit.fit(chance.normal(size=(300, len(fit.NAMES))), chance.random(300) > 0.5)
    assert abs(told["auc"] - 0.5) < 0.1


def test_too_few_questions_are_refused() -> None:
    with pytest.raises(WrongUse, match="at least 20"):
        fit.fit(np.zeros((30, len(fit.NAMES))), np.arange(30) < 25)


def test_a_folders_own_calibration_goes_into_its_next_release_and_no_other(small: Library) -> None:
    small.rule(days=30)
    first = small.build().release
    place = small.folder / calibration.FILE
    place.write_text(fit.written(replace(USUAL, threshold=0.999, sure=0.999), {"questions": 1}), "utf-8")
    second = small.build().release
    asked = Question("ยื่นคำขอภายในกี่วัน")
    with small.answering(first) as before, small.answering(second) as after:
        assert before.answer(asked).outcome == "answered"
        assert after.answer(asked).outcome == "not_found"


@pytest.mark.parametrize("text", ["threshold = ", "threshold = 0.4\nsure = 0.7\n[weights]\nbias = 1", 'threshold = "x"'])
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / calibration.FILE).write_text(text, "utf-8")
    with pytest.raises(SettingsError, match="calibration"):
        calibration.load(tmp_path)


def test_only_questions_that_a_search_decides_are_learned_from(small: Library, tmp_path: Path) -> None:
    small.rule(days=30)
    small.build()
    asked: list[dict[str, Any]] = [
        {"question": "ยื่นคำขอภายในกี่วัน", "outcome": "answered"},
        {"question": "ราคาทองวันนี้", "outcome": "not_found"},
    ]
    asked += [{"question": "สวัสดี", "outcome": "greeted"}, {"question": "ยื่นคำขออย่างไร"}]
    asked += [{"question": "คำขอคืออะไร", "outcome": ["answered", "not_found"]}]
    place = tmp_path / "asked.jsonl"
    place.write_text("\n".join(json.dumps({"id": str(at), **one}) for at, one in enumerate(asked)), "utf-8")
    x, y = fit.labelled(dataset.load(place), wiring.answerer(small.settings, small.database))
    assert x.shape == (2, len(fit.NAMES))
    assert y.tolist() == [True, False]
