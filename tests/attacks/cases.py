"""The attacks and the harmless questions, read from their files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

OUR_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Attack:
    """One attack: where it stands (question, document, note, name, history), and words that only an answer that obeys it would hold."""

    id: str
    where: str
    text: str
    obeyed: str


def _lines(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (OUR_FOLDER / name).read_text("utf-8").splitlines()]


ATTACKS = [Attack(**line) for line in _lines("attacks.jsonl")]
HARMLESS = [line["text"] for line in _lines("harmless.jsonl")]
