"""The report of a month, to be printed: numbers beside those of the month before, and nothing personal."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session
from starlette.responses import Response

from app.answering.wording import BANGKOK, TOPICS, thai_today
from app.console.charts import percentile
from app.console.office import Office
from app.console.pages import Pages
from app.console.visit import Visit
from app.messaging.wording import CHANNELS
from app.store import monthly, quota
from app.store.monthly import Month
from app.thai_numbers import MONTHS

ERA = 543  # years that พ.ศ. is ahead
pages = Pages("รายงานประจำเดือน", "/report", "report.read")


@dataclass(frozen=True)
class Line:
    """One number of a month, then that of the month before; None where there is none. `unit` is "", "%", or written beside it."""

    name: str
    values: Sequence[float | None]
    unit: str = ""
    digits: int = 0


@pages.get("/report", "report.read")
def report(visit: Visit) -> Response:
    """Show the report of a month; of the last one that is over when none is asked for."""
    office, today = visit.office, thai_today(visit.office.clock())
    first = _asked_for(visit, today)
    earlier = (first - timedelta(days=1)).replace(day=1)
    with office.database.read() as session:
        began = monthly.first_question(session)
        month, before = (monthly.of(session, *_span(one)) for one in (first, earlier))
        messages = _messages(session, first, earlier)
    years = range((thai_today(began) if began else today).year, today.year + 1)
    return visit.show(
        "report.html",
        first=first,
        earlier=earlier,
        is_over=_span(first)[1] < office.clock(),
        now=office.clock(),
        months=MONTHS,
        years=[year + ERA for year in years],
        era=ERA,
        month=month,
        tables=[
            ("ภาพรวม", _overview(office, month, before) + messages),
            ("คำถามตามเรื่อง", _by(TOPICS, month.topics, before.topics)),
            ("คำถามตามช่องทาง", _by(CHANNELS, month.channels, before.channels)),
        ],
    )


def _asked_for(visit: Visit, today: date) -> date:
    """Give the first day of the month that the address names, in พ.ศ.; the last month that is over where it names none."""
    year, month = visit.asked("year"), visit.asked("month")
    if re.fullmatch("2[4-9][0-9]{2}", year, re.ASCII) and re.fullmatch("[1-9]|1[0-2]", month, re.ASCII):
        return date(int(year) - ERA, int(month), 1)
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


def _span(first: date) -> tuple[datetime, datetime]:
    """Give the beginning and the end of a month in Thailand."""
    following = (first + timedelta(days=31)).replace(day=1)
    return datetime.combine(first, time(), BANGKOK), datetime.combine(following, time(), BANGKOK) - timedelta(microseconds=1)


def _overview(office: Office, *months: Month) -> list[Line]:
    asked = [sum(month.outcomes.values()) for month in months]
    judged = [sum(month.feedback.values()) for month in months]
    hours = office.hours()
    waits = [sorted(hours.worked(*one) / timedelta(hours=1) for one in month.replies) for month in months]
    patience = office.patience() / timedelta(hours=1)

    def of_outcome(*names: str) -> list[int]:
        return [sum(month.outcomes.get(name, 0) for name in names) for month in months]

    return [
        Line("คำถามทั้งหมด", asked),
        Line("ตอบได้", _shares(of_outcome("answered"), asked), "%"),
        Line("ไม่พบหลักเกณฑ์", _shares(of_outcome("not_found"), asked), "%"),
        Line("นอกขอบเขต", _shares(of_outcome("refused"), asked), "%"),
        Line("ถามกลับหรือส่งต่อเจ้าหน้าที่", _shares(of_outcome("clarify", "handed_over"), asked), "%"),
        Line("ระบบขัดข้อง", of_outcome("failed")),
        Line("ผู้ถามที่ให้ความเห็น", judged),
        Line("ผู้ถามว่าตรงคำถาม", _shares([month.feedback.get("right", 0) for month in months], judged), "%"),
        Line("เวลารอคำตอบ ค่ากลาง", [percentile(month.seconds, 0.5) for month in months], "วินาที", 1),
        Line("เวลารอคำตอบ 95% ไม่เกิน", [percentile(month.seconds, 0.95) for month in months], "วินาที", 1),
        Line("เรื่องที่ส่งถึงเจ้าหน้าที่", [month.escalated for month in months]),
        Line("รอเจ้าหน้าที่ตอบครั้งแรก ค่ากลาง", [percentile(wait, 0.5) for wait in waits], "ชั่วโมงทำการ", 1),
        Line(
            f"ในจำนวนที่ตอบ ตอบภายใน {patience:g} ชั่วโมงทำการ",
            _shares([sum(one <= patience for one in wait) for wait in waits], list(map(len, waits))),
            "%",
        ),
        Line("คำตอบของคลินิกที่อนุมัติ", [month.published for month in months]),
        Line("ข้อความแจ้งแก้ไขที่ส่ง", [month.corrected for month in months]),
        Line("ชุดเอกสารที่ใช้ตอบ", [len(month.releases) for month in months]),
    ]


def _shares(parts: Sequence[int], wholes: Sequence[int]) -> list[float | None]:
    return [100 * part / whole if whole else None for part, whole in zip(parts, wholes, strict=True)]


def _messages(session: Session, *firsts: date) -> list[Line]:
    """Tell of each channel that counts how many messages a month used at its last reading, and of how many."""
    read = [{row.channel: row for row in quota.between(session, first, _span(first)[1].date())} for first in firsts]  # the last one stays
    lines = []
    for channel in sorted({name for rows in read for name in rows}):
        rows, name = [month.get(channel) for month in read], CHANNELS.get(channel, channel)
        lines.append(Line(f"ข้อความของ {name} ที่ใช้", [row.used if row else None for row in rows]))
        lines.append(Line(f"โควตาข้อความของ {name}", [row.limit if row else None for row in rows]))
    return lines


def _by(names: Mapping[str, str], now: Mapping[str, int], before: Mapping[str, int]) -> list[Line]:
    keys = sorted(now.keys() | before.keys(), key=lambda key: -now.get(key, 0))
    return [Line(names.get(key, key), [now.get(key, 0), before.get(key, 0)]) for key in keys]
