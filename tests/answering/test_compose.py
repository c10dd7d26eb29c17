"""The rule's own words: the sentence or list that answers, complete with its conditions."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answering import compose

LONG = "\n".join(
    [
        "คณะกรรมการประกอบด้วยประธานหนึ่งคนและกรรมการตามที่รัฐมนตรีแต่งตั้งจากผู้มีความรู้ความเชี่ยวชาญเฉพาะด้าน " * 3,
        "กรรมการมีวาระการดำรงตำแหน่งคราวละสี่ปี",
        "ทั้งนี้ กรรมการซึ่งพ้นจากตำแหน่งอาจได้รับแต่งตั้งอีกได้ แต่ไม่เกินสองวาระติดต่อกัน",
        "ให้สำนักงานทำหน้าที่เลขานุการของคณะกรรมการ และรับผิดชอบงานธุรการทั้งหมดของคณะกรรมการ " * 3,
    ]
)
LIST = "\n".join(
    [
        "หลักทั่วไปของเรื่องนี้กล่าวถึงหน้าที่ของส่วนราชการในการจัดทำเอกสารประกอบการพิจารณาอย่างครบถ้วนและถูกต้อง " * 6,
        "เอกสารที่ต้องส่งมี 3 รายการ ดังนี้",
        "(1) คำชี้แจงเหตุผล",
        "(2) ร่างกฎกระทรวง",
        "(3) แผนภูมิโครงสร้าง",
        "ให้ส่งก่อนสิ้นปีงบประมาณ",
    ]
)


def weigh(*words: str) -> Callable[[str], float]:
    return lambda text: float(sum(word in text for word in words))


def test_the_answer_starts_with_the_sentence_that_answers_not_with_the_sections_first_words() -> None:
    assert compose.quote(LONG, weigh("วาระ", "สี่ปี")).lead.startswith("กรรมการมีวาระการดำรงตำแหน่งคราวละสี่ปี")


def test_a_condition_stays_with_its_rule() -> None:
    assert "แต่ไม่เกินสองวาระติดต่อกัน" in compose.quote(LONG, weigh("วาระ", "สี่ปี")).lead


def test_a_condition_that_is_asked_about_brings_its_rule_along() -> None:
    assert compose.quote(LONG, weigh("แต่งตั้งอีกได้", "สองวาระ")).lead.startswith("กรรมการมีวาระ")


@pytest.mark.parametrize("words", [("เอกสาร", "รายการ"), ("ร่างกฎกระทรวง",)])
def test_a_list_is_quoted_whole_with_the_words_that_introduce_it(words: tuple[str, ...]) -> None:
    lead = compose.quote(LIST, weigh(*words)).lead

    assert lead.startswith("เอกสารที่ต้องส่งมี 3 รายการ")
    assert "(3) แผนภูมิโครงสร้าง" in lead


def test_a_short_rule_is_quoted_whole_without_the_line_that_names_its_source() -> None:
    text = "ส่งคำขอภายในเดือนมีนาคม\nถ้าเกินกำหนดต้องทำหนังสือชี้แจง\nที่มา: มติคณะรัฐมนตรี 9 สิงหาคม 2565"

    assert compose.quote(text, weigh("มีนาคม")).quote == "ส่งคำขอภายในเดือนมีนาคม\nถ้าเกินกำหนดต้องทำหนังสือชี้แจง"
    assert compose.source_line(text) == "มติคณะรัฐมนตรี 9 สิงหาคม 2565"


def test_what_the_lead_said_is_not_said_again() -> None:
    assert compose.rest(compose.Quotation("ก่อน", "ก่อน หลัง")) == "หลัง"
    assert compose.rest(compose.Quotation("หลัง", "ก่อน หลัง")) == "“ก่อน หลัง”"


@given(st.text(alphabet=st.sampled_from("กขคง ทั้งนี้แต่(1)\n- 12"), max_size=1500), st.text(alphabet="กขคง", max_size=3))
def test_every_quotation_stands_literally_in_its_section(text: str, word: str) -> None:
    quotation = compose.quote(text, weigh(word))

    assert quotation.quote in text
    assert quotation.lead in text
