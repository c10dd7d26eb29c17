"""What all commands do alike: exit codes, and one JSON document on standard output also when something went wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app import ask, commands
from app.corpus.command import main as ingest
from app.errors import ClinicError, ReleaseError, SettingsError, WrongUse
from app.evaluation import __main__ as evaluation
from app.evaluation.__main__ import main as evaluate
from app.settings import OUR_ROOT


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Set the commands to an installation with nothing in it."""
    monkeypatch.chdir(tmp_path)
    given = {"DATA_DIR": "data", "KNOWLEDGE_DIR": "knowledge", "EMBEDDING": "trigram", "DATABASE_URL": "", "CHROMA_URL": ""}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return tmp_path


WRONG_USE = [
    ["activate"],
    ["activate", "abc"],
    ["activate", "9" * 30],
    ["activate", "-1"],
    ["diff", "1", "9" * 30],
    ["impact", "1", "--last", "0"],
    ["build", "--force", "  "],
    ["build", "--force", "why", "--dry-run"],
    ["unknown"],
]


def code_of(command: Callable[[list[str]], int], arguments: list[str]) -> int:
    try:
        return command(arguments)
    except SystemExit as ended:
        return int(ended.code or 0)


@pytest.mark.parametrize("arguments", WRONG_USE)
def test_wrong_use_is_exit_2_and_one_document(arguments: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert code_of(ingest, [*arguments, "--json"]) == 2
    said = capfd.readouterr()
    assert json.loads(said.out)["error"]
    assert said.err
    assert code_of(ingest, arguments) == 2
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize("arguments", [["activate", "999"], ["rollback"], ["diff", "1", "99"], ["impact", "99"], ["sources"], ["build"]])
def test_a_failure_is_exit_1_and_one_document(arguments: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert code_of(ingest, [*arguments, "--json"]) == 1
    said = capfd.readouterr()
    assert json.loads(said.out)["error"] in said.err


def test_questions_and_evaluations_fail_in_json_too(capfd: pytest.CaptureFixture[str]) -> None:
    for command, arguments, code in (
        (ask.main, ["คำถาม"], 1),
        (ask.main, ["คำถาม", "--as-of", "2567-02-30"], 2),
        (ask.main, ["คำถาม", "--as-of", "2567-W01-1"], 2),
        (evaluate, ["nowhere.jsonl"], 2),
        (evaluate, [], 2),
    ):
        assert code_of(command, [*arguments, "--json"]) == code
        assert json.loads(capfd.readouterr().out).keys() == {"error"}


def test_scores_that_were_not_kept_are_named(place: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(evaluation, "_scored", lambda *_: {"n": 0})
    (place / "set.jsonl").write_text("", "utf-8")
    (place / "scores.json").write_text("{}\n{}", "utf-8")
    assert evaluate(["set.jsonl", "--report", "page.md", "--with", "scores.json", "--json"]) == 2
    assert "scores.json: not scores" in json.loads(capfd.readouterr().out)["error"]


@pytest.mark.parametrize(("error", "code"), [(ReleaseError("ก"), 1), (SettingsError("ข"), 2), (WrongUse("ค"), 2)])
def test_the_kind_of_an_error_decides_the_exit_code(error: ClinicError, code: int, capfd: pytest.CaptureFixture[str]) -> None:
    def work() -> int:
        raise error

    assert commands.run(work, as_json=True) == code
    assert json.loads(capfd.readouterr().out) == {"error": str(error)}


def test_a_file_that_cannot_be_read_is_named_without_a_traceback(capfd: pytest.CaptureFixture[str]) -> None:
    def work() -> int:
        raise PermissionError(13, "Permission denied", "/srv/data/ingest.lock")

    assert commands.run(work, as_json=False) == 1
    assert "/srv/data/ingest.lock: Permission denied" in capfd.readouterr().err


def command_of(*arguments: str | bytes, **environment: str) -> subprocess.CompletedProcess[bytes]:
    settings = os.environ | {"PYTHONPATH": str(OUR_ROOT)} | environment
    return subprocess.run([sys.executable, OUR_ROOT / "ingest.py", *arguments], env=settings, capture_output=True, check=False, timeout=100)


def test_a_terminal_that_knows_no_thai_gets_json_in_utf_8(place: Path) -> None:
    (place / "rule.md").write_text("# ก\n\nข้อความ", "utf-8")
    done = command_of("check", "rule.md", "--json", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert json.loads(done.stdout)["files"][0]["title"] == "ก"
    assert command_of("check", "rule.md", PYTHONIOENCODING="ascii").returncode == 0


def test_a_file_whose_name_is_no_text_is_checked_all_the_same(place: Path) -> None:
    name = os.fsencode(place) + b"/\xff.md"
    Path(os.fsdecode(name)).write_text("# ก\n\nข้อความ", "utf-8")
    done = command_of("check", name, "--json", PYTHONIOENCODING="utf-8:strict")
    assert done.returncode == 0
    assert os.fsencode(json.loads(done.stdout)["files"][0]["path"]) == name


def test_who_reads_only_the_beginning_sees_no_traceback(place: Path) -> None:
    (place / "rule.md").write_text("# ก\n\n" + "ข้อความ " * 30_000, "utf-8")
    settings = os.environ | {"PYTHONPATH": str(OUR_ROOT)}
    command = [sys.executable, str(OUR_ROOT / "ingest.py"), "check", "rule.md", "--json"]
    with subprocess.Popen(command, env=settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout
        assert running.stderr
        running.stdout.read(1)
        running.stdout.close()
        assert b"Traceback" not in running.stderr.read()
    assert running.returncode == 1
