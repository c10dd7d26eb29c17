"""Questions with what a right answer holds, one JSON object a line; what is absent is not scored."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from app import thai_numbers
from app.errors import WrongUse


@dataclass(frozen=True)
class Sample:
    """One question; None or empty means unscored. `outcomes` are those that are acceptable."""

    id: str
    question: str
    history: tuple[str, ...] = ()
    as_of: date | None = None
    outcomes: tuple[str, ...] = ()
    sections: tuple[tuple[str, str], ...] = ()
    must_contain: tuple[str, ...] = ()
    must_not_contain: tuple[str, ...] = ()


def load(path: Path) -> list[Sample]:
    """Read a dataset; unknown fields are ignored.

    Raises:
        WrongUse: the file is not there, or a line is not a question; names the line.
    """
    if not path.is_file():
        raise WrongUse(f"{path}: there is no such file")
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")  # a string of JSON may hold what else ends lines in Unicode
    except UnicodeDecodeError:
        raise WrongUse(f"{path}: not text in UTF-8") from None
    samples = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            samples.append(_sample(json.loads(line)))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise WrongUse(f"{path}, line {number}: not a question in the evaluation format ({type(error).__name__}: {error})") from None
    return samples


def _sample(raw: Any) -> Sample:
    if not isinstance(raw, dict):
        raise TypeError("not an object")
    return Sample(
        id=str(raw["id"]),
        question=_word(raw["question"]),
        history=_words(raw.get("history")),
        as_of=thai_numbers.day(_word(raw["as_of"])) if raw.get("as_of") else None,
        outcomes=_words(raw.get("outcome")),
        sections=tuple(_pair(one) for one in _list(raw.get("sections"))),
        must_contain=_words(raw.get("must_contain")),
        must_not_contain=_words(raw.get("must_not_contain")),
    )


def _pair(value: Any) -> tuple[str, str]:
    document, section = map(str, _list(value))
    return document, section


def _words(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(map(str, _list(value)))


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list | None):
        raise TypeError(f"{value!r} is not a list")
    return value or []


def _word(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value
