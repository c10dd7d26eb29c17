"""Files made for the tests: PDFs with Thai text or pictures of it, Office files whose inside can be changed."""

from __future__ import annotations

import ctypes
import io
import re
import subprocess
import zipfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import docx
import openpyxl
import pptx
import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageDraw, ImageFont
from pypdfium2 import raw

from app.settings import OUR_ROOT

DATA = OUR_ROOT.parent / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the real Thai files are not beside the project (../shared/data)")


@cache
def font_file(family: str = "Noto Sans Thai") -> str:
    """Give the file of a font; without it the test fails, for its pages would be blank."""
    command = ["fc-match", "-f", "%{file}", f"{family}:style=Regular"]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert family.replace(" ", "") in found, "fonts are missing: apt-get install fontconfig fonts-noto-core"
    return found


Placed = tuple[float, float, float, str]  # from the left, from the bottom, size, text


def pdf(path: Path, pages: Sequence[Sequence[Placed]]) -> Path:
    """Write a PDF with a text layer."""
    document = pdfium.PdfDocument.new()
    fonts = {}
    for family in ("Noto Sans Thai", "Noto Sans"):  # the one has no brackets, the other no Thai
        data = Path(font_file(family)).read_bytes()
        buffer = (ctypes.c_uint8 * len(data)).from_buffer_copy(data)
        fonts[family] = raw.FPDFText_LoadFont(document.raw, buffer, len(data), raw.FPDF_FONT_TRUETYPE, 1)
    for texts in pages:
        page = document.new_page(595, 842)
        for begin, bottom, size, text in texts:
            left = begin
            for run in re.findall(r"[\u0e00-\u0e7f ]+|[^\u0e00-\u0e7f ]+", text):
                family = "Noto Sans Thai" if run.strip() and "\u0e00" <= run.strip()[0] <= "\u0e7f" else "Noto Sans"
                _write(document, page, fonts[family], (left, bottom, size, run))
                left += ImageFont.truetype(font_file(family), 100).getlength(run) * size / 100
        page.gen_content()
        page.close()
    document.save(path)
    document.close()
    return path


def ruled(path: Path, lines: Sequence[tuple[float, float, float, float]]) -> Path:
    """Draw straight lines (left, bottom, right, top) on every page of a PDF."""
    document = pdfium.PdfDocument(path.read_bytes())
    for page in document:
        for left, bottom, right, top in lines:
            drawn = raw.FPDFPageObj_CreateNewRect(left, bottom, right - left, top - bottom)
            raw.FPDFPath_SetDrawMode(drawn, raw.FPDF_FILLMODE_ALTERNATE, False)
            raw.FPDFPage_InsertObject(page.raw, drawn)
        page.gen_content()
        page.close()
    document.save(path)
    document.close()
    return path


def _write(document: pdfium.PdfDocument, page: pdfium.PdfPage, font: object, placed: Placed) -> None:
    left, bottom, size, text = placed
    drawn = raw.FPDFPageObj_CreateTextObj(document.raw, font, size)
    wide = (text + "\0").encode("utf-16-le")
    raw.FPDFText_SetText(drawn, ctypes.cast(ctypes.create_string_buffer(wide), ctypes.POINTER(ctypes.c_ushort)))
    raw.FPDFPageObj_Transform(drawn, 1, 0, 0, 1, left, bottom)
    raw.FPDFPage_InsertObject(page.raw, drawn)


def lines(*texts: str, left: float = 70, top: float = 760, size: float = 14) -> list[Placed]:
    """Place lines one below the other."""
    return [(left, top - 24 * i, size, text) for i, text in enumerate(texts)]


def picture(*texts: str, size: int = 44) -> Image.Image:
    """Draw a page as a scanner would give it: no text, only ink."""
    drawn = Image.new("L", (1654, 2339), 255)
    font = ImageFont.truetype(font_file(), size)
    for i, text in enumerate(texts):
        ImageDraw.Draw(drawn).text((160, 200 + 90 * i), text, font=font, fill=0)
    return drawn


def scanned_pdf(path: Path, *pages: Image.Image) -> Path:
    """Write a PDF of pictures."""
    pages[0].save(path, "PDF", resolution=200, save_all=True, append_images=pages[1:])
    return path


def word(path: Path, *paragraphs: str) -> Path:
    """Write a small Word file."""
    document = docx.Document()
    for text in paragraphs or ("หลักเกณฑ์",):
        document.add_paragraph(text)
    document.save(str(path))
    return path


def workbook(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    """Write a workbook of one sheet."""
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    book.save(path)
    return path


def slides(path: Path, *titles: str) -> Path:
    """Write a presentation with a slide for each title."""
    presentation = pptx.Presentation()
    for title in titles:
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = f"เนื้อหาของ{title}"
    presentation.save(str(path))
    return path


def with_parts(path: Path, parts: Mapping[str, bytes]) -> Path:
    """Put other parts into an Office file, in place of those of the same name."""
    with zipfile.ZipFile(path) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**kept, **parts}.items():
            archive.writestr(name, data)
    path.write_bytes(packed.getvalue())
    return path
