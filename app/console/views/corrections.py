"""Correction notices: answers under which a rule changed, with the difference; an officer chooses who is told, and sees the cost."""

from __future__ import annotations

from starlette.responses import Response

from app.console.pages import Pages
from app.console.visit import Visit
from app.errors import HandoverRefused, Mistaken
from app.store.corrections import Affected, Change

MOST = 100  # answers on one page, and in one sending
KINDS = {"changed": ("ข้อความเปลี่ยน", "warn"), "removed": ("ไม่มีแล้ว", "bad"), "ended": ("สิ้นผลแล้ว", "bad")}
SILENT = {"off": "ไม่รับแจ้งแก้ไข", "blocked": "บล็อกบัญชีแล้ว", "told": "แจ้งแล้ว"}
pages = Pages("แจ้งแก้ไข", "/corrections", "corrections.read", "งานคลินิก")


@pages.get("/corrections", "corrections.read")
def listed(visit: Visit) -> Response:
    """List what is affected."""
    with visit.office.database.read() as session:
        found = visit.office.corrections.affected(session)
    waiting = [one for one in found if not one.silent]
    others = [one for one in found if one.silent]
    return visit.show(
        "corrections.html",
        waiting=waiting[:MOST],
        others=others[:MOST],
        more=max(len(waiting) - MOST, 0),
        differences=_differences(visit, found[: 2 * MOST]),
        kinds=KINDS,
        silent=SILENT,
    )


@pages.post("/corrections/forecast", "corrections.send")
def forecast(visit: Visit) -> Response:
    """Show whom the chosen notices would reach, and what that costs."""
    chosen = _chosen(visit)
    return visit.show(
        "corrections_forecast.html",
        chosen=chosen,
        forecast=visit.office.corrections.forecast(chosen),
        people=len({one.conversation_id for one in chosen}),
        differences=_differences(visit, chosen),
        kinds=KINDS,
    )


@pages.post("/corrections", "corrections.send")
def send(visit: Visit) -> Response:
    """Tell the chosen askers, each by one message."""
    chosen = _chosen(visit)
    if not visit.office.corrections.forecast(chosen).is_enough:
        raise Mistaken("โควตาข้อความของเดือนนี้ไม่พอ จึงยังไม่ได้ส่ง ลดจำนวนผู้รับหรือซื้อโควตาเพิ่ม")
    try:
        with visit.act("corrections.send", "correction notices") as act:
            sent = visit.office.corrections.tell(act.session, [one.answer_id for one in chosen], visit.staff.name)
            act.after = {"answers": len(chosen), "messages": sent}
    except HandoverRefused:
        raise Mistaken("ช่องทางของผู้รับบางคนไม่ได้เชื่อมต่ออยู่ จึงยังไม่ได้ส่ง") from None
    visit.say(f"ส่งแจ้งแก้ไขแล้ว {sent} ข้อความ")
    return visit.go("/corrections")


def _chosen(visit: Visit) -> list[Affected]:
    """Give what was chosen and may still be told; the list is made anew, whatever the browser says.

    Raises:
        Mistaken: nothing is chosen, or nobody is left to be told.
    """
    wanted = visit.all_filled("answer")[:MOST]
    with visit.office.database.read() as session:
        chosen = [one for one in visit.office.corrections.affected(session, wanted) if not one.silent] if wanted else []
    if not chosen:
        raise Mistaken("ยังไม่ได้เลือกคำตอบที่จะแจ้ง หรือแจ้งไปหมดแล้ว")
    return chosen


def _differences(visit: Visit, found: list[Affected]) -> dict[Change, object]:
    """Compare each changed section once: many answers may rest on one rule."""
    changes = dict.fromkeys(change for one in found for change in one.changes)
    return {change: visit.office.compare(change.before, change.now) if change.kind == "changed" else [] for change in changes}
