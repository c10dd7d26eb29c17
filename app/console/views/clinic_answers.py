"""Clinic answers: written by one officer, bound to the sections they rest on, approved by another, then published."""

from __future__ import annotations

import json

from sqlalchemy.orm import Session
from starlette.responses import Response

from app.answering.wording import TOPICS, thai_today
from app.console.alike import alike
from app.console.answer_draft import LONGEST_ANSWER, LONGEST_QUESTION, Draft, from_escalation, problem_of, typed
from app.console.pages import Pages
from app.console.visit import Visit
from app.errors import Mistaken, NotThere
from app.store import builds, clinic_answers, releases
from app.store.clinic_answers import Bound, ClinicAnswer, State

LISTS: dict[str, tuple[str, tuple[State, ...]]] = {
    "waiting": ("รอตรวจ", ("proposed", "suspended")),
    "published": ("ใช้งาน", ("approved", "published")),
    "withdrawn": ("ถอนแล้ว", ("withdrawn",)),
}
STATES = {
    "proposed": ("รอผู้อื่นอนุมัติ", "warn"),
    "approved": ("อนุมัติแล้ว รอขึ้นชุดเอกสาร", "calm"),
    "published": ("ใช้งาน", "good"),
    "suspended": ("พักใช้ รอทบทวน", "bad"),
    "withdrawn": ("ถอนแล้ว", ""),
}
WHY = {"changed": "ข้อความของข้อที่อ้างเปลี่ยนไป", "removed": "ข้อที่อ้างไม่มีแล้ว", "ended": "หลักเกณฑ์ที่อ้างสิ้นผลแล้ว"}
FOUND = 10
pages = Pages("คำตอบของคลินิก", "/answers", "answers.read", "งานคลินิก")


@pages.get("/answers", "answers.read")
def listed(visit: Visit) -> Response:
    """List the answers."""
    chosen = visit.asked("list") if visit.asked("list") in LISTS else "waiting"
    with visit.office.database.read() as session:
        answers = clinic_answers.every(session, LISTS[chosen][1])
    return visit.show("clinic_answers.html", answers=answers, chosen=chosen, lists=LISTS, states=STATES)


@pages.get("/answers/new", "answers.write")
def new(visit: Visit) -> Response:
    """Show the form, filled from an escalation when one is named."""
    number = visit.asked("escalation")
    draft = Draft()
    if number.isdecimal() and len(number) < 19:
        with visit.office.database.read() as session:
            draft = from_escalation(session, int(number))
    return _form(visit, draft)


@pages.get("/answers/{id:int}", "answers.read")
def shown(visit: Visit) -> Response:
    """Show one answer, and its sections as they read then and now."""
    number = visit.number("id")
    with visit.office.database.read() as session:
        answer = _found(session, number)
        active, _ = releases.pointer(session)
        now = clinic_answers.sections_of(session, active, [(one.document, one.section) for one in answer.rests_on])
        over = clinic_answers.ended(session, active, thai_today(visit.office.clock()))
        build = builds.newest(session)
    texts = {(one.document, one.section): one.text for one in now}
    compared = [(one, _pieces(visit, one, texts.get((one.document, one.section)))) for one in answer.rests_on]
    may_approve = visit.may("answers.approve") and answer.state == "proposed" and answer.written_by != visit.staff.name
    why = WHY.get(answer.reason.partition(":")[0], "")
    return visit.show(
        "clinic_answer.html",
        answer=answer,
        compared=compared,
        over=over,
        states=STATES,
        build=build if answer.state == "approved" else None,
        why=why,
        may_approve=may_approve,
    )


@pages.get("/answers/{id:int}/edit", "answers.write")
def edit(visit: Visit) -> Response:
    """Show the form of an answer that is there."""
    with visit.office.database.read() as session:
        answer = _found(session, visit.number("id"))
        active, _ = releases.pointer(session)
        now = clinic_answers.sections_of(session, active, [(one.document, one.section) for one in answer.rests_on])
    return _form(visit, Draft(answer.question, answer.answer, answer.topic, answer.escalation_id, now, answer.id))


@pages.post("/answers/look", "answers.write")
def look(visit: Visit) -> Response:
    """Search sections to bind; what is typed and chosen stays."""
    with visit.office.database.read() as session:
        draft = typed(visit, session)
    return _form(visit, draft)


@pages.post("/answers", "answers.write")
def propose(visit: Visit) -> Response:
    """Propose an answer, or another wording of one: it then waits for a second person."""
    with visit.office.database.read() as session:
        draft = typed(visit, session)
        others = clinic_answers.every(session, ("proposed", "approved", "published", "suspended"))
    problem = problem_of(draft)
    if problem:
        return _form(visit, draft, problem, 422)
    twins = alike(draft.question, others, draft.id)
    if twins and visit.filled("is_new") != "yes":
        return _form(visit, draft, status=409, twins=twins)
    with visit.act("answers.write") as act:
        if draft.id is not None:
            act.before = {"state": _found(act.session, draft.id).state}
        number = clinic_answers.save(
            act.session,
            draft.id,
            question=draft.question,
            answer=draft.answer,
            topic=draft.topic,
            who=visit.staff.name,
            now=visit.office.clock(),
            escalation_id=draft.escalation_id,
        )
        clinic_answers.bind(act.session, number, draft.chosen)
        act.subject = f"clinic answer {number}"
        act.after = {"state": "proposed", "sections": [[one.document, one.section] for one in draft.chosen]}
    visit.say("ส่งให้ผู้อื่นตรวจแล้ว คำตอบจะใช้ได้เมื่อเจ้าหน้าที่อีกคนอนุมัติ")
    return visit.go(f"/answers/{number}")


@pages.post("/answers/{id:int}/approve", "answers.approve")
def approve(visit: Visit) -> Response:
    """Approve what somebody else wrote, and build the release that brings it."""
    number = visit.number("id")
    with visit.act("answers.approve", f"clinic answer {number}") as act:
        answer = _found(act.session, number)
        if answer.state != "proposed":
            raise Mistaken("คำตอบนี้ไม่ได้รออนุมัติ")
        if answer.written_by == visit.staff.name:
            raise Mistaken("ผู้เขียนอนุมัติคำตอบของตนเองไม่ได้ ต้องให้เจ้าหน้าที่อีกคนอนุมัติ")
        clinic_answers.move(act.session, number, "approved", who=visit.staff.name, now=visit.office.clock())
        act.before, act.after = {"state": answer.state}, {"state": "approved"}
    visit.office.publisher.publish(visit.staff.name)
    visit.say("อนุมัติแล้ว กำลังสร้างชุดเอกสารที่มีคำตอบนี้")
    return visit.go(f"/answers/{number}")


@pages.post("/answers/{id:int}/withdraw", "answers.write")
def withdraw(visit: Visit) -> Response:
    """Take an answer back; the next release is without it."""
    number = visit.number("id")
    with visit.act("answers.write", f"clinic answer {number}") as act:
        answer = _found(act.session, number)
        if answer.state == "withdrawn":
            raise Mistaken("คำตอบนี้ถอนไปแล้ว")
        clinic_answers.move(act.session, number, "withdrawn")
        act.before, act.after = {"state": answer.state}, {"state": "withdrawn"}
    if answer.state in ("approved", "published"):
        visit.office.publisher.publish(visit.staff.name)
    visit.say("ถอนคำตอบแล้ว")
    return visit.go(f"/answers/{number}")


def _form(visit: Visit, draft: Draft, problem: str = "", status: int = 200, twins: list[ClinicAnswer] | None = None) -> Response:
    words = visit.filled("find").split()[:8]
    with visit.office.database.read() as session:
        active, _ = releases.pointer(session)
        found = clinic_answers.sections_with(session, active, words, FOUND) if words else []
        over = clinic_answers.ended(session, active, thai_today(visit.office.clock()))
    taken = {(one.document, one.section) for one in draft.chosen}
    new = [one for one in found if (one.document, one.section) not in taken]
    return visit.show(
        "clinic_answer_form.html",
        status,
        draft=draft,
        problem=problem,
        twins=twins or [],
        found=new,
        over=over,
        all_chosen=bool(found) and not new,
        find=visit.filled("find"),
        topics=TOPICS,
        states=STATES,
        longest=(LONGEST_QUESTION, LONGEST_ANSWER),
        value=lambda one: json.dumps([one.document, one.section], ensure_ascii=False),
    )


def _found(session: Session, number: int) -> ClinicAnswer:
    answer = clinic_answers.find(session, number)
    if answer is None:
        raise NotThere("no such clinic answer")
    return answer


def _pieces(visit: Visit, then: Bound, now: str | None) -> object:
    """Give the words of a section then and now where they differ; None when the section is gone, [] when it is the same."""
    if now is None:
        return None
    return visit.office.compare(then.text, now) if clinic_answers.digest_of(then.text) != clinic_answers.digest_of(now) else []
