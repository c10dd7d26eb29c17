"""How a question becomes what is searched."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from app.answering.query import understand
from app.corpus.dictionary import Dictionary
from app.corpus.lexicon import Lexicon

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
LEXICON = Lexicon(Dictionary(terms=("การแบ่งส่วนราชการ",), synonyms={"สงป.": "สำนักงบประมาณ", "kpi": "ตัวชี้วัด"}))


def test_a_question_without_a_year_is_about_today() -> None:
    assert understand("คะแนน 82 อยู่ระดับไหน", lexicon=LEXICON, now=NOW).as_of == date(2026, 11, 22)


@pytest.mark.parametrize("text", ["ปี 67 คะแนน 82 อยู่ระดับไหน", "ปีงบประมาณ พ.ศ. ๒๕๖๗ ตัดที่เท่าไร", "ปีงบ 2567 แบ่งน้ำหนักยังไง"])
def test_a_fiscal_year_is_about_its_last_day(text: str) -> None:
    query = understand(text, lexicon=LEXICON, now=NOW)

    assert query.years == (2567,)
    assert query.as_of == date(2024, 9, 30)
    assert "2567" in query.text


def test_the_running_fiscal_year_is_about_today() -> None:
    assert understand("ปีงบ 2570 ใช้เกณฑ์ไหน", lexicon=LEXICON, now=NOW).as_of == date(2026, 11, 22)


def test_two_years_are_both_searched() -> None:
    assert understand("ปี 67 กับ 68 ต่างกันตรงไหน", lexicon=LEXICON, now=NOW).years == (2567, 2568)


@pytest.mark.parametrize("text", ["ได้ 82 คะแนน", "มาตรา 71/10 ว่าอย่างไร", "ประกาศ 12 ข้อ 5", "งบ 60 ล้านบาท"])
def test_other_numbers_are_no_years(text: str) -> None:
    assert (
        understand(text, lexicon=LEXICON, now=NOW).years in ((), (2560,))
        if "งบ 60" in text
        else not understand(text, lexicon=LEXICON, now=NOW).years
    )


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("ita 65 จังหวัดได้เฉลี่ยเท่าไหร่", (2565,)),
        ("น้ำหนักประเมินองค์การมหาชน 2567", (2567,)),
        ("รางวัลเลิศรัฐ พ.ศ. 2564 มีประเภทใด", (2564,)),
        ("คะแนน 65 อยู่ระดับไหน", ()),
        ("ต้องส่งภายใน 60 วันใช่ไหม", ()),
        ("พ.ร.บ.ข้อมูลข่าวสารของราชการ พ.ศ. 2540 ใช้กับใคร", ()),
        ("มติเมื่อมีนาคม 2565 ว่าอย่างไร", ()),
    ],
)
def test_a_year_may_stand_without_the_word_for_it_and_leaves_today_the_day_asked_about(text: str, years: tuple[int, ...]) -> None:
    query = understand(text, lexicon=LEXICON, now=NOW)

    assert query.years == years
    assert query.as_of == date(2026, 11, 22)
    assert all(str(year) in query.tokens for year in years)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("ยกเว้นมติ 4 เม.ย. 60 ได้ไหม", "ยกเว้นมติ 4 เมษายน 2560 ได้ไหม"),
        ("ปรับโครงสร้างเมื่อมีนา 65", "ปรับโครงสร้างเมื่อมีนาคม 2565"),
        ("แนวทาง 9ส.ค.65", "แนวทาง 9 สิงหาคม 2565"),
        ("ปี 67 กับ 68 ต่างกัน", "ปี 2567 กับ 2568 ต่างกัน"),
        ("มติ ก.พ. 65", "มติ ก.พ. 65"),
        ("มติปี 2565 ก.พ. 66", "มติปี 2565 ก.พ. 66"),
        ("ได้ 67 คะแนน", "ได้ 67 คะแนน"),
    ],
)
def test_months_and_years_are_searched_as_documents_write_them(typed: str, written: str) -> None:
    """ก.พ. without a day may be the office of that name."""
    assert understand(typed, lexicon=LEXICON, now=NOW).asks == written


def test_everyday_words_bring_those_of_the_rules() -> None:
    query = understand("ลูกน้องเซ็นแทนเจ้านายด้วยปากเปล่าได้ไหม", lexicon=LEXICON, now=NOW)

    assert {"ผู้ใต้บังคับบัญชา", "ลงลายมือชื่อ", "ผู้บังคับบัญชา", "วาจา"} <= set(query.text.split())


def test_an_everyday_word_inside_another_brings_nothing() -> None:
    """นาย is not said by นายทะเบียน, nor เซ็น by เปอร์เซ็นต์."""
    query = understand("นายทะเบียนคิดกี่เปอร์เซ็นต์", lexicon=LEXICON, now=NOW)

    assert query.text.split()[1:] == ["ร้อยละ"]


def test_a_given_day_wins_over_the_words() -> None:
    assert understand("ปี 2568 มีกี่ระดับ", lexicon=LEXICON, as_of=date(2023, 1, 1), now=NOW).as_of == date(2023, 1, 1)


def test_abbreviations_bring_the_documents_words() -> None:
    assert "สำนักงบประมาณ" in understand("ต้องถาม สงป. ไหม", lexicon=LEXICON, now=NOW).text
    assert "ตัวชี้วัด" in understand("ขอเปลี่ยน KPI", lexicon=LEXICON, now=NOW).text


def test_an_abbreviation_inside_a_word_brings_nothing() -> None:
    assert "ตัวชี้วัด" not in understand("skpix", lexicon=LEXICON, now=NOW).text


def test_a_follow_up_takes_its_subject_from_the_question_before() -> None:
    query = understand("แล้วปี 2567 ล่ะ", lexicon=LEXICON, history=["ปีงบ 68 ระดับดีมากกี่คะแนน"], now=NOW)

    assert "ดีมาก" in query.text
    assert query.years == (2567,)


def test_the_words_of_a_follow_up_count_twice_and_are_said_once() -> None:
    query = understand("แล้วกลุ่มตรวจสอบภายในล่ะ", lexicon=LEXICON, history=["กลุ่มพัฒนาระบบบริหารขึ้นตรงใคร"], now=NOW)

    assert query.text.count("ตรวจสอบภายใน") == 2
    assert query.text.count("พัฒนาระบบบริหาร") == 1
    assert query.subject.count("ตรวจสอบภายใน") == 1


@pytest.mark.parametrize(("follow_up", "asks"), [("แล้วอายุการรับรองกี่ปี", "แล้วอายุการรับรองกี่ปี"), ("แล้วปี 2567 ล่ะ", "ค่าธรรมเนียมกี่บาท แล้วปี 2567 ล่ะ")])
def test_a_follow_up_asks_for_what_it_says_or_else_for_the_same_as_before(follow_up: str, asks: str) -> None:
    assert understand(follow_up, lexicon=LEXICON, history=["ค่าธรรมเนียมกี่บาท"], now=NOW).asks == asks


def test_a_question_that_stands_alone_takes_nothing_from_before() -> None:
    query = understand("รางวัลเลิศรัฐมีกี่สาขา", lexicon=LEXICON, history=["ปีงบ 68 ระดับดีมากกี่คะแนน"], now=NOW)

    assert "ดีมาก" not in query.text


def test_a_section_asked_for_by_number_is_looked_up() -> None:
    assert understand("ม. ๘ ทวิ ว่าไง", lexicon=LEXICON, now=NOW).labels == ("มาตรา 8 ทวิ",)
    assert understand("มาตรา 71/10 คืออะไร", lexicon=LEXICON, now=NOW).labels == ("มาตรา 71/10",)


def test_particles_carry_no_subject() -> None:
    query = understand("ขอตั้งกองใหม่ได้ไหมคะ", lexicon=LEXICON, now=NOW)

    assert not {"ไหม", "คะ", "ได้"} & set(query.content)
    assert "กอง" in query.content
