"""Scoring: what counts, what does not, and the shape of the contract."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from app.domain import Answer, Citation
from app.errors import WrongUse
from app.evaluation import dataset, run, scorers
from app.evaluation.dataset import Sample
from tests.answering.conftest import Corpus, corpus  # noqa: F401 - a fixture
from tests.answering.test_pipeline import FILES

RIGHT = ("framework-2568", "ระดับคะแนนประเมินส่วนราชการ ปีงบประมาณ พ.ศ. 2568")


def test_what_is_absent_is_not_scored() -> None:
    sample = Sample("1", "คำถาม")

    assert scorers.hit([RIGHT], sample, 3) is None
    assert scorers.outcome(Answer("answered", ""), sample) is None
    assert scorers.mean([None, None]) is None


def test_a_right_section_counts_at_its_rank() -> None:
    sample = Sample("1", "คำถาม", sections=(RIGHT,))
    found = [("x", "y"), RIGHT]

    assert scorers.hit(found, sample, 1) == 0.0
    assert scorers.hit(found, sample, 3) == 1.0
    assert scorers.reciprocal_rank(found, sample) == 0.5


def test_a_quotation_that_is_not_in_its_section_is_seen() -> None:
    cited = Citation("d", "s", "t", quote="ไม่มีในนั้น", text="ข้อความของหลักเกณฑ์")

    assert scorers.quotes_are_literal(Answer("answered", "", citations=(cited,))) == 0.0


def test_an_interval_is_wide_for_a_few_questions() -> None:
    few, many = scorers.interval([1.0] * 4), scorers.interval([1.0] * 400)

    assert few is not None
    assert many is not None
    assert few[0] < 0.6
    assert many[0] > 0.98


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "set.jsonl").write_text('{"id": "1", "question": "ก"}\n{"id": "2"}\n', encoding="utf-8")

    with pytest.raises(WrongUse, match="line 2"):
        dataset.load(tmp_path / "set.jsonl")


@pytest.mark.parametrize(
    "line", ["[1]", '"คำถาม"', "[" * 100_000, '{"id": 1, "question": 5}', '{"id": 1, "question": "ก", "sections": ["ab"]}']
)
def test_a_line_that_is_no_question_is_named_whatever_it_is(line: str, tmp_path: Path) -> None:
    (tmp_path / "set.jsonl").write_text('{"id": "1", "question": "ก"}\n' + line, encoding="utf-8")

    with pytest.raises(WrongUse, match="line 2"):
        dataset.load(tmp_path / "set.jsonl")


def test_a_dataset_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "set.jsonl").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(WrongUse, match="UTF-8"):
        dataset.load(tmp_path / "set.jsonl")


def test_a_dataset_is_read_as_other_programs_write_it(tmp_path: Path) -> None:
    """With a byte order mark, with signs inside a question that end lines elsewhere, and with days of either era."""
    lines = '\ufeff{"id": 1, "question": "ก\u2028ข", "as_of": "2567-10-01", "outcome": "answered", "must_contain": "60"}\n'
    (tmp_path / "set.jsonl").write_text(lines, encoding="utf-8")

    (sample,) = dataset.load(tmp_path / "set.jsonl")
    assert (sample.question, sample.as_of, sample.must_contain) == ("ก\u2028ข", date(2024, 10, 1), ("60",))


def test_scores_have_the_shape_of_the_contract(corpus: Corpus, tmp_path: Path) -> None:  # noqa: F811
    lines = [
        {
            "id": "1",
            "question": "ระดับคะแนนประเมินส่วนราชการ",
            "outcome": "answered",
            "sections": [RIGHT],
            "must_contain": ["89.99"],
            "extra": 1,
        },
        {"id": "2", "question": "เงินเดือนออกวันไหน", "outcome": ["refused", "not_found"]},
        {"id": "3", "question": "สวัสดี"},
    ]
    (tmp_path / "set.jsonl").write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    scores = run.evaluate(dataset.load(tmp_path / "set.jsonl"), corpus(FILES))

    assert scores["n"] == 3
    assert scores["retrieval"].keys() == {"hit@1", "hit@3", "hit@5", "hit@10", "mrr@10", "recall@10"}
    assert scores["retrieval"]["hit@1"] == 1.0
    assert scores["outcome_accuracy"] == 1.0
    assert scores["refusal"] == {"recall": 1.0, "false_refusals": 0.0}
    assert scores["citation"]["precision"] == 1.0
    assert scores["latency_ms"].keys() == {"p50", "p95"}
    assert len(scores["per_question"]) == 3
