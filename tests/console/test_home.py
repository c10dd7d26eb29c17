"""The start page counts what was asked, by Thai days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from app.console import charts
from app.console.office import Office
from app.store import escalations, quota, trends
from tests.console.conftest import Visitor
from tests.console.logged import ask
from tests.fakes import Clock


def test_a_day_is_a_day_in_thailand(office: Office, clock: Clock) -> None:
    clock.moment = datetime(2026, 11, 22, 16, 59, tzinfo=UTC)  # 23:59 in Thailand
    ask(office, "ก่อนเที่ยงคืน")
    clock.pass_(minutes=2)
    ask(office, "หลังเที่ยงคืน")
    with office.database.read() as session:
        counted = trends.by_day(session, datetime(2026, 11, 1, tzinfo=UTC))
    assert counted == [(date(2026, 11, 22), "line", 1), (date(2026, 11, 23), "line", 1)]


def test_the_start_page_tells_numbers_without_courtesies(office: Office, signed_in: Callable[[str], Visitor]) -> None:
    for _ in range(3):
        ask(office, "คำถาม")
    unanswered = ask(office, "ไม่มีคำตอบ", outcome="not_found")
    ask(office, "สวัสดี", outcome="greeted")
    reviewer = signed_in("reviewer")
    reviewer.post(f"/questions/{unanswered}/verdict", verdict="partly")
    assert reviewer.get("/?days=7") == 200
    assert "<dd>4</dd>" in reviewer.shown
    assert "<dd>75%</dd>" in reviewer.shown
    assert "2.0 วินาที" in reviewer.shown
    assert "/questions?verdict=partly" in reviewer.shown


def test_a_clinic_that_nobody_asked_yet_says_so(signed_in: Callable[[str], Visitor]) -> None:
    reviewer = signed_in("reviewer")
    assert reviewer.get("/") == 200
    assert "ยังไม่มีคำถามในช่วงนี้" in reviewer.shown


def test_bars_stand_on_each_other_and_fit() -> None:
    drawn = charts.by_day([(date(2026, 11, 1), "line", 30), (date(2026, 11, 1), "slack", 11)], date(2026, 11, 1), date(2026, 11, 3))
    line, slack = drawn.bars
    assert slack.y + slack.height == pytest.approx(line.y, abs=0.1)
    assert slack.y >= charts.TOP
    assert [value for _, value in drawn.ticks] == [0, 20, 40, 60, 80]


def test_who_waits_too_long_and_a_quota_that_will_not_last_are_told(
    office: Office, clock: Clock, signed_in: Callable[[str], Visitor]
) -> None:
    turn_id = ask(office, "ถามเจ้าหน้าที่", outcome="not_found")
    with office.database.begin() as session:
        escalations.noted(session, turn_id, "person", clock())
        quota.keep(session, "line", date(2026, 11, 23), used=250, limit=300, now=clock())
    clock.pass_(hours=3)
    reviewer = signed_in("reviewer")
    reviewer.get("/")
    assert "รอนานเกินกำหนด" not in reviewer.shown
    assert "อาจไม่พอถึงสิ้นเดือน: ใช้แล้ว 250 จาก 300" in reviewer.shown
    clock.pass_(hours=3)
    for page in ("/", "/escalations"):
        reviewer.get(page)
        assert "มี 1 เรื่องที่รอนานเกินกำหนด" in reviewer.shown
        assert "อาจไม่พอถึงสิ้นเดือน" in reviewer.shown


def test_the_wait_for_a_person_is_told_by_week_in_office_hours(office: Office, clock: Clock, signed_in: Callable[[str], Visitor]) -> None:
    for hours in (2, 24):  # from ten to twelve, and from twelve to twelve on the day after: a working day of eight hours
        turn_id = ask(office, f"ถาม {hours}", f"U{hours}", outcome="not_found")
        with office.database.begin() as session:
            escalations.noted(session, turn_id, "person", clock())
            opened = escalations.of_turn(session, turn_id)
            assert opened
            escalations.add(session, opened.id, "note", clock(), text="โน้ตไม่ใช่คำตอบ")
        clock.pass_(hours=hours)
        with office.database.begin() as session:
            escalations.add(session, opened.id, "said", clock(), text="กรมใด")
    reviewer = signed_in("reviewer")
    reviewer.get("/")
    assert "5.0 ชั่วโมงทำการ จาก 2 เรื่อง" in reviewer.shown


def test_a_line_across_fits_the_chart() -> None:
    drawn = charts.measured([(date(2026, 11, 1), 0, 1.5, "1.5")], ["ค่ากลาง"], mark=30)
    assert drawn.mark is not None
    assert charts.TOP <= drawn.mark < drawn.bars[0].y
