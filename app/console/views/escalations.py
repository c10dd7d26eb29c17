"""Escalations: the queue of questions that wait for a person, and one of them with what was said, what was tried, and what can be done."""

from __future__ import annotations

from sqlalchemy.orm import Session
from starlette.responses import Response

from app.answering.wording import CARD_HEADINGS, TOPICS
from app.console import alarms
from app.console.desk import BEFORE
from app.console.pages import Pages
from app.console.permissions import may
from app.console.visit import Visit
from app.domain import Answer
from app.errors import HandoverRefused, Mistaken, NotThere
from app.messaging import replies, wording
from app.messaging.handover import LONGEST
from app.store import clinic_answers, escalations, releases, staff, turns
from app.store.desk_tables import EscalationRow
from app.store.escalations import State
from app.store.tables import ConversationRow, TurnRow

LISTS: dict[str, tuple[str, tuple[State, ...]]] = {
    "waiting": ("รอเจ้าหน้าที่", ("open", "taken")),
    "mine": ("ของฉัน", ("open", "taken")),
    "answered": ("ตอบแล้ว", ("answered",)),
    "closed": ("ปิดแล้ว", ("closed",)),
}
TONES = {"open": "warn", "taken": "calm", "answered": "good", "closed": ""}
STATES = {state: (name, TONES[state]) for state, name in wording.STATES.items()}
STEPS = {"taken": "รับเรื่อง", "answered": "ตอบผู้ถาม", "closed": "ปิดเรื่อง", "reopened": "ผู้ถามขอเจ้าหน้าที่อีกครั้ง"}
RECEIPTS = {
    "waiting": ("กำลังส่ง", "warn"),
    "sent": ("ส่งแล้ว", "good"),
    "failed": ("ส่งไม่สำเร็จ", "bad"),
    "withdrawn": ("ไม่ได้ส่ง", "bad"),
}
pages = Pages("เรื่องส่งต่อ", "/escalations", "escalations.read", "งานคลินิก")


@pages.get("/escalations", "escalations.read")
def listed(visit: Visit) -> Response:
    """List the queue."""
    chosen = visit.asked("list") if visit.asked("list") in LISTS else "waiting"
    topic = visit.asked("topic") if visit.asked("topic") in TOPICS else ""
    office, now = visit.office, visit.office.clock()
    with office.database.read() as session:
        rows = escalations.queue(session, LISTS[chosen][1], topic=topic, officer=visit.staff.name if chosen == "mine" else "")
        ringing = alarms.ringing(session, office)
    hours, patience = office.hours(), office.patience()
    waits = {row.id: hours.worked(row.opened_at, now) for row, *_ in rows if row.state in ("open", "taken")}
    late = {number for number, wait in waits.items() if wait > patience}
    return visit.show(
        "escalations.html",
        rows=rows,
        chosen=chosen,
        topic=topic,
        late=late,
        alarms=ringing,
        now=now,
        lists=LISTS,
        topics=TOPICS,
        reasons=wording.REASONS,
        states=STATES,
    )


@pages.get("/escalations/{id:int}", "escalations.read")
def shown(visit: Visit) -> Response:
    """Show one escalation; `draft` is the number of a tried passage that the answer begins with."""
    return _shown(visit)


@pages.post("/escalations/{id:int}/take", "escalations.answer")
def take(visit: Visit) -> Response:
    """Take it."""
    return _done(visit, wording.DONE["take"], "take", visit.staff.name)


@pages.post("/escalations/{id:int}/assign", "escalations.answer")
def assign(visit: Visit) -> Response:
    """Give it to another officer."""
    to = visit.filled("to")
    if to not in _officers(visit):
        raise Mistaken("โปรดเลือกเจ้าหน้าที่")
    return _done(visit, f"มอบหมายให้ {to} แล้ว", "assign", to, visit.staff.name)


@pages.post("/escalations/{id:int}/note", "escalations.answer")
def note(visit: Visit) -> Response:
    """Keep a note for colleagues."""
    return _done(visit, "บันทึกโน้ตแล้ว", "note", visit.staff.name, visit.filled("text"))


@pages.post("/escalations/{id:int}/say", "escalations.answer")
def say(visit: Visit) -> Response:
    """Write to the asker."""
    return _done(visit, wording.DONE["say"], "say", visit.staff.name, visit.filled("text"))


@pages.post("/escalations/{id:int}/answer", "escalations.answer")
def answer(visit: Visit) -> Response:
    """Answer."""
    return _done(visit, wording.DONE["answer"], "answer", visit.staff.name, visit.filled("text"))


@pages.post("/escalations/{id:int}/approve", "escalations.approve")
def approve(visit: Visit) -> Response:
    """Approve the drafted answer: it goes out as it is."""
    return _done(visit, "อนุมัติแล้ว ส่งคำตอบตามร่างให้ผู้ถาม", "approve", visit.staff.name)


@pages.post("/escalations/{id:int}/close", "escalations.answer")
def close(visit: Visit) -> Response:
    """Close it."""
    return _done(visit, wording.DONE["close"], "close", visit.staff.name)


def _done(visit: Visit, sentence: str, step: str, *given: str) -> Response:
    """Do one step; what an officer wrote is not lost when it cannot be done."""
    number = visit.number("id")
    try:
        visit.office.desk.do(visit.staff, step, number, *given)
    except HandoverRefused as refused:
        if refused.reason == "gone":
            raise NotThere("no such escalation") from None
        visit.say(wording.REFUSALS[refused.reason], "problem")
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
        drafted, is_mine = visit.asked("draft"), row.state == "taken" and row.officer == visit.staff.name
        waiting = turns.drafted(session, row.turn_id) if row.state in ("open", "taken") else None
        begun = _with_sources(waiting[1]) if waiting and is_mine and not drafted else _draft(tried, drafted)
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
            waiting=waiting[1] if waiting else None,
            heading=CARD_HEADINGS["answered"],
            pressed=[button.label for button in replies.buttons(waiting[1], "")] if waiting else (),
            text=text or begun,
            drafted=drafted,
            officers=_officers(visit),
            is_mine=is_mine,
            now=visit.office.clock(),
            reasons=wording.REASONS,
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


def _with_sources(answer: Answer) -> str:
    sources = "\n".join(f"(ที่มา: {cited.title} {cited.section})" for cited in answer.citations)
    return f"{answer.text.strip()}\n\n{sources}"[:LONGEST]


def _officers(visit: Visit) -> list[str]:
    with visit.office.database.read() as session:
        return [account.name for account in staff.every(session) if account.closed_at is None and may(account.role, "escalations.answer")]
