"""The time a question is about, as it says it: fiscal years, a day, or the time before the rule in force."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from app.thai_numbers import MONTHS, SHORT_MONTHS

OLDEST_YEAR, NEWEST_YEAR = 2500, 2599  # what a number behind "ปี" can mean as a Buddhist year
_YEAR = re.compile(r"(ก่อน)?\s*ปี\s*(?:งบประมาณ|งบ|งปม\.?)?\s*(?:พ\.?ศ\.?)?\s*(25\d\d|[5-7]\d)(?!\d|\.\d| ?%)")
_MORE_YEARS = re.compile(r"(?:กับ|และ|-|ถึง|เทียบ|หรือ)\s*(?:ปี|ปีงบ|ปีงบประมาณ)?\s*(25\d\d|[5-7]\d)(?!\d|\.\d)")
_MONTH = "|".join(map(re.escape, (*MONTHS, *SHORT_MONTHS)))
DATE = re.compile(rf"(?<!\d)(\d{{1,2}})\s*({_MONTH})\s*(?:พ\.?ศ\.?)?\s*(25\d\d|[5-7]\d)(?!\d)")
# a month and its year, the month also as it is spoken; ก.พ. without a day may be the office
_SPOKEN = {said: name for name, short in zip(MONTHS, SHORT_MONTHS, strict=True) for said in (short, re.sub("(คม|ยน|พันธ์)$", "", name), name)}
_ANY_MONTH = "|".join(map(re.escape, sorted(_SPOKEN, key=len, reverse=True)))
_MONTHS_YEAR = re.compile(rf"(?:(?<!\d)(\d{{1,2}})\s*|(?!ก\.พ))({_ANY_MONTH})\s*(?:พ\.?ศ\.?)?\s*(25\d\d|[5-7]\d)(?!\d)")
# only a day that says "as things were then": other days in a question are what a rule speaks of
_DAY = re.compile(rf"(ก่อน|ณ|เมื่อ)\s*วันที่\s*{DATE.pattern}")
# a year without the word for it ("ita 65", "น้ำหนัก 2567", "เลิศรัฐ พ.ศ. 2564"); two digits may count something else
_UNIT = "คะแนน|วัน|คน|ข้อ|เดือน|แห่ง|บาท|ราย|กอง|กรม|ตัว|%|เปอร์|ปี|ล้าน|ชั่วโมง|นาที|หน่วย|อัตรา"
_LOOSE = re.compile(rf"(?<![\d/.,])(25[4-9]\d|(?<=\s)(?:6\d|7[0-5]))(?![\d/,]|\.\d|\s*(?:{_UNIT}))")
_COUNTS = re.compile(r"คะแนน|ร้อยละ|มาตรา|ข้อ|อายุ|%|เปอร์เซ็น")
# years that belong to the name of a law, or to a month
_LAW = r"พระราชบัญญัติ|พ\.?ร\.?บ|พระราชกฤษฎีกา|พ\.?ร\.?ฎ|ระเบียบ|กฎกระทรวง|กฎหมายว่าด้วย|ประกาศ(?:คณะ|กระทรวง|กรม|สำนัก|ก\.)|ข้อบังคับ|รัฐธรรมนูญ|วิ\."
_OF_A_NAME = re.compile(
    rf"(?:{_LAW})[^\d]{{0,150}}?(?:\(?ฉบับที่\s*\d+\)?[^\d]{{0,20}})?25\d\d|(?:{_MONTH})\s*(?:พ\.?ศ\.?)?\s*(?:25\d\d|[5-7]\d)(?!\d)"
)
_RULE = r"(?:กฎหมาย|กฎ|หลักเกณฑ์|เกณฑ์|ระเบียบ|ประกาศ|แนวทาง|กรอบการประเมิน|กรอบ|ฉบับ)"
_BEFORE = re.compile(
    rf"(?:ตาม)?(?:ก่อน(?:ที่)?(?:จะ)?(?:มี|ใช้|ออก)?(?:การ)?(?:ประกาศ)?(?:ใช้)?\s*{_RULE}\s*ใหม่|{_RULE}(?:ฉบับ)?\s*(?:เดิม|เก่า|ก่อนหน้า)(?:นี้)?)"
)


@dataclass(frozen=True)
class When:
    """The fiscal years (พ.ศ.) and the day named; whether the rule before the one in force is meant; `rest` is the text without them.

    `spoken` are years that stand there without being said to be what is asked about, `dates` whole dates: perhaps a rule's own.
    """

    years: tuple[int, ...]
    spoken: tuple[int, ...]
    dates: tuple[date, ...]
    day: date | None
    before: bool
    rest: str

    @property
    def is_said(self) -> bool:
        """Whether the question names any time."""
        return bool(self.years or self.day or self.before)


def when(folded: str) -> When:
    """Read the time out of a folded question."""
    first = _YEAR.findall(folded)
    named = [_full(year) - bool(before) for before, year in first] + [
        _full(year) for year in (_MORE_YEARS.findall(folded) if first else ())
    ]
    years = tuple(dict.fromkeys(year for year in named if OLDEST_YEAR <= year <= NEWEST_YEAR))
    return When(years, _spoken(folded), dates(folded), _day(folded), bool(_BEFORE.search(folded)), without(folded))


def _spoken(folded: str) -> tuple[int, ...]:
    found = _LOOSE.findall(_OF_A_NAME.sub(" ", folded))
    return tuple(dict.fromkeys(_full(year) for year in found if len(year) == 4 or not _COUNTS.search(folded)))


def dates(folded: str) -> tuple[date, ...]:
    """List the whole dates of a folded text, in their order, each once."""
    found = (_date(*match) for match in DATE.findall(folded))
    return tuple(dict.fromkeys(day for day in found if day))


def in_full(folded: str) -> str:
    """Write months and years of a folded question as documents do: "4 เมษายน 2560" for "4 เม.ย. 60", "ปี 2567" for "ปี 67"."""

    def of_a_month(found: re.Match[str]) -> str:
        return " ".join(filter(None, [found[1], _SPOKEN[found[2]], str(_full(found[3]))]))

    def of_a_year(found: re.Match[str]) -> str:
        year = found[found.lastindex or 0]
        return found[0].removesuffix(year) + str(_full(year))

    folded = _MONTHS_YEAR.sub(of_a_month, folded)
    return _MORE_YEARS.sub(of_a_year, _YEAR.sub(of_a_year, folded)) if _YEAR.search(folded) else folded


def without(folded: str) -> str:
    """Give a folded question without the time it names."""
    for time in (_DAY, _BEFORE, _YEAR):
        folded = time.sub(" ", folded)
    return " ".join(folded.split())


def _day(folded: str) -> date | None:
    found = _DAY.search(folded)
    day = _date(found[2], found[3], found[4]) if found else None
    return day - timedelta(days=1) if found and day and found[1] == "ก่อน" else day


def _date(day: str, month: str, year: str) -> date | None:
    number = (MONTHS.index(month) if month in MONTHS else SHORT_MONTHS.index(month)) + 1
    try:
        return date(_full(year) - 543, number, int(day))
    except ValueError:  # 31 กุมภาพันธ์
        return None


def _full(year: str) -> int:
    return int(year) if len(year) == 4 else 2500 + int(year)
