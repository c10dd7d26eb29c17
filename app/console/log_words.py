"""The audit log in Thai: it keeps its words short and in English, for whoever reads it with other tools."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.answering.wording import TOPICS, thai_date
from app.console.asked_for import CONFIDENCE_NAMES, FEEDBACK, OUTCOMES, REVIEWED
from app.console.permissions import ROLE_NAMES
from app.messaging.wording import CHANNELS

TOLD = {
    "golden question of": "คำถามทดสอบจากคำถามที่",
    "golden questions": "คำถามทดสอบ",
    "questions as": "รายการคำถามเป็นไฟล์",
    "traffic log": "บันทึกข้อมูลจราจร",
    "data report as": "รายงานข้อมูลส่วนบุคคลเป็นไฟล์",
    "data report": "รายงานข้อมูลส่วนบุคคล",
    "clinic answer": "คำตอบของคลินิกที่",
    "correction notices": "แจ้งแก้ไข",
    "escalation": "เรื่องส่งต่อที่",
    "saved view": "มุมมองที่บันทึก",
    "sign-in": "การเข้าสู่ระบบ",
    "sign-out": "ออกจากระบบ",
    "signed in with the agency": "เข้าสู่ระบบด้วยบัญชีของหน่วยงานแล้ว",
    "bound to the agency's account": "ผูกกับบัญชีของหน่วยงานและเข้าสู่ระบบแล้ว",
    "signed in": "เข้าสู่ระบบแล้ว",
    "known as": "ชื่อที่หน่วยงานรู้จัก",
    "bound": "ผูกแล้ว",
    "refused": "ไม่สำเร็จ",
    "question": "คำถามที่",
    "account": "บัญชี",
    "impact of release": "ผลกระทบของชุดเอกสารที่",
    "dictionary trial:": "ลองพจนานุกรม:",
    "dictionary:": "พจนานุกรม:",
    "document": "เอกสาร",
    "term": "คำ",
    "typed": "คำที่พิมพ์แทน",
    "upload": "ไฟล์ที่ส่งขึ้นมา",
    "removed": "นำออกแล้ว",
    "release": "ชุดเอกสารที่",
    "rollback": "ย้อนกลับชุดเอกสาร",
    "build": "สร้างชุดเอกสาร",
    "switch": "สวิตช์การตอบ",
    "gap": "หลักเกณฑ์ที่ขาด เรื่องที่",
    "gaps": "จัดกลุ่มหลักเกณฑ์ที่ขาด",
    "division": "ผู้รับผิดชอบ",
    "state": "สถานะ",
    "approval": "การอนุมัติก่อนส่ง",
    "approve_below": "รออนุมัติเมื่อมั่นใจต่ำกว่า (%)",
    "setting": "การตั้งค่า",
    "value": "ค่า",
    "result": "ผล",
    "outcome": "ผลที่ควรได้",
    "step": "ขั้นตอน",
    "officer": "เจ้าหน้าที่",
    "answers": "คำตอบที่แจ้ง",
    "messages": "ข้อความที่ส่ง",
    "from": "ตั้งแต่",
    "to": "ถึง",
    "channel": "ช่องทาง",
    "confidence": "ความมั่นใจ",
    "feedback": "ความเห็นผู้ถาม",
    "role": "บทบาท",
    "open": "เปิดใช้",
    "password": "รหัสผ่าน",
    "made up anew": "ออกใหม่",
    "changed": "เปลี่ยนแล้ว",
    "sessions": "เครื่องที่เข้าสู่ระบบ",
    "linked": "เชื่อม Slack",
    "code": "รหัสเชื่อม Slack",
    "made up": "ออกแล้ว",
    "verdict": "ผลตรวจ",
    "title": "ชื่อ",
    "kind": "ชนิด",
    "topic": "เรื่อง",
    "issuer": "ผู้ออก",
    "number": "เลขที่",
    "in_force_from": "ใช้บังคับตั้งแต่",
    "in_force_until": "สิ้นผลหลังวันที่",
    "fiscal_years": "ปีงบประมาณ",
    "replaces": "แทน",
    "yearly": "ออกใหม่ทุกปี",
    "sections": "ข้อที่ถูกต้อง",
    "golden": "เป็นคำถามทดสอบ",
    "active": "ชุดที่ใช้ตอบ",
    "activate": "ใช้ทันที",
    "allow_removal": "ยอมให้เอกสารหาย",
    "position": "ตำแหน่ง",
    "message": "ข้อความ",
    "view": "มุมมอง",
    "dropped": "ลบ",
    "searched": "ใช้คำค้น",
    "True": "ใช่",
    "False": "ไม่ใช่",
}
VALUES: Mapping[str, Mapping[Any, str]] = {  # what is kept under a key, by that key
    "role": ROLE_NAMES,
    "verdict": REVIEWED,
    "outcome": OUTCOMES,
    "topic": TOPICS,
    "channel": CHANNELS,
    "confidence": CONFIDENCE_NAMES,
    "feedback": FEEDBACK,
    "position": {"normal": "ตอบตามปกติ", "quote_only": "ยกข้อความเท่านั้น", "off": "ปิดการตอบ"},
    "step": {
        "take": "รับเรื่อง",
        "assign": "มอบหมาย",
        "note": "โน้ต",
        "say": "ส่งข้อความ",
        "answer": "ตอบ",
        "approve": "อนุมัติตามร่าง",
        "close": "ปิดเรื่อง",
    },
    "state": {
        "open": "เปิดอยู่",
        "taken": "รับเรื่องแล้ว",
        "assigned": "มอบหมายแล้ว",
        "answered": "ตอบแล้ว",
        "closed": "ปิดแล้ว",
        "proposed": "รอผู้อื่นอนุมัติ",
        "approved": "อนุมัติแล้ว",
        "published": "ใช้งาน",
        "suspended": "พักใช้",
        "withdrawn": "ถอนแล้ว",
    },
}


def told(words: str) -> str:
    """Write a word of the log in Thai; what it has no Thai for stays."""
    if words in TOLD:
        return TOLD[words]
    beginning = next((known for known in TOLD if words.startswith(f"{known} ")), "")
    return f"{TOLD[beginning]} {words[len(beginning) + 1 :]}" if beginning else words


def kept(value: Any, key: str) -> str:
    """Write what the log kept under a key: names in Thai, dates in พ.ศ., sections with their document."""
    if isinstance(value, list):
        return ", ".join(f"{one[1]} ({one[0]})" if isinstance(one, list) else kept(one, key) for one in value)
    try:
        return ", ".join(thai_date(date.fromisoformat(day)) for day in str(value).split(","))
    except ValueError:  # not dates
        return VALUES.get(key, {}).get(str(value)) or told(str(value))
