"""What a question asks for, and whether a passage is of that: how many days, which month, a number of an order; the law it names."""

from __future__ import annotations

import re

from app.domain import Document, Section
from app.thai import arabic

_MONTH = (
    r"(ม\.?ค|ก\.?พ|มี\.?ค|เม\.?ย|พ\.?ค|มิ\.?ย|ก\.?ค|ส\.?ค|ก\.?ย|ต\.?ค|พ\.?ย|ธ\.?ค)\."
    r"|(มกรา|มีนา|พฤษภา|กรกฎา|สิงหา|ตุลา|ธันวา)คม|(เมษา|มิถุนา|กันยา|พฤศจิกา)ยน|กุมภาพันธ์"
)
_NUMBER = r"(\d|หนึ่ง|สอง|สาม|สี่|ห้า|หก|เจ็ด|แปด|เก้า|สิบ|ร้อย|ครึ่ง)"
# what a question asks for, and what a passage that answers it must then hold
_ASKED_AND_HELD = tuple(
    (re.compile(asked), re.compile(held))
    for asked, held in (
        (r"กี่วัน", rf"{_NUMBER}\S{{0,12}}\s*วัน(?!ที่|นี้|นั้น|ประชุม)|ทันที|โดยเร็ว|วันทำการ"),
        (r"กี่เดือน", rf"{_NUMBER}\s*เดือน|{_MONTH}"),
        (r"กี่ปี", rf"{_NUMBER}\s*ปี|ทุกปี|25\d\d"),
        (r"กี่คน", rf"{_NUMBER}\S{{0,6}}\s*(คน|ราย|อัตรา|ท่าน)"),
        (r"กี่คะแนน|คะแนนเต็ม", r"\d"),
        (r"กี่(เปอร์เซ็นต์|เปอร์เซ็น|%)|กี่ %|ร้อยละเท่า", r"ร้อยละ|%|\d+\s*คะแนน|น้ำหนัก"),
        (r"วันไหน|วันที่เท่า|วันใด|ปิดวัน|เปิดวัน|หมดเขต", rf"{_MONTH}|วันที่ \d|ภายใน\s*{_NUMBER}|วันถัด|วันทำการ"),
        (r"เดือนไหน|เดือนใด|เดือนใหน|เดือนอะไร", rf"{_MONTH}|เดือน"),
        (r"(หนังสือ|คำสั่ง|ประกาศ|เวียน|ว)\S*\s*\S*\s*เลข(ที่)?\s*(เท่า|อะไร|ไหน)", r"(ที่|เลขที่)\s*\S*\s*\d+/|ว\s*\d+"),
        (r"เบอร์โทร|เบอร์|โทรศัพท์|โทรหา", r"0[\d-]{8,}|โทร\S*\s*\d"),
        (r"แบบฟอร์ม|ขอไฟล์|ดาวน์โหลด", r"แบบฟอร์ม|ไฟล์|ดาวน์โหลด"),
    )
)


def held(question: str, section: Section) -> float:
    """Give the share (0–1) of the kinds asked for that a section holds; 1 when the question asks for none of those known here."""
    text = arabic(f"{section.label} {section.text}").lower()
    wanted = [held for asked, held in _ASKED_AND_HELD if asked.search(question)]
    return sum(bool(held.search(text)) for held in wanted) / len(wanted) if wanted else 1.0


_LAW = re.compile(
    r"(?:พระราชบัญญัติ|พ\.? ?ร\.? ?บ\.?|พรบ\.?|พระราชกฤษฎีกา|พ\.? ?ร\.? ?ฎ\.?|ประมวลกฎหมาย|ระเบียบสำนักนายก\S*?ว่าด้วย)\s*(?:ว่าด้วย)?(?!นี้)(\S{6,80})"
)
_PIECE = 5  # characters; enough to tell one law's name from another's


def of_the_law_named(question: str, document: Document, section: Section) -> float:
    """Give the share (0–1) of the name of a law, if the question names one, that a passage and its document speak of; else 1."""
    named = _LAW.search(question)
    if named is None:
        return 1.0
    name = named[1].split("พ.ศ")[0]
    spoken = arabic(f"{document.title} {section.path} {section.label} {section.text}").lower().replace(" ", "")
    pieces = [name[i : i + _PIECE] for i in range(max(1, len(name) - _PIECE + 1))]
    return sum(piece in spoken for piece in pieces) / len(pieces)
