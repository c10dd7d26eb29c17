"""The list of what was erased: `python -m app.erasures export` writes it, `replay FILE` erases it again after a backup was restored."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from app import commands, wiring
from app.errors import WrongUse
from app.settings import load
from app.store import erase
from app.store.erase import Erasure


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 failed, 2 wrong use."""
    parser = argparse.ArgumentParser(
        prog="python -m app.erasures",
        description="Keep the exported list apart from the backups of the database; after one was restored, replay the newest list.",
    )
    known = parser.add_subparsers(dest="command", required=True)
    known.add_parser("export", help="write the list to standard output, one JSON object a line")
    known.add_parser("replay", help="erase again what the list names").add_argument("file", type=Path, metavar="FILE")
    chosen = parser.parse_args(arguments)
    return commands.run(lambda: _export() if chosen.command == "export" else _replay(chosen.file), as_json=False)


def _export() -> int:
    with wiring.open_stores(load()).database.read() as session:
        for entry in erase.erased(session):
            sys.stdout.write(json.dumps({"kind": entry.kind, "key": entry.key, "until": entry.until.isoformat()}) + "\n")
    return 0


def _replay(file: Path) -> int:
    if not file.is_file():
        raise WrongUse(f"{file}: there is no such file")
    entries = list(_read(file.read_bytes().splitlines(), str(file)))
    with wiring.open_stores(load()).database.begin() as session:
        met = erase.replay(session, entries, wiring.now())
    sys.stderr.write(f"{len(entries)} entries, {met} of them met something to erase\n")
    return 0


def _read(lines: Iterable[bytes], name: str) -> Iterable[Erasure]:
    for number, line in enumerate(lines, 1):
        try:
            told = json.loads(line)
            until = datetime.fromisoformat(told["until"])
            yield Erasure({"person": "person", "message": "message"}[told["kind"]], str(told["key"]), until)  # type: ignore[arg-type]
        except (ValueError, TypeError, KeyError, RecursionError):
            raise WrongUse(f"{name}:{number}: not an entry of this list") from None


if __name__ == "__main__":
    raise SystemExit(main())
