"""Missing rules: what is asked and not answered, grouped by meaning; who sees to it, and what closed it."""

from __future__ import annotations

from contextlib import AbstractContextManager

from starlette.responses import Response

from app.answering.wording import TOPICS
from app.console.acts import Act
from app.console.pages import Pages
from app.console.visit import Visit
from app.errors import Mistaken, NotThere
from app.store import gap_grouping, gaps
from app.store.gap_tables import GapRow
from app.store.gaps import State

LISTS: dict[str, tuple[str, tuple[State, ...]]] = {
    "open": ("ยังไม่มอบหมาย", ("open",)),
    "assigned": ("มอบหมายแล้ว", ("assigned",)),
    "closed": ("ปิดแล้ว", ("closed",)),
}
STATES = {"open": ("ยังไม่มอบหมาย", "warn"), "assigned": ("มอบหมายแล้ว", "calm"), "closed": ("ปิดแล้ว", "good")}
WHYS = {"not_found": "ไม่พบหลักเกณฑ์", "clarify": "ถามกลับแล้วเงียบไป", "disliked": "ผู้ถามว่าไม่ตรง"}
SHOWN, QUESTIONS = 200, 20
LONGEST = {"division": 100, "note": 2000, "reason": 500}
pages = Pages("หลักเกณฑ์ที่ขาด", "/gaps", "gaps.read", "งานคลินิก")


@pages.get("/gaps", "gaps.read")
def listed(visit: Visit) -> Response:
    """List the gaps, those asked most first."""
    chosen = visit.asked("list") if visit.asked("list") in LISTS else "open"
    topic = visit.asked("topic") if visit.asked("topic") in TOPICS else ""
    with visit.office.database.read() as session:
        rows = gaps.listed(session, LISTS[chosen][1], topic, SHOWN)
        grouping = gap_grouping.state(session)
    return visit.show(
        "gaps.html",
        rows=rows,
        chosen=chosen,
        topic=topic,
        grouping=grouping,
        lists=LISTS,
        topics=TOPICS,
        most=gap_grouping.MOST,
        days=gap_grouping.PERIOD.days,
        shown=SHOWN,
    )


@pages.post("/gaps", "gaps.change")
def group(visit: Visit) -> Response:
    """Ask for the questions to be grouped anew; the worker does it."""
    with visit.act("gaps.change", "gaps") as act:
        gap_grouping.want(act.session, visit.office.clock())
    visit.say("ระบบกำลังจัดกลุ่มคำถามใหม่ โปรดเปิดหน้านี้อีกครั้งในอีกสักครู่")
    return visit.go("/gaps")


@pages.get("/gaps/{id:int}", "gaps.read")
def shown(visit: Visit) -> Response:
    """Show one gap with its questions."""
    with visit.office.database.read() as session:
        row = _gap(session.get(GapRow, visit.number("id")))
        return visit.show(
            "gap.html",
            row=row,
            questions=gaps.questions(session, row.id)[:QUESTIONS],
            number=gaps.count(session, row.id),
            divisions=gaps.divisions(session),
            states=STATES,
            whys=WHYS,
            longest=LONGEST,
            asked_again=gaps.EXAMPLES,
        )


@pages.post("/gaps/{id:int}", "gaps.change")
def assign(visit: Visit) -> Response:
    """Say who sees to it."""
    division, note = (_written(visit, name) for name in ("division", "note"))
    with _acting(visit) as act:
        row = _begun(visit, act)
        gaps.assign(row, division, note)
        act.after = {"state": row.state, "division": division}
    visit.say(f"มอบหมายให้ {division} แล้ว" if division else "บันทึกแล้ว ยังไม่มอบหมาย")
    return visit.go(f"/gaps/{visit.number('id')}")


@pages.post("/gaps/{id:int}/close", "gaps.change")
def close(visit: Visit) -> Response:
    """Close it by hand."""
    reason = _written(visit, "reason")
    if not reason:
        raise Mistaken("โปรดเขียนเหตุผลที่ปิด")
    with _acting(visit) as act:
        row = _begun(visit, act)
        gaps.close(row, visit.staff.name, reason, visit.office.clock())
        act.after = {"state": row.state}
    visit.say("ปิดแล้ว คำถามใหม่ที่ความหมายเดียวกันจะมารวมที่นี่โดยไม่เปิดเรื่องอีก")
    return visit.go(f"/gaps/{visit.number('id')}")


@pages.post("/gaps/{id:int}/open", "gaps.change")
def reopen(visit: Visit) -> Response:
    """Open it again."""
    with _acting(visit) as act:
        row = _begun(visit, act)
        gaps.reopen(row)
        act.after = {"state": row.state}
    visit.say("เปิดอีกครั้งแล้ว")
    return visit.go(f"/gaps/{visit.number('id')}")


def _acting(visit: Visit) -> AbstractContextManager[Act]:
    return visit.act("gaps.change", f"gap {visit.number('id')}")


def _begun(visit: Visit, act: Act) -> GapRow:
    """Give the gap of an act, with what it was before."""
    row = _gap(act.session.get(GapRow, visit.number("id"), with_for_update=True))
    act.before = {"state": row.state, "division": row.division}
    return row


def _gap(row: GapRow | None) -> GapRow:
    if row is None:
        raise NotThere("no such gap")
    return row


def _written(visit: Visit, name: str) -> str:
    text = visit.filled(name).replace("\r\n", "\n").strip()
    if len(text) > LONGEST[name]:
        raise Mistaken(f"ข้อความยาวเกิน {LONGEST[name]:,} ตัวอักษร")
    return text
