"""Who of the staff may do what: one table, verbs by roles."""

from __future__ import annotations

from typing import Literal, get_args

Role = Literal["reviewer", "officer", "admin"]
Verb = Literal[
    "account.own",  # the start page, one's own password and sessions
    "questions.read",
    "questions.judge",  # verdicts, correct sections, golden questions
    "questions.export",
    "documents.read",
    "documents.change",  # bring, describe, take out
    "dictionary.change",  # terms, and what is typed in their place
    "releases.read",
    "releases.change",  # build, activate, roll back
    "settings.change",  # those that may change while the clinic runs
    "switch.read",
    "switch.change",  # normal, quote only, off
    "escalations.read",
    "escalations.answer",  # take, assign, note, answer, close
    "escalations.approve",  # drafted answers that wait, as they are
    "answers.read",
    "answers.write",  # propose and revise clinic answers
    "answers.approve",  # those of somebody else
    "report.read",  # the numbers of a month
    "gaps.read",
    "gaps.change",  # group, assign, close, open again
    "corrections.read",
    "corrections.send",
    "staff.change",  # accounts of others
    "data.report",  # the data officer's report
    "traffic.export",
    "audit.read",
]

ROLES: tuple[Role, ...] = get_args(Role)
_ALL = frozenset(ROLES)
_ANSWERS = frozenset[Role]({"officer", "admin"})
_ADMIN = frozenset[Role]({"admin"})

MAY: dict[Verb, frozenset[Role]] = {
    "account.own": _ALL,
    "questions.read": _ALL,
    "questions.judge": _ALL,
    "questions.export": _ANSWERS,
    "documents.read": _ADMIN,
    "documents.change": _ADMIN,
    "dictionary.change": _ADMIN,
    "releases.read": _ALL,
    "releases.change": _ADMIN,
    "settings.change": _ADMIN,
    "switch.read": _ALL,
    "switch.change": _ADMIN,
    "escalations.read": _ALL,
    "escalations.answer": _ANSWERS,
    "escalations.approve": _ANSWERS,
    "answers.read": _ALL,
    "answers.write": _ANSWERS,
    "answers.approve": _ANSWERS,
    "report.read": _ALL,
    "gaps.read": _ALL,
    "gaps.change": _ANSWERS,
    "corrections.read": _ALL,
    "corrections.send": _ANSWERS,
    "staff.change": _ADMIN,
    "data.report": _ADMIN,
    "traffic.export": _ADMIN,
    "audit.read": _ADMIN,
}

VERB_NAMES: dict[Verb, str] = {
    "account.own": "บัญชีของตน",
    "questions.read": "อ่านคำถาม",
    "questions.judge": "ตรวจคำตอบ",
    "questions.export": "ส่งออกคำถาม",
    "documents.read": "ดูเอกสาร",
    "documents.change": "เปลี่ยนเอกสาร",
    "dictionary.change": "เปลี่ยนพจนานุกรม",
    "releases.read": "ดูชุดเอกสาร",
    "releases.change": "เปลี่ยนชุดเอกสาร",
    "settings.change": "เปลี่ยนการตั้งค่า",
    "switch.read": "ดูสวิตช์การตอบ",
    "switch.change": "เปลี่ยนสวิตช์การตอบ",
    "escalations.read": "อ่านเรื่องส่งต่อ",
    "escalations.answer": "ตอบเรื่องส่งต่อ",
    "escalations.approve": "อนุมัติร่างคำตอบ",
    "answers.read": "อ่านคำตอบของคลินิก",
    "answers.write": "เขียนคำตอบของคลินิก",
    "answers.approve": "อนุมัติคำตอบของคลินิก",
    "report.read": "ดูรายงานประจำเดือน",
    "gaps.read": "ดูหลักเกณฑ์ที่ขาด",
    "gaps.change": "จัดการหลักเกณฑ์ที่ขาด",
    "corrections.read": "ดูคำตอบที่หลักเกณฑ์เปลี่ยน",
    "corrections.send": "แจ้งแก้ไขคำตอบ",
    "staff.change": "จัดการบัญชี",
    "data.report": "รายงานข้อมูลส่วนบุคคล",
    "traffic.export": "ส่งออกบันทึกจราจร",
    "audit.read": "อ่านบันทึก",
}
ROLE_NAMES: dict[Role, str] = {"reviewer": "ผู้ตรวจคำตอบ", "officer": "เจ้าหน้าที่คลินิก", "admin": "ผู้ดูแลระบบ"}


def may(role: str, verb: Verb) -> bool:
    """Say whether a role may do something; what is not in the table nobody may do."""
    return role in MAY.get(verb, frozenset())
