"""Attempts to misuse the clinic, however disguised: other rules for it, its prompt, secrets, other people's questions, put-on roles.

A question about a procedure is no attempt: how a password is changed, which order is repealed, who acts as secretary.
"""

from __future__ import annotations

import re

from app.answering.disguise import readings

_YOURS = r"ของ\s*(คุณ|เธอ|แก|มึง|ระบบนี้|ระบบคุณ|บอท|บอต|คลินิก|ตัวเอง|ai|เอไอ)"
_ORDERS = r"(คำสั่ง|กฎ|ข้อกำหนด|กติกา|ข้อจำกัด|ข้อห้าม|เงื่อนไข|พรอม\S?ท?์?ต?์?|prompt|instructions?|นโยบาย|ตัวกรอง|แนวทาง|คำแนะนำ|โปรแกรม)"
_HIDDEN = (
    r"(รหัสผ่าน|รหัสลับ|พาสเวิร์ด|พาสเวิด|password|passwd|passcode|api[ -]?keys?|access[ -]?tokens?|tokens?|โทเคน|โทเค็น|secret[ _-]?keys?"
    r"|client secrets?"
    r"|private keys?|credentials?"
    r"|คีย์ลับ|กุญแจลับ|ไฟล์ \.?env|\.env\b|environment variables?|ตัวแปรสภาพแวดล้อม|connection strings?|database_url|channel_secret"
    r"|line_channel\w*|llm_api_key|console_secret\w*)"
)
_GIVE = r"(ขอดู|ขอ(?!ง)|บอก|ส่ง|แสดง|เปิดเผย|แจก|เผย|โชว์|อยากได้|อยากรู้|พิมพ์|คัดลอก|ทวน|ท่อง|อ่าน|ดึง|ดาวน์โหลด|ก๊อป|ก็อป|กอปปี้|export|dump|เอา|ให้ดู)"
_SHOW = (
    r"(show|reveal|print|repeat|output|tell|give|display|leak|dump|recite|list|send|share|disclose|expose|summari[sz]e|translate|copy"
    r"|paste"
    r"|what(?:'s| is| are| was| were)|read)"
)
_ASIDE = r"[^.!?\n]{0,40}?"
# what makes a question of it: how a thing is done, by whom, by when
_PROCEDURE = re.compile(
    r"ต้อง(?!การ)|ติดต่อ|อย่างไร|ยังไง|ทำไง|(?<!อยู่)ที่ไหน|กับใคร|จากใคร|ใครเป็น|กี่|ขั้นตอน|วิธี|หมดอายุ|นโยบาย|หลักเกณฑ์|เปลี่ยน|รีเซ็ต|reset|กู้คืน|how (do"
    r"|can|should|to)"
    r"|who (do|can|should)|where (do|can)|procedure|policy"
)

_ALWAYS = re.compile(
    # other rules than ours
    r"\b(ignore|disregard|forget|override|bypass|circumvent|drop|discard|neglect|violate|set aside|put aside|reset|abandon|unlearn"
    r"|erase|stop (following|obeying)|do(n'?t"
    r"| not) (follow|obey))\b"
    rf"{_ASIDE}\b(instructions?|prompts?|rules?|guidelines?|directions?|directives?|restrictions?|guidance|policies|policy|guardrails?"
    rf"|filters?|programming|constraints?|everything)\b"
    rf"{_ASIDE}"
    rf"|(ลืม|เพิกเฉย|ละเลย|เมิน|ไม่ต้องสนใจ|อย่าสนใจ|ไม่สนใจ|อย่าทำตาม|เลิกทำตาม|หยุดทำตาม|ฝ่าฝืน|แหก)\s*(ต่อ|จาก|ตาม)?\s*{_ORDERS}"
    rf"|(ยกเลิก|ปิด|ปลด|ข้าม|ละเว้น|เลี่ยง|ลบ|ปลดล็อก|ไม่ต้องทำตาม|เปลี่ยน|แก้)\s*{_ORDERS}\S*\s*(ทั้งหมด|เดิม|ข้างต้น|ก่อนหน้า"
    rf"|ที่ผ่านมา)?\s*({_YOURS}|ที่(คุณ|เธอ)?ได้รับ|ที่ตั้งไว้|ก่อนหน้านี้ทั้งหมด)"
    rf"|(ignore|bypass|override|forget|disregard)\s*{_ORDERS}"
    r"|\b(new|updated|real|secret|actual) (system )?(instructions?|rules?|orders?|task)\s*(:|are|is)|คำสั่งใหม่\s*(จากผู้ดูแล"
    r"|ของระบบ|คือ\s|:)|(ตั้งแต่|นับจาก)(บัดนี้|นี้ไป|ตอนนี้|นี้)\S*\s*(คุณ|เธอ|บอท|ให้ตอบ|จงตอบ|ตอบ)"
    r"|<\|[a-z_]+\|>|\[/?inst\]|<</?sys>>|(?:^|\s)#{2,}\s*(system|instruction|assistant)|(?:^|\n|\s{2})(system|assistant"
    r"|developer)\s*:\s*\S|</?(system|assistant|passage|context|instructions?)>"
    r"|(ทำเหมือน|ทำเป็น|ถือ|สมมติ|สมมุติ|แกล้ง)ว่า\s*(ไม่มี(คำสั่ง|กฎ|ข้อจำกัด|ข้อห้าม)|(คำสั่ง|กฎ|ข้อจำกัด|ข้อห้าม)\S{0,10}\s*(ไม่มี|หาย))"
    r"|\bput (\w+ ){0,3}(rules|instructions|guidelines|restrictions|limits) (away|aside)\b|\bwith no (limits|rules|restrictions"
    r"|filters)\b"
    r"|(ไม่มีกฎ|ไม่ถูกจำกัด|ไม่ถูกห้าม|ไม่ติดข้อจำกัด)\s*\S{0,8}(คุณ|เธอ|บอท)|ตอบ\S{0,20}\s*(โดย)?\s*ไม่ต้อง(ทำตาม|อ้าง|สนใจ|ยึด)"
    # its prompt
    r"|\b(instructions?|rules|orders)\b.{0,12}\b(were|was) (you )?given\b|\bgiven (to you )?by (the |your )?(developers?|creators?"
    r"|system)\b"
    r"|system[ _-]?prompt|(hidden|initial|original|secret|developer|internal|base|pre)[ -]?(prompts?|instructions?|messages?"
    r"|directives?)"
    rf"|\b{_SHOW}\b{_ASIDE}\b(your|the|all|its)\b{_ASIDE}\b(prompts?|instructions?|guidelines you|rules you|configuration"
    rf"|system message|settings)\b"
    r"|(repeat|print|output|copy|translate|say|summari[sz]e)\b.{0,30}\b(words?|text|everything|all|message|content"
    r"|lines?)\b.{0,20}\b(above|before|so far|verbatim|preceding)|starting with [\"'“]?you are"
    rf"|({_GIVE}|{_SHOW}\b)(?!\S*(คู่มือ|หลักสูตร|เขียน|อบรม|ตัวอย่าง|แนวทาง))\S{{0,20}}\s*(พรอมต์|พรอมท์|พร้อมต์|พร้อมท์|prompt|คำสั่ง(ของ)?ระบบ"
    rf"|คำสั่งลับ|คำสั่งตั้งต้น|คำสั่งเริ่มต้น|คำสั่งภายใน|กฎลับ|กฎภายใน"
    rf"|ข้อความระบบ)"
    r"|(คำสั่ง|กฎ|ข้อความ|พรอมต์|instructions?|prompt)\S{0,12}\s*(ที่)\s*(คุณ|เธอ|บอท|ระบบ|ผู้พัฒนา|นักพัฒนา)\S{0,6}\s*(ได้รับ|ถูกตั้ง|ตั้ง|ใช้อยู่"
    r"|ให้ไว้|ซ่อน)"
    r"|\byour (context|memory|training data|hidden text|creator|developers?)\b"
    r"|\byou\b.{0,20}\b(told|trained|programmed|instructed|configured|restricted)\b|\b(before|above) (this|our) (conversation|chat"
    r"|message)"
    r"|(คำสั่ง|พรอมต์|ข้อความ)\S{0,12}\s*(เบื้องหลัง|แรกสุด|แรกของ(การสนทนา|แชท)|ก่อนเริ่ม(การสนทนา|แชท|คุย))"
    # a role
    r"|\b(developer|debug|god|admin|sudo|root|maintenance|unrestricted|dan|jailbreak) mode\b|jail ?break"
    r"|\bdan\b.{0,20}(anything now|mode)|do anything now|without (any )?(restrictions|filters|limits|censorship)"
    r"|(^|[.!?,;:]\s*|please |now |and |then |must |will |[ก-๙]\s*)(act|behave|respond|answer|speak|reply) (as|like) (a|an|my|the|if"
    r"|though)?\s*"
    r"(you|unrestricted|evil|hacker|admin|developer|dan|grandm|root|superuser|human|different|another|uncensored|system|linux"
    r"|terminal|ai|chief|secretary|minister|prime)"
    r"|\b(pretend|imagine|suppose|role-?play|assume)\b.{0,25}\byou('re| are| were| have| can)?\b|\byou are (now|no longer)\b"
    r"|from now on,? (you|your|answer|respond|reply)|\blet'?s (play|role)|my (late |dead )?grandm\w+ (used|would)"
    r"|\brole-?play(ing)? (as|that)\b"
    r"|\b(switch|change|go|enter|enable|activate)\b.{0,15}\bmode\b|\bas (chatgpt|gpt-?\d*|claude|gemini|siri)\b|\b(root|admin|shell"
    r"|sudo) access\b"
    r"|เปลี่ยน(บทบาท|ตัวตน|บุคลิก|นิสัย)\s*เป็น|เรียก(ตัวเอง|ผม|ฉัน|ดิฉัน|หนู)\s*ว่า"
    r"|(สมมติ|สมมุติ|แกล้ง|ทำเป็น|ทำตัว|สวมบท|เล่นบท|เล่นเป็น|แสดงบท|รับบท|จำลอง|ทำท่า|สวมวิญญาณ|จินตนาการ)\S{0,12}\s*(ให้|ว่า)?\s*(คุณ(?!สมบัติ|ภาพ"
    r"|ธรรม|ค่า|วุฒิ|ลักษณะ)"
    r"|เธอ|บอท|บอต|ตัวเอง|แชทบอท)"
    r"|(สวมบท|เล่นบท|รับบท|แกล้งเป็น|แสดงเป็น|ทำตัวเป็น|เล่นเป็น|ทำเป็น)\S*\s*(เป็น)?\s*(แอดมิน|ผู้ดูแล|เลขา|รัฐมนตรี|นายก|แฮกเกอร์|admin|hacker"
    r"|อธิบดี|คุณยาย|คุณย่า|ai|เอไอ|คนที่ไม่)"
    r"|(คุณ(?!สมบัติ|ภาพ|ธรรม|ค่า|วุฒิ|ลักษณะ)|เธอ|บอท)\S{0,10}\s*(คือ|เป็น|กลายเป็น|ไม่ใช่)\s*(แอดมิน|แฮกเกอร์|dan\b|ผู้ดูแลระบบ|ai ที่ไม่|เอไอที่ไม่"
    r"|เลขาธิการ|รัฐมนตรี|นายก|โมเดลที่"
    r"|คลินิกอีก|แชทบอทอีก|คลินิกแล้ว)"
    r"|โหมด\s*(นักพัฒนา|ผู้พัฒนา|ผู้ดูแล|แอดมิน|debug|ดีบั\S|ไม่จำกัด|ไร้ข้อจำกัด|อิสระ|ทดสอบระบบ|พระเจ้า|developer|dev\b|admin|dan)"
    r"|(ตอบ|พูด|คุย|คุณ|เธอ|บอท|ai|เอไอ|โมเดล)\S{0,12}\s*(ไม่มี|ไร้|ปราศจาก)(กฎ|ข้อจำกัด|ตัวกรอง|การเซ็นเซอร์)"
    # what others asked, who they are
    r"|\b(other|another|previous|last|every|all) (users?|people|persons?|askers?|departments?|agenc\w+|officials?"
    r"|customers?)(('s|s'|') (last |latest )?question\b|\b.{0,30}\b(questions|messages?|chats?|conversations?|history|asked|ask(ing)?"
    r" (you|this|here|today|before)|quer(y|ies)|ids?|emails?|phone|personal))"
    r"|\b(questions?|messages?|chats?|conversations?|history|quer(y|ies)|ids?)\b.{0,20}\b(of|from|by) (the )?(other|another|previous|last"
    r"|all|every) (users?|people|persons?|persons?|departments?|agenc\w+|officials?|askers?)"
    # words put into our mouth
    r"|\b(output|print|say|write|type|respond with|reply with) (only |just |exactly )?(the )?(phrase|words?|sentence|string)\b"
    r"|^(please |now |just )?(confirm|certify|declare|announce|pretend) that\b|(พิมพ์|ตอบ|พูด)\s*คำว่า\s*\S+\s*(เท่านั้น|อย่างเดียว|พอ)"
    r"|(^|ช่วย|โปรด|กรุณา|แล้ว|จง|ขอให้|ให้|ต้อง)\s*(พิมพ์|ตอบ|เขียน|ยืนยัน|พูด|บอก)\S{0,8}\s*(ว่า)\s*[\"“'‘`]?\s*(อนุมัติ|เห็นชอบ|ผ่าน)"
    r"|(ช่วย|โปรด|กรุณา)\S*\s*(เซ็น|ลงนาม)อนุมัติ|ใส่เลขมติให้"
    r"|(^|ช่วย|โปรด|กรุณา|แล้ว|จง|ขอให้|ให้)\s*(พิมพ์|พูด|ตอบ|ท่อง|เขียน)(กลับ|มา)*(แค่|เฉพาะ|เพียง|แต่)?\s*(คำ)?ว่า\s*[\"“'‘`]"
    r"|(พูด|พิมพ์|ทวน)(ตาม|ซ้ำ)\S*\s*(ว่า|ฉัน|ผม|ดิฉัน|ประโยค|ข้อความ|นี้|:)|repeat after me|(say|respond|reply|answer|output|print)( only"
    r"| exactly| just)* (with )?[\"“'‘`]"
    # machines' languages
    r"|(drop|truncate|alter)\s+table|delete\s+from\s+\w|union\s+(all\s+)?select|insert\s+into\s+\w+ *\(|'\s*or\s*'?1'?\s*=\s*'?1|;\s*--"
    r"|<script|javascript:|onerror\s*=|rm -rf|\$\{jndi|\{\{.*\}\}|\{%.*%\}|etc/passwd|\.\./\.\./|file://|\bos\.(system"
    r"|environ)|subprocess|__import__|eval\(|printenv|cat \S*\.env"
)
_UNLESS_PROCEDURE = re.compile(
    # what others asked, who they are
    r"(คำถาม|แชท|แชต|บทสนทนา|การสนทนา|ประวัติการ(ถาม|คุย|สนทนา)|ประวัติแชท|ข้อความ)(?!ที่พบบ่อย)\S*?\s*(ของ|จาก|ที่)\s*(คนอื่น|คนก่อน"
    r"|คนล่าสุด|คนที่แล้ว|ผู้ใช้\S*(อื่น|ก่อน|ล่าสุด|ทั้งหมด|ราย)|ผู้ถาม|user|ทุกคน|คนถาม)"
    r"|(คำถาม|แชท|แชต|บทสนทนา|ประวัติการ(ถาม|คุย)|ประวัติแชท)(?!ที่พบบ่อย)\S*\s*ของ\s*(หน่วยงานอื่น|กรมอื่น|กรมข้าง|กระทรวงอื่น|หน่วยงานข้าง)"
    r"|(คนอื่น|คนก่อน|คนล่าสุด|ผู้ใช้\S*(อื่น|ก่อน|ล่าสุด)|user อื่น|กรมอื่น|กรมข้าง\S*|หน่วยงานอื่น)\S*\s*(เขา|เคย)?\s*(ถาม|คุย|พิมพ์|แชท"
    r"|ปรึกษา)\s*(คลินิก|บอท|มา|เข้ามา)?\s*(ว่า)?\s*(อะไร|เรื่องอะไร|เรื่องไหน|ยังไง)"
    r"|(เลขบัตรประชาชน|เลขประจำตัวประชาชน|เบอร์มือถือ|เบอร์ส่วนตัว|เบอร์บ้าน|ที่อยู่บ้าน|ไลน์ส่วนตัว|line ส่วนตัว|อีเมลส่วนตัว)\S*\s*(ของ|กับ|และ|ผอ"
    r"|เจ้าหน้าที่|อธิบดี|คุณ|เลขา|ข้าราชการ|รัฐมนตรี|ผู้ใช้|คนถาม)|เปิดเผยรายชื่อ"
    r"|ใคร(เคย|มา)?(ถาม|ปรึกษา|คุย)\s*(เรื่อง|คลินิก|บอท|กับบอท)"
    r"|\bwhat\b.{0,40}\b(departments?|ministr\w+|agenc\w+|users?|persons?|people|someone|anyone|they|he|she)\b.{0,25}\b(asked|typed"
    r"|wrote)\b"
    r"|\bwho else (used|uses|asked|is using|talked)\b|(เมื่อวาน|วันนี้|สัปดาห์นี้|อาทิตย์นี้|เดือนนี้|ล่าสุด)\s*(นี้)?\s*มีใคร\S*\s*(มา)?(ถาม|ใช้|คุย|ปรึกษา|ทัก)"
    rf"|{_GIVE}\S{{0,6}}\s*(log|ล็อก|บันทึก|ฐานข้อมูล|ไฟล์ฐานข้อมูล|ไฟล์)\s*(การ)?(สนทนา|แชท|คำถามทั้งหมด|คำถามของผู้|ผู้ใช้|ข้อความ)"
    # what opens doors
    r"|(เชื่อมต่อ|เข้าสู่ระบบ|ล็อกอิน|login)\S*\s*(ด้วย|ใช้)\s*รหัส\s*(อะไร|ไหน)"
    rf"|{_GIVE}\S{{0,20}}\s*(user\w*|ชื่อผู้ใช้|ยูสเซอร์)?\s*(และ|กับ|/|,)?\s*{_HIDDEN}"
    rf"|{_HIDDEN}\S*\s*(ของ)?\s*(คุณ|เธอ|บอท|บอต|แอดมิน|admin|ผู้ดูแล\S*|คลินิก|ฐานข้อมูล|database|server|เซิร์ฟเวอร์|ระบบ\S*|e-?sar|line"
    rf"|ผอ\S*|เจ้าหน้าที่|อธิบดี|คนอื่น)\S*\s*(คืออะไร|คือ|อะไร|เท่าไร|หน่อย|ที)"
    rf"|{_HIDDEN}\s*(ของ)\s*(คุณ|เธอ|บอท|บอต|แอดมิน|admin|ผู้ดูแล|คลินิก|ฐานข้อมูล|เซิร์ฟเวอร์|คนอื่น)"
    rf"|\b{_SHOW}\b{_ASIDE}({_HIDDEN}|\b(user|line)[ _-]?ids?\b)"
    r"|(ขอ(?!ง)|บอก|แสดง|ดึง|ดาวน์โหลด|export|dump|เปิดเผย|list)\S{0,15}\s*(รายชื่อ|ไอดี|line id|user ?ids?|เบอร์|อีเมล|ข้อมูลส่วนตัว"
    r"|ข้อมูลส่วนบุคคล)\S*\s*(ของ)?\s*(ผู้ใช้|คนถาม|ผู้ถาม|users?|คนที่(ทัก|ถาม)|ทุกคน)"
)


def is_misuse(text: str) -> bool:
    """Say whether a text tries to make the clinic do what it is not for."""
    for reading in readings(text):
        if _ALWAYS.search(reading) or (_UNLESS_PROCEDURE.search(reading) and not _PROCEDURE.search(reading)):
            return True
    return False
