"""The switch: answer as usual, only quote, or answer nothing and keep questions for people."""

from __future__ import annotations

from typing import cast, get_args

from starlette.responses import Response

from app.answering.wording import SWITCHED_OFF
from app.console.pages import Pages
from app.console.visit import Visit
from app.errors import Mistaken
from app.store import switch
from app.store.switch import Position

LONGEST = 500
POSITIONS: dict[Position, tuple[str, str]] = {
    "normal": ("ตอบตามปกติ", "ตอบจากหลักเกณฑ์ และให้แบบจำลองภาษาช่วยเรียบเรียงถ้าตั้งค่าไว้"),
    "quote_only": ("ยกข้อความเท่านั้น", "ตอบด้วยถ้อยคำของหลักเกณฑ์เท่านั้น ไม่ใช้แบบจำลองภาษา"),
    "off": ("ปิดการตอบ", "ไม่ค้นและไม่ตอบ แจ้งผู้ถามตามข้อความด้านล่าง และเก็บทุกคำถามไว้ให้เจ้าหน้าที่"),
}
pages = Pages("สวิตช์การตอบ", "/switch", "switch.read", "เอกสาร")


@pages.get("/switch", "switch.read")
def shown(visit: Visit) -> Response:
    """Show where the switch stands."""
    with visit.office.database.read() as session:
        stands = switch.read(session)
    return visit.show("switch.html", stands=stands, positions=POSITIONS, usual=SWITCHED_OFF, longest=LONGEST)


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
