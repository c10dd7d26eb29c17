"""The data officer's report in Thai: what is kept of people, why, on what ground and how long; as tables for a page and for CSV.

The grounds are those of the Personal Data Protection Act B.E. 2562 (section 24 (4) and (6)) and the Computer Crime Act (section 26).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from urllib.parse import urlsplit

from app.answering.personal import CLASSIFIED
from app.answering.wording import COVERED, thai_date, thai_today
from app.console.drawing import thai_time
from app.console.permissions import ROLE_NAMES, VERB_NAMES, Role, Verb
from app.console.visit import Visit
from app.messaging import own_data
from app.messaging.wording import CHANNELS
from app.settings import Settings
from app.store import data_report
from app.store.data_report import Figures, Handled, Kind

TASK = "ภารกิจเพื่อประโยชน์สาธารณะ (พ.ร.บ.คุ้มครองข้อมูลส่วนบุคคล มาตรา 24 (4))"
LAW = "หน้าที่ตามกฎหมาย (มาตรา 24 (6)): พ.ร.บ.ว่าด้วยการกระทำความผิดเกี่ยวกับคอมพิวเตอร์ มาตรา 26"
SAFETY = "หน้าที่ตามกฎหมาย (มาตรา 24 (6)): มาตรการรักษาความมั่นคงปลอดภัย มาตรา 37 (1)"
OTHERS = ("line", "slack")  # channels of other companies; the page in a frame is ours
DAYS, LONGER, TRAFFIC = "{days} วัน", "{longest} วัน", "90 วัน"
WHAT: dict[Kind, tuple[str, str, str, str, str]] = {  # what, tables, purpose, ground, how long
    "questions": ("คำถามและคำตอบ", "turns, answers, citations, turn_words", "ตอบคำถามและตรวจคุณภาพ", TASK, DAYS),
    "messages": ("ข้อความที่ส่งถึงคลินิก", "events", "รับเรื่องและไม่ให้คำถามสูญหาย", TASK, DAYS),
    "answers": ("ข้อความที่คลินิกส่ง", "deliveries", "ส่งคำตอบและพิสูจน์ว่าส่งแล้ว", TASK, DAYS),
    "names": ("รหัสผู้ใช้ในช่องทาง", "events, conversations", "ส่งคำตอบถึงผู้ถาม และบันทึกข้อมูลจราจร", LAW, LONGER),
    "desk": ("ข้อความและบันทึกของเจ้าหน้าที่", "escalations, escalation_entries", "ตอบเรื่องที่ส่งต่อ", TASK, DAYS),
    "reviews": ("เหตุผลในผลตรวจ", "reviews, golden_questions", "ปรับปรุงคำตอบ", TASK, DAYS),
    "accounts": ("บัญชีเจ้าหน้าที่", "accounts, staff_sessions", "ให้สิทธิเข้าใช้ระบบ", SAFETY, "ตลอดอายุระบบ บัญชีปิดได้แต่ไม่ลบ"),
    "sign_ins": ("การเข้าสู่ระบบและที่อยู่ไอพี", "sign_ins, sign_in_attempts", "บันทึกข้อมูลจราจร", LAW, TRAFFIC),
    "audit": ("บันทึกการใช้งานของเจ้าหน้าที่", "audit", "ตรวจสอบย้อนหลังว่าใครทำอะไร", SAFETY, "ตลอดอายุระบบ แก้ไขและลบไม่ได้"),
    "erasures": ("รายการที่ลบแล้ว (ไม่ระบุตัวบุคคล)", "erasures", "ลบซ้ำเมื่อกู้ข้อมูลสำรอง", SAFETY, "ตลอดอายุระบบ"),
}
ERASED = {"person": "ลบข้อมูลของตนทั้งหมด", "message": "ยกเลิกการส่งข้อความ"}


@dataclass(frozen=True)
class Table:
    """One part of the report: a heading, what is said under it, the names of the columns, and the rows; every cell is text."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


def tables(visit: Visit, since: datetime, until: datetime) -> list[Table]:
    """Give the report about a period as it stands now."""
    with visit.office.database.read() as session:
        numbers = data_report.read(session, since, until, lambda text: own_data.command(text) == "show", COVERED, "secret")
    return [
        _kept(numbers, visit.office.current().retention_days),
        _asked(numbers),
        _notices(numbers),
        _acts(numbers),
        _others(visit),
        _covered(numbers),
    ]


def as_rows(report: Sequence[Table]) -> Iterator[Sequence[str]]:
    """Write the tables below each other, as CSV has it: each row begins with its table's heading."""
    for table in report:
        yield table.title, *table.columns
        for row in table.rows:
            yield table.title, *row


def _kept(numbers: Figures, days: int) -> Table:
    spans = {"days": f"{days:,}", "longest": f"{max(days, 90):,}"}
    rows = [
        (what, places, why, ground, span.format(**spans), f"{count:,}", thai_date(thai_today(oldest)) if oldest else "—")
        for kind, (count, oldest) in numbers.kept.items()
        for what, places, why, ground, span in [WHAT[kind]]
    ]
    columns = ("ข้อมูล", "ตาราง", "วัตถุประสงค์", "ฐานทางกฎหมาย", "ระยะเวลาเก็บ", "จำนวน", "เก่าที่สุด")
    return Table("ข้อมูลส่วนบุคคลที่เก็บอยู่", columns, rows, "จำนวน ณ เวลาที่ออกรายงาน นับเฉพาะรายการที่ยังมีข้อมูลของบุคคล")


def _asked(numbers: Figures) -> Table:
    rows = [("ขอดูข้อมูลของตน", *_handled(numbers.shown)), *((ERASED[kind], *_handled(one)) for kind, one in numbers.erased.items())]
    note = "กฎหมายให้เวลา 30 วันสำหรับการขอดู และ 90 วันสำหรับการลบ คำขอดูนับเฉพาะข้อความที่ยังเก็บอยู่"
    return Table("คำขอของเจ้าของข้อมูล", ("คำขอ", "จำนวน", "ใช้เวลานานที่สุด"), rows, note)


def _handled(one: Handled) -> tuple[str, str]:
    return f"{one.count:,}", "—" if one.longest is None else _span(one.longest)


def _span(seconds: float) -> str:
    for size, name in ((86400, "วัน"), (3600, "ชั่วโมง"), (60, "นาที")):
        if seconds >= size:
            return f"{seconds / size:.1f} {name}"
    return f"{max(seconds, 0):.1f} วินาที"


def _notices(numbers: Figures) -> Table:
    rows = [(f"ฉบับที่ {version}" if version else "ยังไม่ได้แสดง", f"{count:,}") for version, count in numbers.notices]
    return Table("ประกาศความเป็นส่วนตัวที่แสดงแล้ว", ("ฉบับ", "ห้องสนทนา"), rows, "นับฉบับล่าสุดที่แต่ละห้องสนทนาเห็น")


def _acts(numbers: Figures) -> Table:
    rows = [
        (name, ROLE_NAMES.get(cast("Role", role), role), VERB_NAMES.get(cast("Verb", verb), verb), f"{count:,}")
        for name, role, verb, count in numbers.acts
    ]
    return Table("เจ้าหน้าที่ที่อ่านหรือส่งออกข้อมูล", ("ผู้ใช้", "บทบาท", "รายการ", "ครั้ง"), rows, "จากบันทึกการใช้งาน ซึ่งมีรายละเอียดทุกครั้ง")


def _others(visit: Visit) -> Table:
    return Table("ผู้ประมวลผลข้อมูลภายนอก", ("ผู้ประมวลผล", "ข้อมูลที่ได้รับ"), visit.office.processors, "ตามการตั้งค่าของระบบขณะนี้")


def _covered(numbers: Figures) -> Table:
    rows = [(f"ปิดเลขประจำตัว โทรศัพท์ หรืออีเมล: {CHANNELS.get(channel, channel)}", f"{count:,}") for channel, count in numbers.covered]
    secret = (f"ข้อความมีชั้นความลับ ({CLASSIFIED}) ที่ไม่รับและไม่เก็บ", f"{numbers.classified:,}")
    return Table("การปิดข้อมูลก่อนจัดเก็บ", ("การปิดข้อมูล", "ข้อความ"), [*rows, secret], "นับเฉพาะข้อความที่ยังเก็บอยู่")


def processors(settings: Settings) -> list[tuple[str, str]]:
    """List who else gets data of people with these settings, and which."""
    channels = [kind for kind in settings.channels if kind in OTHERS and kind not in settings.unconnected]
    found = [(CHANNELS[kind], "รหัสผู้ใช้ คำถาม และคำตอบในช่องทางนี้") for kind in channels]
    if settings.llm:
        found.append(
            (
                f"โมเดลภาษา {settings.llm_model} ({urlsplit(settings.llm_base_url).hostname or settings.llm})",
                "คำถามและข้อความหลักเกณฑ์ที่พบ ไม่มีรหัสผู้ใช้",
            )
        )
    if settings.oidc_issuer:
        found.append((f"{settings.oidc_name} ({urlsplit(settings.oidc_issuer).hostname})", "การเข้าสู่ระบบของเจ้าหน้าที่"))
    return found


def issued(now: datetime, who: str) -> str:
    """Say when the report was made, and by whom."""
    return f"ออกรายงาน {thai_time(now)} โดย {who}"
