"""One question: what was asked and answered, why, what the evidence says now; the verdict, and the golden question made of it."""

from __future__ import annotations

import json
from datetime import timedelta

from starlette.responses import Response

from app.answering.wording import CARD_HEADING, CARD_HEADINGS, thai_today
from app.console import evidence
from app.console.asked_for import VERDICTS
from app.console.pages import Pages
from app.console.visit import Visit
from app.errors import Mistaken, NotThere
from app.store import releases, reviews, turns
from app.store.reviews import Asked

FOUND = 8
MOST_SECTIONS = 20
HISTORY, HISTORY_SPAN = 5, timedelta(minutes=30)  # as the conversation gives it to the answering flow
SCORES = {
    "cosine": "ความหมายใกล้",
    "words": "คำตรงกัน",
    "grams": "ตัวอักษรตรงกัน",
    "coverage": "ครอบคลุมคำถาม",
    "said": "กล่าวไว้ตรง",
    "nearness": "ความหมายใกล้เพียงใด",
    "margin": "ห่างจากข้อถัดไป",
    "holds_what_is_asked": "มีสิ่งที่ถาม",
}
STEPS = {
    "understand": "ทำความเข้าใจคำถาม",
    "embed": "แปลงเป็นความหมาย",
    "retrieve": "ค้น",
    "decide": "ตัดสินว่าตอบได้",
    "draft": "เรียบเรียง",
    "compose": "ยกข้อความ",
    "total": "รวม",
}
EXPECTED = {"partly": "answered", "wrong": "answered", "out_of_scope": "refused"}
pages = Pages()


@pages.get("/questions/{id:int}", "questions.read")
def shown(visit: Visit) -> Response:
    """Show everything about a question."""
    office, turn_id = visit.office, visit.number("id")
    with visit.act("questions.read", f"question {turn_id}") as act:  # who looked at what somebody asked is kept too
        _asked(reviews.get(act.session, turn_id))
    with office.database.read() as session:
        asked = _asked(reviews.get(session, turn_id))
        said = reviews.around(session, asked.turn)
        told = evidence.then_and_now(session, asked.citations, thai_today(office.clock()), office.compare)
        following = reviews.neighbour(session, asked.turn)
    chosen = asked.review.sections if asked.review else []
    return visit.show(
        "question.html",
        asked=asked,
        said=said,
        evidence=told,
        following=following,
        is_held=_is_held(asked),
        heading=CARD_HEADINGS.get(asked.turn.outcome, CARD_HEADING),
        verdicts=VERDICTS,
        chosen=[tuple(one) for one in chosen],
        found=_found(visit),
        trace=asked.turn.trace,
        score_names=SCORES,
        step_names=STEPS,
    )


@pages.get("/questions/{id:int}/sections", "questions.judge")
def sections(visit: Visit) -> Response:
    """Show the sections that a search finds: the piece of the page that the search box fills."""
    return visit.show("sections.html", found=_found(visit), chosen=[])


@pages.post("/questions/{id:int}/verdict", "questions.judge")
def judge(visit: Visit) -> Response:
    """Take a verdict, why, and the sections that do answer."""
    turn_id, verdict = visit.number("id"), visit.filled("verdict")
    if verdict not in VERDICTS:
        raise Mistaken("โปรดเลือกผลตรวจ")
    chosen = [_section(value) for value in visit.all_filled("section")[:MOST_SECTIONS]]
    with visit.act("questions.judge", f"question {turn_id}") as act:
        asked = _asked(reviews.get(act.session, turn_id))
        if asked.review:
            act.before = {"verdict": asked.review.verdict, "sections": asked.review.sections}
        act.after = {"verdict": verdict, "sections": chosen}
        why = visit.filled("why").strip()[:2000]
        reviews.judge(act.session, turn_id, verdict=verdict, why=why, sections=chosen, name=visit.staff.name, now=visit.office.clock())
    visit.say(f"บันทึกผลตรวจแล้ว: {VERDICTS[verdict]}")
    return visit.go(f"/questions/{turn_id}")


@pages.post("/questions/{id:int}/golden", "questions.judge")
def make_golden(visit: Visit) -> Response:
    """Make the verdict a golden question."""
    turn_id = visit.number("id")
    with visit.act("questions.judge", f"golden question of {turn_id}") as act:
        asked = _asked(reviews.get(act.session, turn_id))
        if asked.review is None:
            raise Mistaken("โปรดบันทึกผลตรวจก่อน แล้วจึงทำเป็นคำถามทดสอบ")
        since = asked.turn.asked_at - HISTORY_SPAN
        history = turns.history(act.session, asked.turn.conversation_id, since, asked.turn.asked_at, HISTORY + 1)
        sample = _sample(asked, [question for question in history if question != asked.turn.question][-HISTORY:])
        act.before = {"golden": asked.golden is not None}
        act.after = {"golden": True, "outcome": sample["outcome"], "sections": sample["sections"]}
        reviews.make_golden(act.session, turn_id, sample, visit.staff.name, visit.office.clock())
    visit.say("เพิ่มเป็นคำถามทดสอบแล้ว")
    return visit.go(f"/questions/{turn_id}")


def _asked(asked: Asked | None) -> Asked:
    if asked is None:
        raise NotThere("no such question, or it was erased")
    return asked


def _is_held(asked: Asked) -> bool:
    """Say whether the answer is a draft that nobody has approved."""
    return turns.APPROVAL in asked.turn.trace and asked.turn.outcome == "handed_over"


def _found(visit: Visit) -> list[reviews.Found]:
    words = visit.office.words.words(visit.asked("find")[:200])
    with visit.office.database.read() as session:
        active, _ = releases.pointer(session)
        return reviews.search_sections(session, active, words, FOUND)


def _section(value: str) -> list[str]:
    try:
        document, label = json.loads(value)
    except ValueError:
        raise Mistaken("เลือกข้อของเอกสารไม่ถูกต้อง") from None
    return [str(document)[:200], str(label)[:500]]


def _sample(asked: Asked, history: list[str]) -> dict[str, object]:
    review = asked.review
    verdict = review.verdict if review else ""
    sections = list(review.sections) if review else []
    if verdict == "right" and not sections:
        sections = [[cited.document, cited.section] for cited in asked.citations]
    outcome = EXPECTED.get(verdict, "answered" if _is_held(asked) else asked.turn.outcome)
    if outcome == "answered" and not sections:
        outcome = "not_found"  # the answer was wrong, and no section is right
    return {
        "id": f"console-{asked.turn.id}",
        "question": asked.turn.question,
        "history": history,
        "as_of": (asked.answer.as_of or None) if asked.answer else None,
        "outcome": outcome,
        "sections": sections if outcome == "answered" else [],
    }
