"""One question on the command line: `python -m app.ask "คำถาม"`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from app import commands, wiring
from app import settings as settings_module
from app.domain import Answer, Question


def main(arguments: Sequence[str] | None = None) -> int:
    """Answer one question; exit code 0 answered (whatever the outcome), 1 failed, 2 wrong use."""
    parser = commands.Parser(prog="python -m app.ask", description="Ask the clinic one question.")
    parser.add_argument("question")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output, nothing else")
    parser.add_argument("--as-of", type=commands.day, metavar="DATE", help="the day asked about, such as 2024-10-01 or 2567-10-01")
    parser.add_argument("--history", action="append", default=[], metavar="QUESTION", help="an earlier question; repeatable, oldest first")
    options = parser.parse_args(arguments)
    return commands.run(lambda: _ask(options), as_json=options.json)


def _ask(options: argparse.Namespace) -> int:
    settings = settings_module.load()
    parts = wiring.open_stores(settings)
    answer = wiring.answerer(settings, parts.database).answer(Question(options.question, tuple(options.history), options.as_of))
    if options.json:
        commands.tell(as_json(answer))
    else:
        sys.stdout.write(as_text(answer))
    return commands.DONE


def as_text(answer: Answer) -> str:
    """Give an answer as a person reads it on a terminal."""
    pages = (f" หน้า {c.page}" if c.page else "" for c in answer.citations)
    cited = [f"— {c.title} {c.section}{page} {c.url}" for c, page in zip(answer.citations, pages, strict=True)]
    return "\n".join([f"[{answer.outcome}] {answer.text}", *cited, ""])


def as_json(answer: Answer) -> dict[str, Any]:
    """Give an answer as one JSON object, its keys stable."""
    return {
        "outcome": answer.outcome,
        "text": answer.text,
        "as_of": answer.as_of.isoformat() if answer.as_of else None,
        "citations": [
            {
                "document": c.document,
                "section": c.section,
                "title": c.title,
                "page": c.page,
                "quote": c.quote,
                "in_force_from": c.in_force_from.isoformat() if c.in_force_from else None,
                "in_force_until": c.in_force_until.isoformat() if c.in_force_until else None,
                "url": c.url,
            }
            for c in answer.citations
        ],
        "release": answer.release,
        "confidence": round(answer.confidence, 4),
        "timings_ms": dict(answer.timings_ms),
        "llm": answer.trace.get("llm"),
    }


if __name__ == "__main__":
    sys.exit(main())
