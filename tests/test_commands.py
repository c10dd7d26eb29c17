"""What all commands do alike: exit codes, and one JSON document on standard output also when something went wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from app import ask, commands
from app.corpus.command import main as ingest
from app.errors import ClinicError, ReleaseError, SettingsError, WrongUse
from app.evaluation.__main__ import main as evaluate


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
