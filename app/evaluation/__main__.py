"""Score releases on datasets: `python -m app.evaluation DATASET.jsonl`, with a report or side by side."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from app import commands, wiring
from app import settings as settings_module
from app.answering.pipeline import Pipeline
from app.errors import WrongUse
from app.evaluation import dataset, report, run

screen = Console(stderr=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one evaluation; exit code 0 done, 1 failed, 2 wrong use."""
    options = _parser().parse_args(arguments)
    return commands.run(lambda: _show(options), as_json=options.json)


def _show(options: argparse.Namespace) -> int:
    shown = _run(options)
    if options.json:
        commands.tell(shown)
    else:
        Console().print_json(json.dumps({key: value for key, value in shown.items() if key != "per_question"}))
    return commands.DONE


def _parser() -> argparse.ArgumentParser:
    parser = commands.Parser(prog="python -m app.evaluation", description="Score the active release on a dataset.")
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output, nothing else")
    parser.add_argument("--retrieval-only", action="store_true", help="score what is found, not what is answered")
    parser.add_argument(
        "--compare", nargs=2, type=commands.number, metavar=("A", "B"), help="score two releases on the same questions, side by side"
    )
    parser.add_argument("--keep", type=Path, metavar="FILE", help="keep the scores as JSON, for --report")
    parser.add_argument("--report", type=Path, metavar="PAGE.md", help="write a page for people, with the scores kept in --with")
    parser.add_argument("--answers", type=Path, metavar="PAGE.md", help="write 200 of the answers as an asker reads them")
    parser.add_argument("--with", nargs="*", type=Path, default=[], dest="others", metavar="FILE", help="scores kept before, for --report")
    return parser


def _run(options: argparse.Namespace) -> dict[str, Any]:
    samples = dataset.load(options.dataset)
    settings = settings_module.load()
    parts = wiring.open_stores(settings)
    if options.compare:
        with wiring.asking(parts, options.compare[0]) as one, wiring.asking(parts, options.compare[1]) as other:
            scores = [_scored(samples, pipeline, options) for pipeline in (one, other)]
        return report.compared(*scores) | {"releases": options.compare}
    scored = _scored(samples, wiring.answerer(settings, parts.database), options)
    if options.keep:
        options.keep.write_text(json.dumps({options.dataset.stem: scored}, ensure_ascii=False), "utf-8")
    if options.answers:
        options.answers.write_text(
            report.answers(scored, f"python -m app.evaluation {options.dataset} --answers {options.answers}"), "utf-8"
        )
    if options.report:
        sets = {options.dataset.stem: scored}
        for other_set in options.others:
            sets |= _kept(other_set)
        report.written(sets, f"python -m app.evaluation {options.dataset} --report {options.report}", options.report)
    return scored


def _kept(file: Path) -> dict[str, Any]:
    try:
        kept = json.loads(file.read_bytes())
    except (ValueError, RecursionError):
        kept = None
    if not isinstance(kept, dict):
        raise WrongUse(f"{file}: not scores as --keep writes them")
    return kept


def _scored(samples: Sequence[dataset.Sample], pipeline: Pipeline, options: argparse.Namespace) -> dict[str, Any]:
    with Progress(console=screen, transient=True) as bars:
        task = bars.add_task("asking", total=len(samples))
        return run.evaluate(
            samples, pipeline, retrieval_only=options.retrieval_only, progress=lambda done, _total: bars.update(task, completed=done)
        )


if __name__ == "__main__":
    sys.exit(main())
