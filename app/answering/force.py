"""The words that carry a rule's force: denial, exception, condition, duty, permission, bound; and how two texts differ in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from app.thai_numbers import MONTHS

Words = Callable[[str], list[str]]

_BOUNDS = r"ไม่เกิน|ไม่น้อยกว่า|ไม่ต่ำกว่า|ไม่มากกว่า|ไม่สูงกว่า"
# "หรือไม่" asks, "ไม่ว่า" widens, "ไม่ใช่น้อย" and the bounds are no denials of a verb
_DENIAL = re.compile(rf"(?!{_BOUNDS})(?<!หรือ)(ห้ามมิให้|ห้ามไม่ให้|ไม่(?!ว่า)|มิให้|มิได้|มิอาจ|มิควร|มิต้อง|มิใช่|มิชอบ|หามิได้|ห้าม|ปราศจาก|อย่า(?!ง))")
_BETWEEN = re.compile(r"[^ก-๙]*(ได้|อาจ|ควร|ต้อง|ใช่|เป็น|ถึงกับ)?[^ก-๙]*")  # what may stand inside a double denial

# a class that stands in one of the two texts stands in the other
_SAME_IN_BOTH = {
    "denial": _DENIAL,
    "exception": re.compile(r"เว้นแต่|ยกเว้น|เว้นเสียแต่|นอกจาก(?!นี้|นั้น)|ไม่รวม"),
    "only": re.compile(r"เท่านั้น|เฉพาะ|เพียง"),
    "condition": re.compile(r"ถ้า|หาก|กรณี"),
    "at_most": re.compile(r"ไม่เกิน|ไม่มากกว่า|ไม่สูงกว่า|อย่างมาก|มากที่สุดไม่"),
    "at_least": re.compile(r"ไม่น้อยกว่า|ไม่ต่ำกว่า|อย่างน้อย|ขึ้นไป"),
}
# what a claim says only when its quotation says it, or something that says as much
_NEEDS = tuple(
    (re.compile(claimed), re.compile(quoted))
    for claimed, quoted in (
        (r"(?<!ถูก)ต้อง", r"(?<!ถูก)ต้อง|(?<!ไม่)(?<!มิ)ให้(?!บริการ|คำ|ความ|แก่|กับ|คะแนน|ข้อมูล)"),
        (r"ควร|พึง", r"ควร|พึง"),
        (r"สามารถ|อาจ|(?<!ไม่)(?<!มิ)ได้(?!แก่|รับ|มา)", r"สามารถ|อาจ|(?<!ไม่)(?<!มิ)ได้(?!แก่|รับ|มา)|อนุญาต|มีอำนาจ|มีสิทธิ"),
    )
)
# and these stand in the quotation as they are
_LITERAL = re.compile(
    r"ทุก|ทั้งหมด|ทั้งสิ้น|ทั้งปวง|เสมอ|ตลอด|ทันที|โดยเร็ว|ก่อน|หลัง|ภายใน|ภายหลัง|เกิน|มากกว่า|น้อยกว่า|สูงกว่า|ต่ำกว่า|มากที่สุด|น้อยที่สุด|สูงสุด|ต่ำสุด|เพิ่ม|ลด|บังคับ"
    r"|ยกเลิก"
    r"|สิ้นสุด|เริ่ม|อนุมัติ|เห็นชอบ|อนุญาต|รับรอง|ไม่ผ่าน|ผ่าน|ชนะ|แพ้|ถูกต้อง|ผิด|โทษ|ปรับ|จำคุก|ฟรี|ค่าธรรมเนียม|อำนาจ|สิทธิ|หน้าที่"
    r"|วันนี้|พรุ่งนี้|เมื่อวาน|สัปดาห์หน้า|เดือนหน้า|ปีหน้า|ปีก่อน|ปีที่แล้ว|จันทร์|อังคาร|วันพุธ|พฤหัส|วันศุกร์|วันเสาร์|อาทิตย์"
    r"|[มกพตธส]\.[คพยต]\.|มี\.ค\.|เม\.ย\.|มิ\.ย\.|" + "|".join(MONTHS)
)
_SCOPE = 3  # words behind a denial that it surely denies
_MARK = " ไม่ "


def missing(claim: str, quote: str) -> str:
    """Name the force that one text has and the other has not; "" when they agree.

    Args:
        claim: what is said, folded.
        quote: the rule's words that should bear it, folded.
    """
    for name, pattern in _SAME_IN_BOTH.items():
        if bool(pattern.search(claim)) != bool(pattern.search(quote)):
            return name
    denials = len(_DENIAL.findall(claim))
    if denials > len(_DENIAL.findall(quote)) or (_denies_a_denial(claim) and not _denies_a_denial(quote)):
        return "double_denial"
    for claimed, quoted in _NEEDS:
        found = claimed.search(claim)
        if found and not quoted.search(quote):
            return found[0]
    return next((found[0] for found in _LITERAL.finditer(claim) if found[0] not in quote), "")


def _denies_a_denial(text: str) -> bool:
    found = list(_DENIAL.finditer(text))
    return any(_BETWEEN.fullmatch(text[one.end() : other.start()]) for one, other in pairwise(found))


def excepts(text: str) -> bool:
    """Say whether a text makes an exception."""
    return bool(_SAME_IN_BOTH["exception"].search(text))


def conditions(text: str) -> bool:
    """Say whether a text sets a condition or speaks of some cases only."""
    return bool(_SAME_IN_BOTH["condition"].search(text) or _SAME_IN_BOTH["only"].search(text))


def flipped(claim: str, quote: str, words: Words) -> str:
    """Name a word that the claim denies and the quotation affirms, or the other way; "" when there is none."""
    said, ruled = _polarities(claim, words), _polarities(quote, words)
    return next((word for word, how in said.items() if word in ruled and not how <= ruled[word]), "")


def ends_denying(before: str, words: Words) -> bool:
    """Say whether a text ends so that what follows it is denied."""
    tokens = _marked(before, words)
    return "ไม่" in tokens[-_SCOPE:]


def _marked(text: str, words: Words) -> list[str]:
    return words(_DENIAL.sub(_MARK, text))


def _polarities(text: str, words: Words) -> dict[str, set[bool]]:
    """Say of each word of a text whether it stands denied, affirmed or both."""
    found: dict[str, set[bool]] = {}
    left = 0
    for word in _marked(text, words):
        if word == "ไม่":
            left = _SCOPE
        else:
            found.setdefault(word, set()).add(left <= 0)
            left -= 1
    return found
