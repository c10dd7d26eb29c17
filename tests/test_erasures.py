"""The list of what was erased, on the command line: exported, and replayed over a restored backup."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app import erasures
from app.answering import wording
from app.store.database import Database
from app.store.tables import TurnRow
from tests.fakes import open_desk


def test_an_exported_list_erases_again_what_a_backup_brought_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file, backup, exported = tmp_path / "clinic.sqlite3", tmp_path / "backup.sqlite3", tmp_path / "erasures.jsonl"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{file}")
    monkeypatch.setenv("EMBEDDING", "trigram")
    database = Database(f"sqlite:///{file}")
    database.migrate()
    desk = open_desk(database)
    desk.hear("ฉันชื่อสมชาย")
    desk.work()
    database.close()
    shutil.copy(file, backup)
    desk.hear(wording.ERASE_DATA)
    desk.work()
    desk.press(desk.post.button(wording.ERASE_YES))
    desk.work()
    database.close()
    capsys.readouterr()
    assert erasures.main(["export"]) == 0
    exported.write_text(capsys.readouterr().out, "utf-8")
    assert "สมชาย" not in exported.read_text("utf-8")

    for left in tmp_path.glob("clinic.sqlite3*"):
        left.unlink()
    shutil.copy(backup, file)
    assert [turn.question for turn in desk.rows(TurnRow)] == ["ฉันชื่อสมชาย"]
    database.close()
    assert erasures.main(["replay", str(exported)]) == 0

    assert [turn.question for turn in desk.rows(TurnRow)] == [""]
    database.close()


def test_a_file_that_is_no_such_list_is_told_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    strange = tmp_path / "strange.jsonl"
    strange.write_text('{"kind": "all"}\n', "utf-8")

    assert erasures.main(["replay", str(strange)]) == 2
    assert erasures.main(["replay", str(tmp_path / "nothing")]) == 2
    assert "strange.jsonl:1" in capsys.readouterr().err
    strange.write_bytes(b"\x7fELF\xd0\xff")
    assert erasures.main(["replay", str(strange)]) == 2
