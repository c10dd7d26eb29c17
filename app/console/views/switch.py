"""The switch: answer as usual, only quote, or answer nothing and keep questions for people; and which answers people approve first."""

from __future__ import annotations

from datetime import timedelta
from typing import cast, get_args

from starlette.responses import Response

from app.answering.wording import SWITCHED_OFF
from app.console.pages import Pages
from app.console.visit import Visit
from app.errors import Mistaken
from app.store import switch, trends
from app.store.switch import Position

LONGEST = 500
POSITIONS: dict[Position, tuple[str, str]] = {
    "normal": ("ตอบตามปกติ", "ตอบจากหลักเกณฑ์ และให้แบบจำลองภาษาช่วยเรียบเรียงถ้าตั้งค่าไว้"),
    "quote_only": ("ยกข้อความเท่านั้น", "ตอบด้วยถ้อยคำของหลักเกณฑ์เท่านั้น ไม่ใช้แบบจำลองภาษา"),
    "off": ("ปิดการตอบ", "ไม่ค้นและไม่ตอบ แจ้งผู้ถามตามข้อความด้านล่าง และเก็บทุกคำถามไว้ให้เจ้าหน้าที่"),
}
LIMITS = {  # percent of certainty, and what it means to who sets it
    0: ("ส่งทันที", "ไม่มีคำตอบใดต้องรออนุมัติ"),
    50: ("เฉพาะคำตอบที่ไม่แน่ใจที่สุด", "ความมั่นใจต่ำกว่า 50%"),
    60: ("คำตอบที่ไม่ค่อยแน่ใจ", "ความมั่นใจต่ำกว่า 60%"),
    70: ("คำตอบที่แน่ใจปานกลางหรือน้อยกว่า", "ความมั่นใจต่ำกว่า 70%"),
    80: ("คำตอบที่ยังไม่แน่ใจมาก", "ความมั่นใจต่ำกว่า 80%"),
    90: ("แทบทุกคำตอบ", "ความมั่นใจต่ำกว่า 90%"),
}
LOOKED_BACK = timedelta(days=30)
pages = Pages("สวิตช์การตอบ", "/switch", "switch.read", "เอกสาร")


@pages.get("/switch", "switch.read")
def shown(visit: Visit) -> Response:
    """Show where the switch stands."""
    with visit.office.database.read() as session:
        stands = switch.read(session)
        since = visit.office.clock() - LOOKED_BACK
        held = {limit: trends.less_certain(session, since, limit / 100) for limit in LIMITS if limit}
    return visit.show(
        "switch.html",
        stands=stands,
        positions=POSITIONS,
        limits=LIMITS,
        limit=round(stands.approve_below * 100),
        held=held,
        usual=SWITCHED_OFF,
        longest=LONGEST,
    )


@pages.post("/switch/approval", "switch.change")
def approve(visit: Visit) -> Response:
    """Say which answers wait for approval."""
    limit = visit.filled("limit")
    if limit not in map(str, LIMITS):
        raise Mistaken("โปรดเลือกว่าคำตอบใดต้องรออนุมัติ")
    with visit.act("switch.change", "approval") as act:
        act.before = {"approve_below": round(switch.read(act.session).approve_below * 100)}
        act.after = {"approve_below": int(limit)}
        switch.approve(act.session, int(limit) / 100, visit.staff.name, visit.office.clock())
    visit.say(f"การอนุมัติก่อนส่ง: {LIMITS[int(limit)][0]}")
    return visit.go("/switch")


@pages.post("/switch", "switch.change")
def turn(visit: Visit) -> Response:
    """Turn the switch; every process obeys within two seconds."""
    position, message = visit.filled("position"), visit.filled("message").strip()
    if position not in get_args(Position):
        raise Mistaken("โปรดเลือกตำแหน่งของสวิตช์")
    if len(message) > LONGEST:
        raise Mistaken(f"ข้อความยาวเกิน {LONGEST} ตัวอักษร")
    with visit.act("switch.change", "switch") as act:
        stands = switch.read(act.session)
        act.before = {"position": stands.position, "message": stands.message}
        act.after = {"position": position, "message": message}
        switch.turn(act.session, cast("Position", position), message, visit.staff.name, visit.office.clock())
    visit.say(f"สวิตช์อยู่ที่: {POSITIONS[cast('Position', position)][0]}")
    return visit.go("/switch")
