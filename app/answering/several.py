"""Several questions in one message: told apart, and their answers put together in the order asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.answering import wording
from app.domain import Answer

MOST = 4  # questions answered of one message; a card with more is not read
SHORTEST = 8  # characters
_BULLET = re.compile(r"^\s*(?:[-•*]|\(?[\d๐-๙]{1,2}[.)])\s*")
_ASKS = re.compile(
    r"[?？]|ไหม|มั้ย|มั๊ย|หรือไม่|หรือเปล่า|รึเปล่า|หรือยัง|อะไร|เท่าไร|เท่าไหร่|เท่าใด|กี่|ใคร|ไหน|เมื่อไร|เมื่อไหร่|เมื่อใด|อย่างไร|ยังไง|ทำไม|ใดบ้าง|บ้าง|ข้อใด|คือ"
)
_ANOTHER = re.compile(r"\s+(?:และ)?(?:อีกเรื่อง|อีกข้อ|อีกคำถาม|ขอถามอีก|ถามอีก|และขอถามว่า|และอยากทราบว่า|แล้วก็อยากถามว่า)\S*\s*|[?？]\s+")


def questions(text: str) -> list[str]:
    """List the questions of a message, each as it was written; one that is not surely several is itself.

    Lines are questions when all of them ask: a case told in lines before one question is one question.
    """
    lines = [_BULLET.sub("", line).strip() for line in text.splitlines() if line.strip()]
    if len(lines) < 2:
        lines = [part.strip() for part in _ANOTHER.split(text) if part.strip()]
    several = [line for line in lines if len(line) >= SHORTEST and _ASKS.search(line)]
    return several[:MOST] if len(lines) > 1 and len(several) == len(lines) else [text]


def is_full(text: str) -> bool:
    """Say whether a message holds as many questions as are answered at once."""
    return len(questions(text)) == MOST


def together(asked: Sequence[str], answers: Sequence[Answer]) -> Answer:
    """Put the answers to several questions together, each under its question; answered when at least one of them is."""
    best = next((answer for answer in answers if answer.outcome == "answered"), answers[0])
    notes = tuple(dict.fromkeys(note for answer in answers for note in answer.notes))

    def numbered(texts: Iterable[str]) -> str:
        pairs = enumerate(zip(asked, texts, strict=True), 1)
        return "\n\n".join(wording.ONE_OF_SEVERAL.format(number=n, question=question, answer=text) for n, (question, text) in pairs)

    return replace(
        best,
        text=numbered(answer.text for answer in answers),
        lead=numbered(answer.lead for answer in answers),
        notes=notes,
        citations=tuple(dict.fromkeys(citation for answer in answers for citation in answer.citations)),
        suggestions=(),
        query="\n".join(filter(None, (answer.query for answer in answers))),
        confidence=min(answer.confidence for answer in answers if answer.outcome == best.outcome),
        trace={"several": [dict(answer.trace) | {"outcome": answer.outcome} for answer in answers]},
    )
