"""When a rule changes, those who were answered from it can be told: once, politely, and only who wants to hear it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.actions import encode
from app.answering import wording
from app.domain import Answer, Citation, Document, Section
from app.errors import SendError
from app.messaging.corrections import Corrections, Forecast
from app.store import releases
from app.store.corrections import Affected
from app.store.tables import DeliveryRow
from tests.fakes import Desk

RULE = Document("rule", "หลักเกณฑ์การยื่นคำขอ")
OLD, NEW = "ยื่นภายใน 30 วัน", "ยื่นภายใน 60 วัน"


def _release(desk: Desk, text: str = OLD, label: str = "ข้อ 5", **more: Any) -> int:
    with desk.clinic.database.begin() as session:
        number = releases.start(session, embedding="trigram", code_version="", who="", why="")
        sections = [(Section("rule", label, text), ["คำ"])]
        releases.fill(session, number, documents=[replace(RULE, **more)], sections=sections, corpus_hash="")
        releases.finish(session, number, state="ready", report={})
        releases.activate(session, number)
    return number


def _ask(desk: Desk, question: str = "ยื่นกี่วัน", who: str = "สมชาย", as_of: date | None = date(2026, 11, 23)) -> str:
    cited = Citation("rule", "ข้อ 5", RULE.title, OLD, OLD, release=1)
    desk.oracle.answers[question] = Answer("answered", OLD, lead=OLD, citations=(cited,), as_of=as_of, release=1)
    event = desk.hear(question, who)
    desk.work()
    return str(event.message_id)


def _corrections(desk: Desk, days: int = 90) -> Corrections:
    return Corrections({"post": desk.post}, desk.clock, lambda: days)


def _affected(desk: Desk, days: int = 90) -> list[Affected]:
    with desk.clinic.database.read() as session:
        return _corrections(desk, days).affected(session)


def _tell(desk: Desk) -> int:
    ids = [one.answer_id for one in _affected(desk)]
    with desk.clinic.database.begin() as session:
        told = _corrections(desk).tell(session, ids, "หนึ่ง")
    desk.work()
    return told


def test_answers_are_listed_with_what_their_rule_said_and_says(desk: Desk) -> None:
    _release(desk)
    _ask(desk)
    assert _affected(desk) == []

    _release(desk, NEW)
    (one,) = _affected(desk)
    assert (one.question, one.silent) == ("ยื่นกี่วัน", "")
    assert [(change.kind, change.before, change.now) for change in one.changes] == [("changed", OLD, NEW)]


def test_other_spaces_are_no_change(desk: Desk) -> None:
    _release(desk)
    _ask(desk)
    _release(desk, OLD.replace(" ", "\n"))

    assert _affected(desk) == []


def test_removed_sections_and_rules_out_of_force_are_listed_too(desk: Desk) -> None:
    _release(desk)
    _ask(desk)
    _release(desk, label="ข้อ 6")
    assert [one.changes[0].kind for one in _affected(desk)] == ["removed"]

    _release(desk, in_force_until=date(2026, 11, 22))
    assert [one.changes[0].kind for one in _affected(desk)] == ["ended"]


def test_who_asked_about_an_earlier_year_is_not_told_that_its_rule_has_ended(desk: Desk) -> None:
    _release(desk)
    _ask(desk, as_of=date(2025, 9, 30))
    _release(desk, in_force_until=date(2026, 11, 22))

    assert _affected(desk) == []


def test_each_asker_gets_one_polite_message_and_never_a_second(desk: Desk) -> None:
    _release(desk)
    _ask(desk)
    _ask(desk, "ต้องยื่นเมื่อไร")
    _ask(desk, who="สมหญิง")
    _release(desk, NEW)
    before = len(desk.post.sent)

    assert _tell(desk) == 2
    told = desk.post.sent[before:]
    assert sorted(who for _, who, _ in told) == ["สมชาย", "สมหญิง"]
    assert {way for way, _, _ in told} == {"push"}
    mine = next(messages for _, who, messages in told if who == "สมชาย")[0]["text"]
    assert NEW in mine
    assert mine.count("คำถาม:") == 2
    assert mine.endswith(wording.CORRECTION_USE)

    assert {one.silent for one in _affected(desk)} == {"told"}
    assert _tell(desk) == 0
    assert len(desk.post.sent) == before + 2


def test_a_further_change_of_the_same_rule_is_news_again(desk: Desk) -> None:
    _release(desk)
    _ask(desk)
    _release(desk, NEW)
    _tell(desk)
    _release(desk, "ยื่นภายใน 90 วัน")

    assert [one.silent for one in _affected(desk)] == [""]
    assert _tell(desk) == 1
    assert "90 วัน" in desk.post.said[-1]


def test_who_wants_to_hear_of_no_corrections_is_left_alone(desk: Desk) -> None:
    _release(desk)
    _ask(desk)
    _release(desk, NEW)
    _tell(desk)
    desk.press(desk.post.button(wording.CORRECTIONS_BUTTON_OFF))
    desk.work()
    assert desk.post.said[-1] == wording.CORRECTIONS_OFF
    on_again = desk.post.button(wording.CORRECTIONS_BUTTON)
    _release(desk, "ยื่นภายใน 90 วัน")
    assert [one.silent for one in _affected(desk)] == ["off"]
    assert _tell(desk) == 0

    desk.press(on_again)
    desk.work()
    assert [one.silent for one in _affected(desk)] == [""]
    desk.hear("หยุดแจ้ง")
    desk.work()
    assert [one.silent for one in _affected(desk)] == ["off"]


def test_who_blocked_us_or_erased_the_question_is_not_written_to(desk: Desk) -> None:
    _release(desk)
    _ask(desk)
    _ask(desk, who="สมหญิง")
    _release(desk, NEW)
    desk.hear(kind="unfollow", reply_token=None, message_id=None)
    desk.press(encode("erase"), who="สมหญิง")
    desk.work()

    assert [one.silent for one in _affected(desk)] == ["blocked"]
    assert _tell(desk) == 0


def test_answers_of_long_ago_are_left_alone(desk: Desk) -> None:
    _release(desk)
    _ask(desk)
    _release(desk, NEW)
    desk.clock.pass_(days=31)

    assert _affected(desk, days=30) == []
    assert len(_affected(desk, days=32)) == 1


@pytest.mark.parametrize(("rest", "enough"), [(5, True), (2, True), (1, False), (0, False)])
def test_the_quota_is_forecast_before_anything_is_sent(desk: Desk, rest: int, enough: bool) -> None:
    _release(desk)
    _ask(desk)
    _ask(desk, "อื่น")
    _ask(desk, who="สมหญิง")
    _release(desk, NEW)
    desk.post.messages_left = lambda: rest  # type: ignore[attr-defined]

    forecast = _corrections(desk).forecast(_affected(desk))
    assert forecast == Forecast({"post": 2}, {"post": rest})
    assert forecast.is_enough == enough


def test_a_notice_to_a_person_who_unsends_the_question_is_withdrawn(desk: Desk) -> None:
    _release(desk)
    message = _ask(desk)
    _release(desk, NEW)
    desk.post.refuse = [SendError("away", permanent=False, retry_after=600)]
    _tell(desk)
    desk.hear(kind="unsend", message_id=message, reply_token=None)
    desk.clock.pass_(minutes=11)
    desk.work()

    assert {row.status for row in desk.rows(DeliveryRow)} == {"sent", "withdrawn"}
    assert NEW not in "".join(desk.post.said)
