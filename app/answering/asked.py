"""What a question asks for, and whether a passage is of that: how many days, which month, a number of an order; what it names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.answering.when import DATE, dates
from app.domain import Document, Section
from app.thai import arabic

# abbreviated only beside a number: ก.พ. is also the Civil Service Commission
_MONTH = (
    r"(\d\s*(ม\.?ค|ก\.?พ|มี\.?ค|เม\.?ย|พ\.?ค|มิ\.?ย|ก\.?ค|ส\.?ค|ก\.?ย|ต\.?ค|พ\.?ย|ธ\.?ค)\."
    r"|(ม\.ค|ก\.พ|มี\.ค|เม\.ย|พ\.ค|มิ\.ย|ก\.ค|ส\.ค|ก\.ย|ต\.ค|พ\.ย|ธ\.ค)\.\s*(25|\d\d\b|[-–])"
    r"|(มกรา|มีนา|พฤษภา|กรกฎา|สิงหา|ตุลา|ธันวา)คม|(เมษา|มิถุนา|กันยา|พฤศจิกา)ยน|กุมภาพันธ์)"
)
_NUMBER = r"(\d|หนึ่ง|สอง|สาม|สี่|ห้า|หก|เจ็ด|แปด|เก้า|สิบ|ร้อย|ครึ่ง)"
_COUNTED = rf"{_NUMBER}\S{{0,8}}\s*"  # a number and its own unit before what it counts: "7 คน", "สามสิบวัน", "ไม่เกินสองร้อยบาท"
_ONE = "(หนึ่ง|เดียว)"
_PART = "ข้อ|ด้าน|หมวด|ระดับ|องค์ประกอบ|สาขา|ประเภท|ขั้น|หัวข้อ|มิติ|กลุ่ม|ตัวชี้วัด|ประการ|กรณี|เรื่อง|หลัก|ผลงาน|โครงการ|รางวัล|กอง|ใบ|ฉบับ|วาระ|รอบ"
_LIST = r"(?m:^\s*(-|•|\d+[.)]|\(\d+\)|\([ก-ฮ]\))\s)"  # what is counted may also be listed
_MUCH = "(เท่าไร|เท่าไหร่|เท่าใด)"
_FINED = "ปรับ(?!ปรุง|เปลี่ยน|แก้|ตัว|ลด|โครงสร้าง|เกลี่ย|บทบาท|ใช้)"
_MONEY = r"(?<!บท)บาท|ล้าน|ไม่(คิด|มี|เสีย|ต้องเสีย)ค่า"
_PAID = r"(?<!ปี)งบ(?!การเงิน)|เงิน|เบี้ย|ค่า(ธรรมเนียม|ใช้จ่าย|บริการ|ตอบแทน|เรียน|สมัคร|ปรับ|จ้าง|เช่า|เดินทาง|สำเนา|ถ่ายเอกสาร)|โทษปรับ"
# what a question asks for, and what a passage that answers it must then hold
_ASKED_AND_HELD = tuple(
    (re.compile(asked), re.compile(held))
    for asked, held in (
        (r"กี่วัน", rf"{_NUMBER}\S{{0,12}}\s*วัน(?!ที่|นี้|นั้น|ประชุม)|ทันที|โดยเร็ว|โดยพลัน|ชักช้า|เวลาอันสมควร|วันทำการ"),
        (r"กี่เดือน", rf"{_NUMBER}\s*เดือน|{_MONTH}"),
        (r"กี่ปี", rf"{_NUMBER}\s*ปี|ทุกปี|25\d\d"),
        (r"กี่(คน|ท่าน|ราย(?!การ))|จำนวน(คน|เจ้าหน้าที่|กรรมการ)\S*(ขั้นต่ำ|เท่า)", rf"{_COUNTED}(คน|ราย|อัตรา|ท่าน)|คน{_ONE}"),
        (r"กี่อัตรา", rf"{_COUNTED}อัตรา"),
        (r"กี่(ครั้ง|หน(?!่))", rf"{_COUNTED}(ครั้ง|หน(?!่)|รอบ|วาระ|สมัย)|ทุกปี|ทุก\s*{_NUMBER}|ครั้ง{_ONE}"),
        (
            r"กี่(แห่ง|หน่วยงาน|กรม(?!ธรรม์)|จังหวัด|ส่วนราชการ|คำขอ|เทศบาล)",
            rf"{_COUNTED}(แห่ง|หน่วย|กรม|จังหวัด|ส่วน|กอง|ราย|คำขอ|เทศบาล|สำนัก|องค์การ|ศูนย์|งาน)|(แห่ง|หน่วย\S*){_ONE}",
        ),
        (rf"กี่({_PART})", rf"{_COUNTED}({_PART})|({_PART}){_ONE}|{_LIST}"),
        (r"กี่(หน้า|ชุด|เล่ม)|จำนวนหน้า", rf"{_COUNTED}(หน้า|ชุด|เล่ม|ฉบับ)"),
        (rf"(กี่|{_MUCH})\S*\s*บาท|(เดือน|ครั้ง|คน|หัว|หน้า)ละ\s*{_MUCH}", _MONEY),
        (rf"({_PAID})[^\d\n]{{0,40}}{_MUCH}", rf"{_MONEY}|ร้อยละ|%|เท่าของ|อัตรา(?!กำลัง)\S{{0,12}}\s*\d"),
        (r"กี่คะแนน|คะแนนเต็ม", r"\d\S*\s*คะแนน|คะแนน[^\n\d]{0,40}\d|ร้อยละ\s*\d"),
        (
            r"กี่(เปอร์เซ็นต์|เปอร์เซ็น|เปอร์|%)|กี่ %|ร้อยละเท่า|กี่ต่อกี่|สัดส่วน\S*\s*(เท่า|กี่)|น้ำหนัก\S*\s*(เท่า|กี่)",
            r"ร้อยละ|%|\d+\s*คะแนน|น้ำหนัก|\d+\s*(ต่อ|[:/])\s*\d",
        ),
        (r"(?<!ต่อ)อายุ(ขั้นต่ำ|เท่า|กี่)", rf"อายุ|{_NUMBER}\S*\s*ปี"),
        (
            r"วันไหน|วันที่เท่า|(?<!นับแต่)(?<!ตั้งแต่)วันใด|(ปิด|เปิด)(วัน|ระบบวัน|รับวัน)|หมดเขต|วัน(ที่)?\s?(รับสมัคร|ปิดรับ|เปิดรับ)|มติวันที่$",
            rf"{_MONTH}|วันที่ \d|ภายใน\s*{_NUMBER}|ถัดไป|วันถัด|วันทำการ|ตามวัน",
        ),
        (r"เดือนไหน|เดือนใด|เดือนใหน|เดือนอะไร", rf"{_MONTH}|เดือน"),
        (r"กี่โมง|เวลาทำการ", r"\d[.:]\d\d|เวลา\s*\d|24 ชั่วโมง"),
        (r"(หนังสือ|คำสั่ง|ประกาศ|เวียน|ว)[^\n]{0,60}เลข(ที่)?\s*(เท่า|อะไร|ไหน)|เลขที่หนังสือ", r"(ที่|เลขที่)\s*\S*\s*\d+/|ว\s*\d+"),
        (r"เบอร์(โทร|ติดต่อ|คลินิก|อะไร|ไหน)|ขอเบอร์|หมายเลขโทรศัพท์|โทร(ศัพท์)?\s*(หา|ติดต่อ|ไปที่|เบอร์|อะไร|ไหน)", r"0[\d-]{8,}|โทร\S*\s*\d"),
        (r"(อีเมล|ไลน์|e-?mail|\bline\b)\S*\s*(ไหน|อะไร|ใด)|^(อีเมล|e-?mail)", r"@|อีเมล|ไลน์|e-?mail"),
        (r"แบบฟอร์ม|ขอไฟล์|ไฟล์$|ดาวน์โหลด|\bpdf\b|เทมเพลต|ตัวอย่าง(คำสั่ง|หนังสือ)", r"แบบฟอร์ม|ตามแบบ|แบบคำขอ|ไฟล์|ดาวน์โหลด|https?:"),
        (r"^(ทำไม|เหตุใด)(?!บ้าง)|(ทำไม|เหตุใด)(จึง|ถึง|ต้อง)", r"เพราะ|เนื่องจาก|เหตุ|เพื่อ|โดยที่|จึง"),
        (r"บทลงโทษ|โทษ(อะไร|อย่างไร|ยังไง)|(มี|โดน|ต้องรับ)โทษ|โดนปรับ|ติดคุก|จำคุก(กี่|ไม่เกินเท่า)", rf"โทษ|{_FINED}|จำคุก|วินัย"),
        (r"ใคร(คือ|เป็น|นั่ง)?\s*(เป็น)?ประธาน|ประธาน\S*\s*(คือ|เป็น)?ใคร", r"ประธาน"),
        (r"รายชื่อ", rf"{_LIST}|รายชื่อ|ได้แก่|ประกอบด้วย|คือ|เช่น|:"),
        (r"อุทธรณ์|ขอทบทวนผล|โต้แย้งผล", r"อุทธรณ์|ทบทวน|โต้แย้ง|คัดค้าน|ร้องเรียน|ฟ้อง"),
    )
)


def held(question: str, section: Section) -> float:
    """Give the share (0–1) of the kinds asked for that a section holds; 1 when the question asks for none of those known here."""
    stem = _OPTIONS.sub("", question)
    wanted = [held for asked, held in _ASKED_AND_HELD if asked.search(stem)]
    if not wanted:
        return 1.0
    text = _SOURCE.sub(" ", arabic(f"{section.label}\n{section.text}").lower())
    if not _ASKS_DECISION.search(stem):
        text = _DECIDED.sub(" ", text)
    for known in _LETTER.findall(stem):  # who names ว 5/2562 and asks for a number asks for another one
        text = text.replace(known, " ")
    return sum(bool(held.search(text)) for held in wanted) / len(wanted)


# a date that only says where a rule is from answers no question for a date, unless that is what is asked
_SOURCE = re.compile(r"(?m)^ที่มา.*$")
_DECIDED = re.compile(rf"(มติ|แนวทาง|หนังสือ|ลงวันที่|รับทราบ|เห็นชอบ|เสนอ|ตามประกาศ)[^\n\d]{{0,40}}\d{{1,2}}\s*{_MONTH}\s*(พ\.ศ\.\s*)?25\d\d")
_ASKS_DECISION = re.compile(r"มติ|ครม|คณะรัฐมนตรี|เห็นชอบ|รับทราบ|อนุมัติ|หนังสือ|แนวทาง|ประกาศ|เสนอ")
_LETTER = re.compile(r"\d+/25\d\d")
_OPTIONS = re.compile(r"\sก\.\s.*\sข\.\s.*$", re.DOTALL)  # of an examination question: what they name is not what is asked
# not a letter, an order or an announcement alone: these are the asker's own as well ("ได้รับคำสั่งเมื่อ 1 มีนาคม 2568")
_DECISION_NAMED = re.compile(rf"(?:มติ|ครม|แนวทาง|หนังสือ(?:เวียน|สำนักงาน))[^\d]{{0,40}}(?={DATE.pattern})")


def of_the_decision_named(question: str, document: Document, section: Section) -> bool:
    """Say whether a passage speaks of the resolution, letter or guideline that a question names by its date.

    True when it names none, and of a document whose own date nobody has said: it may be the one.
    """
    if document.in_force_from is None:
        return True
    named = {day for match in _DECISION_NAMED.finditer(question) for day in dates(question[match.end() :])[:1]}
    spoken = {document.in_force_from, *dates(arabic(f"{document.title} {section.label} {section.text}"))}
    return named <= spoken


def of_the_years_named(years: Sequence[int], document: Document, text: str) -> bool:
    """Say whether a text of a document is of any of the fiscal years that a question names; True when it names none.

    Of a document with fiscal years, whole dates do not count: the year in which its results were told is not what they are of.
    """
    if not years or any(year in document.fiscal_years for year in years):
        return True
    spoken = DATE.sub(" ", arabic(text)) if document.fiscal_years else text
    return any(str(year) in spoken for year in years)


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
