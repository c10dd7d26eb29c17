"""How the lines of letters, resolutions and manuals open: the marks of headings, questions and numbered points."""

from __future__ import annotations

import re
from dataclasses import dataclass

HEADING = 90  # characters; a longer numbered line is a sentence and is named by its number alone
_NAMES = (
    "สาระสำคัญของเรื่อง|สาระสำคัญ(?:และ\\S+)?|ข้อเท็จจริง|ข้อพิจารณา|ข้อเสนอ(?:แนะ)?|ความเป็นมา|หลักการและเหตุผล|เหตุผล(?:และ\\S+)?|วัตถุประสงค์|"
    "ขอบเขต|คำจำกัดความ|คำนิยาม|ผลการพิจารณา|ความเห็นของ\\S{1,40}|มติ(?:คณะรัฐมนตรี|ที่ประชุม)|หน้าที่(?:และอำนาจ|ความรับผิดชอบ)|"
    "ขั้นตอนการปฏิบัติงาน|วิธี(?:การ)?(?:ดำเนินการ|ปฏิบัติ)\\S{0,20}|หลักเกณฑ์(?:และ\\S+)?|ประโยชน์ที่\\S{0,30}|ผลกระทบ|เอกสารอ้างอิง|คำนำ|บทนำ|บทสรุป|ข้อควรระวัง"
)
RANKED = (  # from the outermost on; each ends all that stands below it
    ("part", re.compile(r"^(?P<mark>(?:ภาค|ลักษณะ|หมวด|บทที่|ส่วนที่|ตอนที่|องค์ประกอบที่)\s*\d{1,2})(?![\d.])(?P<rest>.{0,120})$")),
    ("annex", re.compile(r"^(?P<mark>(?:ภาคผนวก|เอกสารแนบ(?:ท้าย)?|บัญชี(?:แนบ)?ท้าย|ตารางแนบท้าย)(?:\s+\S{1,3})?)(?P<rest>(?:\s.{0,100})?)$")),
    ("name", re.compile(rf"^(?P<mark>{_NAMES})\s*:?(?P<rest>)$")),
    (
        "question",
        re.compile(
            r"^(?P<mark>(?:(?:คำ)?ถาม(?:ที่)?|ข้อหารือ(?:ที่)?|ประเด็น(?:คำ)?ถาม(?:ที่)?|Q(?:uestion)?)\s*\d{0,3}\s*[:.)/]\s*|(?:คำถามที่|ข้อหารือที่)\s*\d+\s+)(?P<rest>\S.{5,})$",
            re.IGNORECASE,
        ),
    ),
    ("indicator", re.compile(r"^(?P<mark>(?:ตัวชี้วัด(?:ที่|ร่วมที่)?|เกณฑ์ที่)\s*\d{1,2}(?:\.\d{1,2})*)(?![\d.])\s*:?\s*(?P<rest>\S.*)$")),
)
RANKS = tuple(style for style, _ in RANKED)
_NUMBERED = (
    ("unit", re.compile(r"^(?P<mark>ข้อ\s*(?P<number>\d{1,3}))(?:[.):]|\s)\s*(?P<rest>\S.*)$")),
    ("1.1.1", re.compile(r"^(?P<mark>\d{1,2}\.\d{1,2}\.(?P<number>\d{1,2}))[.)]?\s+(?P<rest>[^\d\s].*)$")),
    ("1.1", re.compile(r"^(?P<mark>\d{1,2}\.(?P<number>\d{1,2}))[.)]?\s+(?P<rest>[^\d\s].*)$")),
    ("1.", re.compile(r"^(?P<mark>(?P<number>\d{1,2})\.)\s*(?P<rest>[^\d\s].*)$")),
    ("1)", re.compile(r"^(?P<mark>(?P<number>\d{1,2})\))\s*(?P<rest>[^\d\s].*)$")),
    ("(1)", re.compile(r"^(?P<mark>\((?P<number>\d{1,2})\))\s*(?P<rest>\S.*)$")),
    ("(1.1)", re.compile(r"^(?P<mark>\(\d{1,2}\.(?P<number>\d{1,2})\))\s*(?P<rest>\S.*)$")),
    ("ก.", re.compile(r"^(?P<mark>(?P<letter>[ก-ฮ])\.)\s+(?P<rest>\S.*)$")),
    ("(ก)", re.compile(r"^(?P<mark>\((?P<letter>[ก-ฮ])\))\s*(?P<rest>\S.*)$")),
)
_LETTERS = "กขคงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ"
OUTER = {"1.1": ("1.",), "1.1.1": ("1.", "1.1"), "(1.1)": ("(1)",)}  # the number belongs to the one that it begins with


@dataclass(frozen=True)
class Mark:
    """How a line opens a branch: the style of its mark, the label and short name of its section, its number and what stands before it."""

    style: str
    label: str
    name: str = ""
    number: int = 0
    prefix: str = ""


def mark(line: str) -> Mark | None:
    """Read the mark of a line (in Arabic digits); None when it opens with none."""
    for style, pattern in RANKED:
        found = pattern.match(line)
        if found:
            label = found["rest"] if style == "question" else line if len(line) <= HEADING else found["mark"]
            return Mark(style, _plain(label), _plain(found["mark"]))
    for style, pattern in _NUMBERED:
        found = pattern.match(line)
        if found:
            groups = found.groupdict()
            number = int(groups["number"]) if groups.get("number") else _LETTERS.index(groups["letter"]) + 1
            prefix = found["mark"].strip("(").rpartition(".")[0] if style in OUTER else ""
            name = found["mark"] if style in ("unit", "(1)", "(1.1)", "(ก)") else f"ข้อ {found['mark'].rstrip('.)')}"
            return Mark(style, _plain(line if len(line) <= HEADING else name), _plain(name), number, prefix)
    return None


def _plain(text: str) -> str:
    return " ".join(text.split())
