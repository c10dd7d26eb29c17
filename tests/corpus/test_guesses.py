"""What is read from a text that has no sidecar, and which documents seem to replace or repeat which."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.corpus import guesses, likeness
from app.corpus.succession import proposals, twins, with_replacements
from app.domain import Document, Section
from app.formats.base import Block
from tests.corpus.library import Library

ACT = """หน้า ๕๗
เล่ม ๑๓๖ ตอนที่ ๖๗ ก ราชกิจจานุเบกษา ๒๗ พฤษภาคม ๒๕๖๒
พระราชบัญญัติ
การบริหารงานและการให้บริการภาครัฐผ่านระบบดิจิทัล
พ.ศ. ๒๕๖๒
ให้ไว้ ณ วันที่ ๒๒ พฤษภาคม พ.ศ. ๒๕๖๒
มาตรา ๑ พระราชบัญญัตินี้เรียกว่า “พระราชบัญญัติการบริหารงาน”
มาตรา ๒ พระราชบัญญัตินี้ให้ใช้บังคับตั้งแต่วันถัดจากวันประกาศในราชกิจจานุเบกษาเป็นต้นไป"""
DELAYED = ACT.replace("ตั้งแต่วันถัดจากวันประกาศในราชกิจจานุเบกษาเป็นต้นไป", "เมื่อพ้นกำหนดหนึ่งร้อยแปดสิบวันนับแต่วันประกาศ")
REGULATION = """ระเบียบสำนักนายกรัฐมนตรี
ว่าด้วยการประเมินผลการปฏิบัติราชการ
พ.ศ. ๒๕๖๗
ข้อ ๑ ระเบียบนี้เรียกว่า “ระเบียบสำนักนายกรัฐมนตรีว่าด้วยการประเมินผลการปฏิบัติราชการ พ.ศ. ๒๕๖๗”
ข้อ ๒ ระเบียบนี้ให้ใช้บังคับตั้งแต่วันที่ ๑ ตุลาคม พ.ศ. ๒๕๖๗ เป็นต้นไป
ข้อ ๓ ให้ยกเลิกระเบียบสำนักนายกรัฐมนตรีว่าด้วยการประเมินผลการปฏิบัติราชการ พ.ศ. ๒๕๖๐"""
RESOLUTION = """กรอบการประเมินส่วนราชการ ประจำปีงบประมาณ พ.ศ. 2568
13. เรื่อง กรอบการประเมินส่วนราชการ ประจำปีงบประมาณ พ.ศ. 2568
คณะรัฐมนตรีมีมติเห็นชอบตามที่เสนอ"""
UNDER_ANOTHER = """พ.ร.บ.มาตรฐานทางจริยธรรม พ.ศ. ๒๕๖๒
ระเบียบคณะกรรมการมาตรฐานทางจริยธรรม
ว่าด้วยหลักเกณฑ์การจัดทำประมวลจริยธรรม
พ.ศ. ๒๕๖๓
โดยที่พระราชบัญญัติมาตรฐานทางจริยธรรม พ.ศ. ๒๕๖๒ มีเจตนารมณ์"""
LETTER = """ที่ นร ๑๒๐๐/ว ๑๒
สำนักงาน ก.พ.ร.
เรื่อง แนวทางการรายงานผลการปฏิบัติราชการ
เรียน อธิบดีกรมตัวอย่าง"""


def blocks_of(text: str) -> list[Block]:
    return [Block(line) for line in text.splitlines()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            ACT,
            {
                "title": "พระราชบัญญัติการบริหารงานและการให้บริการภาครัฐผ่านระบบดิจิทัล พ.ศ. 2562",
                "kind": "act",
                "in_force_from": date(2019, 5, 28),
            },
        ),
        (
            REGULATION,
            {
                "title": "ระเบียบสำนักนายกรัฐมนตรี ว่าด้วยการประเมินผลการปฏิบัติราชการ พ.ศ. 2567",
                "kind": "regulation",
                "issuer": "สำนักนายกรัฐมนตรี",
                "in_force_from": date(2024, 10, 1),
            },
        ),
        (
            RESOLUTION,
            {
                "title": "กรอบการประเมินส่วนราชการ ประจำปีงบประมาณ พ.ศ. 2568",
                "kind": "resolution",
                "issuer": "คณะรัฐมนตรี",
                "fiscal_years": (2568,),
            },
        ),
        (
            UNDER_ANOTHER,
            {
                "title": "ระเบียบคณะกรรมการมาตรฐานทางจริยธรรม ว่าด้วยหลักเกณฑ์การจัดทำประมวลจริยธรรม พ.ศ. 2563",
                "kind": "regulation",
                "issuer": "คณะกรรมการมาตรฐานทางจริยธรรม",
            },
        ),
        (LETTER, {"title": "แนวทางการรายงานผลการปฏิบัติราชการ", "kind": "guideline", "number": "นร 1200/ว 12"}),
        ("ก", {"title": "ก", "kind": "guideline"}),
        ("", {"title": "stem", "kind": "guideline"}),
    ],
    ids=["act", "regulation", "resolution", "below the act it rests on", "letter", "one letter", "nothing"],
)
def test_what_a_document_says_about_itself(text: str, expected: dict[str, Any]) -> None:
    assert guesses.guess("stem", blocks_of(text)).values == expected


def test_a_document_for_two_fiscal_years_is_of_both() -> None:
    title = "การปรับแนวทางการประเมิน ประจำปีงบประมาณ พ.ศ. 2563 และการประเมินส่วนราชการ ประจำปีงบประมาณ พ.ศ. 2564"
    text = f"เรื่อง {title}\n\nคณะรัฐมนตรีมีมติเห็นชอบตามที่ ก.พ.ร. เสนอ"
    assert guesses.guess("stem", blocks_of(text)).values["fiscal_years"] == (2563, 2564)


def test_a_date_that_the_text_does_not_give_is_not_invented() -> None:
    """The act holds from 180 days after its publication: better no date than one that is wrong."""
    assert "in_force_from" not in guesses.guess("stem", blocks_of(DELAYED)).values


def test_an_impossible_date_is_no_date() -> None:
    text = REGULATION.replace("๑ ตุลาคม", "๓๑ กุมภาพันธ์")
    assert "in_force_from" not in guesses.guess("stem", blocks_of(text)).values


def test_the_rule_that_a_text_ends_is_named_and_its_replacement_proposed(small: Library) -> None:
    small.write("new.txt", REGULATION)
    small.write("old.txt", REGULATION.replace("๒๕๖๗", "๒๕๖๐").replace("ข้อ ๓ ให้ยกเลิก", "ข้อ ๓ ให้เป็นไปตาม"))
    report = small.build()
    assert report.guessed["new"]["in_force_from"] == "2024-10-01"
    assert any("new: no sidecar; guessed title" in warning for warning in report.warnings)


def test_a_newer_edition_of_the_same_title_is_proposed_as_replacement() -> None:
    old = Document("framework-2567", "กรอบการประเมิน ปีงบประมาณ 2567", fiscal_years=(2567,))
    new = Document("framework-2568", "กรอบการประเมิน ปีงบประมาณ 2568", fiscal_years=(2568,))
    assert [(one["document"], one["replaces"]) for one in proposals([new, old], {})] == [("framework-2568", "framework-2567")]
    closed = Document("framework-2567", old.title, fiscal_years=(2567,), in_force_until=date(2024, 9, 30))
    assert proposals([new, closed], {}) == []


def test_what_a_text_ends_is_proposed_unless_its_sidecar_says_so() -> None:
    old = Document("old", "ระเบียบว่าด้วยการประเมิน พ.ศ. 2560")
    ends = {"new": ("ระเบียบว่าด้วยการประเมิน พ.ศ. 2560",)}
    assert [one["replaces"] for one in proposals([Document("new", "ระเบียบใหม่"), old], ends)] == ["old"]
    assert proposals([Document("new", "ระเบียบใหม่", replaces=("old",)), old], ends) == []


def test_a_replaced_document_holds_until_the_day_before_the_new_one() -> None:
    old = Document("old", "เก่า", in_force_from=date(2020, 1, 1))
    new = Document("new", "ใหม่", in_force_from=date(2024, 10, 1), replaces=("old",))
    marked, warnings = with_replacements([old, new])
    assert warnings == []
    assert (marked[0].superseded_on, marked[0].superseded_by) == (date(2024, 10, 1), "new")
    assert marked[0].in_force(date(2024, 9, 30))
    assert not marked[0].in_force(date(2024, 10, 1))


def test_replacements_that_cannot_be_are_pointed_out() -> None:
    _, warnings = with_replacements(
        [Document("a", "ก", replaces=("a", "b", "gone")), Document("b", "ข", replaces=("a",)), Document("c", "ค")]
    )
    said = "\n".join(warnings)
    assert "a: replaces itself" in said
    assert "a: replaces 'gone', which is not among the documents" in said
    assert "one of the two sidecars is wrong" in said


TEXT = "".join(f"ข้อ {number} ให้ส่วนราชการรายงานผลรอบที่ {number * 7} ต่อสำนักงาน ก.พ.ร. ภายในกำหนด {number + 20} วัน\n" for number in range(60))


def test_two_files_that_are_the_same_document_are_named(small: Library) -> None:
    small.write("copy-a.txt", TEXT)
    small.write("copy-b.txt", TEXT.replace(" ", "  ") + "หมายเหตุ ฉบับสำเนา\n")
    assert any("copy-a and copy-b are nearly the same text" in warning for warning in small.build().warnings)


def test_documents_of_one_subject_are_not_the_same_document() -> None:
    other = TEXT.replace("รายงานผลรอบ", "ส่งคำขอแบ่งส่วนราชการครั้ง").replace("ภายในกำหนด", "ก่อนพ้น")
    assert list(likeness.alike({"a": TEXT, "b": other, "c": "สั้น"})) == []
    assert [pair[:2] for pair in likeness.alike({"a": TEXT, "b": TEXT, "c": other})] == [("a", "b")]


def test_a_document_without_sections_is_like_no_other() -> None:
    assert twins([Document("a", "ก"), Document("b", "ข")], [Section("a", "1", TEXT)]) == []


def test_a_rule_does_not_hold_since_before_the_year_in_its_name() -> None:
    slipped = ACT.replace("๒๗ พฤษภาคม ๒๕๖๒", "๒๗ พฤษภาคม ๒๔๖๒")

    assert guesses.guess("stem", blocks_of(ACT)).values["in_force_from"] == date(2019, 5, 28)
    assert "in_force_from" not in guesses.guess("stem", blocks_of(slipped)).values


def test_where_it_was_published_is_no_title() -> None:
    text = "พ.ร.ฎ.ว่าด้วยการแบ่งงาน\nประกาศในราชกิจจานุเบกษา\nเล่ม ๑ ตอนที่ ๑ ก ๑ มกราคม ๒๕๖๒\nพระราชกฤษฎีกา\nว่าด้วยการแบ่งงาน\nพ.ศ. ๒๕๖๒"

    assert guesses.guess("stem", blocks_of(text)).values["title"] == "พระราชกฤษฎีกาว่าด้วยการแบ่งงาน พ.ศ. 2562"
