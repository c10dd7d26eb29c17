"""Word, Excel, PowerPoint and what LibreOffice turns into Word: headings, numbers that Word does not store, rows that keep their header."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from app.errors import FormatError
from app.formats.base import Block, read
from app.formats.docx import read as read_docx
from app.formats.pptx import read as read_pptx
from app.formats.xlsx import read as read_xlsx
from tests.formats.made import slides, with_parts, word, workbook

NUMBERING = """<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:abstractNum w:abstractNumId="1">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="thaiNumbers"/><w:lvlText w:val="ข้อ %1"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="thaiLetters"/><w:lvlText w:val="(%2)"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%3"/></w:lvl>
<w:lvl w:ilvl="3"><w:start w:val="1"/><w:numFmt w:val="lowerRoman"/><w:lvlText w:val="%4)"/></w:lvl>
</w:abstractNum>
<w:num w:numId="7"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="8"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>
</w:numbering>"""


def numbered(paragraph: Any, number: int, depth: int) -> None:
    """Make a paragraph an item of a list."""
    properties = paragraph._p.get_or_add_pPr()
    item = OxmlElement("w:numPr")
    for name, value in (("w:ilvl", depth), ("w:numId", number)):
        child = OxmlElement(name)
        child.set(qn("w:val"), str(value))
        item.append(child)
    properties.append(item)


def texts(blocks: list[Block]) -> list[str]:
    return [block.text for block in blocks]


def test_numbers_that_word_counts_itself_are_written_out(tmp_path: Path) -> None:
    document = docx.Document()
    for text, number, depth in (("ก", 7, 0), ("ข", 7, 1), ("ค", 7, 1), ("ง", 7, 3), ("จ", 7, 0), ("ฉ", 7, 1), ("ช", 7, 2), ("ซ", 8, 0)):
        numbered(document.add_paragraph(text), number, depth)
    document.save(str(tmp_path / "a.docx"))
    path = with_parts(tmp_path / "a.docx", {"word/numbering.xml": NUMBERING.encode()})
    assert texts(read_docx(path).blocks) == ["ข้อ ๑ ก", "(ก) ข", "(ข) ค", "i) ง", "ข้อ ๒ จ", "(ก) ฉ", "๒.1 ช", "ข้อ ๑ ซ"]


def test_headings_are_known_by_style_or_outline_level(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("หมวดแรก", 1)
    own = document.styles.add_style("หัวข้อของกรม", WD_STYLE_TYPE.PARAGRAPH)
    own.base_style = document.styles["Heading 3"]
    document.add_paragraph("หัวข้อย่อย", style="หัวข้อของกรม")
    document.add_paragraph("ข้อความ")
    document.save(str(tmp_path / "a.docx"))
    assert [(block.text, block.level) for block in read_docx(tmp_path / "a.docx").blocks] == [("หมวดแรก", 1), ("หัวข้อย่อย", 3), ("ข้อความ", 0)]


def test_rows_of_a_word_table_keep_their_header_and_merged_cells_their_text(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(4, 3)
    for row, cells in enumerate((("ด้าน", "ตัวชี้วัด", "น้ำหนัก"), ("ประสิทธิผล", "รายได้", "30"), ("", "รายจ่าย", "20"), ("รวม", "", "50"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(3, 0).merge(table.cell(3, 1))
    document.save(str(tmp_path / "a.docx"))
    assert texts(read_docx(tmp_path / "a.docx").blocks) == [
        "- ด้าน: ประสิทธิผล · ตัวชี้วัด: รายได้ · น้ำหนัก: 30",
        "- ด้าน: ประสิทธิผล · ตัวชี้วัด: รายจ่าย · น้ำหนัก: 20",
        "- ด้าน: รวม · น้ำหนัก: 50",
    ]


def test_changes_are_read_as_accepted_and_boxes_are_read_too(tmp_path: Path) -> None:
    body = """<w:p><w:r><w:t>ได้ </w:t></w:r><w:del><w:r><w:delText>๖</w:delText></w:r></w:del><w:ins><w:r><w:t>๗</w:t></w:r></w:ins></w:p>
    <w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent>
    <w:p><w:r><w:t>ในกรอบ</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>
    <w:sdt><w:sdtContent><w:p><w:r><w:t>ในช่องกรอก</w:t></w:r></w:p></w:sdtContent></w:sdt>"""
    xml = f'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>'
    path = with_parts(word(tmp_path / "a.docx"), {"word/document.xml": xml.encode()})
    assert texts(read_docx(path).blocks) == ["ได้ ๗", "ในกรอบ", "ในช่องกรอก"]


def test_a_sheet_of_indicators_becomes_a_section_a_row(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["ตัวชี้วัด ปีงบประมาณ 2568"],
        ["ลำดับ", "ตัวชี้วัด", "เป้าหมาย", None, "ผู้รับผิดชอบ"],
        [None, None, "ขั้นต้น", "ขั้นสูง", None],
        [1, "ร้อยละของรายได้", 0.5, 75, "กองคลัง"],
        [2, "ความพึงพอใจ", 60.25, None, "สลก."],
    ]
    path = workbook(tmp_path / "a.xlsx", rows)
    blocks = read_xlsx(path).blocks
    assert [(block.text, block.level) for block in blocks if block.level] == [("1 ร้อยละของรายได้", 2), ("2 ความพึงพอใจ", 2)]
    assert texts(blocks)[2:7] == ["ลำดับ: 1", "ตัวชี้วัด: ร้อยละของรายได้", "เป้าหมาย ขั้นต้น: 0.5", "เป้าหมาย ขั้นสูง: 75", "ผู้รับผิดชอบ: กองคลัง"]
    assert texts(blocks)[-2:] == ["เป้าหมาย ขั้นต้น: 60.25", "ผู้รับผิดชอบ: สลก."]


def test_numbers_read_as_the_sheet_shows_them(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["ชื่อรายการ", "ร้อยละ", "วันที่", "ปี"])
    sheet.append(["รายการแรก", 0.855, date(2024, 10, 1), 2568.0])
    sheet["B2"].number_format = "0.0%"
    book.save(tmp_path / "a.xlsx")
    assert texts(read_xlsx(tmp_path / "a.xlsx").blocks)[1:] == ["ชื่อรายการ: รายการแรก", "ร้อยละ: 85.5%", "วันที่: 2024-10-01", "ปี: 2568"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp874", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_as_text_reads_the_same_in_every_encoding(tmp_path: Path, encoding: str, separator: str) -> None:
    rows = (("ลำดับ", "ตัวชี้วัด", "น้ำหนัก"), ("๑", "ความพึงพอใจของผู้รับบริการ", "๓๐"))
    path = tmp_path / "a.csv"
    path.write_bytes("\n".join(separator.join(row) for row in rows).encode(encoding))
    assert texts(read(path).blocks) == ["๑ ความพึงพอใจของผู้รับบริการ", "ลำดับ: ๑", "ตัวชี้วัด: ความพึงพอใจของผู้รับบริการ", "น้ำหนัก: ๓๐"]


def test_a_slide_is_a_section_and_its_number_the_page(tmp_path: Path) -> None:
    path = slides(tmp_path / "a.pptx", "ภาพรวม", "เกณฑ์")
    assert [(block.text, block.level, block.page) for block in read_pptx(path).blocks] == [
        ("ภาพรวม", 1, 1),
        ("เนื้อหาของภาพรวม", 0, 1),
        ("เกณฑ์", 1, 2),
        ("เนื้อหาของเกณฑ์", 0, 2),
    ]


@pytest.fixture
def libreoffice() -> str:
    """Have LibreOffice: always in CI, elsewhere if it is installed."""
    program = shutil.which("soffice")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("LibreOffice is not installed")
        pytest.skip("LibreOffice is not installed")
    return program


@pytest.mark.parametrize("suffix", [".doc", ".odt", ".rtf"])
def test_older_documents_are_read_by_way_of_libreoffice(tmp_path: Path, libreoffice: str, suffix: str) -> None:
    document = docx.Document()
    document.add_heading("หลักเกณฑ์การประเมิน", 1)
    document.add_paragraph("ส่วนราชการต้องรายงานทุกปี", style="List Number")
    document.save(str(tmp_path / "a.docx"))
    profile = (tmp_path / "profile").as_uri()
    command = [libreoffice, f"-env:UserInstallation={profile}", "--headless", "--convert-to", suffix[1:], "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "a.docx")], check=True, capture_output=True, timeout=100)
    assert [(block.text, block.level) for block in read(tmp_path / f"a{suffix}").blocks] == [
        ("หลักเกณฑ์การประเมิน", 1),
        ("1. ส่วนราชการต้องรายงานทุกปี", 0),
    ]


def test_without_libreoffice_the_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.formats.office import read as read_office

    path = tmp_path / "a.rtf"
    path.write_bytes(rb"{\rtf1 x}")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FormatError, match=r"a\.rtf: \.rtf files need LibreOffice.*libreoffice-writer-nogui"):
        read_office(path)


@pytest.mark.parametrize(("suffix", "better"), [(".xls", ".xlsx"), (".ods", ".xlsx"), (".ppt", ".pptx"), (".odp", ".pptx")])
def test_old_sheets_and_slides_are_refused_with_what_to_do(tmp_path: Path, suffix: str, better: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"old")
    with pytest.raises(FormatError, match=f"save it as {better}"):
        read(path)
