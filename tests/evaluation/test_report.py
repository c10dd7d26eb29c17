"""The page of scores, the page of answers, and two releases side by side."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from app import wiring
from app.corpus.report import Wishes
from app.domain import Answer, Citation
from app.evaluation import scorers
from app.evaluation.__main__ import main
from app.settings import Settings

RULE = """# กำหนดส่งรายงาน
## ส่งรายงานภายในกี่วัน
ให้ส่งรายงานผลต่อสำนักงาน ก.พ.ร. ภายใน {days} วันนับแต่วันสิ้นปีงบประมาณ
## รายงานมีอะไรบ้าง
รายงานมีผลงานและข้อเสนอ
"""
QUESTIONS = [
    {
        "id": "q1",
        "question": "ส่งรายงานภายในกี่วัน",
        "outcome": "answered",
        "sections": [["report", "ส่งรายงานภายในกี่วัน"]],
        "must_contain": ["30"],
    },
    {"id": "q2", "question": "ลาพักผ่อนได้กี่วัน", "outcome": ["refused", "not_found"]},
]


@pytest.fixture
def questions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a dataset, with two releases of a small corpus to ask it of: the first says 30 days, the second, active one 45."""
    folder = tmp_path / "knowledge"
    folder.mkdir()
    for name, value in {
        "DATA_DIR": tmp_path / "data",
        "KNOWLEDGE_DIR": folder,
        "EMBEDDING": "trigram",
        "DATABASE_URL": "",
        "CHROMA_URL": "",
    }.items():
        monkeypatch.setenv(name, str(value))
    stores = wiring.open_stores(Settings(_env_file=None))
    for days in (30, 45):
        (folder / "report.md").write_text(RULE.format(days=days), "utf-8")
        wiring.ingest(stores).build(Wishes(), lambda _step, _done, _total: None)
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in QUESTIONS), "utf-8")
    return path


def _said(capfd: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capfd.readouterr().out)


def test_the_page_says_scores_with_intervals_and_how_it_was_made(questions: Path, tmp_path: Path) -> None:
    kept, page = tmp_path / "kept.json", tmp_path / "evaluation.md"
    assert main([str(questions), "--keep", str(kept)]) == 0
    assert main([str(questions), "--report", str(page), "--with", str(kept)]) == 0
    text = page.read_text("utf-8")
    assert f"python -m app.evaluation {questions} --report" in text
    assert "| hit@1 | 1.000 (0.206–1.000) |" in text
    assert "| right outcome | 1.000" in text
    assert "| answers that hold what they must | 0.000 |" in text
    chart = etree.parse(tmp_path / "evaluation.svg").getroot()
    assert len(chart.findall("{*}rect")) == 4


def test_the_page_of_answers_shows_them_as_they_are_read(questions: Path, tmp_path: Path) -> None:
    page = tmp_path / "answers.md"
    assert main([str(questions), "--answers", str(page)]) == 0
    text = page.read_text("utf-8")
    assert "**q1** ส่งรายงานภายในกี่วัน" in text
    assert "> ให้ส่งรายงานผลต่อสำนักงาน ก.พ.ร. ภายใน 45 วัน" in text
    assert "> ที่มา: กำหนดส่งรายงาน · ส่งรายงานภายในกี่วัน" in text


def test_two_releases_are_compared_on_the_same_questions(questions: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main([str(questions), "--compare", "1", "2", "--json"]) == 0
    said = _said(capfd)
    assert (said["releases"], said["n"], said["changed"]) == ([1, 2], 2, [])
    assert said["shares"]["hit@1"] == [1.0, 1.0]
    assert main([str(questions), "--compare", "1", "9", "--json"]) == 1


def test_a_number_that_no_cited_section_holds_is_seen() -> None:
    cited = Citation("d", "s", "t", quote="ภายใน ๓๐ วัน", text="ให้ส่งภายใน ๓๐ วัน")
    assert scorers.numbers_are_quoted(Answer("answered", "", lead="ภายใน 30 วัน", citations=(cited,))) == 1.0
    assert scorers.numbers_are_quoted(Answer("answered", "", lead="ภายใน 3 วัน", citations=(cited,))) == 0.0
    assert scorers.numbers_are_quoted(Answer("not_found", "", lead="ไม่พบ")) is None


def test_a_citation_out_of_force_on_the_day_asked_about_is_seen() -> None:
    ended = Citation("d", "s", "t", quote="ก", text="ก", in_force_until=date(2024, 9, 30))
    assert scorers.citations_are_in_force(Answer("answered", "", as_of=date(2024, 9, 30), citations=(ended,))) == 1.0
    assert scorers.citations_are_in_force(Answer("answered", "", as_of=date(2025, 1, 1), citations=(ended,))) == 0.0
