"""The time a question is about, as it says it: fiscal years, a day, or the time before the rule in force."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from app.answering.wording import MONTHS as SHORT
from app.thai_numbers import MONTHS

OLDEST_YEAR, NEWEST_YEAR = 2500, 2599  # what a number behind "ปี" can mean as a Buddhist year
_YEAR = re.compile(r"(ก่อน)?\s*ปี\s*(?:งบประมาณ|งบ|งปม\.?)?\s*(?:พ\.?ศ\.?)?\s*(25\d\d|[5-7]\d)(?!\d|\.\d| ?%)")
_MORE_YEARS = re.compile(r"(?:กับ|และ|-|ถึง|เทียบ|หรือ)\s*(?:ปี|ปีงบ|ปีงบประมาณ)?\s*(25\d\d|[5-7]\d)(?!\d|\.\d)")
# only a day that says "as things were then": other days in a question are what a rule speaks of
_DAY = re.compile(
    rf"(ก่อน|ณ|เมื่อ)\s*วันที่\s*(\d{{1,2}})\s*({'|'.join(map(re.escape, (*MONTHS, *SHORT)))})\s*(?:พ\.?ศ\.?)?\s*(25\d\d|[5-7]\d)(?!\d)"
)
_RULE = r"(?:กฎหมาย|กฎ|หลักเกณฑ์|เกณฑ์|ระเบียบ|ประกาศ|แนวทาง|กรอบการประเมิน|กรอบ|ฉบับ)"
_BEFORE = re.compile(
    rf"(?:ตาม)?(?:ก่อน(?:ที่)?(?:จะ)?(?:มี|ใช้|ออก)?(?:การ)?(?:ประกาศ)?(?:ใช้)?\s*{_RULE}\s*ใหม่|{_RULE}(?:ฉบับ)?\s*(?:เดิม|เก่า|ก่อนหน้า)(?:นี้)?)"
)


@dataclass(frozen=True)
class When:
    """The fiscal years (พ.ศ.) and the day named; whether the rule before the one in force is meant; `rest` is the text without them."""

    years: tuple[int, ...]
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
    return When(years, _day(folded), bool(_BEFORE.search(folded)), without(folded))


def without(folded: str) -> str:
    """Give a folded question without the time it names."""
    for time in (_DAY, _BEFORE, _YEAR):
        folded = time.sub(" ", folded)
    return " ".join(folded.split())


def _day(folded: str) -> date | None:
    found = _DAY.search(folded)
    if not found:
        return None
    month = (MONTHS.index(found[3]) if found[3] in MONTHS else SHORT.index(found[3])) + 1
    try:
        day = date(_full(found[4]) - 543, month, int(found[2]))
    except ValueError:  # 31 กุมภาพันธ์
        return None
    return day - timedelta(days=1) if found[1] == "ก่อน" else day


def _full(year: str) -> int:
    return int(year) if len(year) == 4 else 2500 + int(year)
