"""Find the true มาตรา or ข้อ of a statute among the lines that only look like one.

A line that opens with "มาตรา ๑๒" may be a section, a reference that a line break moved to the front, a footnote about an amendment, or a
section whose number was misread. The true sections are the best rising chain of numbers; a line left out of it that exactly fills a gap
of the chain is a misread number and takes the number of the gap.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.thai import arabic

# the Pali ordinals of inserted sections, from the second to the twenty-sixth
# fmt: off
SUFFIXES = (
    "ทวิ", "ตรี", "จัตวา", "เบญจ", "ฉ", "สัตต", "อัฏฐ", "นว", "ทศ", "เอกาทศ", "ทวาทศ", "เตรส", "จตุทศ",
    "ปัณรส", "โสฬส", "สัตตรส", "อัฏฐารส", "เอกูนวีสติ", "วีสติ", "เอกวีสติ", "ทวาวีสติ", "เตวีสติ", "จตุวีสติ", "ปัญจวีสติ", "ฉัพพีสติ",
)
# fmt: on
_RANK = {name: rank for rank, name in enumerate(SUFFIXES, 2)}
_OPENING = re.compile(
    r"^(?P<unit>มาตรา|ข้อ)\s*(?P<number>\d{1,4})(?:/(?P<sub>\d{1,3}))?"
    r"(?:\s+(?P<suffix>" + "|".join(sorted(SUFFIXES, key=len, reverse=True)) + r")(?:/(?P<under>\d{1,2}))?(?=[\s\[“\"(*]|$))?"
    r"(?=[\s\[“\"(*]|$|[ก-ฮเแโใไ])\s*(?P<rest>.*)",
    re.DOTALL,
)
_REFERENCE = re.compile(r"^(และ|หรือ|ถึง|วรรค|แห่ง|ต้อง|มาใช้|ให้นำ|ประกอบ|\(\d+\)\s*(และ|หรือ|แห่ง)|ของ)")
_FOOTNOTE = re.compile(r"^\S{0,20}\s*(แก้ไข|เพิ่ม|ยกเลิก|ถูกยกเลิก|นี้แก้ไข)\S{0,30}\s*โดย")


@dataclass(frozen=True)
class Opening:
    """A line that may open a section: where it stands, its unit, number (8/1, 8 ทวิ, 65 อัฏฐ/1), the text behind the number."""

    line: int
    unit: str
    number: int
    sub: int = 0
    suffix: str = ""
    under: int = 0
    rest: str = ""

    @property
    def key(self) -> tuple[int, int, int, int]:
        """Order of sections: 8, 8 ทวิ, 8/1, 9."""
        return self.number, self.sub, _RANK.get(self.suffix, 0), self.under

    @property
    def label(self) -> str:
        """The section's id: Arabic digits, single spaces."""
        sub = f"/{self.sub}" if self.sub else ""
        suffix = f" {self.suffix}" + (f"/{self.under}" if self.under else "") if self.suffix else ""
        return f"{self.unit} {self.number}{sub}{suffix}"

    @property
    def doubtful(self) -> bool:
        """Whether the words behind the number are those of a reference."""
        return bool(_REFERENCE.match(self.rest))


def openings(lines: Sequence[str]) -> list[Opening]:
    """List the lines that may open a section; quoted sections (of an amending act) and footnotes are not among them."""
    found = []
    for index, line in enumerate(lines):
        match = _OPENING.match(arabic(line).strip())
        if not match or _FOOTNOTE.match(match["rest"]):
            continue
        numbers = {name: int(match[name] or 0) for name in ("number", "sub", "under")}
        found.append(Opening(index, match["unit"], suffix=match["suffix"] or "", rest=match["rest"], **numbers))
    return found


def chain(candidates: Sequence[Opening]) -> list[Opening]:
    """Pick the best rising chain: every section counts, a direct successor counts double, a doubtful line and a wide gap count less."""
    best: list[float] = []
    before: list[int] = []
    for i, here in enumerate(candidates):
        own = 0.15 if here.doubtful else 1.0
        score, link = own + (1.0 if here.number == 1 else 0.0), -1
        for j in range(max(0, i - 400), i):
            there = candidates[j]
            if there.key >= here.key:
                continue
            gap = here.number - there.number
            value = best[j] + own + (1.0 if gap <= 1 else -min(0.4, 0.01 * gap))
            if value > score:
                score, link = value, j
        best.append(score)
        before.append(link)
    if not best:
        return []
    at = max(range(len(best)), key=best.__getitem__)
    picked = []
    while at >= 0:
        picked.append(candidates[at])
        at = before[at]
    return picked[::-1]


def with_misread_numbers(picked: Sequence[Opening], candidates: Sequence[Opening]) -> tuple[list[Opening], list[str]]:
    """Put lines back whose number was misread: as many left-out lines between two sections as numbers are missing there.

    Returns:
        The chain with these lines renumbered, and a warning for each.
    """
    taken = {opening.line for opening in picked}
    result: list[Opening] = []
    warnings: list[str] = []
    for here, there in zip(picked, [*picked[1:], None], strict=True):
        result.append(here)
        missing = _missing(here, there)
        until = there.line if there else float("inf")
        left_out = [o for o in candidates if here.line < o.line < until and o.line not in taken and not o.doubtful and not o.suffix]
        if there is None:  # the last number twice: the second is the next one, misread
            left_out = [o for o in left_out[:1] if o.key == here.key]
        if len(left_out) == len(missing) and all(bool(o.sub) == bool(sub) for o, (_, sub) in zip(left_out, missing, strict=True)):
            for opening, (number, sub) in zip(left_out, missing, strict=True):
                fixed = Opening(opening.line, opening.unit, number, sub, rest=opening.rest)
                warnings.append(f"{opening.label} stands where {fixed.label} must be: numbered by the sequence")
                result.append(fixed)
    return result, warnings


def _missing(here: Opening, there: Opening | None) -> list[tuple[int, int]]:
    if there is None:
        return [(here.number + 1, 0)]
    if here.number == there.number:
        return [(here.number, sub) for sub in range(here.sub + 1, there.sub)]
    whole = [(number, 0) for number in range(here.number + 1, there.number)]
    return whole + ([(there.number, sub) for sub in range(there.sub)] if there.sub else [])
