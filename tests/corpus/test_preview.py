"""Before a release goes live: what differs word by word, and which answers would change."""

from __future__ import annotations

import json

import pytest

from app import wiring
from app.corpus import differences, impact
from app.corpus.impact import Asked
from app.domain import Question
from app.errors import ReleaseError
from app.thai import Segmenter
from tests.corpus.library import Library, silent
from tests.fakes import open_desk


def test_documents_and_sections_that_came_went_and_changed(library: Library) -> None:
    library.rule("kept.md", days=30)
    library.rule("gone.md", days=10)
    first = library.build().release
    (library.folder / "gone.md").unlink()
    (library.folder / "gone.toml").unlink()
    library.rule("kept.md", days=45, number="นร 1200/ว 1")
    library.rule("new.md", days=5)
    second = library.build(allow_removal=True).release
    found = differences.between(library.database, first, second).plain()
    assert [document["document"] for document in found["documents"]["created"]] == ["new"]
    assert [document["document"] for document in found["documents"]["removed"]] == ["gone"]
    changed = found["documents"]["changed"]
    assert [(document["document"], document["said"]) for document in changed] == [("kept", {"number": ("", "นร 1200/ว 1")})]
    assert [(section["document"], section["section"]) for section in found["sections"]["removed"]] == [
        ("gone", "การยื่นคำขอ"),
        ("gone", "ค่าธรรมเนียม"),
    ]
    words = [(word["change"], word["text"]) for word in found["sections"]["changed"][0]["words"]]
    assert words[1:3] == [("removed", "30"), ("added", "45")]
    assert json.loads(json.dumps(found, ensure_ascii=False))["before"] == first


def test_two_equal_releases_do_not_differ(small: Library) -> None:
    small.rule()
    first, second = small.build().release, small.build().release
    found = differences.between(small.database, first, second)
    assert not any(found.documents.values())
    assert not any(found.sections.values())


def test_a_release_that_is_not_there_cannot_be_compared(small: Library) -> None:
    small.rule()
    first = small.build().release
    with pytest.raises(ReleaseError, match="there is no release 99"):
        differences.between(small.database, first, 99)


@pytest.mark.parametrize(
    ("before", "after"),
    [("ยื่นคำขอภายใน 30 วัน", "ยื่นคำขอภายใน 45 วันทำการ"), ("", "ใหม่"), ("เก่า", ""), ("ก  ข\nค", "ก ข\nค")],
)
def test_the_pieces_of_a_comparison_are_the_two_texts(before: str, after: str) -> None:
    pieces = differences.word_by_word(before, after, Segmenter())
    assert "".join(piece.text for piece in pieces if piece.change != "added") == before
    assert "".join(piece.text for piece in pieces if piece.change != "removed") == after


def test_answers_that_would_change_be_lost_or_appear(library: Library) -> None:
    library.rule("rule.md", days=30)
    library.write("fee.md", "# ค่าปรับ\n\n## ค่าปรับการส่งรายงานล่าช้า\n\nส่งรายงานประเมินล่าช้าเสียค่าปรับ 500 บาท\n", title="ค่าปรับ")
    active = library.build().release
    library.rule("rule.md", days=45)
    (library.folder / "fee.md").unlink()
    (library.folder / "fee.toml").unlink()
    new = library.build(activate=False, allow_removal=True).release
    words = ("ยื่นคำขอต่อสำนักงาน ก.พ.ร. ภายในกี่วัน", "ค่าปรับการส่งรายงานล่าช้าเท่าไร", "การยื่นคำขอมีค่าธรรมเนียมหรือไม่")
    questions = [Asked(Question(text), "log") for text in (*words, words[0])]
    with library.answering(active) as old, library.answering(new) as fresh:
        plain = impact.measure(impact.Impact(new, active), questions, old, fresh, silent).plain()
    assert (plain["asked"], plain["same"]) == (3, 1)
    assert [change["question"] for change in plain["changed"]] == [words[0]]
    assert "45 วัน" in plain["changed"][0]["after"]["lead"]
    assert [change["question"] for change in plain["lost"]] == [words[1]]
    assert plain["appeared"] == []


def test_past_questions_come_from_the_log_and_the_golden_list(library: Library) -> None:
    desk = open_desk(library.database)
    desk.oracle.outcomes = {"ถามสอง": "not_found", "สวัสดี": "greeted"}
    for who, question in enumerate(("ถามแรก", "ถามสอง", "สวัสดี", "ถามแรก")):
        desk.hear(question, who=f"U{who}")
        desk.work()
    library.write("golden.jsonl", '{"id": "g1", "question": "ถามทอง", "as_of": "2024-10-01"}\n')
    asked = wiring.past_questions(library.stores, 10)
    assert [(one.question.text, one.origin) for one in asked] == [("ถามแรก", "log"), ("ถามสอง", "log"), ("ถามทอง", "golden")]
    assert [one.question.text for one in wiring.past_questions(library.stores, 1)] == ["ถามแรก", "ถามทอง"]
