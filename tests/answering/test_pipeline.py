"""Questions answered from small corpora: dates, replaced rules, refusals, what is quoted and what is said with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.answering import wording
from app.answering.calibration import USUAL
from app.domain import Question
from app.evaluation import fit
from tests.answering.conftest import Corpus


def framework(year: int, rule: str) -> str:
    """Write the framework of a year."""
    heading = f"ระดับคะแนนประเมินส่วนราชการ ปีงบประมาณ พ.ศ. {year}"
    source = f"มติคณะรัฐมนตรี 25 กรกฎาคม {year - 1}"
    return f"# กรอบประเมิน {year}\n\n## {heading}\n\n{rule} ตามกรอบประเมินส่วนราชการ ปีงบประมาณ พ.ศ. {year}\n\nที่มา: {source}\n"


def sidecar(year: int, *lines: str) -> str:
    """Write its sidecar."""
    given = (f'title = "กรอบประเมิน {year}"', 'kind = "summary"', 'topic = "evaluation"', f"in_force_from = {year - 544}-10-01")
    return "\n".join([*given, f"fiscal_years = [{year}]", "yearly = true", *lines])


FILES = {
    "evaluation/framework-2567.md": framework(2567, "คะแนน 75 ถึง 89.99 อยู่ในระดับมาตรฐานขั้นสูง"),
    "evaluation/framework-2567.toml": sidecar(2567),
    "evaluation/framework-2568.md": framework(2568, "คะแนน 60 ถึง 89.99 อยู่ในระดับดี"),
    "evaluation/framework-2568.toml": sidecar(2568, 'replaces = ["framework-2567"]'),
    "awards/award.md": "# รางวัล\n\n## รางวัลเลิศรัฐมีกี่สาขา\n\nรางวัลเลิศรัฐมี 3 สาขา คือ บริการภาครัฐ การพัฒนาคุณภาพ และการมีส่วนร่วม\n",
    "awards/award.toml": 'title = "รางวัล"\ntopic = "awards"\n',
}
CAP = "# มติ\n\n## มติตรึงอัตรากำลังองค์การมหาชน\n\nให้ตรึงอัตรากำลังขององค์การมหาชนไว้ ตามมติคณะรัฐมนตรี 22 มีนาคม 2565\n"
ENDED = {
    "division/cap.md": CAP,
    "division/cap.toml": 'title = "มติตรึงอัตรากำลัง"\ntopic = "division"\nin_force_from = 2022-03-22\nin_force_until = 2024-09-30\n',
}


def test_a_question_without_a_date_is_answered_by_the_rule_in_force_and_says_its_year(corpus: Corpus) -> None:
    answer = corpus(FILES).answer(Question("ระดับคะแนนประเมินส่วนราชการ 82 คะแนน"))

    assert answer.outcome == "answered"
    assert [citation.document for citation in answer.citations] == ["framework-2568"]
    assert any("2568" in note for note in answer.notes)


def test_a_question_about_a_day_before_is_answered_by_the_rule_of_that_day_and_says_that_it_was_replaced(corpus: Corpus) -> None:
    answer = corpus(FILES).answer(Question("ระดับคะแนนประเมินส่วนราชการ 82 คะแนน", as_of=date(2024, 1, 15)))

    assert [citation.document for citation in answer.citations] == ["framework-2567"]
    assert answer.citations[0].in_force_until == date(2024, 9, 30)
    assert any("ถูกแทนด้วย" in note and "2568" in note for note in answer.notes)


def test_every_citation_is_copied_as_it_reads_now(corpus: Corpus) -> None:
    citation = corpus(FILES).answer(Question("ระดับคะแนนประเมินส่วนราชการ ปี 2567")).citations[0]

    assert citation.quote in citation.text
    assert citation.source == "มติคณะรัฐมนตรี 25 กรกฎาคม 2566"
    assert citation.release == 1


def test_a_subject_of_another_office_is_refused_and_never_answered(corpus: Corpus) -> None:
    answer = corpus(FILES).answer(Question("เงินเดือนข้าราชการออกวันไหน"))

    assert answer.outcome == "refused"
    assert not answer.citations


def test_a_subject_that_no_document_holds_is_not_guessed(corpus: Corpus) -> None:
    answer = corpus(FILES).answer(Question("ค่าธรรมเนียมจดทะเบียนเรือประมงเท่าไร"))

    assert answer.outcome == "not_found"
    assert "ถามเจ้าหน้าที่" in answer.text


def test_a_greeting_needs_no_corpus_and_offers_questions(corpus: Corpus) -> None:
    answer = corpus(FILES).answer(Question("สวัสดีค่ะ"))

    assert answer.outcome == "greeted"
    assert answer.suggestions


def test_the_next_questions_are_headings_beside_the_answer_and_not_the_answer_itself(corpus: Corpus) -> None:
    answer = corpus(FILES).answer(Question("ระดับคะแนนประเมินส่วนราชการ"))

    assert answer.citations[0].section not in answer.suggestions


def test_the_rule_before_the_present_one_is_asked_for_in_words(corpus: Corpus) -> None:
    pipeline = corpus(FILES)

    for asked in ("ก่อนมีเกณฑ์ใหม่ ระดับคะแนนประเมินส่วนราชการ 82 คะแนน", "ระดับคะแนนประเมินส่วนราชการ 82 คะแนน ตามเกณฑ์เดิม"):
        answer = pipeline.answer(Question(asked))
        assert [citation.document for citation in answer.citations] == ["framework-2567"], asked
    award = pipeline.answer(Question("ตามหลักเกณฑ์เดิม รางวัลเลิศรัฐมีกี่สาขา"))
    assert any("ฉบับก่อนหน้า" in note for note in award.notes)


def test_an_answer_by_a_replaced_rule_offers_the_same_question_of_the_rule_of_today(corpus: Corpus) -> None:
    pipeline = corpus(FILES)
    then = pipeline.answer(Question("ระดับคะแนนประเมินส่วนราชการ ปี 2567 ได้ 82 คะแนน"))

    assert [citation.document for citation in then.citations] == ["framework-2567"]
    now = pipeline.answer(Question(then.suggestions[0], history=("ระดับคะแนนประเมินส่วนราชการ ปี 2567 ได้ 82 คะแนน",)))
    assert [citation.document for citation in now.citations] == ["framework-2568"]


@pytest.mark.parametrize(
    ("said", "document"),
    [
        ("ณ วันที่ 15 มกราคม 2567", "framework-2567"),
        ("ก่อนวันที่ 1 ต.ค. 67", "framework-2567"),
        ("ณ วันที่ 1 ตุลาคม 2567", "framework-2568"),
        ("ก่อนปี 2568", "framework-2567"),
    ],
)
def test_a_day_or_a_year_that_the_question_names_chooses_the_rule(corpus: Corpus, said: str, document: str) -> None:
    answer = corpus(FILES).answer(Question(f"ระดับคะแนนประเมินส่วนราชการ 82 คะแนน {said}"))

    assert [citation.document for citation in answer.citations] == [document]


def test_the_date_of_its_source_does_not_make_a_rule_one_of_that_year(corpus: Corpus) -> None:
    """The framework of 2568 was decided in 2567 and says so: who asks for 2567 gets none of its figures."""
    files = {name: content for name, content in FILES.items() if "2567" not in name and "2566" not in name}
    answer = corpus(files).answer(Question("ระดับคะแนนประเมินส่วนราชการ 82 คะแนน ปีงบ 67"))

    assert answer.outcome == "not_found"
    assert "2567" in answer.text
    assert not answer.citations


@pytest.mark.parametrize(("year", "outcome"), [(2565, "answered"), (2566, "answered"), (2569, "not_found")])
def test_a_rule_of_no_known_date_may_be_of_the_year_after_the_last_it_speaks_of(corpus: Corpus, year: int, outcome: str) -> None:
    """A resolution without a sidecar seldom names its own year, but it does not know of later ones."""
    text = "# แนวทางแบ่งส่วนราชการ\n\n## ยุบกองสนับสนุนแล้วตั้งกองหลัก\n\nยุบกองสนับสนุนแล้วตั้งกองหลักได้ ยกเลิกมติ พ.ศ. 2561 และ พ.ศ. 2565\n"

    assert corpus({"division.md": text}).answer(Question(f"แนวทางปี {year} ยุบกองสนับสนุนแล้วตั้งกองหลักได้ไหม")).outcome == outcome


def test_another_years_rule_gives_way_to_one_that_speaks_of_the_year(corpus: Corpus) -> None:
    """The framework of 2568 names 2567 only as the year in which it was decided."""
    files = {name: content for name, content in FILES.items() if "2567" not in name}
    files["compared.md"] = "# เทียบปี\n\n## คะแนนของส่วนราชการแต่ละปี\n\nปี 2567 ส่วนราชการที่ได้ 82 คะแนน อยู่ในระดับมาตรฐาน\n"
    best = corpus(files).passages(Question("ระดับคะแนนประเมินส่วนราชการ ปีงบ 67"))[0]

    assert best.document.id == "compared"


def test_an_answer_that_is_less_than_sure_says_so(corpus: Corpus) -> None:
    asked = Question("รางวัลเลิศรัฐมีกี่สาขา")
    answer = corpus(FILES).answer(asked)
    strict = fit.written(replace(USUAL, sure=0.99999999), {})
    doubted = corpus(FILES | {"calibration.toml": strict}).answer(asked)

    assert wording.UNSURE not in answer.text
    assert wording.UNSURE in doubted.notes
    assert doubted.citations[0].section == answer.citations[0].section


def test_an_answer_without_the_number_that_was_asked_for_says_so(corpus: Corpus) -> None:
    answer = corpus(FILES).answer(Question("รางวัลเลิศรัฐมีกี่สาขา ตัดสินภายในกี่วัน"))

    assert answer.outcome == "answered"
    assert wording.UNSURE in answer.notes


def test_a_rule_that_holds_nothing_of_the_kind_asked_for_answers_nothing(corpus: Corpus) -> None:
    answer = corpus(FILES).answer(Question("รางวัลเลิศรัฐบริการภาครัฐ ตัดสินภายในกี่วัน"))

    assert answer.outcome == "not_found"
    assert answer.text == wording.LACKING
    assert not answer.citations
    assert answer.suggestions[0] == "รางวัลเลิศรัฐมีกี่สาขา"


def test_a_rule_that_has_ended_answers_only_who_asks_for_it_by_its_date_or_its_year(corpus: Corpus) -> None:
    pipeline = corpus(FILES | ENDED)
    asked = pipeline.answer(Question("มติ 22 มีนาคม 2565 ให้ตรึงอัตรากำลังขององค์การมหาชนไว้อย่างไร"))

    assert [citation.document for citation in asked.citations] == ["cap"]
    assert asked.as_of == date(2022, 3, 22)
    assert any("30 ก.ย. 2567" in note for note in asked.notes)
    by_year = pipeline.answer(Question("ตรึงอัตรากำลังขององค์การมหาชน 2566"))
    assert ([citation.document for citation in by_year.citations], by_year.as_of) == (["cap"], date(2023, 9, 30))
    assert not pipeline.answer(Question("ตรึงอัตรากำลังขององค์การมหาชนไว้อย่างไร")).citations
