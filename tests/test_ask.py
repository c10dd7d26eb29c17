"""One question on the command line, as the contract has it."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

RULE = "# ประกาศ\n\n## กำหนดส่งรายงานผลการดำเนินงาน\n\nส่วนราชการต้องส่งรายงานผลการดำเนินงานภายใน 30 วันนับแต่วันสิ้นปีงบประมาณ\n"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Give the environment of an installation with one rule."""
    folder = tmp_path_factory.mktemp("clinic")
    (folder / "knowledge").mkdir()
    (folder / "knowledge" / "rule.md").write_text(RULE, encoding="utf-8")
    return os.environ | {
        "DATA_DIR": str(folder / "data"),
        "KNOWLEDGE_DIR": str(folder / "knowledge"),
        "EMBEDDING": "trigram",
        "CHANNELS": "line",
        "DATABASE_URL": "",
    }


def run(place: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], env=place, capture_output=True, text=True, check=False, timeout=60)


def test_before_any_ingest_it_says_what_to_do(place: dict[str, str]) -> None:
    done = run(place, "-m", "app.ask", "ส่งรายงานภายในกี่วัน")

    assert done.returncode == 1
    assert "python ingest.py" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_answer_has_the_shape_of_the_contract(place: dict[str, str]) -> None:
    assert run(place, "ingest.py").returncode == 0
    done = run(place, "-m", "app.ask", "ต้องส่งรายงานผลการดำเนินงานภายในกี่วัน", "--json")
    answer = json.loads(done.stdout)

    assert done.returncode == 0
    assert {"outcome", "text", "as_of", "citations", "release", "timings_ms"} <= answer.keys()
    assert answer["timings_ms"]["total"] > 0
    for citation in answer["citations"]:
        assert citation.keys() == {"document", "section", "title", "page", "quote", "in_force_from", "in_force_until", "url"}


def test_a_buddhist_year_is_understood_as_a_date(place: dict[str, str]) -> None:
    done = run(place, "-m", "app.ask", "ส่งรายงานภายในกี่วัน", "--json", "--as-of", "2567-10-01")

    assert json.loads(done.stdout)["as_of"] == "2024-10-01"


def test_a_wrong_date_is_wrong_use(place: dict[str, str]) -> None:
    done = run(place, "-m", "app.ask", "ส่งรายงานภายในกี่วัน", "--as-of", "yesterday")

    assert done.returncode == 2
    assert "2567-10-01" in done.stderr


def test_a_wrong_setting_stops_with_its_name(place: dict[str, str]) -> None:
    done = run(place | {"EMBEDDING": "word2vec"}, "-m", "app.ask", "ส่งรายงานภายในกี่วัน")

    assert done.returncode == 2
    assert "EMBEDDING" in done.stderr
    assert "e5_small" in done.stderr
