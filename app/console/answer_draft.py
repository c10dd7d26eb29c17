"""A clinic answer while it is written: read from the form or begun from an escalation, and what is still wrong with it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from app.answering.personal import CLASSIFIED, keepable
from app.answering.wording import TOPICS
from app.console.visit import Visit
from app.corpus import suspicions
from app.errors import Mistaken, NotThere
from app.store import clinic_answers, escalations, releases
from app.store.clinic_answers import Bound
from app.store.desk_tables import EscalationRow
from app.store.tables import TurnRow

LONGEST_QUESTION, LONGEST_ANSWER = 300, 4000
MOST_SECTIONS = 20


@dataclass
class Draft:
    """What stands in the form."""

    question: str = ""
    answer: str = ""
    topic: str = ""
    escalation_id: int | None = None
    chosen: list[Bound] = field(default_factory=list)
    id: int | None = None


def typed(visit: Visit, session: Session) -> Draft:
    """Read the form: sections as they read in the active release, whatever the browser says of them."""
    wanted = [_section(value) for value in visit.all_filled("section")[:MOST_SECTIONS]]
    active, _ = releases.pointer(session)
    draft = Draft(
        keepable(" ".join(visit.filled("question").split())),
        visit.filled("answer").replace("\r\n", "\n").strip(),
        visit.filled("topic") if visit.filled("topic") in TOPICS else "",
        _number(visit.filled("escalation")),
        clinic_answers.sections_of(session, active, wanted),
        _number(visit.filled("id")),
    )
    if draft.id is not None and clinic_answers.find(session, draft.id) is None:
        raise NotThere("no such clinic answer")
    if draft.escalation_id is not None and session.get(EscalationRow, draft.escalation_id) is None:
        draft.escalation_id = None
    return draft


def problem_of(draft: Draft) -> str:
    """Say why a draft cannot be proposed, in a sentence for its writer; "" when it can."""
    problems = (
        (not draft.question or not draft.answer, "โปรดเขียนทั้งคำถามและคำตอบ"),
        (
            len(draft.question) > LONGEST_QUESTION or len(draft.answer) > LONGEST_ANSWER,
            f"คำถามยาวได้ไม่เกิน {LONGEST_QUESTION} ตัวอักษร คำตอบไม่เกิน {LONGEST_ANSWER:,} ตัวอักษร",
        ),
        (not draft.topic, "โปรดเลือกเรื่อง"),
        (not draft.chosen, "โปรดเลือกข้อของเอกสารที่คำตอบนี้อาศัยอย่างน้อยหนึ่งข้อ ระบบจะพักใช้คำตอบเมื่อข้อนั้นเปลี่ยน"),
        (CLASSIFIED in (draft.question, keepable(draft.answer)), "ข้อความมีเครื่องหมายชั้นความลับ"),
        (
            bool(suspicions.orders(draft.question) or suspicions.orders(draft.answer)),
            "ข้อความมีคำสั่งถึงแบบจำลองภาษา ชุดเอกสารจะไม่รับ โปรดแก้ถ้อยคำ",
        ),
    )
    return next((sentence for wrong, sentence in problems if wrong), "")


def from_escalation(session: Session, number: int) -> Draft:
    """Begin a draft with what was asked and answered, and the sections that were tried.

    Raises:
        NotThere: there is no such escalation.
    """
    row = session.get(EscalationRow, number)
    if row is None:
        raise NotThere("no such escalation")
    said = [entry.text for entry, _ in escalations.entries(session, number) if entry.kind == "answer"]
    active, _ = releases.pointer(session)
    tried = clinic_answers.sections_of(session, active, [(str(one[0]), str(one[1])) for one in row.passages[:3]])
    return Draft(session.get_one(TurnRow, row.turn_id).question, said[-1] if said else "", row.topic, number, tried)


def _number(written: str) -> int | None:
    return int(written) if written.isdecimal() and len(written) < 19 else None


def _section(value: str) -> tuple[str, str]:
    try:
        document, label = json.loads(value)
    except (ValueError, TypeError):
        raise Mistaken("เลือกข้อของเอกสารไม่ถูกต้อง") from None
    return str(document)[:200], str(label)[:500]
