"""How pages are drawn: the templates with what all of them may use: the menu, Thai dates, names of things."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.answering import wording
from app.answering.wording import BANGKOK, TOPICS, thai_date
from app.console.asked_for import OUTCOMES
from app.console.log_words import kept, told
from app.console.pages import Pages
from app.console.permissions import ROLE_NAMES, VERB_NAMES
from app.console.visit import ROOT, Visit
from app.messaging.wording import CHANNELS

OUR_FOLDER = Path(__file__).parent
WORKS = {"build": "สร้างชุดเอกสาร", "impact": "ถามคำถามเดิมกับทั้งสองชุด", "words": "ลองพจนานุกรมกับคำถามทดสอบ", "reading": "อ่านไฟล์"}
STEPS = {"read": "อ่านเอกสาร", "embed": "ทำดัชนีความหมาย", "ask": "ถามคำถาม"}


class Drawing:
    """Draws templates of `app/console/templates`; everything in them is escaped."""

    def __init__(self, menu: Sequence[Pages]) -> None:
        """Prepare the templates and what they may use."""
        self._menu = menu
        self._environment = Environment(
            loader=FileSystemLoader(OUR_FOLDER / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {
            "thai_day": thai_day,
            "thai_time": thai_time,
            "since": since,
            "typed_day": typed_day,
            "topic": lambda topic: TOPICS.get(topic, topic or "—"),
            "channel": lambda channel: CHANNELS.get(channel, channel),
            "outcome": lambda outcome: OUTCOMES.get(outcome, outcome),
            "work": lambda kind: WORKS[kind],
            "step": lambda step: STEPS.get(step, "เตรียมการ"),
            "iso_day": lambda iso: thai_date(date.fromisoformat(iso)),
            "json": partial(json.dumps, ensure_ascii=False),
            "told": told,
            "kept": kept,
            "verb": lambda verb: VERB_NAMES.get(verb, verb),
            "role": lambda role: ROLE_NAMES.get(role, role),
        }
        self._environment.filters["short_day"] = lambda written: written.rpartition(" ")[0]
        names = {"topic_name": lambda topic: TOPICS.get(topic, topic), "outcome_name": lambda outcome: OUTCOMES.get(outcome, outcome)}
        self._environment.globals |= {"root": ROOT, "static": self._static(), **names}

    def page(self, visit: Visit, template: str, values: Mapping[str, Any]) -> str:
        """Draw one page for a visitor."""
        menu = [pages for pages in self._menu if pages.title and pages.verb and visit.may(pages.verb)]
        path = visit.request.url.path.removeprefix(ROOT)
        known = {"visit": visit, "menu": menu, "here": path, "messages": list(visit.messages)}
        return self._environment.get_template(template).render(known | dict(values))

    def _static(self) -> Mapping[str, str]:
        """Name the files of `static` by content, so that a browser may keep them and never shows old ones."""
        files = (path for path in (OUR_FOLDER / "static").iterdir() if path.is_file())
        return {path.name: f"{ROOT}/static/{path.name}?{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}" for path in files}


def thai_day(day: date | datetime | None) -> str:
    """Write a date, or the date in Thailand of a moment: 9 ส.ค. 2565."""
    if day is None:
        return "—"
    return thai_date(day.astimezone(BANGKOK).date() if isinstance(day, datetime) else day)


def thai_time(moment: datetime | None) -> str:
    """Write a moment, where there is one."""
    return wording.thai_time(moment) if moment else "—"


def typed_day(iso: str | None) -> str:
    """Write a date of a form as people read it; "" where there is none, or something else."""
    try:
        return thai_date(date.fromisoformat(iso or ""))
    except ValueError:
        return ""


def since(moment: datetime, now: datetime) -> str:
    """Write how long ago something was."""
    minutes = int((now - moment).total_seconds() // 60)
    for size, name in ((1440, "วัน"), (60, "ชั่วโมง"), (1, "นาที")):
        if minutes >= size:
            return f"{minutes // size} {name}"
    return "เมื่อครู่"
