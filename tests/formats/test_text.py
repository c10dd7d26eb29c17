"""Text, Markdown and web pages: every encoding that Thai offices used, and the content without the menus."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import FormatError
from app.formats.base import read

THAI = "ส่วนราชการต้องประเมินผลทุกปี\nคะแนนเต็ม ๑๐๐"
PAGE = """<html><head><meta charset="utf-8"><title>เว็บ</title><script>alert(1)</script></head><body>
<header><a href="/">หน้าแรก</a></header><nav><ul><li>เมนู</ul></nav>
<div class="list"><ul><li><a href="1">ข่าวหนึ่ง</a><li><a href="2">ข่าวสอง</a><li><a href="3">ข่าวสาม</a></ul></div>
<div id="page"><h1>หลักเกณฑ์</h1><p>ย่อหน้าที่ <b>หนึ่ง</b> ของ<br>ประกาศ</p>
<ol><li>ข้อแรก<ul><li>ย่อย</ul><li>ข้อสอง <a href="#x">มีลิงก์</a></ol>
<table><caption>น้ำหนัก</caption><tr><th>ด้าน<th>ตัวชี้วัด<th>น้ำหนัก<tr><td rowspan=2>ประสิทธิผล<td>รายได้<td>30<tr><td>รายจ่าย<td>20</table>
ข้อความลอย<h2>ข้อยกเว้น</h2><div>ไม่มี</div></div><aside>โฆษณา</aside><footer>ลิขสิทธิ์</footer></body></html>"""
CONTENT = [
    ("หลักเกณฑ์", 1),
    ("ย่อหน้าที่ หนึ่ง ของ ประกาศ", 0),
    ("1. ข้อแรก", 0),
    ("- ย่อย", 0),
    ("2. ข้อสอง มีลิงก์", 0),
    ("- ด้าน: ประสิทธิผล · ตัวชี้วัด: รายได้ · น้ำหนัก: 30", 0),
    ("- ด้าน: ประสิทธิผล · ตัวชี้วัด: รายจ่าย · น้ำหนัก: 20", 0),
    ("ข้อความลอย", 0),
    ("ข้อยกเว้น", 2),
    ("ไม่มี", 0),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp874", "tis-620"])
def test_text_reads_the_same_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.txt").write_bytes(THAI.encode(encoding))
    assert [block.text for block in read(tmp_path / "a.txt").blocks] == THAI.splitlines()


@pytest.mark.parametrize("right", ["tis-620", "utf-8"])
def test_text_that_was_read_in_a_wrong_encoding_and_saved_so_is_put_right(tmp_path: Path, right: str) -> None:
    (tmp_path / "a.txt").write_bytes(THAI.encode(right).decode("latin-1").encode("utf-8"))
    assert "\n".join(block.text for block in read(tmp_path / "a.txt").blocks) == THAI


def test_bytes_of_no_known_encoding_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("Fußgängerübergänge für Öffentlichkeit".encode("latin-1"))
    with pytest.raises(FormatError, match="save it as UTF-8"):
        read(tmp_path / "a.txt")


def test_the_content_of_a_web_page_is_read_without_its_menus(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(PAGE, "utf-8")
    assert [(block.text, block.level) for block in read(tmp_path / "a.html").blocks if block.text != "น้ำหนัก"] == CONTENT


def test_an_old_web_page_says_its_encoding_itself(tmp_path: Path) -> None:
    (tmp_path / "a.htm").write_bytes(PAGE.replace('"utf-8"', '"tis-620"').encode("cp874"))
    assert ("หลักเกณฑ์", 1) in [(block.text, block.level) for block in read(tmp_path / "a.htm").blocks]


def test_markdown_gives_headings_items_and_rows(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# หัวข้อ\n\n1. หนึ่ง\n2. สอง\n\n| ระดับ | คะแนน |\n|---|---|\n| ดี | 60 |\n", "utf-8")
    assert [(block.text, block.level) for block in read(tmp_path / "a.md").blocks] == [
        ("หัวข้อ", 1),
        ("1. หนึ่ง", 0),
        ("2. สอง", 0),
        ("- ระดับ: ดี · คะแนน: 60", 0),
    ]
