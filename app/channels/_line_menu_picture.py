"""Draw the rich menu's picture: six tiles with an icon, a title and a hint in Thai, and a strip with one line below them."""

from __future__ import annotations

import io
import math
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence

from PIL import Image, ImageDraw, ImageFont, features

from app.errors import ChannelError

SIZE = (2500, 1686)
COLUMNS, ROWS = 3, 2
STRIP = 150  # of the height, below the tiles
TILED = SIZE[1] - STRIP
SCALE = 2  # drawn twice as large and reduced: smooth edges
GAP = 36
ICON = 236
EDGE = 44
FAMILIES = {"th": "Noto Sans Thai", "en": "Noto Sans"}
GROUND, TILE, TITLE, HINT = "#E9EEF5", "#FFFFFF", "#12355B", "#5B6B80"
CALL = "#12355B"  # the tile of the person
ACCENTS = {
    "division": "#2563A8",
    "evaluation": "#1B8A6B",
    "pmqa": "#7A4FB5",
    "awards": "#C27A12",
    "digital": "#0E87A5",
    "person": "#F3C969",
}
NO_FONT = "there is no Thai font to draw the menu with: install the Debian package fonts-noto-core (and fontconfig)"

Box = tuple[float, float, float, float]
Draw = ImageDraw.ImageDraw


def picture(tiles: Sequence[tuple[str, str, str]], strip: str) -> bytes:
    """Draw the tiles (name, title in two lines, hint), in reading order, and the strip, as a PNG.

    Raises:
        ChannelError: no Thai font, or Pillow without raqm, which sets Thai vowels and tones in their places.
    """
    if not features.check_feature("raqm"):
        raise ChannelError("this Pillow was built without raqm and cannot set Thai: install a wheel from PyPI")
    image = Image.new("RGB", (SIZE[0] * SCALE, SIZE[1] * SCALE), GROUND)
    draw = ImageDraw.Draw(image)
    width = min(right - left for left, _, right, _ in map(_inside, map(bounds, range(len(tiles))))) - 2 * EDGE * SCALE
    titles = _Script("bold", 102 * SCALE, width, [line for _, title, _ in tiles for line in title.split("\n")])
    hints = _Script("regular", 62 * SCALE, width, [hint for *_, hint in tiles])
    for number, (name, title, hint) in enumerate(tiles):
        left, top, right, bottom = _inside(bounds(number))
        called = name == "person"
        ground, accent = (CALL if called else TILE), ACCENTS[name]
        draw.rounded_rectangle((left, top, right, bottom), 44 * SCALE, ground)
        middle, radius, centre = (left + right) / 2, ICON * SCALE / 2, top + (bottom - top) * 0.235
        draw.ellipse((middle - radius, centre - radius, middle + radius, centre + radius), accent)
        _ICONS[name](draw, middle, centre, radius * 0.5, CALL if called else "#FFFFFF", accent)
        for line, share in zip(title.split("\n"), (0.57, 0.74), strict=True):
            titles.write(draw, middle, top + (bottom - top) * share, line, "#FFFFFF" if called else TITLE)
        hints.write(draw, middle, top + (bottom - top) * 0.89, hint, "#D5DEEA" if called else HINT)
    below = _Script("regular", 58 * SCALE, (SIZE[0] - 2 * GAP) * SCALE, [strip])
    below.write(draw, SIZE[0] * SCALE / 2, (TILED + STRIP * 0.55) * SCALE, strip, TITLE)
    out = io.BytesIO()
    image.resize(SIZE, Image.Resampling.LANCZOS).quantize(128, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def bounds(number: int) -> tuple[int, int, int, int]:
    """Give the part of the menu that presses tile `number`: left, top, width, height."""
    column, row = number % COLUMNS, number // COLUMNS
    left, right = (SIZE[0] * step // COLUMNS for step in (column, column + 1))
    top, bottom = (TILED * step // ROWS for step in (row, row + 1))
    return left, top, right - left, bottom - top


def _inside(area: tuple[int, int, int, int]) -> Box:
    """Shrink a pressed part to its visible tile, so that all gaps are equal; in drawn pixels."""
    left, top, width, height = area
    near = {True: GAP, False: GAP // 2}
    return (
        (left + near[left == 0]) * SCALE,
        (top + near[top == 0]) * SCALE,
        (left + width - near[left + width == SIZE[0]]) * SCALE,
        (top + height - near[top + height == TILED]) * SCALE,
    )


class _Script:
    """Thai and Latin letters of one size: Noto's Thai fonts hold no Latin ones, so each run has its own font."""

    def __init__(self, weight: str, largest: int, width: float, lines: Sequence[str]) -> None:
        """Choose the largest size, up to `largest`, in which every line fits the width."""
        faces = {True: _font_file("th", weight), False: _font_file("en", weight)}
        self._fonts = {is_thai: ImageFont.truetype(face, largest, layout_engine=ImageFont.Layout.RAQM) for is_thai, face in faces.items()}
        size = int(largest * min(1.0, *(width / self._width(line) for line in lines)))
        self._fonts = {is_thai: font.font_variant(size=size) for is_thai, font in self._fonts.items()}

    def write(self, draw: Draw, middle: float, baseline: float, words: str, colour: str) -> None:
        """Write a line around its middle."""
        x = middle - self._width(words) / 2
        for run, font in self._runs(words):
            draw.text((x, baseline), run, colour, font, anchor="ls")
            x += font.getlength(run)

    def _width(self, words: str) -> float:
        return sum(font.getlength(run) for run, font in self._runs(words))

    def _runs(self, words: str) -> list[tuple[str, ImageFont.FreeTypeFont]]:
        return [(run, self._fonts["\u0e00" <= run[0] <= "\u0e7f"]) for run in re.findall("[\u0e00-\u0e7f]+|[^\u0e00-\u0e7f]+", words)]


def _font_file(language: str, weight: str) -> str:
    """Ask fontconfig for a font; it always answers with some font, so the answer is checked."""
    ask = shutil.which("fc-match")
    if not ask:
        raise ChannelError(NO_FONT)
    pattern = f"{FAMILIES[language]}:lang={language}:weight={weight}"
    answer = subprocess.run([ask, "-f", "%{lang}\n%{file}", pattern], capture_output=True, text=True, check=False)  # noqa: S603 - our words only
    languages, _, file = answer.stdout.partition("\n")
    if language not in languages.split("|") or not file:
        raise ChannelError(NO_FONT)
    return file


def _chart(draw: Draw, x: float, y: float, r: float, ink: str, _: str) -> None:
    """Draw an organisation chart."""
    half, line = r * 0.3, int(r * 0.12)
    draw.line((x, y - r * 0.6, x, y + r * 0.55), ink, line)
    draw.line((x - r * 0.85, y + r * 0.55, x - r * 0.85, y, x + r * 0.85, y, x + r * 0.85, y + r * 0.55), ink, line, joint="curve")
    for across, down in ((0, -0.65), (-0.85, 0.6), (0, 0.6), (0.85, 0.6)):
        draw.rounded_rectangle((x + r * across - half, y + r * down - half, x + r * across + half, y + r * down + half), half * 0.3, ink)


def _bars(draw: Draw, x: float, y: float, r: float, ink: str, _: str) -> None:
    """Draw rising bars on a line."""
    for across, height in ((-0.65, 0.6), (0, 1.1), (0.65, 1.6)):
        draw.rounded_rectangle((x + r * (across - 0.22), y + r * (0.75 - height), x + r * (across + 0.22), y + r * 0.7), r * 0.1, ink)
    draw.rounded_rectangle((x - r, y + r * 0.82, x + r, y + r * 0.96), r * 0.07, ink)


def _steps(draw: Draw, x: float, y: float, r: float, ink: str, _: str) -> None:
    """Draw the four stages to government 4.0: steps that go up."""
    for step in range(4):
        left = x - r + step * r * 0.5
        draw.rectangle((left, y + r * (0.45 - step * 0.4), left + r * 0.5, y + r * 0.85), ink)
    draw.polygon(_star(x + r * 0.02 - r * 0.55, y - r * 0.45, r * 0.42), ink)


def _medal(draw: Draw, x: float, y: float, r: float, ink: str, ground: str) -> None:
    """Draw a medal with a star."""
    for side in (-1, 1):
        draw.polygon(
            ((x + side * r * 0.1, y), (x + side * r * 0.62, y), (x + side * r * 0.72, y + r * 1.1), (x + side * r * 0.36, y + r * 0.82)),
            ink,
        )
    draw.ellipse((x - r * 0.78, y - r * 1.05, x + r * 0.78, y + r * 0.51), ink)
    draw.polygon(_star(x, y - r * 0.27, r * 0.52), ground)


def _screen(draw: Draw, x: float, y: float, r: float, ink: str, ground: str) -> None:
    """Draw a screen with lines of text and a mark."""
    draw.rounded_rectangle((x - r * 1.05, y - r * 0.85, x + r * 1.05, y + r * 0.5), r * 0.14, ink)
    draw.rectangle((x - r * 0.16, y + r * 0.5, x + r * 0.16, y + r * 0.85), ink)
    draw.rounded_rectangle((x - r * 0.55, y + r * 0.78, x + r * 0.55, y + r * 0.94), r * 0.08, ink)
    for down, length in ((-0.5, 0.75), (-0.2, 1.2), (0.1, 0.95)):
        draw.rounded_rectangle((x - r * 0.72, y + r * (down - 0.07), x + r * (length - 0.72), y + r * (down + 0.07)), r * 0.07, ground)


def _talk(draw: Draw, x: float, y: float, r: float, ink: str, ground: str) -> None:
    """Draw a speech bubble with three dots."""
    draw.rounded_rectangle((x - r, y - r * 0.85, x + r, y + r * 0.5), r * 0.4, ink)
    draw.polygon(((x - r * 0.5, y + r * 0.4), (x - r * 0.55, y + r * 1.0), (x + r * 0.1, y + r * 0.4)), ink)
    for across in (-0.48, 0, 0.48):
        draw.ellipse((x + r * (across - 0.14), y - r * 0.32, x + r * (across + 0.14), y - r * 0.04), ground)


def _star(x: float, y: float, r: float) -> list[tuple[float, float]]:
    rays = ((r if point % 2 == 0 else r * 0.42, math.pi * (point / 5 - 0.5)) for point in range(10))
    return [(x + far * math.cos(turn), y + far * math.sin(turn)) for far, turn in rays]


_ICONS: dict[str, Callable[[Draw, float, float, float, str, str], None]] = {
    "division": _chart,
    "evaluation": _bars,
    "pmqa": _steps,
    "awards": _medal,
    "digital": _screen,
    "person": _talk,
}
