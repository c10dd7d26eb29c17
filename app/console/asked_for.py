"""Which questions a list is to hold, read from an address: dates in Thailand, facts by their names, words cut like questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from app.answering.wording import BANGKOK, TOPICS
from app.domain import Outcome
from app.store.question_log import Place, Wanted

LONGEST = 200  # characters of a search
CONFIDENCE = {"low": (-1.0, 0.5), "middle": (0.5, 0.8), "high": (0.8, 2.0)}
CONFIDENCE_NAMES = {"low": "ต่ำ", "middle": "ปานกลาง", "high": "สูง"}
OUTCOMES = {
    "answered": "ตอบแล้ว",
    "clarify": "ถามกลับ",
    "not_found": "ไม่พบหลักเกณฑ์",
    "refused": "นอกขอบเขต",
    "handed_over": "ส่งต่อเจ้าหน้าที่",
    "greeted": "ทักทาย",
    "failed": "ขัดข้อง",
}
FEEDBACK = {"right": "ตรงคำถาม", "wrong": "ไม่ตรง", "person": "ขอถามเจ้าหน้าที่"}
VERDICTS = {"right": "ถูก", "partly": "ถูกบางส่วน", "wrong": "ผิด", "out_of_scope": "นอกขอบเขต"}
REVIEWED = {"none": "ยังไม่ตรวจ", "any": "ตรวจแล้ว", **VERDICTS}
FIELDS = ("q", "from", "to", "channel", "outcome", "topic", "confidence", "feedback", "release", "verdict")


@dataclass(frozen=True)
class AskedFor:
    """What an address asks for: as it is written there, and as the log is asked."""

    fields: Mapping[str, str]
    wanted: Wanted

    def query(self, **more: str) -> str:
        """Write it as the query of an address; what is empty is left out."""
        return urlencode({name: value for name, value in {**self.fields, **more}.items() if value})

    @property
    def narrows(self) -> bool:
        """Say whether anything is left out of the list."""
        return any(self.fields.values())


def read(given: Callable[[str], str], words: Callable[[str], tuple[str, ...]]) -> AskedFor:
    """Read what is asked for; what cannot be understood does not narrow.

    Args:
        given: gives a field's value, "" when it is not there.
        words: cuts a search into words.
    """
    fields = {name: given(name).strip()[:LONGEST] for name in FIELDS}
    since, until = day(fields["from"]), day(fields["to"])
    release = fields["release"]
    kept = {
        "channel": fields["channel"] if fields["channel"].isidentifier() else "",
        "outcome": fields["outcome"] if fields["outcome"] in Outcome.__args__ else "",  # type: ignore[attr-defined]
        "topic": fields["topic"] if fields["topic"] in TOPICS else "",
        "feedback": fields["feedback"] if fields["feedback"] in FEEDBACK else "",
        "verdict": fields["verdict"] if fields["verdict"] in REVIEWED else "",
    }
    wanted = Wanted(
        words=words(fields["q"]) if fields["q"] else (),
        since=since,
        until=until + timedelta(days=1) if until else None,
        confidence=CONFIDENCE.get(fields["confidence"]),
        release=int(release) if release.isdecimal() and len(release) < 9 else None,
        **kept,
    )
    return AskedFor({name: kept.get(name, value) for name, value in fields.items()}, wanted)


def place(written: str) -> Place | None:
    """Read where a page of the list begins; None for the first."""
    moment, _, turn_id = written.partition("~")
    try:
        asked_at, number = datetime.fromisoformat(moment), int(turn_id)
    except ValueError:
        return None
    return Place(asked_at, number) if asked_at.tzinfo and abs(number) < 2**63 else None


def written(asked_at: datetime, turn_id: int) -> str:
    """Write a place of the list for an address."""
    return f"{asked_at.isoformat()}~{turn_id}"


def day(iso: str) -> datetime | None:
    """Read a date as the moment when it begins in Thailand; None when it is none."""
    try:
        found = date.fromisoformat(iso)
    except ValueError:
        return None
    return datetime.combine(found, time(), BANGKOK) if 2000 < found.year < 2200 else None
