"""What is decided without a search: courtesy, empty or endless messages, secret markings, misuse; and whose field a subject is."""

from __future__ import annotations

import re
from typing import Literal

from app.thai import fold

MAX_CHARACTERS = 2000

Finding = Literal["empty", "too_long", "secret", "misuse", "greeting", "thanks", "help"]

_COURTESY = r"(\s|ครับผม|ครับ|คับ|ค่ะ|คะ|ค่า|จ้า|จ้ะ|นะ|ๆ|ฯ|!|\.|,|มาก|เลย|ทุกคน|ท่าน|แอดมิน|คลินิก|ตอน|เช้า|บ่าย|เย็น|there|จ๊ะ|ฮะ|คร้าบ)*"
_GREETING = re.compile(rf"^(สวัสดี|หวัดดี|ดีจ้า|ดีครับ|ดีค่ะ|ฮัลโหล|อรุณสวัสดิ์|hello|hi|hey|good (morning|afternoon)|ทดสอบ|test){_COURTESY}$")
_THANKS = re.compile(rf"^(ขอบคุณ|ขอบใจ|ขอบพระคุณ|thanks?( you)?|thx|โอเค|ok|okay|รับทราบ|ทราบแล้ว|เข้าใจแล้ว|ได้แล้ว|เยี่ยม|ดีมาก){_COURTESY}$")
_HELP = re.compile(
    r"^(ช่วยเหลือ|help|เมนู|menu|วิธีใช้|วิธีใช้งาน|เริ่ม|start|\?)$"
    r"|^(คลินิก|บอท|แชท|คุณ|ระบบ|ที่นี่|นี่)?\s*(ถามอะไร|ทำอะไร|ช่วยอะไร|ตอบอะไร|ถามเรื่องอะไร|ปรึกษาอะไร|ตอบเรื่องอะไร)(ได้|เป็น)(บ้าง)?" + _COURTESY + "$"
    r"|^(คุณ|นี่)?(คือใคร|เป็นใคร)" + _COURTESY + "$|what can you do"
)
# a marking stands alone on a line, in brackets, or behind the words that announce it; a question about secrecy is no marking
_SECRET = re.compile(r"(?m)^\W*(ลับที่สุด|ลับมาก|ลับ)\W*$|[\[(【]\s*(ลับที่สุด|ลับมาก|ลับ)\s*[\])】]|ชั้นความลับ\s*[:：]\s*ลับ|^\s*(ลับที่สุด|ลับมาก)\s")
_MISUSE = re.compile(
    r"ignore (all |the |your )?(previous|above|prior|earlier)|disregard (all|the|your|previous)|system ?prompt"
    r"|developer (mode|message)|jailbreak|\bdan mode\b|act as|pretend (to be|you)|you are now"
    r"|(ลืม|เพิกเฉย|ละเว้น|ไม่ต้องสนใจ|ข้าม|ยกเลิก)\s*(คำสั่ง|กฎ|ข้อกำหนด|กติกา)\s*(ก่อนหน้า|เดิม|ข้างต้น|ทั้งหมด|ที่ผ่านมา|ของคุณ|ของระบบ)"
    r"|(แสดง|เปิดเผย|บอก|พิมพ์|ขอดู|ขอ)\S*\s*(พรอมต์|พรอมท์|prompt|คำสั่งระบบ|คำสั่งลับ)"
    r"|(สมมติ|สมมุติ|แกล้ง|ทำเป็น|สวมบท)\S*\s*(ว่า)?\s*(คุณ|เธอ|บอท|เป็น)\S*\s*(เป็น|คือ)?\s*(แอดมิน|ผู้ดูแล|เลขา|รัฐมนตรี|นายก|แฮกเกอร์|admin)"
    r"|(รหัสผ่าน|พาสเวิร์ด|password|api ?key|token|โทเคน|secret key)\S*\s*(ของ|ระบบ|e-?sar|บอท|แอดมิน|หน่อย|ขอ|คือ|อะไร|$)"
    r"|(ขอ|บอก)\S*\s*(รหัสผ่าน|password|api ?key|token)"
    r"|(พิมพ์|ตอบ|เขียน|ยืนยัน)\S*\s*(คำตอบ)?\s*(ว่า)\s*[\"“']?\s*(อนุมัติ|เห็นชอบ|ผ่าน)|(เซ็น|ลงนาม)อนุมัติ\S*\s*(ให้|โครง)|ใส่เลขมติให้"
    r"|(เลขบัตรประชาชน|เลขประจำตัวประชาชน|เบอร์มือถือ|เบอร์ส่วนตัว|ที่อยู่บ้าน|ไลน์ส่วนตัว|line ส่วนตัว)\S*\s*(ของ|กับ|และ|ผอ|เจ้าหน้าที่|อธิบดี|คุณ)"
    r"|(คำถาม|ข้อความ|ประวัติ|แชท)\S*\s*ของ(คนอื่น|ผู้ใช้อื่น|ผู้ใช้คนอื่น|หน่วยงานอื่น)|คนอื่น\S*ถามอะไร|รายชื่อ\S*(ผู้ใช้|คนถาม)"
    r"|(drop|delete|truncate) table|<script|rm -rf|เปิดเผยรายชื่อ"
)
# subjects that other offices answer for; decides only where the corpus itself has no good passage
_OUTSIDE = re.compile(
    r"เงินเดือน|ค่าครองชีพ|ค่าจ้าง|บำเหน็จ|บำนาญ|โบนัส|ตกเบิก|ค่าตอบแทนพิเศษ|เงินประจำตำแหน่ง|กบข|สหกรณ์|เงินกู้"
    r"|ลาพัก|ลาบวช|ลาป่วย|ลากิจ|ลาคลอด|ลาออก|ลาไป|วันลา|วันหยุด|หยุดยาว|ขอลา|ลาเลี้ยง|ลาดูแล"
    r"|ภาษี|ลดหย่อน|ภ\.?ง\.?ด|ssf|rmf|กองทุน|หุ้น|คริปโต|บิทคอยน์|หวย|สลาก|ดอกเบี้ย|ประกันสังคม|ประกันชีวิต"
    r"|ค่าเช่าบ้าน|ค่ารักษา|รักษาพยาบาล|เบิกจ่ายตรง|ค่าเล่าเรียน|เบี้ยเลี้ยง|ค่าเดินทาง|ค่าที่พัก|สวัสดิการ|ทำฟัน"
    r"|เลือกตั้ง|พรรค|นายก(คน|ฯ|รัฐมนตรี)?\s*(คน|ต่อไป|ใคร|เก่ง|ดี|นี้)|รัฐบาลชุด|ปรับ ครม|การเมือง|ม็อบ|ประท้วง|ส\.ส\.|รัฐประหาร|ยุบสภา"
    r"|แฟน|ดูดวง|ดวง|ราศี|ความรัก|หัวหน้าไม่ชอบ|ทะเลาะ|เครียด|เหงา|ซึมเศร้า|นินทา"
    r"|ตลก|มุก|กลอน|แต่งเพลง|นิทาน|ร้องเพลง|555|ฝนตก|อากาศ|ร้อนเนอะ|หนังน่าดู|ซีรีส์|ฟุตบอล|บอลคืน|ผลบอล|เกม|ทีมไหน"
    r"|python|javascript|\bcode\b|โค้ด|เขียนโปรแกรม|vlookup|สูตร excel|excel|แปลอีเมล|แปลภาษา|แปลเป็น|translate|ทำการบ้าน|เขียนเรียงความ"
    r"|ร้านอาหาร|ร้านข้าว|ร้านกาแฟ|อร่อย|ที่เที่ยว|โรงแรม|ตั๋วเครื่องบิน|ขับรถ|รถติด|กี่ชั่วโมง|สูตรอาหาร|ทำอาหาร|ลดน้ำหนัก"
    r"|เลื่อนเป็นชำนาญการ|เลื่อนระดับ|เลื่อนขั้น|ย้ายข้าราชการ|ขอย้าย|โอนย้าย|สอบ ก\.?พ|สอบบรรจุ|ภาค ก|เครื่องราช|วินัย|สอบสวน|ทุจริตคนไหน"
    r"|ให้ดูจำเป็น|ทั้งที่จริง|ปลอม"
)

# what no rule can answer: a case under way, an agency's own results, a person, a forecast
_OURS = r"(กรม|กอง|หน่วยงาน|กระทรวง|สำนักงาน|สำนัก|ศูนย์|จังหวัด|อบต\.?|เทศบาล|ส่วนราชการ|องค์การมหาชน)\S{0,20}?(ของ)?(เรา|ผม|หนู|ดิฉัน|พี่)"
_RESULT = r"(คะแนน|ผลประเมิน|ผลการประเมิน|ผล pmqa|ผลรางวัล|อันดับ|ระดับ|รางวัล)"
_MUCH = r"(เท่าไร|เท่าไหร่|เท่าใด|อะไร|ไหน|กี่|มั้ย|ไหม|หรือยัง|รึยัง|ยัง)"
_CASE = re.compile(
    r"(คำขอ|เรื่อง|หนังสือ|เอกสาร)\S*\s*\S*\s*(ของ)?\S*\s*(ถึงไหน|ไปถึงไหน|เลขรับ|ถึงขั้นไหน)"
    rf"|{_OURS}\S*\s*.{{0,30}}{_RESULT}\S*\s*.*{_MUCH}"
    rf"|{_RESULT}\S*\s*.{{0,40}}{_OURS}.*{_MUCH}"
    rf"|{_RESULT}\S*\s*.{{0,20}}ของ\s*(อบต|อบจ|เทศบาล|กรม|จังหวัด|โรงพยาบาล|รพ\.)\S+.*(เท่าไร|เท่าไหร่|เท่าใด|ที่เท่า|กี่|รึยัง|หรือยัง)"
    r"|ฟันธง|จะ(อนุมัติ|ให้|ผ่าน)(ไหม|มั้ย|หรือเปล่า|แน่)|(ตอนนี้|ปัจจุบัน)\S*\s*(ใครเป็น|ใครดำรง)|ชื่อเจ้าหน้าที่"
    r"|(เบอร์|ไลน์|line|อีเมล)\S*\s*(คลินิก|เจ้าหน้าที่|ผู้รับผิดชอบ)|นัดเข้า|ใครจะมาแทน|ใครจะได้|ใครได้เป็น"
    r"|(ปีหน้า|รอบหน้า|รุ่นหน้า)\S*\s*.{0,30}(จะได้|ได้ไหม|ได้มั้ย|เท่าไร|เท่าไหร่|กี่)|(ที่)?ยังไม่ประกาศ\S*\s*(ขอดู|ขอ|ดูก่อน)"
)


def screen(question: str) -> Finding | None:
    """Say what decides the answer before any search, or nothing when the question goes on."""
    folded = fold(question)
    if not re.search(r"[\wก-๙]", folded):
        return "empty"
    if _SECRET.search(question):
        return "secret"
    if len(question) > MAX_CHARACTERS:
        return "too_long"
    if _MISUSE.search(folded):
        return "misuse"
    for finding, pattern in (("greeting", _GREETING), ("thanks", _THANKS), ("help", _HELP)):
        if pattern.search(folded):
            return finding  # type: ignore[return-value]
    return None


def outside_words(question: str) -> list[str]:
    """List the words of subjects that other offices answer for; they decide unless the corpus itself speaks of them."""
    return list(dict.fromkeys(match[0] for match in _OUTSIDE.finditer(fold(question))))


def is_about_a_case(question: str) -> bool:
    """Say whether only a person could know: a case under way, an agency's own result, somebody's name or number, a forecast."""
    return bool(_CASE.search(fold(question)))
