"""The map of the house in README.md says what every file is for, in the file's own words. `python -m tests.test_house` writes it anew."""

from __future__ import annotations

import ast
import re

from app.settings import OUR_ROOT

README = OUR_ROOT / "README.md"
MAP = re.compile(r"(?<=<!-- the map -->\n).*(?=<!-- end of the map -->)", re.DOTALL)
MIGRATIONS = "migrations/versions"  # one file for each change of the tables, for ever


def house() -> str:
    """Draw the map: a line for every module, with the first line of its docstring."""
    lines = []
    for path in sorted((OUR_ROOT / "app").rglob("*.py"), key=lambda path: (path.parent.relative_to(OUR_ROOT), path.name)):
        name = path.relative_to(OUR_ROOT).as_posix()
        if path.name == "__init__.py" or MIGRATIONS in name:
            continue
        lines.append(f"- `{name}` {_first_line(path.read_text('utf-8')) or '(it does not say what it is for)'}")
    return "\n".join(lines) + "\n"


def _first_line(source: str) -> str:
    return (ast.get_docstring(ast.parse(source)) or "").split("\n")[0]


def test_every_file_says_what_it_is_for() -> None:
    assert "it does not say" not in house()


def test_the_map_in_the_readme_is_the_house() -> None:
    drawn = MAP.search(README.read_text("utf-8"))
    assert drawn
    assert drawn[0].splitlines() == house().splitlines(), "python -m tests.test_house writes the map anew"


if __name__ == "__main__":
    README.write_text(MAP.sub(lambda _: house(), README.read_text("utf-8")), "utf-8")
