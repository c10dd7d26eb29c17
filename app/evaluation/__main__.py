"""Score the active release on a dataset: `python -m app.evaluation DATASET.jsonl`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from app import settings as settings_module
from app import wiring
from app.errors import ClinicError, SettingsError, WrongUse
from app.evaluation import dataset, run


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one evaluation; exit code 0 done, 1 failed, 2 wrong use."""
    parser = argparse.ArgumentParser(prog="python -m app.evaluation", description="Score the active release on a dataset.")
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output, nothing else")
    parser.add_argument("--retrieval-only", action="store_true", help="score what is found, not what is answered")
    options = parser.parse_args(arguments)
    screen = Console(stderr=True)
    try:
        samples = dataset.load(options.dataset)
        settings = settings_module.load()
        parts = wiring.open_stores(settings)
        pipeline = wiring.answerer(settings, parts.database)
        with Progress(console=screen, transient=True) as bars:
            task = bars.add_task("asking", total=len(samples))
            scores = run.evaluate(
                samples, pipeline, retrieval_only=options.retrieval_only, progress=lambda done, _total: bars.update(task, completed=done)
            )
    except (SettingsError, WrongUse) as error:
        screen.print(str(error), style="red", markup=False)
        return 2
    except ClinicError as error:
        screen.print(str(error), style="red", markup=False)
        return 1
    if options.json:
        sys.stdout.write(json.dumps(scores, ensure_ascii=False, indent=1) + "\n")
    else:
        Console().print_json(json.dumps({key: value for key, value in scores.items() if key != "per_question"}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
