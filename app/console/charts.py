"""Bars for the dashboard, worked out here and drawn as SVG by the template: no script, no library, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

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
    """Stacked bars by day."""

    bars: Sequence[Bar]
    ticks: Sequence[tuple[float, int]]  # y, value
    days: Sequence[tuple[float, date]]  # x, day
    series: Sequence[str]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT


def by_day(counts: Sequence[tuple[date, str, int]], first: date, last: date) -> Chart:
    """Draw counts by day and series, from one day to another, with the days on which nothing was."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    series = sorted({name for _, name, _ in counts})
    of_day: dict[date, Mapping[str, int]] = {day: {name: n for at, name, n in counts if at == day} for day in days}
    highest = _round_up(max((sum(found.values()) for found in of_day.values()), default=0))
    step, scale = (WIDTH - LEFT) / len(days), (HEIGHT - TOP - BOTTOM) / highest
    bars = []
    for at, day in enumerate(days):
        base = float(HEIGHT - BOTTOM)
        for number, name in enumerate(series):
            count = of_day[day].get(name, 0)
            if count:
                base -= count * scale
                x, width = LEFT + at * step + step * 0.12, step * 0.76
                bars.append(Bar(round(x, 1), round(base, 1), round(width, 1), round(count * scale, 1), number, f"{count}"))
    ticks = [(round(HEIGHT - BOTTOM - highest * n / TICKS * scale, 1), highest * n // TICKS) for n in range(TICKS + 1)]
    shown = range(0, len(days), max(1, len(days) // 6))
    return Chart(bars, ticks, [(round(LEFT + (at + 0.5) * step, 1), days[at]) for at in shown], series)


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """Give the value under which a share of ordered values lies; None when there are none."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else None


def _round_up(highest: int) -> int:
    step = TICKS
    while step < highest:
        step = step * 5 // 2 if str(step)[0] == "8" else step * 2  # 4 8 20 40 80 200: each a multiple of TICKS
    return step
