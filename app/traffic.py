"""The traffic log on the command line: `python -m app.traffic export --from 2026-08-01 --to 2026-10-31` writes it as CSV."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta

from app import commands, wiring
from app.console import asked_for, export
from app.settings import load


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 failed, 2 wrong use."""
    parser = argparse.ArgumentParser(
        prog="python -m app.traffic",
        description="Who reached the clinic when and by which way, without a word of what they wrote; kept for 90 days at least.",
    )
    command = parser.add_subparsers(required=True, metavar="command").add_parser("export", help="write the log to standard output as CSV")
    command.add_argument("--from", dest="first", type=_day, required=True, help="the first day in Thailand, such as 2026-08-01")
    command.add_argument("--to", dest="last", type=_day, required=True, help="the last day")
    chosen = parser.parse_args(arguments)
    if chosen.last < chosen.first:
        parser.error("--to is before --from")
    return commands.run(lambda: _export(chosen.first, chosen.last + timedelta(days=1)), as_json=False)


def _export(since: datetime, until: datetime) -> int:
    with closing(wiring.open_database(load())) as database:
        for piece in export.as_csv(export.traffic(database, since, until), export.TRAFFIC_HEADINGS):
            sys.stdout.buffer.write(piece)
    return commands.DONE


def _day(written: str) -> datetime:
    found = asked_for.day(written)
    if found is None:
        raise argparse.ArgumentTypeError(f"{written!r} is not a day such as 2026-08-01")
    return found


if __name__ == "__main__":
    raise SystemExit(main())
