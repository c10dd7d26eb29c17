"""The command line of `ingest.py`: arguments in, exit code out; 0 done, 1 refused or failed, 2 wrong use."""

from __future__ import annotations

import argparse
import getpass
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, get_args

from app import commands, wiring
from app import settings as settings_module
from app.corpus import catalogue, differences, impact, official, reading, release, telling
from app.corpus.report import Wishes
from app.errors import FormatError, GateRefused, ReleaseError, SidecarError, WrongUse
from app.formats.base import Ocr
from app.store import releases
from app.store.tables import ReleaseRow

HELP = ("-h", "--help")  # of all commands, not of `build`


def main(arguments: Sequence[str]) -> int:
    """Run one command and give its exit code."""
    named = bool(arguments) and (arguments[0] in HELP or not arguments[0].startswith("-"))
    options = _parser().parse_args(arguments if named else ["build", *arguments])
    return commands.run(lambda: int(options.run(options)), as_json=options.json)


def _parser() -> argparse.ArgumentParser:
    parser = commands.Parser(prog="ingest.py", description="Build and look after the releases of the corpus. Without a command: build.")
    known = parser.add_subparsers(required=True, metavar="command")

    def command(name: str, run: Callable[[argparse.Namespace], int], help_: str) -> argparse.ArgumentParser:
        sub = known.add_parser(name, help=help_, description=help_)
        sub.add_argument("--json", action="store_true", help="one JSON document on standard output, nothing else")
        sub.set_defaults(run=run)
        return sub

    build = command("build", _build, "build a release from KNOWLEDGE_DIR, check it, activate it")
    build.add_argument("--no-activate", action="store_true", help="build and check only; the active release stays")
    build.add_argument("--dry-run", action="store_true", help="read, cut and compare; write nothing")
    build.add_argument("--allow-removal", action="store_true", help="documents and sections of the active release may be missing")
    build.add_argument("--if-changed", action="store_true", help="do nothing when the active release was built from the same folder")
    build.add_argument("--force", metavar="WHY", type=commands.reason, help="activate although a check refuses; the reason is kept")
    build.add_argument("--ocr", choices=get_args(Ocr), default="auto", help="pages read by OCR: those without usable text, none, all")
    command("releases", _releases, "list the releases")
    command("activate", _activate, "make a release the one that answers").add_argument("number", type=commands.number)
    command("rollback", _rollback, "go back to the release that was active before")
    diff = command("diff", _diff, "show what differs between two releases, changed sections word by word")
    diff.add_argument("before", type=commands.number, metavar="A")
    diff.add_argument("after", type=commands.number, metavar="B")
    preview = command("impact", _impact, "ask a release past and golden questions, and show which answers would change")
    preview.add_argument("number", type=commands.number)
    preview.add_argument(
        "--last", type=commands.number, default=impact.LAST, metavar="N", help=f"how many past questions (by default {impact.LAST})"
    )
    check = command("check", _check, "read files and print their sections and what was repaired or odd; writes nothing")
    check.add_argument("files", nargs="+", type=Path, metavar="FILE")
    check.add_argument("--ocr", choices=get_args(Ocr), default="auto", help="pages read by OCR: those without usable text, none, all")
    command("sources", _sources, "compare the list of official documents (sources.toml) with the active release")
    return parser


def _build(options: argparse.Namespace) -> int:
    if options.dry_run and options.force:
        raise WrongUse("--dry-run writes nothing, so there is nothing to --force")
    wishes = Wishes(not options.no_activate, options.dry_run, options.allow_removal, options.force or "", getpass.getuser(), options.ocr)
    ingest = wiring.ingest(_stores())
    if options.if_changed and (active := ingest.current()):
        telling.screen.print(f"nothing changed: release {active.release} was built from this folder and is active")
        if options.json:
            commands.tell(active.contract())
        return 0
    refused = ""
    with telling.progress() as progress:
        try:
            report = ingest.build(wishes, progress)
        except GateRefused as error:
            refused, report = str(error), error.report  # type: ignore[attr-defined]
    if options.json:
        commands.tell(report.contract())
    else:
        telling.built(report, refused)
    return 1 if refused else 0


def _releases(options: argparse.Namespace) -> int:
    with _stores().database.read() as session:
        active, previous = releases.pointer(session)
        rows = releases.every(session)
    if options.json:
        commands.tell({"active": active or None, "previous": previous, "releases": [_plain(row) for row in rows]})
    else:
        telling.listed(rows, active, previous)
    return 0


def _plain(row: ReleaseRow) -> dict[str, Any]:
    return {
        "release": row.number,
        "state": row.state,
        "created_at": row.created_at.isoformat(),
        "embedding": row.embedding,
        "corpus_hash": row.corpus_hash,
        "code_version": row.code_version,
        "documents": len(row.documents),
        "who": row.who,
        "why": row.why,
    }


def _activate(options: argparse.Namespace) -> int:
    release.activate(_stores().database, options.number)
    return _moved(options, options.number)


def _rollback(options: argparse.Namespace) -> int:
    return _moved(options, release.rollback(_stores().database))


def _moved(options: argparse.Namespace, number: int) -> int:
    if options.json:
        commands.tell({"active": number})
    else:
        telling.screen.print(f"release {number} is active", style="green")
    return 0


def _diff(options: argparse.Namespace) -> int:
    found = differences.between(_stores().database, options.before, options.after)
    if options.json:
        commands.tell(found.plain())
    else:
        telling.compared(found)
    return 0


def _impact(options: argparse.Namespace) -> int:
    parts = wiring.remembering(_stores())
    with parts.database.read() as session:
        active, _ = releases.pointer(session)
        releases.get(session, options.number)
    if not active:
        raise ReleaseError("no release is active, so there is nothing to compare with")
    questions = wiring.past_questions(parts, options.last)
    with wiring.asking(parts, active) as old, wiring.asking(parts, options.number) as new, telling.progress() as progress:
        found = impact.measure(impact.Impact(options.number, active), questions, old, new, progress)
    if options.json:
        commands.tell(found.plain())
    else:
        telling.previewed(found)
    return 0


def _check(options: argparse.Namespace) -> int:
    files, failed = [], False
    for path in options.files:
        one: dict[str, Any] = {"path": str(path), "document": path.stem, "title": "", "sections": [], "warnings": [], "repairs": {}}
        try:
            if not path.is_file():
                raise FormatError(f"{path}: there is no such file")
            read = reading.read(catalogue.entry(path), options.ocr)
        except (FormatError, SidecarError) as error:
            one["warnings"].append(str(error))
            failed = True
        else:
            one |= read.told()
        files.append(one)
    if options.json:
        commands.tell({"files": files})
    else:
        for one in files:
            telling.checked(one)
    return 1 if failed else 0


def _sources(options: argparse.Namespace) -> int:
    parts = _stores()
    listed = official.load(parts.settings.knowledge_dir / "sources.toml")
    with parts.database.read() as session:
        active, _ = releases.pointer(session)
        documents = releases.documents(releases.get(session, active)) if active else []
    findings = official.compare(listed, documents, wiring.now().date())
    if options.json:
        commands.tell({"release": active or None, "sources": [finding.plain() for finding in findings]})
    else:
        telling.compared_with_official(findings)
    return 0


def _stores() -> wiring.Stores:
    return wiring.open_stores(settings_module.load())
