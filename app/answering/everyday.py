"""What people say in everyday Thai for what rules call otherwise; words of one field stand in the dictionary of its documents."""

from __future__ import annotations

from collections.abc import Iterable

from app.thai import fold

# by the rules' word; only words that rules themselves hardly use, for a second word that fits half as well finds the wrong section
_SAID = {
    "กำหนดเวลา": "เดดไลน์ deadline",
    "ขยายระยะเวลา": "ยืดเวลา",
    "ความเห็น": "ไอเดีย คอมเมนต์",
    "คุณสมบัติ": "สเปก สเปค",
    "งบประมาณ": "งบ ตังค์",
    "จำคุก": "ติดคุก",
    "ต่ำสุด": "แย่สุด แย่ที่สุด น้อยสุด",
    "ตัวอย่าง": "เคส",
    "ทดลองปฏิบัติหน้าที่ราชการ": "ทดลองงาน",
    "ทบทวน": "รื้อ",
    "ทำลาย": "ลบทิ้ง",
    "ประชาชน": "ชาวบ้าน",
    "ผู้ใต้บังคับบัญชา": "ลูกน้อง",
    "ผู้บังคับบัญชา": "เจ้านาย นาย บอส",
    "เผยแพร่": "โชว์ แชร์",
    "ร้อยละ": "เปอร์เซ็นต์ เปอร์เซ็น",
    "ลงมติ": "โหวต",
    "ลงลายมือชื่อ": "เซ็น เซ็นชื่อ",
    "วาจา": "ปากเปล่า",
    "วิธีการทางอิเล็กทรอนิกส์": "ออนไลน์",
    "สำเนา": "ก๊อปปี้ ก็อปปี้ copy",
    "สูงสุด": "ดีสุด เยอะสุด มากสุด เก่งสุด",
    "อินเทอร์เน็ต": "เน็ต",
    "อีเมล": "เมล เมล์ อีเมล์",
    "โทรศัพท์เคลื่อนที่": "มือถือ",
    "ไปรษณีย์อิเล็กทรอนิกส์": "อีเมล เมล เมล์ อีเมล์",
}
_RULES_WORD = [(fold(said), fold(word)) for word, many in _SAID.items() for said in many.split()]
_LONG = 5  # characters, from which on a word is looked for anywhere: the segmenter does not know them all


def in_rules_words(folded: str, words: Iterable[str]) -> list[str]:
    """List what rules say for the everyday words of a folded question and does not stand in it, each once.

    Args:
        folded: the question.
        words: the same, cut.
    """
    cut = set(words)
    meant = (word for said, word in _RULES_WORD if said in cut or (len(said) >= _LONG and said in folded))
    return [word for word in dict.fromkeys(meant) if word not in folded]
