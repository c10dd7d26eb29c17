"""Staff accounts from the command line, as an admin on the server uses them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.console import accounts
from app.console.office import Office
from app.store import audit
from tests.console.conftest import PASSWORD, Visitor


@pytest.fixture
def command(database_url: str, office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> Callable[..., int]:
    """Run the command on the database of the office under test."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    return lambda *arguments: accounts.main(arguments)


def test_add_prints_a_password_that_signs_in(
    command: Callable[..., int], capsys: pytest.CaptureFixture[str], browser: Callable[[], Visitor]
) -> None:
    assert command("add", "Malee", "--role", "officer") == 0
    said = capsys.readouterr().out
    password = said.split("one-time password: ")[1].strip()
    malee = browser()
    assert malee.sign_in("malee", password) == 303
    assert malee.get("/account") == 200


def test_a_taken_name_and_an_impossible_one_are_refused(command: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert command("add", "admin", "--role", "admin") == 1
    assert command("add", "<b>", "--role", "admin") == 1
    assert "Traceback" not in capsys.readouterr().err
    with pytest.raises(SystemExit, match="2"):
        command("add", "somchai", "--role", "king")


def test_the_first_admin_is_made_only_when_there_is_nobody(command: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert command("first") == 0
    assert capsys.readouterr().out == ""


def test_the_password_can_be_asked_for(
    command: Callable[..., int], monkeypatch: pytest.MonkeyPatch, browser: Callable[[], Visitor]
) -> None:
    monkeypatch.setattr("getpass.getpass", lambda _prompt: PASSWORD)
    assert command("add", "somsri", "--role", "reviewer", "--ask") == 0
    assert browser().sign_in("somsri") == 303


def test_a_lost_password_is_made_anew_and_the_log_knows(
    command: Callable[..., int], capsys: pytest.CaptureFixture[str], browser: Callable[[], Visitor], office: Office
) -> None:
    assert command("password", "admin") == 0
    password = capsys.readouterr().out.split("one-time password: ")[1].strip()
    assert browser().sign_in("admin") == 401
    assert browser().sign_in("admin", password) == 303
    with office.database.read() as session:
        entry = audit.entries(session, audit.Wanted(verb="staff.change"), 1)[0]
    assert entry.name.startswith("command line")
    assert entry.subject == "account admin"
    assert "password" in entry.after
