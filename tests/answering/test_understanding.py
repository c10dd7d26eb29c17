"""What people type: the wrong keyboard, misspelled words, several questions at once, too little, and things that are not so."""

from __future__ import annotations

import pytest

from app.answering.several import questions
from app.answering.spelling import Spelling, typed
from app.domain import Question
from tests.answering.conftest import Corpus

AWARD = """# รางวัลเลิศรัฐ
## รางวัลเลิศรัฐมีกี่สาขา
รางวัลเลิศรัฐมี 3 สาขา คือ บริการภาครัฐ คุณภาพการบริหารจัดการภาครัฐ และการบริหารราชการแบบมีส่วนร่วม
## ใครตัดสินรางวัลเลิศรัฐ
คณะอนุกรรมการของแต่ละสาขาเป็นผู้ตัดสินรางวัลเลิศรัฐ
"""
# what else a corpus speaks of: how much two passages differ is measured against all of it
OTHERS = {
    f"other-{n}.md": f"# {title}\n## {title}\n{text}\n"
    for n, (title, text) in enumerate(
        {
            "การตั้งกอง": "กรมที่จะตั้งกองใหม่เสนอคำชี้แจงความจำเป็น ภารกิจ และอัตรากำลังต่อกระทรวง",
            "ข้อมูลเปิด": "หน่วยงานเผยแพร่ชุดข้อมูลพร้อมคำอธิบายข้อมูลบนศูนย์กลางข้อมูลเปิด",
            "คู่มือประชาชน": "ผู้อนุญาตจัดทำคู่มือสำหรับประชาชนและปิดประกาศไว้ ณ สถานที่ยื่น",
            "การมอบอำนาจ": "ผู้ดำรงตำแหน่งอาจมอบอำนาจเป็นหนังสือให้ผู้อื่นปฏิบัติราชการแทน",
            "การประชุม": "องค์ประชุมต้องมีกรรมการมาไม่น้อยกว่ากึ่งหนึ่งของกรรมการทั้งหมด",
            "สำเนาเอกสาร": "เจ้าหน้าที่จัดทำสำเนาจากต้นฉบับและลงลายมือชื่อรับรองเอง",
        }.items()
    )
}
EVALUATION = """# การประเมินส่วนราชการ
## ระดับคะแนน
ระดับคะแนนของการประเมินมี 3 ระดับ คือ ดีมาก ดี และพอใช้
"""
PMQA = """# PMQA 4.0
## ระดับคะแนน
ระดับคะแนนของ PMQA มี 3 ระดับ คือ Basic Advance และ Significance
"""


@pytest.mark.parametrize(
    ("keys", "meant"),
    [
        ("l;ylfu", "สวัสดี"),
        ("8tcoo 82 vp^jitfy[wso", "คะแนน 82 อยู่ระดับไหน"),
        ("hello", "hello"),
        ("PMQA 4.0", "PMQA 4.0"),
        ("OD regulatory sandbox", "OD regulatory sandbox"),
        ("PMQA คืออะไร", "PMQA คืออะไร"),
        ("82", "82"),
    ],
)
def test_thai_typed_on_an_english_keyboard_is_read_as_it_was_meant(keys: str, meant: str) -> None:
    assert typed(keys) == meant


def test_a_word_that_the_documents_do_not_have_is_read_as_the_one_it_is_a_letter_from() -> None:
    spelling = Spelling(["การแบ่งส่วนราชการ", "รางวัลเลิศรัฐ", "ติดต่อ", "จังหวัด"])
    assert spelling.corrections("การแบ่งส่วนราชกาน", ["การแบ่งส่วน", "ราช", "กาน"]) == {"การแบ่งส่วนราชกาน": "การแบ่งส่วนราชการ"}
    assert spelling.corrections("จังวัดไหน", ["จัง", "วัด", "ไหน"]) == {"จังวัด": "จังหวัด"}
    assert spelling.corrections("ติดต่อ ม.10", ["ติดต่อ", "ม", "10"]) == {}
    assert spelling.corrections("จังหวัดไหน", ["จังหวัด", "ไหน"]) == {}


def test_a_misspelled_question_is_answered(corpus: Corpus) -> None:
    answer = corpus({"award.md": AWARD}).answer(Question("รางวัลเลิดรัฐมีกี่สาขา"))
    assert answer.outcome == "answered"
    assert "3 สาขา" in answer.text


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("รางวัลเลิศรัฐมีกี่สาขา\nใครตัดสินรางวัลเลิศรัฐ", 2),
        ("1. รางวัลเลิศรัฐมีกี่สาขา\n2. ใครตัดสินรางวัลเลิศรัฐ\n3. เปิดรับเมื่อไร", 3),
        ("รางวัลเลิศรัฐมีกี่สาขา? ใครตัดสินรางวัลเลิศรัฐ?", 2),
        ("รางวัลเลิศรัฐมีกี่สาขา อีกเรื่อง ใครเป็นผู้ตัดสิน", 2),
        ("กรมของเรามีภารกิจใหม่\nมีคนไม่พอ\nตั้งกองเพิ่มได้ไหม", 1),
        ("ข้อใดคือสาขาของรางวัลเลิศรัฐ\nก. บริการภาครัฐ\nข. กีฬา", 1),
        ("รางวัลเลิศรัฐมีกี่สาขา", 1),
    ],
)
def test_a_message_is_as_many_questions_as_it_asks(text: str, count: int) -> None:
    assert len(questions(text)) == count


def test_several_questions_are_answered_in_the_order_asked(corpus: Corpus) -> None:
    answer = corpus({"award.md": AWARD}).answer(Question("ใครตัดสินรางวัลเลิศรัฐ\nรางวัลเลิศรัฐมีกี่สาขา"))
    assert answer.outcome == "answered"
    assert answer.text.index("1) ใครตัดสิน") < answer.text.index("คณะอนุกรรมการ") < answer.text.index("2) รางวัล") < answer.text.index("3 สาขา")
    assert [citation.section for citation in answer.citations] == ["ใครตัดสินรางวัลเลิศรัฐ", "รางวัลเลิศรัฐมีกี่สาขา"]


def test_a_number_that_is_not_so_is_corrected_and_not_followed(corpus: Corpus) -> None:
    pipeline = corpus({"award.md": AWARD})
    assert pipeline.answer(Question("รางวัลเลิศรัฐ 5 สาขามีอะไรบ้าง")).text.startswith("ตามเอกสารที่อ้างมี 3 สาขา ไม่ใช่ 5 สาขา")
    assert "ไม่ใช่" not in pipeline.answer(Question("รางวัลเลิศรัฐ 3 สาขามีอะไรบ้าง")).text


def test_a_question_that_fits_two_subjects_is_asked_back_with_both_to_press(corpus: Corpus) -> None:
    files = {"evaluation.md": EVALUATION, "evaluation.toml": 'title = "การประเมินส่วนราชการ"\ntopic = "evaluation"'}
    files |= {"pmqa.md": PMQA, "pmqa.toml": 'title = "PMQA 4.0"\ntopic = "pmqa"'}
    pipeline = corpus(files | OTHERS)
    answer = pipeline.answer(Question("ระดับคะแนน"))
    assert answer.outcome == "clarify"
    assert set(answer.suggestions) == {"ระดับคะแนน การประเมินส่วนราชการ", "ระดับคะแนน PMQA 4.0"}
    chosen = pipeline.answer(Question("ระดับคะแนน PMQA 4.0"))
    assert (chosen.outcome, chosen.citations[0].document) == ("answered", "pmqa")


def test_two_rules_in_force_that_do_not_agree_are_both_shown_with_rank_and_date(corpus: Corpus) -> None:
    text = "# {title}\n## กำหนดยื่นคำขอ\nให้ยื่นคำขอปรับตัวชี้วัดต่อสำนักงานภายใน {days} วัน\n"
    files = {}
    for name, title, kind, start, days in (
        ("act", "กฎหลัก", "act", "2020-01-01", 30),
        ("notice", "ประกาศรอง", "announcement", "2024-01-01", 45),
    ):
        files[f"{name}.md"] = text.format(title=title, days=days)
        files[f"{name}.toml"] = f'title = "{title}"\nkind = "{kind}"\nin_force_from = {start}'
    answer = corpus(files | OTHERS).answer(Question("ยื่นคำขอปรับตัวชี้วัดภายในกี่วัน"))
    assert {citation.document for citation in answer.citations} == {"act", "notice"}
    assert "ระบุไม่ตรงกัน" in answer.notes[0]
    assert "พระราชบัญญัติ ใช้บังคับตั้งแต่ 1 ม.ค. 2563" in answer.notes[0]
    assert "ประกาศ ใช้บังคับตั้งแต่ 1 ม.ค. 2567" in answer.notes[0]
