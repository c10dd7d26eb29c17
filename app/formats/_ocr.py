"""Pages read by Tesseract: the lines with their places, and how sure it was.

Measured on pages whose text is known (7 pages of five documents, 300 dpi): Debian's `tha` misreads 5.5 % of the letters, `script/Thai`
7.0 %; `tha+eng` is as good as `tha` in Thai (5.6 %) and reads English, which `tha` cannot. All of them misread ๔ ๖ ๗ ๘ ๙ every time (72 of
72): a number is no evidence.
"""

from __future__ import annotations

import csv
import io
import math
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median

import pypdfium2 as pdfium
from PIL import Image

from app.formats._lines import Line
from app.thai import MARKS, repair
from app.thai_words import plausibility

DPI = 300
MAX_PIXELS = 40_000_000  # of a page; a poster is read smaller
PAGE_SECONDS = 60
_ONE_COLUMN, _ANY_LAYOUT = "6", "3"  # Tesseract's page segmentation modes
_DOUBTFUL = 0.15  # of the letters in no usual word: above it the second mode is tried too
_SPECKS, _SHORT_SPECKS = 40, 85  # confidence (0–100) under which a line, or a line of a few signs, is dirt on the paper
_THAI_WORD = re.compile("[ก-ฮ]{2}")
_YEAR = re.compile(r"\b[wW]\.?[aAfF]{1,2}\.?(?= ?[๐-๙0-9]{3,4})")  # how the English model reads พ.ศ.


@dataclass(frozen=True)
class Scan:
    """What OCR read on a page: lines (places in points of 1/72 inch), and its confidence, 0–1."""

    lines: list[Line]
    confidence: float


@cache
def missing() -> str:
    """Say what has to be installed before OCR can work; empty when nothing is missing."""
    if shutil.which("tesseract") is None:
        return "Tesseract is not installed (Debian, Ubuntu: apt-get install tesseract-ocr tesseract-ocr-tha)"
    if "tha" not in _languages():
        return "Tesseract has no Thai (Debian, Ubuntu: apt-get install tesseract-ocr-tha)"
    return ""


@cache
def _languages() -> list[str]:
    command = [shutil.which("tesseract") or "tesseract", "--list-langs"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()  # noqa: S603  no part of it is given


def image(page: pdfium.PdfPage) -> Image.Image:
    """Draw a page in grey, at 300 dpi or as large as a page may be."""
    width, height = page.get_size()
    scale = min(DPI / 72, math.sqrt(MAX_PIXELS / max(width * height, 1.0)))
    drawn: Image.Image = page.render(scale=scale, grayscale=True).to_pil()
    drawn.info["dpi"] = 72 * scale
    return drawn


def scan(picture: Image.Image) -> Scan | None:
    """Read a picture of a page; None when Tesseract failed or took too long."""
    try:
        first = _scan(picture, _ONE_COLUMN)
        if _doubt(first) <= _DOUBTFUL:
            return first
        return min(first, _scan(picture, _ANY_LAYOUT), key=_doubt)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return None


def _doubt(found: Scan) -> float:
    return 1 - plausibility(repair("\n".join(line.text for line in found.lines))) if found.lines else 1.0


def _scan(picture: Image.Image, mode: str) -> Scan:
    dpi = picture.info["dpi"]
    languages = "tha+eng" if "eng" in _languages() else "tha"
    with tempfile.TemporaryDirectory(prefix="ocr-") as folder:
        given, out = Path(folder, "page.png"), Path(folder, "page")
        picture.save(given, compress_level=1)
        command = [
            shutil.which("tesseract") or "tesseract",
            str(given),
            str(out),
            "-l",
            languages,
            "--psm",
            mode,
            "--dpi",
            str(round(dpi)),
            "txt",
            "tsv",
        ]
        # pages are read side by side: threads inside one of them would make all slower
        environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
        subprocess.run(command, capture_output=True, check=True, timeout=PAGE_SECONDS, env=environment)  # noqa: S603  our own file names
        texts = out.with_suffix(".txt").read_text("utf-8").splitlines()
        table = out.with_suffix(".tsv").read_text("utf-8")
    lines, sure = [], []
    texts_left = [text for text in texts if text.strip()]
    for pieces in _pieces(table):
        text = _text(pieces, texts_left)
        weights = [(float(piece["conf"]), len(piece["text"])) for piece in pieces]
        confidence = sum(conf * n for conf, n in weights) / sum(n for _, n in weights)
        if confidence < _SPECKS or (len(text) <= 6 and confidence < _SHORT_SPECKS and not _THAI_WORD.search(text)):
            continue
        lines.append(_line(text, pieces, 72 / dpi, picture.height))
        sure.extend(weights)
    letters = sum(n for _, n in sure)
    return Scan(lines, sum(conf * n for conf, n in sure) / letters / 100 if letters else 0.0)


def _pieces(table: str) -> Iterator[list[dict[str, str]]]:
    """Give the pieces of each line; in Thai they are letters rather than words."""
    lines: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["level"] == "5" and (row["text"] or "").strip():
            lines.setdefault((row["block_num"], row["par_num"], row["line_num"]), []).append(row)
    yield from lines.values()


def _text(pieces: list[dict[str, str]], texts: list[str]) -> str:
    """Find the line in Tesseract's plain text, where alone it tells spaces from gaps."""
    solid = "".join(piece["text"] for piece in pieces).replace(" ", "")
    for i, text in enumerate(texts[:5]):
        if text.replace(" ", "") == solid:
            del texts[: i + 1]
            return " ".join(text.split())
    return " ".join(piece["text"] for piece in pieces)


def _line(text: str, pieces: list[dict[str, str]], points: float, height: int) -> Line:
    boxes = [tuple(int(piece[side]) for side in ("left", "top", "width", "height")) for piece in pieces]
    letters = [box[3] for box, piece in zip(boxes, pieces, strict=True) if piece["text"] not in MARKS] or [boxes[0][3]]
    left, right = min(box[0] for box in boxes), max(box[0] + box[2] for box in boxes)
    base = height - max(box[1] + box[3] for box in boxes)
    return Line(_YEAR.sub("พ.ศ.", text), left * points, right * points, base * points, median(letters) * points)
