"""What the papers say about settings and commands is so."""

from __future__ import annotations

import re
import subprocess
from importlib.util import find_spec
from typing import Any

import pytest
from pydantic import SecretStr

from app.settings import OUR_ROOT, Settings

README = (OUR_ROOT / "README.md").read_text("utf-8")
EXAMPLE = dict(re.findall(r"^# ([A-Z_]+)=(.*)$", (OUR_ROOT / ".env.example").read_text("utf-8"), re.MULTILINE))
NAMES = sorted(name.upper() for name in Settings.model_fields)


def test_the_example_explains_every_setting_and_no_other() -> None:
    """Two names belong to docker-compose.yml alone."""
    assert sorted(EXAMPLE.keys() - {"POSTGRES_PASSWORD", "CLINIC_VERSION"}) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_example_shows_the_default(name: str) -> None:
    default = Settings.model_fields[name.lower()].default
    assert EXAMPLE[name] == _written(default)


@pytest.mark.parametrize("name", NAMES)
def test_the_readme_has_a_row_for_the_setting(name: str) -> None:
    assert re.search(rf"^\|.*`{name}`.*\|.*\|$", README, re.MULTILINE)


def test_every_make_command_of_the_readme_exists() -> None:
    for target in sorted(set(re.findall(r"(?:^|`|[A-Z]=\S+ )make ([a-z]+)", README, re.MULTILINE))):
        assert subprocess.run(["make", "-n", target], cwd=OUR_ROOT, capture_output=True, check=False).returncode == 0, target  # noqa: S607


def test_every_module_that_the_papers_call_exists() -> None:
    papers = "\n".join((OUR_ROOT / name).read_text("utf-8") for name in ("README.md", ".env.example", "Makefile", "CHANGELOG.md"))
    for module in sorted(set(re.findall(r"-m (app[\w.]*|tests[\w.]*)", papers))):
        assert find_spec(module), module


def test_every_file_that_the_readme_links_to_exists() -> None:
    for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", README):
        assert (OUR_ROOT / link).exists(), link


def test_no_paper_shows_two_versions_of_itself() -> None:
    """The list of changes once stood there with the marks of a merge in it."""
    for paper in (*OUR_ROOT.glob("*.md"), *(OUR_ROOT / "docs").glob("*.md")):
        assert not re.search(r"^(<{7}|={7}|>{7})( |$)", paper.read_text("utf-8"), re.MULTILINE), paper.name


def test_the_two_commands_stand_on_the_first_screen() -> None:
    first_screen = "\n".join(README.splitlines()[:40])
    assert "make run" in first_screen
    assert "make test" in first_screen


def _written(default: Any) -> str:
    if isinstance(default, SecretStr):
        return default.get_secret_value()
    if isinstance(default, bool):
        return str(int(default))
    return ",".join(default) if isinstance(default, tuple) else str(default)
