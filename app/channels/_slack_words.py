"""What only Slack's surface says, and Slack's own way to write text: mentions, links and three characters that must be escaped."""

from __future__ import annotations

import re

from app.channels._text import clean, item, shorten, units

WORKING = "กำลังค้นหลักเกณฑ์…"
ASKED = "คำถาม: {question}"
CLOSE = "ปิด"
FORM = "เหตุผล"
SUBMIT = "ส่ง"
WHY = "คำตอบไม่ตรงอย่างไร"
MORE = "รายละเอียดเพิ่มเติม"
NOT_PERSONAL = "โปรดอย่าใส่ข้อมูลส่วนบุคคล"
SHARE = "แสดงให้ทุกคนเห็น"
SHARED = "ผู้ถามแสดงคำตอบนี้ให้ทุกคนเห็น"

# the staff's side
OPEN_CASE = "เปิดอ่าน"
TAKE_CASE = "รับเรื่อง"
IN_CONSOLE = "เปิดในเว็บเจ้าหน้าที่"
CASE = "เรื่องส่งต่อที่ {number}"
BACK = "กลับ"
SEND = "ส่งถึงผู้ถาม"
ANSWER_WORDS = "ข้อความถึงผู้ถาม"
HOW = "เมื่อส่งแล้ว"
ANSWER_ENDS = "จบเรื่อง ระบบกลับมาตอบอัตโนมัติ"
ASKS_BACK = "ยังไม่จบ รอผู้ถามตอบกลับ"
CLOSE_CASE = "ปิดเรื่อง"
CLOSE_SURE = "ปิดเรื่องนี้โดยไม่ส่งคำตอบ ระบบจะแจ้งผู้ถามว่าปิดแล้ว"
CLOSE_NO = "ยังไม่ปิด"
AGAIN = "หน้าต่างเปิดไม่ทัน กด “เปิดอ่าน” อีกครั้ง"
LINK_HOW = "พิมพ์ /clinic link ตามด้วยรหัสจากหน้า “บัญชีของฉัน” ในเว็บเจ้าหน้าที่"

_ANGLED = re.compile(r"<([^<>]*)>")
_MARKS = re.compile(r"([*_~`])")
JOINER = "\u2060"  # Slack has no escape for these; between two word joiners none opens or closes anything


def read(text: str) -> str:
    """Make plain words of what somebody wrote: mentions go, links and channels become their names, entities become characters."""
    named = _ANGLED.sub(_named, text)
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        named = named.replace(entity, character)
    return clean(named).strip()


def escape(text: str) -> str:
    """Make mrkdwn that shows exactly these words and calls nobody."""
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKS.sub(rf"{JOINER}\1{JOINER}", safe)


def fitting(text: str, most: int) -> str:
    """Shorten words so that they have at most `most` UTF-16 units once escaped."""
    shown = shorten(text, most)
    while units(escape(shown)) > most:
        shown = shorten(text, units(shown) * most // units(escape(shown)) - 1)
    return shown


def lines(text: str) -> str:
    """Write a corpus's text for a chat: list items with bullets, nothing before or behind."""
    return "\n".join(item(line) for line in clean(text).split("\n")).strip()


def _named(found: re.Match[str]) -> str:
    inner, _, label = found[1].partition("|")
    if inner.startswith(("@", "!")) and not inner.startswith("!date"):
        return " "
    if inner.startswith("#"):
        return f"#{label}" if label else " "
    return label or inner
