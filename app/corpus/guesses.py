"""What a document without a sidecar says about itself: title, kind, number, issuer, dates, fiscal years, and which rule it ends."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from app.domain import Document
from app.formats.base import Block
from app.thai import arabic, repair
from app.thai_numbers import MONTHS, SHORT_MONTHS

HEAD = 60  # blocks at the start, where a document says what it is, and at the end, where it is signed
_MONTH = {name: number for names in (MONTHS, SHORT_MONTHS) for number, name in enumerate(names, 1)}
DATE = rf"(?P<day>\d{{1,2}})\s*(?P<month>{'|'.join(map(re.escape, _MONTH))})\s*(?:พ\.ศ\.|พุทธศักราช)?\s*(?P<year>2[45]\d\d)"
_KIND_BY_TITLE = (
    ("act", ("พระราชบัญญัติ", "รัฐธรรมนูญ", "ประมวล", "พ.ร.บ.", "พระราชกำหนด")),
    ("decree", ("พระราชกฤษฎีกา", "พ.ร.ฎ.")),
    ("regulation", ("กฎกระทรวง", "ระเบียบ", "ข้อบังคับ", "กฎ ", "กฎ ก.พ.")),
    ("announcement", ("ประกาศ", "คำสั่ง")),
    ("resolution", ("มติคณะรัฐมนตรี", "มติ ครม")),
    ("manual", ("คู่มือ",)),
)
_LEGAL = tuple(
    opening for kind, openings in _KIND_BY_TITLE if kind in ("act", "decree", "regulation", "announcement") for opening in openings
)
_KINDS = frozenset(opening for _, openings in _KIND_BY_TITLE for opening in openings)
_SHORT_FOR = ("พ.ร.บ.", "พ.ร.ฎ.")
_YEAR_OF_NAME = re.compile(r"(?:พ\.ศ\.|พุทธศักราช)\s*(\d{4})")
_PUBLISHED = "ประกาศในราชกิจจานุเบกษา"
_NUMBER = re.compile(r"^ที่\s*(?P<number>[ก-ฮ]{1,4}\.?\s*[\d(][\d ().]*/\s*(?:ว\.?\s*)?\d+)")
_SUBJECT = re.compile(r"^(?:\d{1,3}\.\s*)?เรื่อง\s*:?\s+(?P<subject>.{8,})")
_ISSUER = re.compile(
    r"(?:ประกาศ|ระเบียบ|คำสั่ง|ข้อบังคับ|กฎ)\s*(?P<issuer>(?:สำนักนายกรัฐมนตรี|สำนักงาน|คณะกรรมการ|กระทรวง|กรม|ก\.พ\.ร\.|ก\.พ\.)[^\d\n]*?)(?=\s+|$|ว่าด้วย|เรื่อง|ที่\s*\d)"
)
_CABINET = re.compile(r"คณะรัฐมนตรีมีมติ|คณะรัฐมนตรี\s*(?:รับทราบ|เห็นชอบ|อนุมัติ)")
_GAZETTE = re.compile(r"(?:เล่ม\s*(?:ที่\s*)?\d+\s*ตอน.{0,60}?)" + DATE, re.DOTALL)
_GIVEN = re.compile(r"(?:ให้ไว้|ประกาศ|สั่ง|ออก|ให้)\s*ณ\s*วันที่\s*" + DATE)
_IN_FORCE_ON = re.compile(r"ใช้บังคับ(?:ตั้งแต่)?\s*(?:ตั้งแต่)?วันที่\s*" + DATE)
_NEXT_DAY = re.compile(r"ใช้บังคับตั้งแต่วันถัดจากวันประกาศ")
_SAME_DAY = re.compile(r"ใช้บังคับตั้งแต่วัน(?:ประกาศ|ที่ประกาศ|นี้|บัดนี้)|ตั้งแต่บัดนี้เป็นต้นไป")
_FISCAL = re.compile(r"(?:ปีงบประมาณ|ประจำปี)\s*(?:พ\.ศ\.)?\s*(?P<first>25\d\d)(?:\s*[-–]\s*(?P<last>25\d\d))?")
_ENDS = re.compile(
    r"ให้ยกเลิก\s*(?:\(\d+\)\s*)?(?P<what>(?:พระราชบัญญัติ|พระราชกฤษฎีกา|กฎกระทรวง|ระเบียบ|ประกาศ|ข้อบังคับ|คำสั่ง|หลักเกณฑ์|มติคณะรัฐมนตรี|แนวทาง|หนังสือ)[^\n]{4,250})"
)


@dataclass(frozen=True)
class Guess:
    """What was read from the text: values by the sidecar's keys, and the names of the rules that the text ends."""

    values: dict[str, Any] = field(default_factory=dict)
    ends: tuple[str, ...] = ()


def guess(stem: str, blocks: Sequence[Block]) -> Guess:
    """Read what the first page says about the document, and which other rules it ends.

    Args:
        stem: the file's stem, the title when the text gives none.
        blocks: what the format's reader gave.
    """
    lines = _clean(blocks[:HEAD])
    head, tail = "\n".join(lines), "\n".join(_clean(blocks[max(HEAD, len(blocks) - HEAD) :]))
    title = _title(blocks, lines[:12]) or stem
    kind = "resolution" if _CABINET.search(head[:1500]) and not title.startswith(_LEGAL) else _kind(title)
    values: dict[str, Any] = {"title": title, "kind": kind, "number": _number(lines[:12]), "issuer": _issuer(title, kind)}
    from_day, named = _in_force_from(head, tail, kind), _YEAR_OF_NAME.search(title)
    is_slip = from_day and named and from_day.year + 543 < int(named[1])  # of the pen or of OCR: no rule is older than its name
    values["in_force_from"] = None if is_slip else from_day
    values["fiscal_years"] = _years(title)
    return Guess(
        {key: value for key, value in values.items() if value}, _ended(_clean([block for block in blocks if "ยกเลิก" in block.text]))
    )


def filled(document: Document, found: Guess) -> Document:
    """Fill a document that has no sidecar with what was guessed."""
    return replace(document, **found.values)


def written(found: Guess) -> dict[str, Any]:
    """Give the guessed values in the types of JSON."""
    plain = {key: value.isoformat() if isinstance(value, date) else value for key, value in found.values.items()}
    return {key: list(value) if isinstance(value, tuple) else value for key, value in plain.items()}


def thai_day(match: re.Match[str]) -> date | None:
    """Give the date of a match of `DATE`; None where the calendar has no such day."""
    try:
        return date(int(match["year"]) - 543, _MONTH[match["month"]], int(match["day"]))
    except ValueError:
        return None


def _kind(title: str) -> str:
    return next((kind for kind, openings in _KIND_BY_TITLE if title.startswith(openings)), "guideline")


def _title(blocks: Sequence[Block], lines: Sequence[str]) -> str:
    heading = next((" ".join(repair(block.text).split()) for block in blocks[:12] if block.level == 1), "")
    if heading:
        return heading[:300]
    opening = [lines[at : at + 5] for at, line in enumerate(lines) if line.startswith(_LEGAL) and len(line) < 80]
    opening = [these for these in opening if not these[0].startswith(_PUBLISHED)]
    in_full = [these for these in opening if not these[0].startswith(_SHORT_FOR)]  # "พ.ร.บ. …" above it is a label on the page
    if opening:
        return _over_lines((in_full or opening)[0])
    subject = next((found["subject"] for line in lines if (found := _SUBJECT.match(line))), "")
    thai = next((line for line in lines if len(line) >= 12 and re.search("[ก-ฮ]", line) and not _GAZETTE.search(line)), "")
    return (thai if thai and len(thai) < 200 and not _NUMBER.match(thai) and not subject else subject or thai or next(iter(lines), ""))[
        :300
    ]


def _over_lines(lines: Sequence[str]) -> str:
    """Put together a title that the printer set in several lines: it ends with its year, or with its subject."""
    title = lines[0]
    for line in lines[1:]:
        if title in _KINDS:  # the kind stands alone on its line, and is one word with the name: พระราชบัญญัติ / วิธีปฏิบัติราชการทางปกครอง
            title += line
            continue
        if (
            re.search(r"พ\.ศ\.\s*(\d{4}|\.{3,})|พุทธศักราช", title)
            or len(line) > 150
            or line.startswith(("สมเด็จ", "พระบาท", "โดยที่", "ให้ไว้", "ตาม", "อาศัย", "มาตรา", "ข้อ"))
        ):
            break
        title += " " + line
    return title[:300]


def _number(lines: Sequence[str]) -> str:
    return next((" ".join(found["number"].split()) for line in lines if (found := _NUMBER.match(line))), "")


def _issuer(title: str, kind: str) -> str:
    if kind == "resolution":
        return "คณะรัฐมนตรี"
    found = _ISSUER.match(title)
    return found["issuer"].strip() if found else ""


def _years(title: str) -> tuple[int, ...]:
    named: set[int] = set()
    for found in _FISCAL.finditer(title):
        first, last = int(found["first"]), int(found["last"] or found["first"])
        named |= set(range(first, last + 1)) if first <= last <= first + 10 else {first}
    return tuple(sorted(named))


def _clean(blocks: Sequence[Block]) -> list[str]:
    return [line for line in (" ".join(arabic(repair(block.text)).split()) for block in blocks) if line]


def _in_force_from(head: str, tail: str, kind: str) -> date | None:
    """The day from which the document says it holds; None where it says nothing that can be trusted."""
    if (stated := _IN_FORCE_ON.search(head)) and kind in ("regulation", "announcement", "guideline"):
        return thai_day(stated)
    gazette = _GAZETTE.search(head)
    published = thai_day(gazette) if gazette else None
    given = _GIVEN.search(f"{head}\n{tail}") if kind in ("act", "decree", "regulation", "announcement") else None
    announced = published or (thai_day(given) if given else None)
    if announced and _NEXT_DAY.search(head):
        return announced + timedelta(days=1)
    return announced if announced and _SAME_DAY.search(head) else None


def _ended(lines: Sequence[str]) -> tuple[str, ...]:
    found = (_ENDS.search(line) for line in lines)
    return tuple(dict.fromkeys(" ".join(match["what"].split()) for match in found if match))
