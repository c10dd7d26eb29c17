"""What the commands of `ingest.py` show to a person; what they give to a program is the same as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from app.corpus.differences import ChangedDocument, ChangedSection, Difference, Piece
from app.corpus.impact import Impact, Told
from app.corpus.official import Finding
from app.corpus.report import Progress as Shown
from app.corpus.report import Report
from app.store.tables import ReleaseRow

screen = Console(stderr=True, markup=False, emoji=False, highlight=False, soft_wrap=True)
_STEPS = {"read": "reading", "embed": "embedding", "ask": "asking golden questions"}
_MARKS = {"same": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}
_STYLES = {"same": "", "removed": "red strike", "added": "green"}
WIDE = 130  # characters of the table of releases, also where nobody says how wide the paper is
AROUND = 60  # characters of unchanged text shown beside a change


def _paper() -> Console:
    """Standard output as it is when something is printed, in lines as long as they are."""
    return Console(markup=False, emoji=False, highlight=False, soft_wrap=True)


@contextmanager
def progress() -> Iterator[Shown]:
    """Show progress bars on standard error while the block runs."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=screen, transient=True) as bars:
        tasks: dict[str, Any] = {}

        def show(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(_STEPS[step], total=total)
            bars.update(tasks[step], completed=done)

        yield show


def built(report: Report, refused: str) -> None:
    """Tell how a build went."""
    counts = ", ".join(f"{n} {kind}" for kind, n in report.sections.items())
    number = f"release {report.release}" if report.release else "dry run"
    screen.print(f"{number}: {report.documents} documents; sections: {counts}; {report.embedded} embedded; {report.seconds} s")
    for warning in report.warnings:
        screen.print(f"  ! {warning}", style="yellow")
    for one in report.proposals:
        screen.print(f"  ? {one['document']} seems to replace {one['replaces']}: {one['because']}", style="cyan")
    for check in report.checks:
        screen.print(f"  {'✓' if check['passed'] else '✗'} {check['name']}: {check['detail']}", style="" if check["passed"] else "red")
    if refused:
        screen.print("refused; the active release stays", style="bold red")
    elif report.activated:
        screen.print(f"release {report.release} is active", style="green")
    elif report.release:
        screen.print(f"release {report.release} is ready; python ingest.py activate {report.release} makes it answer")


def listed(rows: Sequence[ReleaseRow], active: int, previous: int | None) -> None:
    """Show the releases as a table."""
    table = Table("release", "state", "built (UTC)", "documents", "sections", "embedding", "by", "why", box=box.SIMPLE)
    for row in rows:
        sections = row.report.get("sections", {})
        count = sum(sections.get(kind, 0) for kind in ("created", "changed", "same"))
        mark = " ← active" if row.number == active else " (previous)" if row.number == previous else ""
        cells = (
            f"{row.number}{mark}",
            row.state,
            f"{row.created_at:%Y-%m-%d %H:%M}",
            str(len(row.documents)),
            str(count),
            row.embedding,
            row.who,
            row.why,
        )
        table.add_row(*map(Text, cells))
    Console(width=max(_paper().width, WIDE)).print(table)


def checked(one: dict[str, Any]) -> None:
    """Show what one file gave."""
    out = _paper()
    out.print(f"{one['path']}: {one['title']}: {len(one['sections'])} sections")
    for section in one["sections"]:
        page = f" (page {section['page']})" if section["page"] else ""
        out.print(f"  {section['section']}{page}: {section['text'][:80]!r}")
    for name, count in one["repairs"].items():
        out.print(f"  repaired {name}: {count}")
    for warning in one["warnings"]:
        out.print(f"  ! {warning}")


def compared(found: Difference) -> None:
    """Show how two releases differ: removed words in [-…-], added ones in {+…+}."""
    out = _paper()
    out.print(f"release {found.before} → release {found.after}")
    for kind, sign in (("created", "+"), ("removed", "-")):
        for document in found.documents[kind]:
            out.print(f"{sign} {document['document']}: {document['title']}", style="green" if sign == "+" else "red")
    for changed in found.documents["changed"]:
        _changed_document(out, changed, found)
    if not any(found.documents.values()):
        out.print("nothing differs")


def _changed_document(out: Console, changed: ChangedDocument, found: Difference) -> None:
    out.print(f"~ {changed.document}: {changed.title}", style="bold")
    for key, (before, now) in changed.said.items():
        out.print(f"    {key}: {before} → {now}")
    for kind, sign in (("created", "+"), ("removed", "-")):
        for section in found.sections[kind]:
            if section["document"] == changed.document:
                out.print(f"    {sign} {section['section']}: {section['text'][:100]}", style="green" if sign == "+" else "red")
    section_changes: list[ChangedSection] = found.sections["changed"]
    for one in section_changes:
        if one.document == changed.document:
            out.print(Text.assemble("    ~ ", one.section, ": ", *_words(one.words)))


def _words(pieces: Sequence[Piece]) -> Iterator[tuple[str, str]]:
    for number, piece in enumerate(pieces):
        opening, closing = _MARKS[piece.change]
        text = piece.text
        if piece.change == "same" and len(text) > 2 * AROUND:
            text = (text[:AROUND] if number else "") + " … " + (text[-AROUND:] if number + 1 < len(pieces) else "")
        yield f"{opening}{text}{closing}", _STYLES[piece.change]


def previewed(impact: Impact) -> None:
    """Show which questions would get another answer."""
    out = _paper()
    plain = impact.plain()
    counts = ", ".join(f"{len(plain[kind])} {kind}" for kind in ("changed", "lost", "appeared"))
    out.print(
        f"release {impact.release} beside active release {impact.active}: {impact.asked} questions asked; {plain['same']} same, {counts}"
    )
    for change in impact.changes:
        style = {"lost": "red", "appeared": "green"}.get(change.kind, "yellow")
        out.print(f"{change.kind}: {change.question}", style=style)
        for name, told in (("before", change.before), ("after", change.after)):
            out.print(f"    {name}: {_told(told)}")


def _told(told: Told) -> str:
    cited = "; ".join(f"{document} {section}" for document, section, _ in told.citations)
    return f"[{told.outcome}] {' '.join(told.lead.split())[:140]}{f' ({cited})' if cited else ''}"


def compared_with_official(findings: Sequence[Finding]) -> None:
    """Show which official documents the corpus lacks or holds in an old edition."""
    out = _paper()
    for finding in findings:
        if finding.status != "held":
            out.print(f"{finding.status}: {finding.title}: {finding.advice}{f'  {finding.url}' if finding.url else ''}")
    counts = ", ".join(f"{sum(f.status == status for f in findings)} {status}" for status in dict.fromkeys(f.status for f in findings))
    out.print(f"{len(findings)} official documents: {counts}")
