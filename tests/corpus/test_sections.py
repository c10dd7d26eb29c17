"""What documents are cut into, and what the sections are called: statutes, regulations, letters, resolutions, manuals, questions."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from app.corpus import catalogue, reading
from app.corpus.sections import cut
from app.domain import Section
from app.formats.base import Block
from app.thai import repair
from tests.corpus.conftest import DATA, needs_data

LONG = "รายละเอียดเพิ่มเติมของเรื่องนี้เป็นไปตามที่สำนักงาน ก.พ.ร. กำหนด " * 12


def sections_of(text: str, title: str = "เอกสาร") -> list[Section]:
    """Cut a text of one line a block; "# " and "## " are headings."""
    blocks = []
    for line in text.strip().splitlines():
        marks, _, rest = line.strip().partition(" ")
        level = len(marks) if set(marks) == {"#"} else 0
        if line.strip():
            blocks.append(Block(rest if level else line.strip(), level))
    return cut("doc", title, blocks).sections


def labels_of(text: str, title: str = "เอกสาร") -> list[str]:
    """Give the ids of a text's sections."""
    return [section.label for section in sections_of(text, title)]


STATUTE = """
พระราชบัญญัติตัวอย่าง
พ.ศ. ๒๕๖๐
มาตรา ๑ พระราชบัญญัตินี้เรียกว่า “พระราชบัญญัติตัวอย่าง พ.ศ. ๒๕๖๐”
มาตรา ๒ พระราชบัญญัตินี้ให้ใช้บังคับตั้งแต่วันถัดจากวันประกาศในราชกิจจานุเบกษาเป็นต้นไป
หมวด ๑
บททั่วไป
มาตรา ๓ ในพระราชบัญญัตินี้
“ส่วนราชการ” หมายความว่า กระทรวง ทบวง กรม
มาตรา ๓/๑[๒] การบริหารราชการต้องเป็นไปเพื่อประโยชน์สุขของประชาชน
ตาม
มาตรา ๒ และมาตรา ๓ ด้วย
มาตรา ๘ ทวิ ให้มีคณะกรรมการ
(๑) ประธานกรรมการ
(๒) กรรมการ
[๒] มาตรา ๓/๑ เพิ่มโดยพระราชบัญญัติตัวอย่าง (ฉบับที่ ๒) พ.ศ. ๒๕๖๒
บทเฉพาะกาล
มาตรา ๙ ให้ยกเลิกความในมาตรา ๕ และให้ใช้ความต่อไปนี้แทน
“มาตรา ๕ ให้ส่วนราชการรายงาน”
ผู้รับสนองพระบรมราชโองการ
พลเอก ตัวอย่าง
"""


def test_a_statute_is_cut_at_its_true_sections() -> None:
    assert labels_of(STATUTE) == ["มาตรา 1", "มาตรา 2", "มาตรา 3", "มาตรา 3/1", "มาตรา 8 ทวิ", "มาตรา 9"]


def test_a_section_has_its_list_and_its_chapter_but_no_footnote_and_no_signature() -> None:
    by_label = {section.label: section for section in sections_of(STATUTE)}
    assert by_label["มาตรา 8 ทวิ"].text == "มาตรา ๘ ทวิ ให้มีคณะกรรมการ\n(๑) ประธานกรรมการ\n(๒) กรรมการ"
    assert by_label["มาตรา 3"].path == "หมวด 1 บททั่วไป"
    assert by_label["มาตรา 9"].path == "บทเฉพาะกาล"
    assert "“มาตรา ๕ ให้ส่วนราชการรายงาน”" in by_label["มาตรา 9"].text
    assert "ผู้รับสนอง" not in by_label["มาตรา 9"].text


def test_a_reference_that_a_line_break_moved_to_the_front_is_no_section() -> None:
    by_label = {section.label: section for section in sections_of(STATUTE)}
    assert "มาตรา ๒ และมาตรา ๓ ด้วย" in by_label["มาตรา 3/1"].text


def test_a_misread_number_is_corrected_by_the_sequence_and_told() -> None:
    lines = [Block(f"มาตรา {number} ข้อความของมาตรานี้") for number in (47, 48, 49, 40, 51, 52)]
    result = cut("law", "กฎหมาย", lines)
    assert [section.label for section in result.sections] == [f"มาตรา {number}" for number in range(47, 53)]
    assert result.warnings == ["มาตรา 40 stands where มาตรา 50 must be: numbered by the sequence"]


def test_a_ministerial_regulation_is_cut_at_its_points() -> None:
    text = """
    กฎกระทรวงแบ่งส่วนราชการกรมตัวอย่าง
    ข้อ ๑ ให้ยกเลิกกฎกระทรวงแบ่งส่วนราชการกรมตัวอย่าง พ.ศ. ๒๕๕๐
    ข้อ ๒ ให้กรมตัวอย่างมีภารกิจเกี่ยวกับการพัฒนา
    (๑) ศึกษา
    (ก) วิเคราะห์
    ข้อ ๓ ให้แบ่งส่วนราชการกรมตัวอย่าง ดังต่อไปนี้
    (๑) สำนักงานเลขานุการกรม
    """
    assert labels_of(text) == ["ข้อ 1", "ข้อ 2", "ข้อ 3"]
    assert sections_of(text)[1].text.endswith("(๑) ศึกษา\n(ก) วิเคราะห์")


def test_a_notice_of_two_points_is_cut_at_them() -> None:
    notice = "ประกาศสำนักงาน ก.พ.ร.\nเรื่อง การยื่นคำขอ\n{}\n{}"
    assert labels_of(notice.format("ข้อ ๑ ให้ส่วนราชการยื่นคำขอ", "ข้อ ๒ ให้ใช้ตั้งแต่วันถัดจากวันประกาศ")) == ["ข้อ 1", "ข้อ 2"]
    assert "ข้อ 4" not in labels_of(notice.format("ข้อ ๔ ของระเบียบเดิมให้ยกเลิก", "ข้อ ๘ ของระเบียบเดิมให้ใช้ความต่อไปนี้แทน"))


def test_sections_numbered_anew_in_another_chapter_get_their_path() -> None:
    text = "\n".join(
        line for chapter in (1, 2) for line in (f"หมวด {chapter}", "ชื่อหมวด", *(f"ข้อ {n} ข้อความ {chapter}.{n}" for n in (1, 2, 3)))
    )
    assert labels_of(text)[:3] == ["ข้อ 1", "ข้อ 2", "ข้อ 3"]
    assert labels_of(text)[3:] == [f"หมวด 2 ชื่อหมวด › ข้อ {number}" for number in (1, 2, 3)]


def test_several_contracts_in_one_file_are_told_apart() -> None:
    points = "\n".join(f"ข้อ {number} รายละเอียดของข้อ {number}" for number in range(1, 6))
    more = "\n".join(f"ข้อ {number} รายละเอียดของข้อ {number}" for number in range(1, 8))
    labels = labels_of(f"สัญญาซื้อขาย\n{points}\nลงชื่อผู้ซื้อ\nสัญญาจ้างทำของ\nคู่สัญญาตกลงกันดังนี้\n{more}")
    assert labels[:5] == [f"ข้อ {number}" for number in range(1, 6)]
    assert labels[5:] == [f"สัญญาจ้างทำของ › ข้อ {number}" for number in range(1, 6)] + ["ข้อ 6", "ข้อ 7"]


def test_headings_are_ids_and_a_repeated_one_gets_its_path() -> None:
    text = "# คู่มือ\n## การยื่น\n### เอกสาร\nแบบ ก\n## การพิจารณา\n### เอกสาร\nแบบ ข"
    assert labels_of(text, "คู่มือ") == ["เอกสาร", "การพิจารณา › เอกสาร"]
    assert [section.path for section in sections_of(text, "คู่มือ")] == ["การยื่น", "การพิจารณา"]


def test_thai_digits_and_double_spaces_of_a_heading_are_plain_in_its_id() -> None:
    assert labels_of("# คู่มือ\n## ๑.  ขอบเขต\nก\n## ๒. วิธีการ\nข", "คู่มือ") == ["1. ขอบเขต", "2. วิธีการ"]


def test_a_long_section_under_a_heading_is_cut_at_its_own_points() -> None:
    points = "\n".join(f"{number}. {LONG}{LONG}" for number in (1, 2, 3))
    labels = labels_of(f"# คู่มือ\n## ขั้นตอน\nมีดังนี้\n{points}\n## สรุป\nจบ", "คู่มือ")
    assert labels[-1] == "สรุป"
    assert labels[:3] == ["ข้อ 1", "ข้อ 2", "ข้อ 3"]


RESOLUTION = f"""
การปรับปรุงแนวทางการแบ่งส่วนราชการ
5. เรื่อง การปรับปรุงแนวทางการแบ่งส่วนราชการ
คณะรัฐมนตรีมีมติเห็นชอบตามที่เสนอ ดังนี้
1. เห็นชอบแนวทางการแบ่งส่วนราชการภายในกรม {LONG}
2. ให้หน่วยงานที่เกี่ยวข้องดำเนินการต่อไป {LONG}
สาระสำคัญของเรื่อง
สำนักงาน ก.พ.ร. รายงานว่า
1. หลักการและเหตุผล
ภาครัฐต้องมีขนาดเหมาะสม {LONG}
2. เกณฑ์คะแนน
ระดับมีดังนี้ {LONG}
(1) ระดับดีมาก 90 ขึ้นไป
(2) ระดับดี 60 ถึง 89
(3) ระดับพอใช้ ต่ำกว่า 60
"""


def test_a_cabinet_resolution_is_cut_at_its_points_and_headings() -> None:
    sections = sections_of(RESOLUTION, "การปรับปรุงแนวทางการแบ่งส่วนราชการ")
    told = [(section.path, section.label) for section in sections]
    assert ("สาระสำคัญของเรื่อง › สำนักงาน ก.พ.ร. รายงานว่า", "1. หลักการและเหตุผล") in told
    assert [label for _, label in told][:2] == ["ข้อ 1", "ข้อ 2"]
    assert "5. เรื่อง การปรับปรุงแนวทาง" in sections[0].text


def test_small_points_stay_together() -> None:
    """A line such as (2) ระดับดี 60 ถึง 89 says nothing alone."""
    levels = [section for section in sections_of(RESOLUTION) if "(2) ระดับดี" in section.text]
    assert len(levels) == 1
    assert "(1) ระดับดีมาก" in levels[0].text
    assert "(3) ระดับพอใช้" in levels[0].text


def test_a_short_letter_stays_whole() -> None:
    text = "ที่ นร 1200/ว 12\nเรื่อง แนวทางการประเมิน\nเรียน อธิบดี\nอ้างถึง หนังสือ นร 1200/ว 10\nจึงเรียนมาเพื่อทราบ"
    sections = sections_of(text, "แนวทางการประเมิน")
    assert [section.label for section in sections] == ["แนวทางการประเมิน"]
    assert "อ้างถึง" in sections[0].text


def test_questions_and_answers_are_a_section_each() -> None:
    text = "ถาม: ยื่นคำขอที่ใด\nตอบ: ที่สำนักงาน ก.พ.ร.\nถาม: มีค่าธรรมเนียมหรือไม่\nตอบ: ไม่มี"
    sections = sections_of(text, "คำถามที่พบบ่อย")
    assert [section.label for section in sections] == ["ยื่นคำขอที่ใด", "มีค่าธรรมเนียมหรือไม่"]
    assert sections[1].text == "ถาม: มีค่าธรรมเนียมหรือไม่\nตอบ: ไม่มี"


def test_indicators_are_a_section_each() -> None:
    text = "\n".join(f"ตัวชี้วัดที่ {number} ร้อยละความสำเร็จของงานที่ {number}\nน้ำหนัก {number}0" for number in (1, 2, 3))
    assert labels_of(text) == [f"ตัวชี้วัดที่ {number} ร้อยละความสำเร็จของงานที่ {number}" for number in (1, 2, 3)]


def test_a_number_that_a_line_break_moved_to_the_front_opens_nothing() -> None:
    text = f"1. วัตถุประสงค์ {LONG}\n2565 เป็นต้นไป {LONG}\n7. ไม่ใช่ข้อของรายการนี้ {LONG}\n2. ขอบเขต {LONG}"
    assert labels_of(text) == ["ข้อ 1", "ข้อ 2"]


def test_decimal_numbers_belong_to_their_point() -> None:
    text = f"1. วัตถุประสงค์\n1.1 เพื่อพัฒนา {LONG}{LONG}\n1.2 เพื่อติดตาม {LONG}{LONG}\n2. ขอบเขต\nใช้กับทุกกรม {LONG}"
    assert [(section.path, section.label) for section in sections_of(text)] == [
        ("1. วัตถุประสงค์", "ข้อ 1.1"),
        ("1. วัตถุประสงค์", "ข้อ 1.2"),
        ("", "2. ขอบเขต"),
    ]


def test_an_annex_behind_the_signature_is_kept_and_cut_by_its_own_marks() -> None:
    order = [Block(f"ข้อ {n} หน่วยงานต้องปฏิบัติตามมาตรฐานท้ายประกาศนี้ในเรื่องที่ {n}", page=1) for n in (1, 2, 3)]
    signature = [Block("ประกาศ ณ วันที่ 1 ตุลาคม พ.ศ. 2567", page=1), Block("ประธานกรรมการ", page=1)]
    annex = [Block(f"{n}. หมวดที่ {n} ของมาตรฐาน " + "หน่วยงานสำรองข้อมูลทุกวันและทดสอบการกู้คืน " * 20, page=n + 1) for n in (1, 2, 3)]
    sections = cut("standard", "ประกาศ", [*order, *signature, *annex]).sections
    assert [section.label for section in sections[:3]] == ["ข้อ 1", "ข้อ 2", "ข้อ 3"]
    assert [(section.page, section.path.split(" › ")[0]) for section in sections[3:]] == [(n, "เอกสารแนบท้าย") for n in (2, 3, 4)]
    assert not any("ประธานกรรมการ" in section.text for section in sections)


def test_a_long_text_under_one_heading_is_cut_so_that_each_piece_knows_its_page() -> None:
    text = [Block("อัตราค่าอาหารเป็นไปตามตารางและเบิกได้เท่าที่จ่ายจริง " * 15, page=page) for page in range(1, 9)]
    sections = cut("rates", "คู่มือ", [Block("คู่มือ", level=1, page=1), Block("อัตราค่าใช้จ่าย", level=2, page=1), *text]).sections
    assert [section.page for section in sections] == list(range(1, 9))
    assert {section.path for section in sections} == {"อัตราค่าใช้จ่าย"}


def test_text_without_any_structure_is_cut_into_pieces() -> None:
    labels = labels_of("\n".join(LONG for _ in range(6)))
    assert len(labels) > 2
    assert all(label.startswith("ย่อหน้า ") for label in labels)


@pytest.mark.parametrize("text", [STATUTE, RESOLUTION, "# ก\n## ข\nค\n## ข\nง"])
def test_ids_are_unique_and_the_same_at_every_cut(text: str) -> None:
    labels = labels_of(text)
    assert len(set(labels)) == len(labels)
    assert labels == labels_of(text)


def test_a_document_of_any_words_is_cut_without_failing() -> None:
    for line in ("", "1.", "(ก)", "มาตรา", "ข้อ", "ถาม:", "\ud800", "๑๒๓", "หมวด", "# " * 50):
        cut("doc", "", [Block(line), Block(line), Block("ข้อความ")])


def _true_sections(folder: str) -> dict[str, Counter[str]]:
    true: dict[str, Counter[str]] = defaultdict(Counter)
    for line in (DATA / folder / "sections.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        true[row["document"]][row["section"]] += 1
    return true


@needs_data
@pytest.mark.parametrize(("folder", "files", "share"), [("laws", "texts/*.txt", 1.0), ("laws_finance", "*.txt", 0.99)])
def test_the_sections_of_real_laws(folder: str, files: str, share: float) -> None:
    true = _true_sections(folder)
    found = wanted = given = 0
    for path in sorted((DATA / folder).glob(files)):
        if path.stem not in true:
            continue
        labels = Counter(_own_label(section) for section in reading.read(catalogue.entry(path)).sections)
        found += (labels & true[path.stem]).total()
        wanted += true[path.stem].total()
        given += labels.total()
    assert found >= share * wanted
    assert found >= 0.99 * given


def _own_label(section: Section) -> str:
    return section.label.rpartition(" › ")[2].partition(" (")[0]


@needs_data
@pytest.mark.parametrize("path", sorted((DATA / "cabinet").glob("*.txt"))[::25], ids=lambda path: path.stem)
def test_real_cabinet_resolutions_are_cut_into_what_can_be_quoted(path: Path) -> None:
    read = reading.read(catalogue.entry(path))
    text = "".join("".join(section.text.split()) for section in read.sections)
    whole = "".join(repair(path.read_text("utf-8")).split())
    assert len(text) > 0.97 * len(whole)
    assert all(section.label and section.text for section in read.sections)
    longest = max(len(line) for line in path.read_text("utf-8").splitlines())
    assert max(len(section.text) for section in read.sections) < max(8000, 2 * longest)
