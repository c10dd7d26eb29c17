"""What officials ask, answered from the real corpus with the real embedding and the real Chroma."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.answering.pipeline import Pipeline
from app.domain import Question
from app.evaluation import dataset, run
from tests.conftest import TOPICS

GOLDEN = Path("knowledge/golden.jsonl")


@pytest.mark.timeout(900)
def test_the_golden_questions_are_found_decided_and_quoted_as_promised(knowledge: Pipeline) -> None:
    held = {path.stem for topic in TOPICS for path in (GOLDEN.parent / topic).glob("*.md")}
    asked = [sample for sample in dataset.load(GOLDEN) if all(document in held for document, _ in sample.sections)]
    scores = run.evaluate(asked, knowledge)

    assert scores["n"] >= 150
    assert scores["retrieval"]["hit@3"] >= 0.95
    assert scores["outcome_accuracy"] >= 0.92
    assert scores["refusal"]["false_refusals"] <= 0.08
    assert scores["citation"]["literal"] == 1.0
    assert scores["content"] >= 0.92  # of 56 answers here; 0.97 of all


@pytest.mark.timeout(900)
def test_the_newest_framework_says_that_it_is_not_this_years(knowledge: Pipeline) -> None:
    answer = knowledge.answer(Question("ระดับผลการประเมินส่วนราชการมีกี่ระดับ อะไรบ้าง"))

    assert answer.outcome == "answered"
    assert "2568" in answer.text
    assert any("2568" in note and "ประกาศล่าสุด" in note for note in answer.notes)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("question", ["ปี 67 คะแนน 82 อยู่ระดับไหน", "ปีงบประมาณ พ.ศ. 2567 ได้ 82 คะแนน เรียกว่าระดับอะไร"])
def test_a_question_about_an_old_year_is_answered_by_the_rule_of_that_year(knowledge: Pipeline, question: str) -> None:
    assert "มาตรฐานขั้นสูง" in knowledge.answer(Question(question)).text


@pytest.mark.timeout(900)
def test_a_year_that_the_corpus_does_not_hold_is_not_answered_by_another_years_rule(knowledge: Pipeline) -> None:
    answer = knowledge.answer(Question("กรอบการประเมินส่วนราชการ ปีงบประมาณ 2570 แบ่งน้ำหนักอย่างไร"))

    assert answer.outcome == "not_found"
    assert not answer.citations


@pytest.mark.timeout(900)
def test_seven_categories_are_not_eight(knowledge: Pipeline) -> None:
    assert "7 หมวด ไม่ใช่ 8 หมวด" in knowledge.answer(Question("เกณฑ์ 8 หมวดของ PMQA 4.0 มีอะไรบ้าง")).text
