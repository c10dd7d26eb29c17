"""Questions without an answer come together as missing rules, are given to somebody, and are closed by the release that answers them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.answering import grouping, wording
from app.answering.gaps import Gaps
from app.domain import Answer, Citation, Document, Section
from app.store import gap_grouping, gaps, releases
from app.store.database import Database
from app.store.gap_tables import GapQuestionRow, GapRow
from tests.fakes import Desk, open_desk

BORROW = ("ขอยืมตัวข้าราชการข้ามกรมต้องทำอย่างไร", "ขอยืมตัวข้าราชการข้ามกรมทำอย่างไร", "การขอยืมตัวข้าราชการข้ามกรมต้องทำอย่างไรบ้าง")
HOME = "ทำงานที่บ้านได้กี่วันต่อสัปดาห์"


@pytest.fixture
def desk(database: Database) -> Desk:
    """Open a clinic that answers nothing yet."""
    opened = open_desk(database)
    _release(opened)
    for question in (*BORROW, HOME):
        opened.oracle.answers[question] = Answer("not_found", wording.NOT_FOUND, topic="division", query=question, release=1)
    return opened


def _release(desk: Desk) -> int:
    with desk.clinic.database.begin() as session:
        number = releases.start(session, embedding="trigram", code_version="", who="", why="")
        releases.fill(session, number, documents=[Document("rule", "กฎ")], sections=[(Section("rule", "1", "ก"), [])], corpus_hash="")
        releases.finish(session, number, state="ready", report={})
        releases.activate(session, number)
    return number


def _answering(desk: Desk, *questions: str) -> int:
    """Activate a release that answers these questions and no others, and give its number."""
    number = _release(desk)
    for asked, before in desk.oracle.answers.items():
        desk.oracle.answers[asked] = replace(before, outcome="answered" if asked in questions else "not_found", release=number)
    return number


def _ask(desk: Desk, *questions: str, who: str = "สมชาย") -> None:
    for question in questions:
        desk.hear(question, who)
    desk.work()


def _group(desk: Desk) -> list[tuple[str, int, str]]:
    """Group the questions, and give the gaps: the question that stands for each, how many there are, and the state."""
    with desk.clinic.database.begin() as session:
        gap_grouping.want(session, desk.clock())
    desk.clinic.gaps.step()
    return _listed(desk)


def _listed(desk: Desk) -> list[tuple[str, int, str]]:
    with desk.clinic.database.read() as session:
        return [(row.question, row.number, row.GapRow.state) for row in gaps.listed(session, ("open", "assigned", "closed"), "", 10)]


def test_questions_of_one_meaning_are_one_gap_and_a_new_one_joins_it(desk: Desk) -> None:
    _ask(desk, BORROW[0], BORROW[1], HOME)
    (first, number, _), other = _group(desk)
    assert (first in BORROW, number, other) == (True, 2, (HOME, 1, "open"))
    ids = {row.id for row in desk.rows(GapRow)}
    asked = len(desk.oracle.asked)
    desk.clinic.gaps.step()
    assert len(desk.oracle.asked) == asked  # they were asked of this release already, and nothing is new

    _ask(desk, BORROW[2], who="สมหญิง")
    assert [number for _, number, _ in _group(desk)] == [3, 1]
    assert {row.id for row in desk.rows(GapRow)} == ids
    assert {row.topic for row in desk.rows(GapRow)} == {"division"}


def test_vectors_are_made_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.embeddings.trigram import Trigram

    made: list[str] = []
    embed = Trigram.embed_query

    def counted(self: Trigram, text: str) -> list[float]:
        made.append(text)
        return embed(self, text)

    monkeypatch.setattr(Trigram, "embed_query", counted)
    _ask(desk, BORROW[0], HOME)
    _group(desk)
    _ask(desk, BORROW[1])
    _group(desk)
    assert sorted(made) == sorted([BORROW[0], BORROW[1], HOME])


def test_only_what_stayed_without_an_answer_counts(desk: Desk) -> None:
    desk.oracle.outcomes |= {"ระดับ": "clarify", "ระดับคะแนน": "clarify", "นอกเรื่อง": "refused"}
    _ask(desk, "ระดับ", "ระดับของการประเมินส่วนราชการ", "นอกเรื่อง", "ตอบได้ดี")
    _ask(desk, "ระดับคะแนน", who="สมหญิง")
    assert _group(desk) == []  # สมหญิง may still say what was meant
    desk.clock.pass_(hours=1)
    assert _group(desk) == [("ระดับคะแนน", 1, "open")]

    _ask(desk, "คำตอบที่ไม่ถูกใจ")
    right, wrong = desk.post.button(wording.RIGHT), desk.post.button(wording.WRONG)
    desk.press(wrong)
    desk.work()
    assert {question for question, *_ in _group(desk)} == {"ระดับคะแนน", "คำตอบที่ไม่ถูกใจ"}
    desk.press(right)
    desk.work()
    _group(desk)
    assert len(desk.rows(GapQuestionRow)) == 1


def test_the_release_that_answers_its_examples_closes_a_gap_and_a_new_miss_opens_it_again(desk: Desk) -> None:
    _ask(desk, *BORROW[:2], HOME)
    _group(desk)
    number = _answering(desk, BORROW[0])
    desk.clinic.gaps.step()
    half = next(row for row in desk.rows(GapRow) if row.asked == 2)
    assert (half.state, half.answered, half.asked_release) == ("open", 1, number)

    later = _answering(desk, *BORROW[:2])
    desk.clinic.gaps.step()
    closed = next(row for row in desk.rows(GapRow) if row.id == half.id)
    assert (closed.state, closed.closed_release, closed.closed_by) == ("closed", later, "")
    assert all(question.quote_only for question in desk.oracle.asked[-3:])

    desk.clock.pass_(hours=1)
    _ask(desk, BORROW[2])
    _group(desk)
    again = next(row for row in desk.rows(GapRow) if row.id == half.id)
    assert (again.state, again.closed_release, again.closed_at) == ("open", None, None)


def test_a_release_that_does_not_answer_yet_is_asked_later(desk: Desk) -> None:
    _ask(desk, HOME)
    _group(desk)
    number = _release(desk)
    desk.oracle.answers[HOME] = Answer("answered", "สองวัน", release=number - 1)  # the flow still has the old one open
    desk.clinic.gaps.step()
    assert _listed(desk) == [(HOME, 1, "open")]
    desk.oracle.answers[HOME] = Answer("answered", "สองวัน", release=number)
    desk.clinic.gaps.step()
    assert _listed(desk) == [(HOME, 1, "closed")]


def test_the_same_answer_that_was_disliked_closes_nothing_and_another_one_does(desk: Desk) -> None:
    old = Citation("rule", "ข้อ 5", "กฎ", "ใช้ 60", "ใช้ 60", release=1)
    desk.oracle.answers["อัตราเท่าใด"] = Answer("answered", "ใช้ 60", citations=(old,), release=1)
    _ask(desk, "อัตราเท่าใด")
    desk.press(desk.post.button(wording.WRONG))
    desk.work()
    assert _group(desk) == [("อัตราเท่าใด", 1, "open")]
    new = Citation("rule", "ข้อ 6", "กฎ", "ใช้ 70", "ใช้ 70", release=2)
    desk.oracle.answers["อัตราเท่าใด"] = Answer("answered", "ใช้ 70", citations=(new,), release=_release(desk))
    desk.clinic.gaps.step()
    assert _listed(desk) == [("อัตราเท่าใด", 1, "closed")]


def test_what_was_closed_by_hand_stays_closed_and_takes_the_same_question_in(desk: Desk) -> None:
    _ask(desk, BORROW[0])
    _group(desk)
    with desk.clinic.database.begin() as session:
        gaps.close(session.get_one(GapRow, desk.rows(GapRow)[0].id), "หนึ่ง", "นอกอำนาจ", desk.clock())
    desk.clock.pass_(hours=1)
    _ask(desk, BORROW[1])
    assert [(number, state) for _, number, state in _group(desk)] == [(2, "closed")]


def test_two_gaps_that_people_work_on_stay_two_and_an_untouched_one_joins(desk: Desk) -> None:
    for question in BORROW[:2]:
        _ask(desk, question)
        _group(desk)
        with desk.clinic.database.begin() as session:  # as if they had been far apart, once
            gap = GapRow(opened_at=desk.clock(), division="", note="", closed_by="", reason="", turn_id=None)
            session.add(gap)
            session.flush()
            session.get_one(GapQuestionRow, max(row.turn_id for row in desk.rows(GapQuestionRow))).gap_id = gap.id
    first, second = desk.rows(GapQuestionRow)
    for number, expected in ((first.gap_id, 2), (second.gap_id, 2)):
        with desk.clinic.database.begin() as session:
            gaps.assign(session.get_one(GapRow, number), "กองหนึ่ง", "")
        assert len({row.gap_id for row in desk.rows(GapQuestionRow)}) == expected
    _group(desk)
    assert len({row.gap_id for row in desk.rows(GapQuestionRow)}) == 2
    with desk.clinic.database.begin() as session:
        gaps.assign(session.get_one(GapRow, second.gap_id), "", "")
    _group(desk)
    assert {row.gap_id for row in desk.rows(GapQuestionRow)} == {first.gap_id}


def test_an_erased_question_leaves_its_gap_and_the_last_one_closes_it(desk: Desk) -> None:
    one = desk.hear(BORROW[0])
    desk.work()
    desk.clock.pass_(hours=4)
    other = desk.hear(BORROW[1])
    desk.work()
    _group(desk)
    desk.hear(kind="unsend", message_id=one.message_id, reply_token=None)
    desk.work()
    assert _listed(desk) == [(BORROW[1], 1, "open")]
    desk.hear(kind="unsend", message_id=other.message_id, reply_token=None)
    desk.work()
    assert [(number, state) for _, number, state in _listed(desk)] == [(0, "closed")]
    assert desk.rows(GapQuestionRow) == []


def test_who_was_killed_while_grouping_is_followed_by_another(desk: Desk) -> None:
    _ask(desk, HOME)
    with desk.clinic.database.begin() as session:
        gap_grouping.want(session, desk.clock())
        assert gap_grouping.begin(session, desk.clock(), desk.clock())
    desk.clinic.gaps.step()
    assert _listed(desk) == []
    desk.clock.pass_(minutes=11)
    desk.clinic.gaps.step()
    assert _listed(desk) == [(HOME, 1, "open")]


def test_a_stop_leaves_the_rest_for_the_next_start(desk: Desk) -> None:
    _ask(desk, HOME)
    with desk.clinic.database.begin() as session:
        gap_grouping.want(session, desk.clock())
    desk.clinic.gaps.step(lambda: True)
    assert _listed(desk) == []
    desk.clinic.gaps.step()
    assert _listed(desk) == [(HOME, 1, "open")]


def test_groups_join_by_the_mean_of_their_nearness_and_fixed_ones_never() -> None:
    east, near, north = np.array([[1, 0]]), np.array([[0.96, 0.28]]), np.array([[0, 1]])
    vectors = [one.astype(np.float32) for one in (east, north, near)]
    assert grouping.together(vectors, [False] * 3, 0.9) == [[0, 2], [1]]
    assert grouping.together(vectors, [True, False, True], 0.9) == [[0], [1], [2]]
    assert grouping.together(vectors, [True, False, True], -1.0) == [[0], [1, 2]]
    assert grouping.together([], [], 0.5) == []
    assert grouping.central(np.concatenate([vectors[0], vectors[2], vectors[1]])) == 1


def test_the_daily_work_asks_for_the_grouping(desk: Desk) -> None:
    desk.clinic.worker._daily()
    with desk.clinic.database.read() as session:
        state = gap_grouping.state(session)
    assert state
    assert state.wanted_at
    assert isinstance(desk.clinic.gaps, Gaps)
