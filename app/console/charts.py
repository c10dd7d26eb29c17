"""Bars for the dashboard, worked out here and drawn as SVG by the template: no script, no library, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

WIDTH, HEIGHT = 720, 200
TOP, BOTTOM, LEFT = 14, 28, 50  # room for the numbers at the side and the dates below
TICKS = 4


@dataclass(frozen=True)
class Bar:
    """One piece of a bar; `series` is its place among the series."""

    x: float
    y: float
    width: float
    height: float
    series: int
    told: str


@dataclass(frozen=True)
class Chart:
    """Stacked bars by day; `mark` is where a line stands that they should not pass."""

    bars: Sequence[Bar]
    ticks: Sequence[tuple[float, int]]  # y, value
    days: Sequence[tuple[float, date]]  # x, day
    series: Sequence[str]
    mark: float | None = None
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT


def by_day(counts: Sequence[tuple[date, str, int]], first: date, last: date) -> Chart:
    """Draw counts by day and series, from one day to another, with the days on which nothing was."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    series = sorted({name for _, name, _ in counts})
    of_day: dict[date, Mapping[str, int]] = {day: {name: n for at, name, n in counts if at == day} for day in days}
    stacks = [
        [(number, of_day[day][name], f"{of_day[day][name]}") for number, name in enumerate(series) if name in of_day[day]] for day in days
    ]
    return _drawn(days, stacks, series)


def measured(values: Sequence[tuple[date, int, float, str]], series: Sequence[str], mark: float | None = None) -> Chart:
    """Draw one bar a day or week: its beginning, its place among the series, how much, and that in words; `mark` is a line across."""
    return _drawn([day for day, *_ in values], [[(number, value, told)] for _, number, value, told in values], series, mark)


def _drawn(
    days: Sequence[date], stacks: Sequence[Sequence[tuple[int, float, str]]], series: Sequence[str], mark: float | None = None
) -> Chart:
    highest = _round_up(ceil(max([mark or 0, *(sum(value for _, value, _ in stack) for stack in stacks)])))
    step, scale = (WIDTH - LEFT) / max(len(days), 1), (HEIGHT - TOP - BOTTOM) / highest
    bars = []
    for at, stack in enumerate(stacks):
        base = float(HEIGHT - BOTTOM)
        for number, value, told in stack:
            base -= value * scale
            x, width = LEFT + at * step + step * 0.12, step * 0.76
            bars.append(Bar(round(x, 1), round(base, 1), round(width, 1), round(value * scale, 1), number, told))
    ticks = [(round(HEIGHT - BOTTOM - highest * n / TICKS * scale, 1), highest * n // TICKS) for n in range(TICKS + 1)]
    shown = range(0, len(days), max(1, len(days) // 6))
    line = None if mark is None else round(HEIGHT - BOTTOM - mark * scale, 1)
    return Chart(bars, ticks, [(round(LEFT + (at + 0.5) * step, 1), days[at]) for at in shown], series, line)


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """Give the value under which a share of ordered values lies; None when there are none."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else None


def _round_up(highest: int) -> int:
    step = TICKS
    while step < highest:
        step = step * 5 // 2 if str(step)[0] == "8" else step * 2  # 4 8 20 40 80 200: each a multiple of TICKS
    return step
