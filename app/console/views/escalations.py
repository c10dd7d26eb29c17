"""Escalations: the queue of questions that wait for a person, and one of them with what was said, what was tried, and what can be done."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session
from starlette.responses import Response

from app.answering.wording import TOPICS
from app.console.pages import Pages
from app.console.permissions import may
from app.console.visit import Visit
from app.errors import HandoverRefused, Mistaken, NotThere
from app.messaging.handover import LONGEST
from app.store import clinic_answers, escalations, releases, staff
from app.store.desk_tables import EscalationRow
from app.store.escalations import State
from app.store.tables import ConversationRow, TurnRow

LISTS: dict[str, tuple[str, tuple[State, ...]]] = {
    "waiting": ("รอเจ้าหน้าที่", ("open", "taken")),
    "mine": ("ของฉัน", ("open", "taken")),
    "answered": ("ตอบแล้ว", ("answered",)),
    "closed": ("ปิดแล้ว", ("closed",)),
}
REASONS = {
    "person": "ขอถามเจ้าหน้าที่",
    "disliked": "คำตอบไม่ตรง",
    "not_found": "ไม่พบหลักเกณฑ์",
    "switched_off": "ถามขณะปิดการตอบ",
    "failed": "ระบบขัดข้อง",
}
STATES = {"open": ("รอรับเรื่อง", "warn"), "taken": ("เจ้าหน้าที่รับแล้ว", "calm"), "answered": ("ตอบแล้ว", "good"), "closed": ("ปิดแล้ว", "")}
STEPS = {"taken": "รับเรื่อง", "answered": "ตอบผู้ถาม", "closed": "ปิดเรื่อง", "reopened": "ผู้ถามขอเจ้าหน้าที่อีกครั้ง"}
RECEIPTS = {
    "waiting": ("กำลังส่ง", "warn"),
    "sent": ("ส่งแล้ว", "good"),
    "failed": ("ส่งไม่สำเร็จ", "bad"),
    "withdrawn": ("ไม่ได้ส่ง", "bad"),
}
REFUSALS = {
    "taken": "เจ้าหน้าที่อีกคนดูแลการสนทนานี้อยู่",
    "ended": "เรื่องนี้จบไปแล้ว",
    "not_yours": "ต้องรับเรื่องนี้ก่อนจึงจะตอบได้",
    "blocked": "ผู้ถามบล็อกบัญชีของคลินิกหรือออกจากการสนทนาแล้ว ข้อความจะไปไม่ถึง จึงไม่ได้ส่ง",
    "quota": "โควตาข้อความของเดือนนี้หมดแล้ว จึงไม่ได้ส่ง ซื้อโควตาเพิ่มหรือรอเดือนถัดไป",
    "no_channel": "ช่องทางของผู้ถามไม่ได้เชื่อมต่ออยู่ จึงไม่ได้ส่ง",
    "empty": "ยังไม่ได้พิมพ์ข้อความ",
    "too_long": f"ข้อความยาวเกิน {LONGEST:,} ตัวอักษร จึงไม่ได้ส่ง",
}
BEFORE = 6  # turns shown
pages = Pages("เรื่องส่งต่อ", "/escalations", "escalations.read", "งานคลินิก")


@pages.get("/escalations", "escalations.read")
def listed(visit: Visit) -> Response:
    """List the queue."""
    chosen = visit.asked("list") if visit.asked("list") in LISTS else "waiting"
    topic = visit.asked("topic") if visit.asked("topic") in TOPICS else ""
    office, now = visit.office, visit.office.clock()
    with office.database.read() as session:
        rows = escalations.queue(session, LISTS[chosen][1], topic=topic, officer=visit.staff.name if chosen == "mine" else "")
    hours, patience = office.hours(), office.patience()
    waits = {row.id: hours.worked(row.opened_at, now) for row, *_ in rows if row.state in ("open", "taken")}
    late = {number for number, wait in waits.items() if wait > patience}
    return visit.show(
        "escalations.html",
        rows=rows,
        chosen=chosen,
        topic=topic,
        late=late,
        now=now,
        lists=LISTS,
        topics=TOPICS,
        reasons=REASONS,
        states=STATES,
    )


@pages.get("/escalations/{id:int}", "escalations.read")
def shown(visit: Visit) -> Response:
    """Show one escalation; `draft` is the number of a tried passage that the answer begins with."""
    return _shown(visit)


@pages.post("/escalations/{id:int}/take", "escalations.answer")
def take(visit: Visit) -> Response:
    """Take it."""
    visit_way = visit.office.handover.check_way
    return _done(visit, "รับเรื่องแล้ว ระบบแจ้งผู้ถามและจะไม่ตอบอัตโนมัติ", visit.office.handover.take, visit.staff.name, before=visit_way)


@pages.post("/escalations/{id:int}/assign", "escalations.answer")
def assign(visit: Visit) -> Response:
    """Give it to another officer."""
    to = visit.filled("to")
    if to not in _officers(visit):
        raise Mistaken("โปรดเลือกเจ้าหน้าที่")
    return _done(visit, f"มอบหมายให้ {to} แล้ว", visit.office.handover.assign, to, visit.staff.name)


@pages.post("/escalations/{id:int}/note", "escalations.answer")
def note(visit: Visit) -> Response:
    """Keep a note for colleagues."""
    return _done(visit, "บันทึกโน้ตแล้ว", visit.office.handover.note, visit.staff.name, visit.filled("text"))


@pages.post("/escalations/{id:int}/say", "escalations.answer")
def say(visit: Visit) -> Response:
    """Write to the asker."""
    handover = visit.office.handover
    return _done(visit, "ส่งข้อความแล้ว", handover.say, visit.staff.name, visit.filled("text"), before=handover.check_way)


@pages.post("/escalations/{id:int}/answer", "escalations.answer")
def answer(visit: Visit) -> Response:
    """Answer."""
    handover = visit.office.handover
    done = "ส่งคำตอบแล้ว ระบบกลับมาตอบอัตโนมัติในการสนทนานี้"
    return _done(visit, done, handover.answer, visit.staff.name, visit.filled("text"), before=handover.check_way)


@pages.post("/escalations/{id:int}/close", "escalations.answer")
def close(visit: Visit) -> Response:
    """Close it."""
    return _done(visit, "ปิดเรื่องแล้ว", visit.office.handover.close, visit.staff.name)


def _done(
    visit: Visit, sentence: str, step: Callable[..., None], *given: str, before: Callable[[int], None] = lambda _number: None
) -> Response:
    """Do one step in one act; what an officer wrote is not lost when it cannot be done."""
    number = visit.number("id")
    try:
        before(number)
        with visit.act("escalations.answer", f"escalation {number}") as act:
            row = act.session.get(EscalationRow, number)
            act.before = {"state": row.state, "officer": row.officer} if row else {}
            step(act.session, number, *given)
            if row:
                act.session.flush()
                act.after = {"step": step.__name__, "state": row.state, "officer": row.officer}
    except HandoverRefused as refused:
        if refused.reason == "gone":
            raise NotThere("no such escalation") from None
        visit.say(REFUSALS[refused.reason], "problem")
        return _shown(visit, 409, visit.filled("text"))
    visit.say(sentence)
    return visit.go(f"/escalations/{number}")


def _shown(visit: Visit, status: int = 200, text: str = "") -> Response:
    number = visit.number("id")
    with visit.office.database.read() as session:
        row = session.get(EscalationRow, number)
        if row is None:
            raise NotThere("no such escalation")
        turn, place = session.get_one(TurnRow, row.turn_id), session.get_one(ConversationRow, row.conversation_id)
        entries = escalations.entries(session, number)
        tried = _tried(session, row)
        drafted = visit.asked("draft")
        return visit.show(
            "escalation.html",
            status,
            row=row,
            turn=turn,
            place=place,
            said=escalations.conversation(session, row, BEFORE),
            entries=entries,
            receipts=escalations.receipts(session, [entry.delivery_id for entry, _ in entries if entry.delivery_id]),
            tried=tried,
            text=text or _draft(tried, drafted),
            drafted=drafted,
            officers=_officers(visit),
            is_mine=row.state == "taken" and row.officer == visit.staff.name,
            now=visit.office.clock(),
            reasons=REASONS,
            states=STATES,
            steps=STEPS,
            receipt_names=RECEIPTS,
            longest=LONGEST,
        )


def _tried(session: Session, row: EscalationRow) -> list[clinic_answers.Bound]:
    active, _ = releases.pointer(session)
    order = [(str(document), str(label)) for document, label, *_ in row.passages]
    found = clinic_answers.sections_of(session, active, order)
    return sorted(found, key=lambda one: order.index((one.document, one.section)))


def _draft(tried: list[clinic_answers.Bound], number: str) -> str:
    if not number.isdecimal() or len(number) > 3 or int(number) >= len(tried):
        return ""
    passage = tried[int(number)]
    return f"{passage.text.strip()}\n\n(ที่มา: {passage.title} {passage.section})"[:LONGEST]


def _officers(visit: Visit) -> list[str]:
    with visit.office.database.read() as session:
        return [account.name for account in staff.every(session) if account.closed_at is None and may(account.role, "escalations.answer")]
