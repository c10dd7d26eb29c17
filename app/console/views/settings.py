"""Settings that may change while the clinic runs, for admins: what holds, what the environment says, and back to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from starlette.responses import Response

from app.answering.wording import thai_date
from app.console.document_form import BUDDHIST, FIRST_BUDDHIST
from app.console.pages import Pages
from app.console.visit import Visit
from app.corpus import guesses
from app.errors import Mistaken, NotThere, SettingsError
from app.settings import CHANGEABLE, WEEK, Settings
from app.store import chosen_settings
from app.store.review_tables import ChosenSettingRow
from app.thai import arabic

DAYS = dict(zip(WEEK, ("จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์", "อาทิตย์"), strict=True))
MOST_HOLIDAYS = 200
_DAY = re.compile(guesses.DATE)
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})")


@dataclass(frozen=True)
class Shown:
    """How one setting is shown: its name for people, what it does, what its field takes, and what is wrong when it is not taken."""

    title: str
    what: str
    field: str
    wrong: str
    ask: str = ""


SHOWN = {
    "office_hours": Shown(
        "เวลาทำการ",
        "ใช้บอกผู้ถามว่าเจ้าหน้าที่จะอ่านเมื่อใด และนับเวลาที่รอ",
        "hours",
        "เวลาทำการต้องเป็นเวลาเปิดและปิด เช่น 08:30 ถึง 16:30 และเปิดก่อนปิด",
    ),
    "office_days": Shown("วันทำการ", "วันในสัปดาห์ที่มีเจ้าหน้าที่", "days", "โปรดเลือกวันทำการอย่างน้อยหนึ่งวัน"),
    "holidays": Shown(
        "วันหยุดราชการ",
        "บรรทัดละวัน เช่น 5 ธ.ค. 2569 หรือ 2569-12-05",
        "dates",
        "บางบรรทัดไม่ใช่วันที่ในปฏิทิน เขียนบรรทัดละวัน เช่น 5 ธ.ค. 2569",
    ),
    "waiting_hours": Shown("รอนานเกินกำหนดเมื่อ", "จำนวนชั่วโมงทำการ เมื่อพ้นแล้วเรื่องส่งต่อขึ้นป้ายว่านานเกินกำหนด", "number", "โปรดใส่จำนวนเต็ม 1 ถึง 1,000"),
    "correction_days": Shown(
        "แจ้งแก้ไขย้อนหลัง", "จำนวนวัน ผู้ที่ได้คำตอบในช่วงนี้จะอยู่ในรายการแจ้งแก้ไขเมื่อหลักเกณฑ์เปลี่ยน", "number", "โปรดใส่จำนวนเต็ม 1 ถึง 3,650"
    ),
    "retention_days": Shown(
        "เก็บคำถามและคำตอบ",
        "จำนวนวัน ข้อความที่เก่ากว่านี้ถูกลบทุกคืน ถ้าลดจำนวน ข้อความที่พ้นกำหนดจะถูกลบในรอบถัดไปและกู้คืนไม่ได้",
        "number",
        "โปรดใส่จำนวนเต็ม 1 ถึง 3,650",
        "เปลี่ยนระยะเวลาเก็บข้อมูล ข้อความที่เก่ากว่านี้จะถูกลบถาวร",
    ),
    "notice_version": Shown("ฉบับของประกาศข้อมูลส่วนบุคคล", "เมื่อเปลี่ยน ผู้ถามทุกคนจะเห็นประกาศอีกหนึ่งครั้ง", "text", "โปรดใส่ชื่อฉบับ ยาวไม่เกิน 40 ตัวอักษร"),
}
pages = Pages("การตั้งค่า", "/settings", "settings.change", "ระบบ")


@pages.get("/settings", "settings.change")
def shown(visit: Visit) -> Response:
    """Show the settings, each beside the environment's value."""
    return _shown(visit)


@pages.post("/settings/{name}", "settings.change")
def change(visit: Visit) -> Response:
    """Choose a value; every process obeys within two seconds."""
    name = _name(visit)
    try:
        written = _written(visit, name)
        visit.office.current.defaults.choosing(name, written)
    except (SettingsError, ValueError):
        return _shown(visit, name)
    with visit.act("settings.change", f"setting {name.upper()}") as act:
        act.before = {"value": _value(visit, chosen_settings.every(act.session), name)}
        act.after = {"value": written}
        chosen_settings.choose(act.session, name, written, visit.staff.name, visit.office.clock())
    visit.say(f"เปลี่ยน{SHOWN[name].title}แล้ว มีผลภายในสองวินาที")
    return visit.go("/settings")


@pages.post("/settings/{name}/default", "settings.change")
def back(visit: Visit) -> Response:
    """Go back to the environment's value."""
    name = _name(visit)
    with visit.act("settings.change", f"setting {name.upper()}") as act:
        chosen = chosen_settings.every(act.session)
        if name not in chosen:
            raise Mistaken("ค่านี้เป็นค่าเริ่มต้นอยู่แล้ว")
        act.before = {"value": chosen[name].value}
        act.after = {"value": _value(visit, {}, name)}
        chosen_settings.drop(act.session, name)
    visit.say(f"กลับไปใช้ค่าเริ่มต้นของ{SHOWN[name].title}แล้ว")
    return visit.go("/settings")


def _shown(visit: Visit, wrong: str = "") -> Response:
    with visit.office.database.read() as session:
        chosen = chosen_settings.every(session)
    defaults = visit.office.current.defaults
    holding = {name: _value(visit, chosen, name) for name in CHANGEABLE}
    typed = {name: _for_people(name, value).splitlines() for name, value in holding.items()}
    if wrong:
        typed[wrong] = [line for value in visit.all_filled("value") for line in value.splitlines()]
    return visit.show(
        "settings.html",
        422 if wrong else 200,
        settings=SHOWN,
        typed=typed,
        usual={name: _for_people(name, plain(defaults, name)) or "ไม่มี" for name in CHANGEABLE},
        chosen=chosen,
        wrong=wrong,
        days=DAYS,
    )


def _name(visit: Visit) -> str:
    name = str(visit.request.path_params["name"])
    if name not in SHOWN:
        raise NotThere("no such setting")
    return name


def plain(settings: Settings, name: str) -> str:
    """Write a setting as the environment would."""
    value = getattr(settings, name)
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _value(visit: Visit, chosen: Mapping[str, ChosenSettingRow], name: str) -> str:
    return chosen[name].value if name in chosen else plain(visit.office.current.defaults, name)


def _written(visit: Visit, name: str) -> str:
    """Read a field as the environment would write it.

    Raises:
        ValueError: it is not what the field takes.
    """
    values = [value.strip() for value in visit.all_filled("value") if value.strip()]
    if SHOWN[name].field == "dates":
        days = sorted({_day(line) for value in values for line in value.splitlines() if line.strip()})
        if len(days) > MOST_HOLIDAYS:
            raise ValueError(name)
        return ",".join(day.isoformat() for day in days)
    if not values:
        raise ValueError(name)
    return {"hours": "-", "days": ","}.get(SHOWN[name].field, "").join(values)


def _day(line: str) -> date:
    written = arabic(line.strip())
    if found := _DAY.fullmatch(written):
        if day := guesses.thai_day(found):
            return day
    elif found := _ISO.fullmatch(written):
        year = int(found["year"])
        return date(year - BUDDHIST if year > FIRST_BUDDHIST else year, int(found["month"]), int(found["day"]))
    raise ValueError(line)


def _for_people(name: str, value: str) -> str:
    """Write a value as its field shows it: days of the calendar line by line, in Buddhist years; hours and weekdays apart."""
    field = SHOWN[name].field
    if field == "dates":
        return "\n".join(thai_date(date.fromisoformat(day)) for day in value.split(",") if day)
    return value.replace({"hours": "-", "days": ","}.get(field, "\n"), "\n")
