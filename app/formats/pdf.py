"""PDF, page by page: its text layer where that is good, OCR where it is missing or worthless."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pypdfium2 as pdfium
from pypdfium2 import raw

from app.errors import FormatError
from app.formats import _lines, _ocr
from app.formats._encodings import wrong_letters
from app.formats._pages import PageLines, blocks
from app.formats._tables import Rules, rules, with_rows
from app.formats.base import AUTO, Page, Reading, Ways
from app.thai import repaired
from app.thai_words import mended, plausibility

SUFFIXES = (".pdf",)
RISKY = True
MAX_PAGES = 3000
MAX_SCANNED = 400  # pages read by OCR in one file: about twenty minutes
LOW_CONFIDENCE = 0.85  # of OCR; a clean scan gives 0.93
BROKEN, SHORT_BROKEN = 0.8, 0.6  # plausibility under which a text layer is worthless; on pages of few words chance says more
SHORT = 200  # Thai letters
LITTLE_TEXT = 150  # letters; a page with fewer and a large picture is a scan with a stamp on it
MIN_PICTURE = 0.2  # share of the page
MANY_SHAPES = 500  # lines and curves; a table has fewer, letters drawn as shapes more
_SIDE_BY_SIDE = 2
_WORD = re.compile(r"[A-Za-z]{2,}|[ก-๎]+|[\d๐-๙]+")
_LEADERS = re.compile(r"[\s._…·•*()|/-]+")


@dataclass(frozen=True)
class _Layer:
    """The text layer of a page, how many marks were read from the drawing, and whether the page needs OCR instead."""

    lines: list[_lines.Line]
    drawn: int
    is_unusable: bool


def read(path: Path, ways: Ways = AUTO) -> Reading:
    """Read a PDF.

    Raises:
        FormatError: protected, damaged, or too many pages.
    """
    document = _opened(path)
    try:
        if len(document) > MAX_PAGES:
            raise FormatError(f"{path.name}: {len(document)} pages; at most {MAX_PAGES} are read, split the document")
        layers = _layers(document, ways)
        wanted = [number for number, layer in layers.items() if ways.ocr == "force" or layer.is_unusable]
        reading = Reading()
        scans = _scans(document, wanted, ways, reading)
    except pdfium.PdfiumError:
        raise FormatError(f"{path.name}: damaged; open it and print it to a new PDF") from None
    finally:
        document.close()
    pages = [_chosen(number, layer, scans.get(number)) for number, layer in layers.items()]
    reading.repairs["drawn_marks"] += sum(layer.drawn for layer in layers.values())
    pages = _repaired(pages, reading)
    reading.pages = [_account(page, is_unread=layers[page.number].is_unusable) for page in pages]
    reading.blocks = blocks(pages)
    reading.repairs = +reading.repairs
    _tell(reading)
    return reading


def _opened(path: Path) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
            raise FormatError(f"{path.name}: protected by a password; save it again without one") from None
        raise FormatError(f"{path.name}: damaged, or not a PDF") from None


def _layers(document: pdfium.PdfDocument, ways: Ways) -> dict[int, _Layer]:
    layers: dict[int, _Layer] = {}
    heads = None
    for number in range(1, len(document) + 1):
        layer, rules = _layer(document[number - 1])
        lines, heads = with_rows(layer.lines, rules, heads)
        layers[number] = replace(layer, lines=lines)
        ways.page_done()
    return layers


def _layer(page: pdfium.PdfPage) -> tuple[_Layer, Rules]:
    text_page = page.get_textpage()
    try:
        drawn_rules = rules(page)
        lines, drawn = _lines.lines(text_page, wrong_letters(text_page.get_text_range()), drawn_rules.walls)
        text = repaired("\n".join(line.text for line in lines))[0]
        written = sum(map(str.isalnum, text))
        is_scan = written < LITTLE_TEXT and _is_picture(page, MIN_PICTURE if written else 0.0)
        return _Layer(lines, drawn, is_scan or _is_broken(text)), drawn_rules
    finally:
        text_page.close()
        page.close()


def _is_broken(text: str) -> bool:
    """Tell a text layer that says nothing: unknown Thai, or signs instead of words."""
    drawn = len(_LEADERS.sub("", text))
    is_signs = drawn >= 40 and sum(map(len, _WORD.findall(text))) < 0.5 * drawn
    return is_signs or _is_implausible(text, plausibility(text))


def _is_implausible(text: str, known: float) -> bool:
    thai = sum("ก" <= c <= "๛" for c in text)
    return thai >= 20 and known < (BROKEN if thai >= SHORT else SHORT_BROKEN)


def _is_picture(page: pdfium.PdfPage, least: float) -> bool:
    """Tell whether pictures fill more than the least share of a page, or letters drawn as shapes do."""
    width, height = page.get_size()
    covered = shapes = 0.0
    for drawn in page.get_objects([raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH], max_depth=3):
        if drawn.type == raw.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = drawn.get_bounds()
            covered += abs((right - left) * (top - bottom))
        shapes += 1
        if covered > least * width * height or shapes > MANY_SHAPES:
            return True
    return False


def _scans(document: pdfium.PdfDocument, wanted: Sequence[int], ways: Ways, reading: Reading) -> dict[int, _ocr.Scan]:
    """Read pages by OCR; say which were not read and why."""
    if not wanted:
        return {}
    why = "OCR is off" if ways.ocr == "off" else _ocr.missing()
    if why:
        reading.warnings.append(f"{_numbers(wanted)}: no usable text layer, and not read: {why}")
        return {}
    if len(wanted) > MAX_SCANNED:
        rest = _numbers(wanted[MAX_SCANNED:])
        reading.warnings.append(f"{rest}: not read: OCR reads at most {MAX_SCANNED} pages of a file; split the document")
    found, late = {}, []
    for number, scan in _side_by_side(document, wanted[:MAX_SCANNED]):
        ways.page_done()
        if scan is None:
            late.append(number)
        else:
            found[number] = scan
    if late:
        reading.warnings.append(f"{_numbers(late)}: not read: OCR took longer than {_ocr.PAGE_SECONDS} seconds a page")
    return found


def _side_by_side(document: pdfium.PdfDocument, numbers: Sequence[int]) -> Iterator[tuple[int, _ocr.Scan | None]]:
    """Draw pages one after the other, as pdfium knows no threads, and have a few Tesseracts read them meanwhile."""
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        under_way: list[tuple[int, Future[_ocr.Scan | None]]] = []
        for number in numbers:
            page = document[number - 1]
            under_way.append((number, pool.submit(_ocr.scan, _ocr.image(page))))
            page.close()
            if len(under_way) > _SIDE_BY_SIDE:
                first, future = under_way.pop(0)
                yield first, future.result()
        for number, future in under_way:
            yield number, future.result()


def _chosen(number: int, layer: _Layer, scan: _ocr.Scan | None) -> PageLines:
    if scan and (scan.lines or layer.is_unusable):
        return PageLines(number, scan.lines, round(scan.confidence, 3))
    return PageLines(number, [] if layer.is_unusable else layer.lines)


def _repaired(pages: Sequence[PageLines], reading: Reading) -> list[PageLines]:
    """Repair and mend the lines of all pages together: which defects a document has shows in all of it."""
    texts = []
    for page in pages:
        for line in page.lines:
            text, counts = repaired(line.text)
            texts.append(text)
            reading.repairs.update(counts)
    texts, counts = mended(texts)
    reading.repairs.update(counts)
    given = iter(texts)
    return [replace(page, lines=[replace(line, text=next(given)) for line in page.lines]) for page in pages]


def _account(page: PageLines, *, is_unread: bool) -> Page:
    known = round(plausibility("\n".join(line.text for line in page.lines)), 3)
    if page.confidence is not None:
        return Page(page.number, "ocr", known, page.confidence)
    return Page(page.number, "text" if page.lines else "unread" if is_unread else "blank", known)


def _tell(reading: Reading) -> None:
    """Say what a person should look at."""
    scanned = [page for page in reading.pages if page.confidence is not None]
    if scanned:
        sure = sum(page.confidence or 0.0 for page in scanned) / len(scanned)
        text = f"read by OCR (confidence {sure:.2f}); numerals there are often misread, ๔ ๖ ๗ ๘ ๙ nearly always: check them by eye"
        reading.warnings.append(f"{_numbers([page.number for page in scanned])}: {text}")
    for page in reading.pages:
        if page.confidence is not None and page.confidence < LOW_CONFIDENCE:
            reading.warnings.append(f"page {page.number}: OCR is unsure (confidence {page.confidence:.2f}); read it by eye")
        elif page.plausibility < (SHORT_BROKEN if page.confidence is None else BROKEN):
            reading.warnings.append(f"page {page.number}: only {page.plausibility:.0%} of its words are known; read it by eye")


def _numbers(pages: Sequence[int]) -> str:
    """Write page numbers as a person would: page 3; pages 1–4, 7."""
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][1] + 1:
            runs[-1][1] = page
        else:
            runs.append([page, page])
    return ("page " if len(pages) == 1 else "pages ") + ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in runs)
