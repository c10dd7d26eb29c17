"""What rules say about themselves decides where words and meaning cannot: definitions, who takes charge, penalties, pointers, copies."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from app.answering.asked import held, of_the_decision_named, of_the_law_named
from app.answering.rules import Question, Rules
from app.domain import Document, Section

TEXTS = {
    "มาตรา 1": "มาตรา 1 พระราชบัญญัตินี้เรียกว่า “พระราชบัญญัติคุ้มครองข้อมูล พ.ศ. 2562”",
    "มาตรา 2": "มาตรา 2 พระราชบัญญัตินี้ให้ใช้บังคับตั้งแต่วันถัดจากวันประกาศในราชกิจจานุเบกษาเป็นต้นไป",
    "มาตรา 3": "ในพระราชบัญญัตินี้\n“หน่วยงานของรัฐ” หมายความว่า ราชการส่วนกลาง\n“ผู้ควบคุม” หมายความว่า บุคคลซึ่งตัดสินใจ",
    "มาตรา 4": "ให้มีคณะกรรมการ เรียกโดยย่อว่า “ก.ม.จ.” ประกอบด้วยประธานกรรมการและกรรมการจำนวนเก้าคน",
    "มาตรา 23": "ผู้ควบคุมต้องแจ้งให้เจ้าของข้อมูลทราบก่อนเก็บข้อมูล",
    "มาตรา 24": "ผู้ซึ่งถูกปฏิเสธตามมาตรา 23 มีสิทธิอุทธรณ์ภายในสิบห้าวัน",
    "มาตรา 82": "ผู้ควบคุมผู้ใดไม่ปฏิบัติตามมาตรา 23 ต้องระวางโทษปรับทางปกครองไม่เกินหนึ่งล้านบาท",
    "มาตรา 96": "ให้รัฐมนตรีว่าการกระทรวงดิจิทัลรักษาการตามพระราชบัญญัตินี้",
}
LABELS = list(TEXTS)


def best(question: str, *, score: dict[str, float] | None = None, pointed_at: str = "") -> str:
    sections = [Section("law", label, text, position=at) for at, (label, text) in enumerate(TEXTS.items())]
    scores = np.array([(score or {}).get(label, 0.0) for label in LABELS], dtype=np.float32)
    rules = Rules(sections, lambda section: section.label)
    rules.add(scores, Question(question, [LABELS.index(pointed_at)] if pointed_at else ()))
    return LABELS[int(np.argmax(scores))]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ('"ผู้ควบคุม" ตามกฎหมายนี้หมายถึงใคร', "มาตรา 3"),
        ("คำว่าหน่วยงานของรัฐ หมายความว่าอย่างไร", "มาตรา 3"),
        ("กมจ. ย่อมาจากอะไร", "มาตรา 4"),
        ("ใครเป็นผู้รักษาการตามพระราชบัญญัตินี้", "มาตรา 96"),
        ("พระราชบัญญัตินี้มีผลใช้บังคับเมื่อใด", "มาตรา 2"),
    ],
)
def test_a_question_about_a_term_or_about_who_is_in_charge_finds_the_section_that_says_it(question: str, answer: str) -> None:
    assert best(question, score={"มาตรา 23": 1.0}) == answer


def test_the_penalty_for_a_breach_is_found_through_the_section_that_is_breached() -> None:
    assert best("ไม่แจ้งเจ้าของข้อมูลก่อนเก็บ ต้องโทษอย่างไร", score={"มาตรา 23": 2.0, "มาตรา 82": 1.7}) == "มาตรา 82"
    assert best("ต้องแจ้งเจ้าของข้อมูลเมื่อใด", score={"มาตรา 23": 2.0, "มาตรา 82": 1.7}) == "มาตรา 23"


def test_a_section_named_in_passing_brings_those_that_point_to_it_along() -> None:
    assert best("ถูกปฏิเสธตามมาตรา 23 อุทธรณ์ภายในกี่วัน", score={"มาตรา 24": 0.5}, pointed_at="มาตรา 23") == "มาตรา 24"


def test_who_acts_for_an_absent_superior_is_not_who_is_in_charge_of_a_law() -> None:
    assert best("อธิบดีไม่อยู่ ใครเป็นผู้รักษาการแทน", score={"มาตรา 23": 1.0}) == "มาตรา 23"


def test_a_section_holds_what_is_asked_for_or_does_not() -> None:
    assert held("กรรมการมีกี่คน", Section("law", "มาตรา 4", TEXTS["มาตรา 4"])) == 1.0
    assert held("กรรมการมีกี่คน", Section("law", "มาตรา 23", TEXTS["มาตรา 23"])) == 0.0
    assert held("พิจารณากี่วัน", Section("law", "มาตรา 5", "ประชุมครั้งที่ 2/2565 วันที่ 23 พฤศจิกายน 2565")) == 0.0
    assert held("พิจารณากี่วัน", Section("law", "มาตรา 5", "พิจารณาภายใน 15 วันนับแต่วันที่ได้รับคำขอ")) == 1.0
    assert held("ต้องแจ้งใคร", Section("law", "มาตรา 23", TEXTS["มาตรา 23"])) == 1.0


@pytest.mark.parametrize(
    ("asked", "holds", "lacks"),
    [
        ("เปิดให้สมัครวันไหน", "สมัครได้ตั้งแต่ 1 ก.พ. 2568", "เสนอสำนักงาน ก.พ. และ ก.พ.ร. เพื่อทราบ"),
        ("มีรองอธิบดีได้กี่คน", "มีรองอธิบดีได้ไม่เกินสามคน", "รองอธิบดีช่วยอธิบดีปฏิบัติราชการ"),
        ("กระทรวงมีปลัดกระทรวงกี่คน", "ให้มีปลัดกระทรวงคนหนึ่ง", "ปลัดกระทรวงรับผิดชอบควบคุมราชการประจำ"),
        ("เบี้ยประชุมเท่าไหร่", "เบี้ยประชุมครั้งละ 1,600 บาท", "ให้ได้รับเบี้ยประชุมตามที่คณะรัฐมนตรีกำหนด"),
        ("ต้องได้กี่คะแนนถึงจะได้รางวัล", "ต้องได้คะแนนรวมไม่น้อยกว่า 400 คะแนน", "กรมสรรพากรได้รางวัลเมื่อปี 2565"),
        ("ประชุมปีละกี่ครั้ง", "ประชุมไม่น้อยกว่าสี่ครั้ง", "ประชุมเมื่อประธานเรียก"),
        ("ขอแบบฟอร์มหน่อย", "ดาวน์โหลดแบบฟอร์มได้ที่เว็บไซต์", "ทำบทสรุปผู้บริหารแนบคำขอ"),
        ("เหตุใดจึงกำหนดไว้ 60 วัน", "กำหนดไว้ 60 วัน เพื่อให้ทันรอบประชุม", "รายงานทุก 60 วัน"),
        ("รางวัลมีกี่สาขา", "มี 3 สาขา", "ประกาศผลในเดือนกันยายน"),
        ("มีองค์ประกอบกี่ด้าน", "ได้แก่\n- ประสิทธิผล\n- ศักยภาพ", "ประเมินปีละสองครั้ง"),
        ("กรรมการได้เบี้ยประชุมของคณะอนุกรรมการ ครั้งละเท่าไร", "ครั้งละ 800 บาท", "แต่งตั้งคณะอนุกรรมการตามมาตรา 71/10"),
        ("มีคนขอข้อมูล ต้องให้ภายในกี่วัน", "ให้จัดหาให้ภายในเวลาอันสมควร", "ให้ใช้บังคับเมื่อพ้นกำหนดเวลา"),
        ("ตั้งกองเพิ่มต้องใช้งบเท่าไหร่", "ใช้งบ 2 ล้านบาท", "เตรียมข้อมูลค่าใช้จ่าย บทบาท และอัตรากำลังที่มี"),
        ("บรรจุแล้วเงินเดือนเริ่มเท่าไหร่", "เริ่มที่เดือนละ 18,000 บาท", "เป็นลูกจ้าง 6 เดือน แล้วบรรจุเป็นข้าราชการ"),
        ("ไม่ประกาศช่องทางโดนปรับกี่บาท", "ปรับไม่เกินห้าพันบาท", "หน่วยงานยังต้องปรับปรุงประกาศให้เสร็จใน 90 วัน จึงไม่ผิด"),
        ("ส่งอีเมลตอนสามทุ่ม นับว่ารับวันไหน", "ให้ถือว่าได้รับในวันและเวลาทำการถัดไป", "ส่งได้ทุกช่องทางที่ประกาศ"),
        ("พิธีมอบรางวัลใครเป็นประธาน", "รองนายกรัฐมนตรีเป็นประธานในพิธี", "พิธีจัดวันที่ 12 กันยายน 2568"),
        ("หนังสือเวียนที่แจ้งแนวทางเมื่อเดือนสิงหาคม เลขที่เท่าไร", "หนังสือที่ นร 1200/ว 10", "แจ้งแนวทางให้ทุกกรมทราบแล้ว"),
        ("ว 5/2562 ถูกแทนด้วย ว เลขอะไร", "ว 5/2562 ถูกแทนด้วย ว 12/2566", "ว 5/2562 ให้ทบทวนตำแหน่งอำนวยการ"),
    ],
)
def test_what_is_asked_for_must_stand_in_the_passage(asked: str, holds: str, lacks: str) -> None:
    assert held(asked, Section("rule", "ข้อ 1", holds)) == 1.0
    assert held(asked, Section("rule", "ข้อ 1", lacks)) == 0.0


def test_the_weight_of_a_fiscal_year_is_no_money() -> None:
    """ปีงบ is a year, and a share of a fee may be said in percent."""
    assert held("ปีงบ 2568 น้ำหนักเท่าไร", Section("rule", "น้ำหนัก", "ประสิทธิผลร้อยละ 70")) == 1.0
    assert held("ค่าธรรมเนียมต่ออายุเท่าไร", Section("rule", "ข้อ 1", "ร้อยละ 50 ของค่าธรรมเนียมใบอนุญาต")) == 1.0


def test_the_date_of_its_source_answers_no_question_for_a_date_but_that_for_the_decision() -> None:
    section = Section("plan", "OD Sandbox คืออะไร", "เป็นเครื่องมือตามมติคณะรัฐมนตรี 6 กุมภาพันธ์ 2567\nที่มา: รายงาน 13 มีนาคม 2567")

    assert held("เปิดให้สมัครวันไหน", section) == 0.0
    assert held("มติคณะรัฐมนตรีเรื่องนี้ลงวันที่เท่าไร", section) == 1.0


def test_the_options_of_an_examination_question_are_not_what_it_asks_for() -> None:
    section = Section("law", "มาตรา 83", "ข้าราชการต้องไม่กระทำการอันเป็นข้อห้าม")

    assert held("มาตรา 83 บัญญัติเรื่องใด ก. ข้อห้าม ข. กี่วันต้องอุทธรณ์ ค. โทษอะไร", section) == 1.0
    assert held("เรื่องนี้ต้องอุทธรณ์ภายในกี่วัน ก. 15 วัน ข. 30 วัน", section) == 0.0


def test_a_passage_of_another_decision_than_the_one_named_by_its_date_is_told_apart() -> None:
    section = Section("letter", "หนังสือเวียนฉบับใด", "แจ้งเวียนด้วยหนังสือที่ นร 1024/ว 1 ลงวันที่ 20 มกราคม 2565")
    document = Document("letter", "หนังสือเวียน", in_force_from=date(2021, 10, 1))

    assert not of_the_decision_named("หนังสือเวียนที่แจ้งแนวทาง 9 ส.ค. 65 เลขที่เท่าไร", document, section)
    assert of_the_decision_named("หนังสือเวียน 20 ม.ค. 65 เลขที่เท่าไร", document, section)
    assert of_the_decision_named("มติ ครม. วันที่ 1 ตุลาคม 2564 ว่าอย่างไร", document, section)
    assert of_the_decision_named("ยื่นคำขอไว้เมื่อ 5 มกราคม 2568 ต้องได้คำตอบเมื่อใด", document, section)
    assert of_the_decision_named("กรมส่งหนังสือลงวันที่ 5 มกราคม 2568 แล้ว ต้องรอกี่วัน", document, section)
    assert of_the_decision_named("หนังสือเวียนที่แจ้งแนวทาง 9 ส.ค. 65 เลขที่เท่าไร", Document("letter", "ไม่ทราบวันที่"), section)


def test_a_passage_of_another_law_than_the_one_named_is_told_apart() -> None:
    section = Section("etda", "มาตรา 21", "ผู้อำนวยการอยู่ในตำแหน่งได้ไม่เกินสองวาระ")
    document = Document("etda", "พระราชบัญญัติสำนักงานพัฒนาธุรกรรมทางอิเล็กทรอนิกส์ พ.ศ. 2562")
    assert of_the_law_named("ตาม พ.ร.บ.องค์การมหาชน พ.ศ. 2542 ผู้อำนวยการอยู่ได้กี่วาระ", document, section) < 0.3
    assert of_the_law_named("ตาม พ.ร.บ.สำนักงานพัฒนาธุรกรรมทางอิเล็กทรอนิกส์ ผู้อำนวยการอยู่ได้กี่วาระ", document, section) == 1.0
    assert of_the_law_named("ผู้อำนวยการอยู่ได้กี่วาระ", document, section) == 1.0


def test_a_section_that_only_says_what_the_law_is_called_gives_way_unless_that_is_asked() -> None:
    close = {"มาตรา 1": 0.5, "มาตรา 23": 0.2}

    assert best("ตามพระราชบัญญัติคุ้มครองข้อมูล ต้องแจ้งเจ้าของข้อมูลก่อนหรือไม่", score=close) == "มาตรา 23"
    assert best("พระราชบัญญัตินี้เรียกว่าอะไร", score=close) == "มาตรา 1"
