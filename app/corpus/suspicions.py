"""What does not belong into a rule: words to a language model, characters that nobody sees, letters in disorder."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from app.formats.base import Block
from app.thai_words import plausibility

SAMPLE = 6_000  # letters of a document whose plausibility is measured
FEW = 150  # letters; fewer say nothing about the whole
A_LINE = 20  # letters; as many show a wrong encoding, if nothing else
_ORDERS = re.compile(
    r"""
    \b(ignore|disregard|forget|override)\s+(all\s+|any\s+|every\s+)?(of\s+)?(the\s+|your\s+|these\s+|those\s+)?
        (previous|prior|above|earlier|preceding|existing|system|foregoing)\s+(\w+\s+)?(instruction|prompt|rule|direction|guideline|message|context)s?
    |\b(your|the)\s+(system|hidden|initial)\s+prompt\b
    |\byou\s+are\s+(now\s+)?(a|an|the)\s+(\w+\s+){0,3}(assistant|chat\s?bot|language\s+model|ai)\b
    |\b(new|updated|secret)\s+(system\s+)?instructions?\s*:
    |\bas\s+an?\s+(ai|artificial\s+intelligence|large\s+language\s+model|language\s+model)\b.{0,40}\b(must|should|always|answer|reply)
    |\b(always|only)\s+(answer|reply|respond)\s+(with|that|to\s+(every|any|all))
    |<\|\s*(im_start|im_end|system|user|assistant|endoftext)\s*\|>
    |\[/?INST\]|<</?SYS>>|^\s*\#{2,}\s*(system|instruction|assistant)s?\s*:?\s*$|^\s*(system|assistant)\s*:\s
    |(เพิกเฉย|ละเลย|ไม่ต้องสนใจ|ไม่ต้องทำตาม|อย่าสนใจ|อย่าทำตาม|ลืม|ข้าม|ละทิ้ง)\s*(ต่อ|ซึ่ง)?\s*(คำสั่ง|คำแนะนำ|ข้อกำหนด|กฎ|พรอมต์|ข้อความ)(\S{0,12}|\s)
        \s*(ก่อนหน้า|ข้างต้น|ทั้งหมด|เดิม|ที่ผ่านมา|ที่ได้รับ|ของระบบ)
    |(คุณ|เธอ|ท่าน)\s*(คือ|เป็น|ไม่ใช่)\s*(แชต?บอต|แชท?บอท|ผู้ช่วย\s*(ai|เอไอ|อัจฉริยะ|เสมือน)|ai|เอไอ|โมเดล|ปัญญาประดิษฐ์|แบบจำลองภาษา)
    |(ให้|ขอให้|สั่งให้)\s*(ai|เอไอ|แชต?บอต|แชท?บอท|บอต|บอท|โมเดล(ภาษา)?|แบบจำลองภาษา|ผู้ช่วยเสมือน|ปัญญาประดิษฐ์|llm|gpt)\s*(นี้)?\s*(ตอบ|แจ้ง|บอก|พูด|แสดง|เขียน|สรุป)
    |(ถ้า|หาก|เมื่อ)\s*(คุณ)?\s*(เป็น|คือ)\s*(ai|เอไอ|โมเดลภาษา|แบบจำลองภาษา|แชต?บอต|แชท?บอท|llm)
    |(ถึง|เรียน|แจ้ง)\s*(ai|เอไอ|โมเดล(ภาษา)?|แบบจำลองภาษา|แชต?บอต|แชท?บอท|บอต|บอท|ผู้ช่วยเสมือน|ปัญญาประดิษฐ์|llm|gpt)\s*(:|ให้|ห้าม|ต้อง|โปรด|กรุณา|จง)
    |(ai|เอไอ|โมเดล(ภาษา)?|แบบจำลองภาษา|แชต?บอต|แชท?บอท|บอต|บอท|ผู้ช่วยเสมือน|ปัญญาประดิษฐ์|llm|gpt)\s*(ที่|ซึ่ง)?\s*(อ่าน|พบ|เห็น|ได้รับ|ประมวลผล)(ถึง)?\s*(ตรงนี้|(เอกสาร|ข้อความ|ย่อหน้า|ประโยค|บรรทัด)นี้)
    |(ai|เอไอ|โมเดลภาษา|แบบจำลองภาษา|แชต?บอต|แชท?บอท|บอต|บอท|ผู้ช่วยเสมือน|ปัญญาประดิษฐ์|llm|gpt)\s*(ต้อง|จง|พึง|ให้)\s*
        ((ตอบ|บอก|แจ้ง|ยืนยัน|สรุป)\S{0,40}?\s*ว่า|(บอก|เปิดเผย|แสดง|พิมพ์|ส่ง)\s*(รหัส|พรอม|คำสั่ง|คำถาม|ข้อมูลผู้|ข้อความผู้))
    |(สำหรับ|ถึง|เฉพาะ)\s*(ระบบอัตโนมัติ|ai|เอไอ|โมเดลภาษา|แบบจำลองภาษา|แชต?บอต|แชท?บอท|บอต|บอท|ผู้ช่วยเสมือน|ปัญญาประดิษฐ์|llm|gpt)\s*(:|\)|ให้ตอบ|โปรด|กรุณา|จง)
    |(ผู้ช่วย\s*(ai|เอไอ)|ผู้ช่วยเสมือน|แชต?บอต|แชท?บอท|โมเดลภาษา|llm)\s*(โปรด|กรุณา|จง)
    |\b(ai|assistants?|chat\s?bots?|llms?|language\s+models?)\s+(that\s+|which\s+|who\s+)?read(s|ing)?\s+this\b
    |\bdo\s+not\s+follow\s+(any|the|all|other)\s+(\w+\s+){0,2}instructions?\b
    |\bnotes?\s+(to|for)\s+(the\s+|any\s+|all\s+)?(chat\s?bots?|ais?|llms?|assistants?|language\s+models?)\b
    |\b(assistants?|chat\s?bots?|ai|llms?|language\s+models?)\s+(must|shall|has\s+to|have\s+to)\s+(\w+\s+){0,2}(reply|respond|answer|say|tell|output|print|reveal|ignore)
    |\b(ignore|disregard)\s+(the\s+)?(user|question|asker|reader)|^\s*\#{2,}\s*(system|instruction|assistant)s?\s*:
    |(พรอมต์|พร้อมท์|คำสั่ง)\s*(ของ)?ระบบ\s*(เดิม|ใหม่|ต่อไปนี้|คือ|:)|system\s+prompt\s*(คือ|:)
    """,
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
# every alternative above needs one of these: most texts hold none and are not looked at more closely
_HINTS = tuple(
    """
    ignore disregard forget override prompt instruction assistant bot model ai llm gpt artificial answer reply
    respond <| [inst [/inst <<sys <</sys ## system follow เพิกเฉย ละเลย ไม่ต้องสนใจ ไม่ต้องทำตาม อย่าสนใจ อย่าทำตาม
    ลืม ข้าม ละทิ้ง บอต บอท โมเดล แบบจำลองภาษา ผู้ช่วย เอไอ ปัญญาประดิษฐ์ ระบบอัตโนมัติ พรอมต์ พร้อมท์ คำสั่ง
    """.split()  # noqa: SIM905 - as a list it would be a screen long
)
_UNSEEN = (
    ("letters of the invisible Unicode tags", re.compile("[\U000e0000-\U000e007f]")),
    ("marks that turn the direction of text", re.compile("[\u202a\u202b\u202d\u202e\u2066\u2067]")),
    ("a row of zero-width characters", re.compile("[\u200b-\u200d\u2060-\u2064\ufeff\u180e]{4,}")),
    ("a row of variation selectors", re.compile("[\ufe00-\ufe0f]{3,}|[\U000e0100-\U000e01ef]")),
)
_THAI = re.compile("[ก-ฮ]")
_MOJIBAKE = re.compile("[\u0080-\u009f¡-¯±-¶¸-¼¾-ÖØ-öø-þ\ufffd]")  # Thai bytes read as Western letters; not · ° × ÷ ½
_LETTERS = re.compile(r"[^\W\d_]")


def orders(text: str) -> list[str]:
    """List the words of a text that speak to a language model instead of to a reader."""
    lowered = text.lower()
    if not any(hint in lowered for hint in _HINTS):
        return []
    return [" ".join(found[0].split())[:120] for found in _ORDERS.finditer(text)]


def unseen(blocks: Iterable[Block]) -> list[str]:
    """Say which characters that nobody sees a file holds; as its reader gave it, because repair removes them."""
    found = []
    text = "\n".join(block.text for block in blocks)
    for name, pattern in _UNSEEN:
        count = len(pattern.findall(text))
        if count:
            found.append(f"{name} ({count} times)")
    return found


def legibility(texts: Sequence[str]) -> float:
    """Measure how much of a document reads like language.

    Returns:
        1.0 for faultless text, about 0.97 for real documents, below 0.8 where letters are lost; near 0 for text in a wrong encoding.
    """
    step = max(1, sum(map(len, texts)) // SAMPLE)
    text = "\n".join(texts[::step])[:SAMPLE]
    letters = len(_LETTERS.findall(text)) + text.count("\ufffd")
    broken = len(_MOJIBAKE.findall(text)) / max(letters, 1)
    if letters < FEW:
        return 0.0 if letters >= A_LINE and broken > 0.3 else 1.0  # no language has an accent on every third letter
    return (plausibility(text) if len(_THAI.findall(text)) > FEW else 1.0) * (1.0 - min(1.0, 2 * broken))
