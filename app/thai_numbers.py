"""Numbers as Thai writes them, digits of both kinds and words, each with what it counts and how it is bound."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from app.thai import arabic, fold

_MARK = "[ะัาำิีึืฺุู็-๎]"  # what follows a number word inside a longer one: สามารถ is no three
_WORD = (
    r"(?:หนึ่ง|(?<=สิบ)เอ็ด|สอง|ยี่(?=สิบ)|สาม|สี่|ห้า(?!ม)|หก|เจ็ด|แปด|เก้า(?!อี้)|สิบ|(?<!เรียบ)ร้อย(?!ละ|กรอง|เรียง)"
    rf"|(?<!ผูก)(?<!เกี่ยว)พัน(?!ธ)|หมื่น|แสน|ล้าน)(?!{_MARK})"
)
_LOOSE = r"(?:ครึ่ง|กึ่ง|เสี้ยว|โหล|กุรุส|ซาว|นึง|ทศวรรษ|ศตวรรษ)"
_NUMBER = re.compile(rf"(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?(?!\d)|\d+(?:[./:]\d+)*)|(?:{_WORD})+|{_LOOSE}")
MONTHS = ("มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน", "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม")
SHORT_MONTHS = ("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.")
_SHORT_MONTH = re.compile(r"(?<=\d)\s*(" + "|".join(map(re.escape, SHORT_MONTHS)) + r")(?=\s*\d|\s|$)")
_UNIT = re.compile(
    r"\s*(?:\([^)\d]{1,24}\)\s*)?(วันทำการ|วันทำงาน|วัน|สัปดาห์|เดือน|ปีงบประมาณ|ปี|ชั่วโมง|นาที|ล้านบาท|ล้าน|แสน|หมื่น|พัน|บาท|สตางค์|คะแนน|คน|ราย"
    r"|ท่าน|หมวด|ระดับ|ด้าน|มิติ"
    r"|ข้อ|มาตรา|%|เปอร์เซ็นต์|กอง|สำนัก|กรม|กระทรวง|จังหวัด|ครั้ง|รอบ|สาขา|ประเภท|กลุ่ม|ขั้นตอน|ขั้น|ฉบับ|ชุด|เท่า|หน่วยงาน|ส่วนราชการ|ตำแหน่ง|อัตรา|ตัวชี้วัด"
    r"|ตัว|รางวัล|ผลงาน|หน้า|" + "|".join(MONTHS) + ")"
)
_LABEL = re.compile(
    r"(มาตรา|ข้อ|หมวด|วรรค|ระดับ|ขั้นที่|ขั้น|ครั้งที่|ฉบับที่|พ\.ศ\.|ปี|ร้อยละ|หน้า|ส่วนที่|ตอนที่|ลำดับที่|อันดับ|ไตรมาสที่|ไตรมาส|รอบที่|แบบ|ว|ที่|ละ|"
    + "|".join(MONTHS)
    + r")\s*$"
)
_BOUND = re.compile(
    r"(ไม่เกินกว่า|ไม่เกิน|เกินกว่า|เกิน|ไม่น้อยกว่า|น้อยกว่า|ไม่ต่ำกว่า|ต่ำกว่า|ไม่มากกว่า|มากกว่า|สูงกว่า|อย่างน้อย|อย่างมาก|ภายใน|ก่อน|หลัง|ตั้งแต่|ถึง|ประมาณ|เกือบ)"
    r"\s*(?:วันที่|ที่|มาตรา|ข้อ|ร้อยละ|ระดับ|เวลา)?\s*$"
)
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_UPWARDS = re.compile(r"^[^\d\n]{0,20}?(ขึ้นไป|ลงมา)")


@dataclass(frozen=True)
class Number:
    """One number of a text: as it is written, in Arabic digits or words, what stands before it, what it counts, and its bound."""

    written: str
    label: str = ""
    unit: str = ""
    bound: str = ""

    def stands_for(self, said: Number) -> bool:
        """Say whether what was said of a number holds of this one: the same writing and bound, and no label or unit but its own."""
        same = said.written == self.written and said.bound == self.bound
        return same and said.label in ("", self.label) and said.unit in ("", self.unit)


def numbers(text: str) -> list[Number]:
    """List the numbers of a text, in order."""
    folded = _SHORT_MONTH.sub(lambda found: f" {MONTHS[SHORT_MONTHS.index(found[1])]}", fold(text))
    return [_number(folded, found) for found in _NUMBER.finditer(folded)]


def day(text: str) -> date:
    """Read a day, the year first; a year over 2400 is one of the Buddhist era.

    Raises:
        ValueError: it is none.
    """
    found = _DAY.fullmatch(arabic(text.strip()))
    try:
        year, month, number = map(int, found.groups() if found else ())
        return date(year - 543 if year > 2400 else year, month, number)
    except ValueError:
        raise ValueError(f"{text!r} is not a date such as 2024-10-01 or 2567-10-01") from None


def cuts_a_number(text: str, place: int) -> bool:
    """Say whether a place of a text lies inside a number."""
    return any(found.start() < place < found.end() for found in _NUMBER.finditer(arabic(text)))


def is_number(word: str) -> bool:
    """Say whether a word is a number and nothing else."""
    return bool(_NUMBER.fullmatch(fold(word)))


def _number(folded: str, found: re.Match[str]) -> Number:
    before, after = folded[max(0, found.start() - 40) : found.start()], folded[found.end() : found.end() + 40]
    label, unit, bound, upwards = _LABEL.search(before), _UNIT.match(after), _BOUND.search(before), _UPWARDS.match(after)
    named, counted = label[1] if label else "", unit[1] if unit else ""
    if named == "ร้อยละ" or counted == "เปอร์เซ็นต์":
        named, counted = "", "%"
    return Number(found[0], named, counted, (bound[1] if bound else "") + (upwards[1] if upwards else ""))
