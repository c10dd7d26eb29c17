"""Questions with what a right answer holds, one JSON object a line; what is absent is not scored."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

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
    samples = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            samples.append(_sample(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise WrongUse(f"{path}, line {number}: not a question in the evaluation format ({type(error).__name__}: {error})") from None
    return samples


def _sample(raw: dict[str, Any]) -> Sample:
    outcome = raw.get("outcome") or ()
    return Sample(
        id=str(raw["id"]),
        question=str(raw["question"]),
        history=tuple(raw.get("history") or ()),
        as_of=date.fromisoformat(raw["as_of"]) if raw.get("as_of") else None,
        outcomes=(outcome,) if isinstance(outcome, str) else tuple(outcome),
        sections=tuple((str(document), str(section)) for document, section in raw.get("sections") or ()),
        must_contain=tuple(raw.get("must_contain") or ()),
        must_not_contain=tuple(raw.get("must_not_contain") or ()),
    )
