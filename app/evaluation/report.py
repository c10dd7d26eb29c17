"""The scores as a page for people: Markdown with one chart, and what differs between two releases."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

Scores = Mapping[str, Any]

DRAWN = 200  # answers of the page of samples
SHOWN = ("hit@1", "hit@3", "hit@5", "hit@10")
WIDE, HIGH, LEFT = 640, 22, 230  # of the chart, in pixels: a line's width and height, and where its bar begins


def page(sets: Mapping[str, Scores], command: str) -> str:
    """Write the report of several datasets.

    Args:
        sets: the scores by the name of their dataset.
        command: what was run, as a reader can run it again.
    """
    lines = [
        "# How good are the answers",
        "",
        "Made by:",
        "",
        "```",
        command,
        "```",
        "",
        "![Shares with their 95 % intervals](evaluation.svg)",
        "",
        "Retrieval beside other libraries, without each of its parts, and in larger corpora: [benchmarks.md](benchmarks.md).",
        "",
    ]
    for name, scores in sets.items():
        lines += [
            f"## {name}",
            "",
            f"{scores['n']} questions; in brackets the 95 % Wilson interval. What a question does not label is not scored.",
            "",
        ]
        lines += ["| score | value |", "|---|---|", *(f"| {what} | {value} |" for what, value in _rows(scores)), ""]
        lines += _misses(scores["per_question"])
    return "\n".join(lines)


def _rows(scores: Scores) -> list[tuple[str, str]]:
    rows = [(name, _with_interval(scores["retrieval"][name], scores["intervals"][name])) for name in SHOWN]
    rows += [(name, _shown(scores["retrieval"][name])) for name in ("mrr@10", "recall@10")]
    if "outcome_accuracy" not in scores:
        return rows
    citation, refusal, steps = scores["citation"], scores["refusal"], scores["steps_ms"]
    return [
        *rows,
        ("right outcome", _with_interval(scores["outcome_accuracy"], scores["outcome_interval"])),
        ("refused of what is to be refused", _shown(refusal["recall"])),
        ("refused of what is to be answered", _shown(refusal["false_refusals"])),
        ("cited sections that are right ones", _shown(citation["precision"])),
        ("quotations that stand word for word in their section", _shown(citation["literal"])),
        ("answers whose every number stands in a cited section", _shown(citation["numbers"])),
        ("citations in force on the day asked about", _shown(citation["in_force"])),
        ("answers that hold what they must", _shown(scores["content"])),
        ("milliseconds, median · 95 %", f"{scores['latency_ms']['p50']} · {scores['latency_ms']['p95']}"),
        ("milliseconds by step, median", " · ".join(f"{name} {value}" for name, value in steps.items())),
    ]


def _misses(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    wrong = [row for row in rows if row.get("outcome_right") == 0.0]
    if not wrong:
        return []
    told = (f"- `{row['id']}` wanted {' or '.join(row['expected'])}, was {row['outcome']} ({row['confidence']})" for row in wrong)
    return ["<details><summary>Wrong outcomes</summary>", "", *told, "", "</details>", ""]


def _shown(value: float | None) -> str:
    return "not scored" if value is None else f"{value:.3f}"


def _with_interval(value: float | None, interval: Sequence[float] | None) -> str:
    return f"{_shown(value)} ({interval[0]:.3f}–{interval[1]:.3f})" if interval else _shown(value)


def chart(sets: Mapping[str, Scores]) -> str:
    """Draw the shares of the datasets as bars with their intervals, in SVG."""
    bars = [
        (f"{name}: {what}", value, interval)
        for name, scores in sets.items()
        for what, value, interval in (
            *((what, scores["retrieval"][what], scores["intervals"][what]) for what in SHOWN[:3]),
            ("right outcome", scores.get("outcome_accuracy"), scores.get("outcome_interval")),
        )
        if value is not None and interval
    ]
    drawn = [_bar(row, *bar) for row, bar in enumerate(bars)]
    high = HIGH * (len(bars) + 1)
    style = 'font-family="sans-serif" font-size="12"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {high}" {style}>' + "".join(drawn) + "</svg>\n"


def _bar(row: int, name: str, value: float, interval: Sequence[float]) -> str:
    top, room = HIGH * row + 8, WIDE - LEFT - 60
    low, high = (LEFT + room * edge for edge in interval)
    return (
        f'<text x="{LEFT - 8}" y="{top + 11}" text-anchor="end">{escape(name)}</text>'
        f'<rect x="{LEFT}" y="{top}" width="{room * value:.1f}" height="14" fill="#2b6cb0"/>'
        f'<path d="M{low:.1f} {top + 7}H{high:.1f}" stroke="#1a202c" stroke-width="2"/>'
        f'<text x="{WIDE - 52}" y="{top + 11}">{value:.3f}</text>'
    )


def answers(scores: Scores, command: str) -> str:
    """Write answers as an asker reads them, drawn by chance but always the same ones, in the order of their questions."""
    rows = list(enumerate(scores["per_question"]))
    drawn = sorted(random.Random(0).sample(rows, min(DRAWN, len(rows))))  # noqa: S311 - a sample, no secret
    lines = ["# ตัวอย่างคำตอบ", "", f"สุ่ม {len(drawn)} คำถามจากชุดคำถามมาตรฐาน ทำด้วยคำสั่ง `{command}`", ""]
    for _, row in drawn:
        cited = [f"ที่มา: {source}" for source in row["sources"]]
        told = "\n".join(f"> {line}".rstrip() for part in (row["text"], *cited) for line in [*part.split("\n"), ""])
        lines += [f"**{row['id']}** {row['question']}", "", f"*{row['outcome']}*", "", told, ""]
    return "\n".join(lines)


def written(sets: Mapping[str, Scores], command: str, path: Path) -> None:
    """Write the page, and its chart beside it."""
    path.write_text(page(sets, command), "utf-8")
    (path.parent / "evaluation.svg").write_text(chart(sets), "utf-8")


def compared(one: Scores, other: Scores) -> dict[str, Any]:
    """Say what differs between the scores of two releases on the same questions: the shares, and the questions one by one."""
    names = [name for name in one["retrieval"] if one["retrieval"][name] is not None]
    shares = {name: [one["retrieval"][name], other["retrieval"][name]] for name in names}
    if "outcome_accuracy" in one:
        shares["outcome_accuracy"] = [one["outcome_accuracy"], other["outcome_accuracy"]]
    changed = [
        {"id": before["id"], "rank": [before["rank"], after["rank"]], "outcome": [before.get("outcome"), after.get("outcome")]}
        for before, after in zip(one["per_question"], other["per_question"], strict=True)
        if (before["rank"], before.get("outcome")) != (after["rank"], after.get("outcome"))
    ]
    return {"n": one["n"], "shares": shares, "changed": changed}
