"""The report of a month: what was asked and how it went, beside the month before, and nobody can be found in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from app.answering.gaps import Gaps
from app.console.office import Office
from app.embeddings.trigram import Trigram
from app.store import erase, escalations, gap_grouping, quota
from tests.console.conftest import Visitor
from tests.console.logged import ask, message_of
from tests.fakes import Clock, Oracle

PRIVATE = "นายสมชายแห่งกองคลังย้ายได้ไหม"


@pytest.fixture
def told(office: Office, clock: Clock, signed_in: Callable[[str], Visitor]) -> Visitor:
    """Let two months pass and give a reviewer in the third."""
    clock.moment = datetime(2026, 10, 5, 3, 0, tzinfo=UTC)
    ask(office, "ถามเดือนตุลาคม")
    clock.moment = datetime(2026, 10, 31, 17, 30, tzinfo=UTC)  # half past midnight of 1 November in Thailand
    gone = ask(office, "ข้อความที่ลบแล้ว")
    clock.moment = datetime(2026, 11, 9, 3, 0, tzinfo=UTC)
    ask(office, "สวัสดี", outcome="greeted")
    ask(office, "ถามทาง Slack", "C1", channel="slack", topic="pmqa")
    for who in ("U1", "U2"):
        waits = ask(office, "ขอยืมตัวข้าราชการข้ามกรม", who, outcome="not_found")
    ask(office, PRIVATE, "U3", outcome="not_found")
    with office.database.begin() as session:
        channel, place, message = message_of(gone, office)
        escalations.noted(session, waits, "person", clock())
        row = escalations.of_turn(session, waits)
        assert row
        escalations.add(session, row.id, "said", clock() + timedelta(hours=3), text="กรมใด")
        for day, used in ((date(2026, 10, 31), 90), (date(2026, 11, 29), 120)):
            quota.keep(session, "line", day, used=used, limit=500, now=clock())
        gap_grouping.want(session, clock())
    with office.database.begin() as session:
        erase.erase_message(session, channel, place, message, clock())
    Gaps(office.database, Trigram, Oracle(), office.clock).step()
    clock.moment = datetime(2026, 12, 3, 3, 0, tzinfo=UTC)
    return signed_in("reviewer")


def _row(visitor: Visitor, name: str) -> list[str]:
    found = re.search(rf'<th scope="row">{re.escape(name)}.*?</tr>', visitor.shown, re.DOTALL)
    assert found, name
    return re.findall(r"<td[^>]*>(.*?)</td>", found[0])


def test_the_last_month_that_is_over_is_told_beside_the_one_before(told: Visitor) -> None:
    assert told.get("/report") == 200
    assert "รายงานประจำเดือนพฤศจิกายน พ.ศ. 2569" in told.shown
    assert _row(told, "คำถามทั้งหมด") == ["5", "1", "+4"]
    assert _row(told, "ตอบได้") == ["40%", "100%", "-60 จุด"]
    assert _row(told, "ไม่พบหลักเกณฑ์") == ["60%", "0%", "+60 จุด"]
    assert _row(told, "เวลารอคำตอบ ค่ากลาง") == ["2.0", "2.0", "เท่าเดิม"]
    assert _row(told, "รอเจ้าหน้าที่ตอบครั้งแรก ค่ากลาง") == ["3.0", "—", "—"]
    assert _row(told, "ข้อความของ LINE ที่ใช้") == ["120", "90", "+30"]
    assert _row(told, "Slack") == ["1", "0", "+1"]
    assert _row(told, "PMQA 4.0") == ["1", "0", "+1"]
    assert _row(told, "ขอยืมตัวข้าราชการข้ามกรม") == ["การประเมินส่วนราชการ", "2"]


def test_nobody_can_be_found_in_it(told: Visitor) -> None:
    told.get("/report")
    assert PRIVATE not in told.shown
    assert "อีก 1 เรื่องถามจากการสนทนาเดียว" in told.shown
    assert not re.search(r"\bU[123]\b", told.shown)


def test_any_month_can_be_chosen_and_an_odd_one_is_the_last(told: Visitor) -> None:
    told.get("/report?month=10&year=2569")
    assert _row(told, "คำถามทั้งหมด") == ["1", "0", "+1"]
    told.get("/report?month=12&year=2569")
    assert "เดือนนี้ยังไม่สิ้นสุด" in told.shown
    assert _row(told, "ตอบได้") == ["—", "40%", "—"]
    for odd in ("month=13&year=2569", "month=1&year=9999", "month=x&year=", "month=%F3%B9%A0%80&year=2569"):
        assert told.get(f"/report?{odd}") == 200
        assert "พฤศจิกายน พ.ศ. 2569" in told.shown
