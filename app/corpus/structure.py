"""Cut a statute: its chapters make the path, its มาตรา or ข้อ are the sections; an annex behind the signature is cut by its own marks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from app.corpus import outlines
from app.corpus.drafts import ARROW, Draft
from app.corpus.statutes import Opening, chain, openings, with_misread_numbers
from app.formats.base import Block
from app.thai import arabic

_STRUCTURE = re.compile(
    r"^(ภาค|ลักษณะ|หมวด|ส่วนที่|ส่วน)\s*(ที่\s*)?\d{1,3}(/\d+)?\s*(?P<name>\D{0,120})$|^(?P<bare>บทเฉพาะกาล|บทกำหนดโทษ|บททั่วไป)$"
)
_RANK = {"ภาค": 1, "ลักษณะ": 2, "หมวด": 3, "ส่วนที่": 4, "ส่วน": 4}
_END = re.compile(r"^(ผู้รับสนองพระบรมราชโองการ|หมายเหตุ\s*:|ประกาศ ณ วันที่|_{5,}|-{5,}$)")
_TITLE = re.compile(r"^(?!.*[.…]{3})(?!สัญญาเลขที่)(สัญญา|พระราช|กฎกระทรวง|ระเบียบ|ประกาศ|ข้อบังคับ|คำสั่ง|หลักเกณฑ์|แนวทาง|ข้อกำหนด)")
_ANNEX = re.compile(r"^(เอกสารแนบ|แนบท้าย|ภาคผนวก|สิ่งที่ส่งมาด้วย|ผนวก\s)")
ANNEX = "เอกสารแนบท้าย"
ANNEX_SIZE = 1500  # characters; signatures, a note of reasons and the editors' lines are shorter
NEAR = 12  # lines above its first section in which a part's title stands
_FOOTNOTE_LINE = re.compile(r"^\[\d+\]")


def is_statute(blocks: Sequence[Block]) -> bool:
    """Say whether most of the structure of a document is that of a statute."""
    units = [opening.number for opening in openings([block.text for block in blocks if block.level == 0])]
    other = sum(block.level > 1 and not _STRUCTURE.match(arabic(block.text)) for block in blocks)
    return (len(units) >= 3 or units == [1, 2]) and len(units) > 2 * other  # a short notice has a first and a second point, and no more


def statute(blocks: Sequence[Block], warnings: list[str]) -> list[Draft]:
    """Cut a statute, or several in one file; numbers that were misread and corrected by the sequence are told in `warnings`."""
    found = openings([block.text for block in blocks])
    unit = Counter(opening.unit for opening in found).most_common(1)[0][0]
    candidates = [opening for opening in found if opening.unit == unit]
    main = chain(candidates)
    begins = _begins(candidates, main)
    if not begins:
        return _one(blocks, candidates, main, warnings)
    titles = [_title_line(blocks, line) for line in begins]
    lines = [title if title is not None else line for title, line in zip(titles, begins, strict=True)]
    drafts = []
    for start, end, title in zip(lines, [*lines[1:], len(blocks)], titles, strict=True):
        part = blocks[start:end]
        own = [opening for opening in openings([block.text for block in part]) if opening.unit == unit]
        name = "" if title is None else " ".join(blocks[title].text.split())
        for draft in _one(part, own, chain(own), warnings):
            draft.path = ARROW.join(filter(None, [name, draft.path]))
            drafts.append(draft)
    return drafts


def _one(blocks: Sequence[Block], candidates: Sequence[Opening], main: Sequence[Opening], warnings: list[str]) -> list[Draft]:
    true, odd = with_misread_numbers(main, candidates)
    warnings.extend(odd)
    # what follows the last section are the closing sections of amending acts, each act numbered anew
    tail = [opening for opening in candidates if opening.line > true[-1].line and not opening.doubtful]
    return _collect(blocks, {opening.line: opening for opening in [*true, *tail]})


def _begins(candidates: Sequence[Opening], main: Sequence[Opening]) -> list[int]:
    """List the lines where the numbers begin anew; none when that happens only behind the main sections, or not at all."""
    rows = zip(candidates, candidates[1:], candidates[2:], strict=False)
    lines = [
        one.line for one, two, three in rows if [o.key for o in (one, two, three)] == [(n, 0, 0, 0) for n in (1, 2, 3)] and not two.doubtful
    ]
    return lines if any(main[0].line < line < main[-1].line for line in lines) else []


def _title_line(blocks: Sequence[Block], line: int) -> int | None:
    """Find the title of the part that begins with the opening on `line`: a short line not far above it."""
    above = range(line - 1, max(-1, line - NEAR), -1)
    return next((at for at in above if blocks[at].level or (_TITLE.match(blocks[at].text) and len(blocks[at].text) < 120)), None)


def _collect(blocks: Sequence[Block], starts: dict[int, Opening]) -> list[Draft]:
    """Collect the lines of each section, and cut what is annexed behind the signature by its own marks."""
    annex = _annex(blocks, max(starts))
    drafts = _sections(blocks[:annex], starts)
    for part in outlines.outline(blocks[annex:], ANNEX) if annex < len(blocks) else ():
        drafts.append(Draft(part.label, ARROW.join(dict.fromkeys(filter(None, [ANNEX, part.path]))), part.page, part.lines))
    return drafts


def _annex(blocks: Sequence[Block], last: int) -> int:
    """Find where the annex begins behind the last section: on a page after the signature's, or with a heading that says so."""
    signed = next((at for at in range(last, len(blocks)) if _END.match(arabic(blocks[at].text))), None)
    if signed is None:
        return len(blocks)
    page = blocks[signed].page
    begin = next(
        (
            at
            for at in range(signed + 1, len(blocks))
            if _ANNEX.match(blocks[at].text) or (page is not None and (blocks[at].page or page) > page)
        ),
        len(blocks),
    )
    return begin if sum(len(block.text) for block in blocks[begin:]) >= ANNEX_SIZE else len(blocks)


def _sections(blocks: Sequence[Block], starts: dict[int, Opening]) -> list[Draft]:
    drafts: list[Draft] = []
    path: dict[int, str] = {}
    is_open = False
    expects_name = 0
    for index, block in enumerate(blocks):
        text = arabic(block.text)
        structure = _STRUCTURE.match(text) if len(text) < 150 else None
        if index in starts:
            drafts.append(
                Draft(starts[index].label, ARROW.join(path[rank] for rank in sorted(path)), block.page, [_without_marks(block.text)])
            )
            is_open, expects_name = True, 0
        elif structure and not (structure["bare"] and expects_name):
            rank = _RANK.get(structure[1] or "", 3)
            path = {r: name for r, name in path.items() if r < rank} | {rank: " ".join(text.split())}
            is_open, expects_name = False, 0 if structure["name"] or structure["bare"] else rank
        elif expects_name and len(text) < 120:
            path[expects_name] += " " + text
            expects_name = 0
        elif _END.match(text):
            is_open = False
        elif is_open and not _FOOTNOTE_LINE.match(text):
            drafts[-1].lines.append(_without_marks(block.text))
    return drafts


def _without_marks(text: str) -> str:
    return re.sub(r"\[[\d๐-๙]{1,3}\]", "", text).strip()
