"""Answer or not: the probability that the best passage answers the question, from features that a bare similarity does not show."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from app.answering.query import Query
from app.domain import Passage
from app.embeddings.base import Embedding
from app.thai import fold

# logistic regression on knowledge/golden.jsonl and on questions about laws (does the question expect an answer?); the last feature, which
# few questions of either set show, weighs more than they alone would give it
WEIGHTS = {"nearness": 2.56, "coverage": 3.04, "margin": 0.34, "holds_what_is_asked": 2.0, "bias": -4.53}
THRESHOLD = 0.55
SURE = 0.9  # a question in the words of another office's field is answered only above this

_MONTH = (
    r"(ม\.?ค|ก\.?พ|มี\.?ค|เม\.?ย|พ\.?ค|มิ\.?ย|ก\.?ค|ส\.?ค|ก\.?ย|ต\.?ค|พ\.?ย|ธ\.?ค)\."
    r"|(มกรา|มีนา|พฤษภา|กรกฎา|สิงหา|ตุลา|ธันวา)คม|(เมษา|มิถุนา|กันยา|พฤศจิกา)ยน|กุมภาพันธ์"
)
_NUMBER = r"(\d|หนึ่ง|สอง|สาม|สี่|ห้า|หก|เจ็ด|แปด|เก้า|สิบ|ร้อย|ครึ่ง)"
# what a question asks for, and what a passage that answers it must then hold
_ASKED_AND_HELD = tuple(
    (re.compile(asked), re.compile(held))
    for asked, held in (
        (r"กี่วัน", rf"{_NUMBER}\S{{0,12}}\s*วัน|ทันที|โดยเร็ว|วันทำการ"),
        (r"กี่เดือน", rf"{_NUMBER}\s*เดือน|{_MONTH}"),
        (r"กี่ปี", rf"{_NUMBER}\s*ปี|ทุกปี|25\d\d"),
        (r"กี่คน", rf"{_NUMBER}\S{{0,6}}\s*(คน|ราย|อัตรา|ท่าน)"),
        (r"กี่คะแนน|คะแนนเต็ม", r"\d"),
        (r"กี่(เปอร์เซ็นต์|เปอร์เซ็น|%)|กี่ %|ร้อยละเท่า", r"ร้อยละ|%|\d+\s*คะแนน|น้ำหนัก"),
        (r"วันไหน|วันที่เท่า|วันใด|ปิดวัน|เปิดวัน|หมดเขต", rf"{_MONTH}|วันที่ \d|ภายใน\s*{_NUMBER}|วันถัด|วันทำการ"),
        (r"เดือนไหน|เดือนใด|เดือนใหน|เดือนอะไร", rf"{_MONTH}|เดือน"),
        (r"(หนังสือ|คำสั่ง|ประกาศ|เวียน|ว)\S*\s*\S*\s*เลข(ที่)?\s*(เท่า|อะไร|ไหน)", r"(ที่|เลขที่)\s*\S*\s*\d+/|ว\s*\d+"),
        (r"เบอร์โทร|เบอร์|โทรศัพท์|โทรหา", r"0[\d-]{8,}|โทร\S*\s*\d"),
        (r"แบบฟอร์ม|ขอไฟล์|ดาวน์โหลด", r"แบบฟอร์ม|ไฟล์|ดาวน์โหลด"),
    )
)


def features(query: Query, passages: Sequence[Passage], embedding: Embedding) -> dict[str, float]:
    """Describe how well the best passage fits the question.

    Args:
        query: what was searched.
        passages: what was found, best first; at least one.
        embedding: what the cosines were made with; it knows which are near and which are not.
    """
    best = passages[0]
    rest = [passage.score for passage in passages[1:6]]
    return {
        "nearness": (best.scores["cosine"] - embedding.unrelated) / (embedding.related - embedding.unrelated),
        "coverage": best.scores["coverage"],
        "margin": best.score - (sum(rest) / len(rest) if rest else 0.0),
        "holds_what_is_asked": _holds(query, best),
    }


def _holds(query: Query, best: Passage) -> float:
    text = fold(f"{best.section.label} {best.section.text}")
    wanted = [held for asked, held in _ASKED_AND_HELD if asked.search(query.text)]
    return sum(bool(held.search(text)) for held in wanted) / len(wanted) if wanted else 1.0


def probability(found: dict[str, float]) -> float:
    """Give the probability (0–1) that the best passage answers."""
    z = WEIGHTS["bias"] + sum(weight * found[name] for name, weight in WEIGHTS.items() if name != "bias")
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, z))))
