"""What a PDF gives: whole sentences with their page, without what the page only carries; OCR where the text layer is worth nothing."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from PIL import ImageFont

from app.corpus.sections import cut
from app.errors import FormatError
from app.formats.base import Reading, read
from app.formats.pdf import read as read_pdf
from app.thai import arabic, repair
from tests.formats.made import DATA, font_file, lines, needs_data, pdf, picture, ruled, scanned_pdf

SENTENCE = "ส่วนราชการต้องจัดทำแผนปฏิบัติราชการไว้เป็นการล่วงหน้า"


@pytest.fixture
def tesseract() -> None:
    """Have Tesseract with Thai: always in CI, elsewhere if it is installed."""
    if shutil.which("tesseract") is None:
        if os.environ.get("CI"):
            pytest.fail("tesseract is not installed")
        pytest.skip("tesseract is not installed")


def texts(reading: Reading) -> list[str]:
    return [block.text for block in reading.blocks]


def test_a_sentence_broken_over_lines_is_one_block_on_its_page(tmp_path: Path) -> None:
    first, second = SENTENCE[:31], SENTENCE[31:]
    path = pdf(tmp_path / "a.pdf", [lines("มาตรา ๙"), lines(first, second)])
    wide = max(read_pdf(path).blocks, key=lambda block: len(block.text))
    assert (wide.text, wide.page) == (SENTENCE, 2)


def test_a_new_section_begins_a_new_block_even_below_a_full_line(tmp_path: Path) -> None:
    path = pdf(
        tmp_path / "a.pdf", [lines(SENTENCE, "(๑) จัดให้มีการติดตามและประเมินผลการปฏิบัติตามแผน", "มาตรา ๑๐ ให้นำความในมาตรา ๙ มาใช้บังคับโดยอนุโลม")]
    )
    assert [text[:8] for text in texts(read_pdf(path))] == [SENTENCE[:8], "(๑) จัดใ", "มาตรา ๑๐"]


def test_running_heads_and_page_numbers_go(tmp_path: Path) -> None:
    pages = [lines(f"หน้า {n}", "คู่มือการประเมิน ฉบับปี ๒๕๖๘", f"มาตรา {n} ข้อความของมาตรา", f"- {n} -") for n in range(1, 5)]
    path = pdf(tmp_path / "a.pdf", pages)
    assert texts(read_pdf(path)) == [f"มาตรา {n} ข้อความของมาตรา" for n in range(1, 5)]


def test_the_gazettes_head_goes_even_from_a_single_page(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf", [lines("หน้า ๑", "เล่ม ๑๓๔ ตอนที่ ๒๔ ก ราชกิจจานุเบกษา ๒๔ กุมภาพันธ์ ๒๕๖๐", "พระราชบัญญัติ")])
    assert texts(read_pdf(path)) == ["พระราชบัญญัติ"]


def test_lines_of_contents_and_catchwords_go(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf", [lines("วัตถุประสงค์ .......................... ๑", "ขอบเขตของคู่มือฉบับนี้", "/ขอบเขต ...")])
    assert texts(read_pdf(path)) == ["ขอบเขตของคู่มือฉบับนี้"]


def test_larger_letters_are_a_heading(tmp_path: Path) -> None:
    body = lines(*[f"ข้อความปกติของย่อหน้าที่ {n} ซึ่งยาวพอสมควร" for n in range(8)], top=700)
    path = pdf(tmp_path / "a.pdf", [[(70, 760, 26, "แนวทางการประเมิน"), *body]])
    first = read_pdf(path).blocks[0]
    assert (first.text, first.level) == ("แนวทางการประเมิน", 1)


TABLE = [*[(60, y, 500, y + 0.5) for y in (640, 680, 720, 780)], *[(x, 640, x + 0.5, 780) for x in (60, 250, 500)]]


def test_a_row_of_a_table_keeps_its_header_over_pages_and_lines(tmp_path: Path) -> None:
    """Old beside new: read line by line, the two would be one sentence."""
    head = [(70, 755, 14, "ความเดิม"), (260, 755, 14, "แก้ไขใหม่")]
    rows = [(70, 700, 14, "ให้ใช้คะแนน ๖๐"), (260, 700, 14, "ให้ใช้คะแนน ๗๐"), (70, 665, 14, "ภายในสามสิบวัน"), (260, 665, 14, "ภายในหกสิบวัน")]
    more = [(260, 700, 14, "ให้รายงานทุกปี"), (70, 700, 14, "ให้รายงานทุก"), (70, 685, 14, "ไตรมาส")]
    path = ruled(pdf(tmp_path / "a.pdf", [[*head, *rows], [*head, *more]]), TABLE)
    assert [(block.text, block.page) for block in read_pdf(path).blocks] == [
        ("- ความเดิม: ให้ใช้คะแนน ๖๐ · แก้ไขใหม่: ให้ใช้คะแนน ๗๐", 1),
        ("- ความเดิม: ภายในสามสิบวัน · แก้ไขใหม่: ภายในหกสิบวัน", 1),
        ("- ความเดิม: ให้รายงานทุกไตรมาส · แก้ไขใหม่: ให้รายงานทุกปี", 2),
    ]


def test_a_mark_that_the_file_lists_late_returns_to_its_letter(tmp_path: Path) -> None:
    """Old writers draw the marks after all letters; only their place tells where they belong."""
    behind = 70 + ImageFont.truetype(font_file(), 100).getlength("การจ") * 14 / 100
    path = pdf(tmp_path / "a.pdf", [[(70, 700, 14, "การจดทำแผน"), (behind, 700, 14, "ั")]])
    reading = read_pdf(path)
    assert texts(reading) == ["การจัดทำแผน"]
    assert reading.repairs["drawn_marks"] == 1


def test_a_scanned_page_is_read_by_ocr_with_its_confidence(tmp_path: Path, tesseract: None) -> None:
    path = scanned_pdf(tmp_path / "scan.pdf", picture("ประกาศคณะกรรมการ", SENTENCE))
    reading = read(path)
    assert repair(SENTENCE) in "".join(texts(reading))
    assert [page.source for page in reading.pages] == ["ocr"]
    assert all(block.page == 1 and (block.confidence or 0) > 0.8 for block in reading.blocks)
    assert any("page 1: read by OCR (confidence 0.9" in warning and "numerals" in warning for warning in reading.warnings)


def test_only_the_scanned_page_of_a_mixed_file_goes_to_ocr(tmp_path: Path, tesseract: None) -> None:
    from pypdfium2 import PdfDocument

    whole = PdfDocument.new()
    for part in (pdf(tmp_path / "text.pdf", [lines(SENTENCE)]), scanned_pdf(tmp_path / "scan.pdf", picture(SENTENCE))):
        with PdfDocument(part) as opened:
            whole.import_pages(opened)
    whole.save(tmp_path / "mixed.pdf")
    whole.close()
    reading = read_pdf(tmp_path / "mixed.pdf")
    assert [(page.source, page.confidence is None) for page in reading.pages] == [("text", True), ("ocr", False)]


def test_without_ocr_a_scan_says_what_is_missing(tmp_path: Path) -> None:
    path = scanned_pdf(tmp_path / "scan.pdf", picture(SENTENCE))
    with pytest.raises(FormatError, match="page 1: no usable text layer, and not read: OCR is off"):
        read(path, ocr="off")


def test_without_tesseract_the_other_pages_are_read_and_the_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.formats import _ocr

    monkeypatch.setenv("PATH", str(tmp_path))
    _ocr.missing.cache_clear()
    reading = read_pdf(scanned_pdf(tmp_path / "scan.pdf", picture(SENTENCE)))
    _ocr.missing.cache_clear()
    assert [page.source for page in reading.pages] == ["unread"]
    assert any("apt-get install tesseract-ocr tesseract-ocr-tha" in warning for warning in reading.warnings)


def test_a_reading_is_kept_for_the_same_bytes(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf", [lines(SENTENCE)])
    first = read(path, kept=tmp_path / "kept")
    (kept,) = (tmp_path / "kept").iterdir()
    kept.write_text(kept.read_text("utf-8").replace("ส่วนราชการ", "หน่วยงาน"), "utf-8")
    again = read(path, kept=tmp_path / "kept")
    assert texts(first) == [SENTENCE]
    assert texts(again) == [SENTENCE.replace("ส่วนราชการ", "หน่วยงาน")]


def solid(text: str) -> str:
    return re.sub(r"\s", "", arabic(repair(text)))


def probes(document: str) -> list[str]:
    """Cut forty letters out of each law's true text, at every four hundred."""
    found = next(path for folder in ("laws/texts", "laws_finance") for path in DATA.joinpath(folder).glob(f"{document}.txt"))
    text = solid(found.read_text("utf-8"))
    return [text[i : i + 40] for i in range(0, len(text) - 40, 400)]


@needs_data
@pytest.mark.parametrize(
    ("file", "document", "least"),
    [
        ("rg_pdpa2562", "pdpa2562", 0.97),  # 0.61 of it is found in what pdftotext gives
        ("rg_procurement2560", "ก0164-1B-0001", 0.97),  # 0.96
        ("rg_gg2546_macroman", "gg2546", 0.7),  # 0.00; the true text also holds comments and the changes of 2562
    ],
)
def test_real_gazettes_give_their_law_without_ocr(file: str, document: str, least: float) -> None:
    reading = read_pdf(DATA / "pdf" / f"{file}.pdf")
    text = solid("\n".join(texts(reading)))
    wanted = probes(document)
    assert sum(probe in text for probe in wanted) >= least * len(wanted)
    assert {page.source for page in reading.pages} == {"text"}


@needs_data
def test_the_sections_of_a_gazette_in_a_wrong_encoding_are_all_found() -> None:
    sections = cut("gg2546", "", read_pdf(DATA / "pdf" / "rg_gg2546_macroman.pdf").blocks).sections
    assert {section.label for section in sections} == {f"มาตรา {number}" for number in range(1, 54)}


@needs_data
def test_real_pages_are_judged_one_by_one() -> None:
    """The first pages of this standard lost their letters, the rest reads well; every page of the decree has; English is no defect."""
    from app.formats.base import Ways

    off = Ways("off")
    cloud, decree, english = (
        read_pdf(DATA / "pdf" / f"{name}.pdf", off) for name in ("ncsa_cloud2567", "rg_2568_tcpdf_a", "ku_regulations_en")
    )
    assert [page.number for page in cloud.pages if page.source == "unread"] == [1, 2, 3]
    assert {page.source for page in decree.pages} == {"unread"}
    assert [page.number for page in english.pages if page.source == "unread"] == [16]  # a picture of a signed page


@needs_data
def test_every_word_of_a_real_manual_with_lost_circles_is_known() -> None:
    reading = read_pdf(DATA / "pdf" / "prd_advance_manual.pdf")
    assert min(page.plausibility for page in reading.pages) > 0.9
    assert not any("า" == text[i + 1 : i + 2] == " " for text in texts(reading) for i in range(len(text)))
