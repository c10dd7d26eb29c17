"""What a document says of itself, as a form: filled from a sidecar or from guesses, read back, and what is still wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.answering.wording import TOPICS
from app.console.visit import Visit
from app.corpus.uploads import ID
from app.domain import Document

KINDS = {
    "act": "พระราชบัญญัติ",
    "decree": "พระราชกฤษฎีกา",
    "regulation": "กฎกระทรวง ระเบียบ ข้อบังคับ",
    "resolution": "มติคณะรัฐมนตรี",
    "announcement": "ประกาศ คำสั่ง",
    "guideline": "หลักเกณฑ์ แนวทาง",
    "manual": "คู่มือ",
    "summary": "บทสรุปของคลินิก",
}
LONGEST = {"title": 300, "issuer": 200, "number": 100, "source": 300, "url": 500}
FIELDS = (*LONGEST, "kind", "topic", "in_force_from", "in_force_until", "fiscal_years")
BUDDHIST = 543  # years before our era
FIRST_BUDDHIST = 2400
MOST_YEARS = 20


@dataclass
class Described:
    """The form as it is shown: everything as text, as somebody types it."""

    fields: dict[str, str] = field(default_factory=dict)
    replaces: tuple[str, ...] = ()
    yearly: bool = False
    id: str = ""


def of_document(document: Document) -> Described:
    """Fill the form from a document."""
    dates = {name: getattr(document, name) for name in ("in_force_from", "in_force_until")}
    fields = {name: getattr(document, name) for name in ("kind", "topic", *LONGEST)}
    fields |= {name: day.isoformat() if day else "" for name, day in dates.items()}
    fields["fiscal_years"] = ", ".join(map(str, document.fiscal_years))
    return Described(fields, document.replaces, document.yearly, document.id)


def of_guesses(guessed: Mapping[str, Any], proposed_id: str) -> Described:
    """Fill the form with what a text says about itself."""
    fields = dict.fromkeys(FIELDS, "") | {key: value for key, value in guessed.items() if isinstance(value, str)}
    fields["fiscal_years"] = ", ".join(map(str, guessed.get("fiscal_years", ())))
    return Described(fields, id=proposed_id)


def typed(visit: Visit) -> Described:
    """Read the form as it was sent."""
    fields = {name: " ".join(visit.filled(name).split()) for name in FIELDS}
    return Described(fields, tuple(visit.all_filled("replaces")), bool(visit.filled("yearly")), visit.filled("id").strip().lower())


def values(form: Described) -> dict[str, Any]:
    """Give the values of a sidecar, in its order; what is empty says that the key goes.

    Raises:
        ValueError: a date or a year is none; the text says which, in Thai.
    """
    said: dict[str, Any] = {name: form.fields[name] for name in ("title", "issuer", "kind", "number", "source", "topic")}
    said["in_force_from"] = _day(form.fields["in_force_from"], "วันเริ่มใช้")
    said["in_force_until"] = _day(form.fields["in_force_until"], "วันสิ้นผล")
    said["fiscal_years"] = _years(form.fields["fiscal_years"])
    return said | {"replaces": list(form.replaces), "yearly": form.yearly, "url": form.fields["url"]}


def problem_of(form: Described, known: frozenset[str], *, is_new: bool) -> str:
    """Say what is wrong with a form, in a sentence for its writer; "" when nothing is.

    Args:
        form: what was typed.
        known: the ids of the documents that are there.
        is_new: the document is to be added, under an id of its own.
    """
    try:
        said = values(form)
    except ValueError as error:
        return str(error)
    begins, ends = said["in_force_from"], said["in_force_until"]
    problems = (
        (not said["title"], "โปรดใส่ชื่อเอกสาร"),
        (any(len(form.fields[name]) > most for name, most in LONGEST.items()), "ข้อความในช่องใดช่องหนึ่งยาวเกินไป"),
        (said["kind"] not in KINDS, "โปรดเลือกชนิดของเอกสาร"),
        (said["topic"] not in TOPICS, "โปรดเลือกเรื่อง"),
        (bool(said["url"]) and not said["url"].startswith(("https://", "http://")), "ที่อยู่ของต้นฉบับต้องขึ้นต้นด้วย https://"),
        (bool(begins and ends) and begins > ends, "วันสิ้นผลอยู่ก่อนวันเริ่มใช้"),
        (form.id in form.replaces, "เอกสารแทนตัวเองไม่ได้"),
        (not set(form.replaces) <= known, "เลือกเอกสารที่ถูกแทนจากรายการเท่านั้น"),
        (is_new and not ID.fullmatch(form.id), "รหัสเอกสารใช้ได้เฉพาะตัวอักษรอังกฤษเล็ก ตัวเลข และขีด ยาวไม่เกิน 80 ตัว"),
        (is_new and form.id in known, "มีเอกสารรหัสนี้อยู่แล้ว โปรดตั้งรหัสอื่น หรือเปิดเอกสารเดิมแล้วเปลี่ยนไฟล์"),
    )
    return next((sentence for wrong, sentence in problems if wrong), "")


def _day(written: str, name: str) -> date | None:
    if not written:
        return None
    try:
        year, month, day = (int(part) for part in written.split("-"))
        return date(year - BUDDHIST if year > FIRST_BUDDHIST else year, month, day)
    except ValueError:
        raise ValueError(f"{name}ไม่ใช่วันที่ในปฏิทิน") from None


def _years(written: str) -> list[int]:
    years = written.replace(",", " ").split()
    if len(years) > MOST_YEARS or not all(year.isdecimal() and FIRST_BUDDHIST < int(year) < FIRST_BUDDHIST + 400 for year in years):
        raise ValueError("ปีงบประมาณเขียนเป็น พ.ศ. สี่หลัก คั่นด้วยจุลภาค เช่น 2568, 2569")
    return [int(year) for year in years]
