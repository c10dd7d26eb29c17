"""Releases: list, report, differences; build one in the background, activate, roll back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from starlette.responses import Response

from app.console.pages import Pages
from app.console.visit import Visit
from app.corpus import differences
from app.corpus.report import Report
from app.errors import Mistaken, NotThere, ReleaseError
from app.store import builds, releases

STATES = {"ready": "พร้อมใช้", "refused": "ไม่ผ่านการตรวจ", "building": "กำลังสร้าง"}
CHECKS = {
    "files_readable": "อ่านได้ทุกไฟล์",
    "not_empty": "มีข้อความให้ตอบ",
    "documents_have_sections": "ทุกเอกสารแบ่งเป็นข้อได้",
    "no_document_lost": "ไม่มีเอกสารหายไป",
    "no_sharp_drop": "จำนวนข้อไม่ลดลงมาก",
    "legible": "ข้อความอ่านออก",
    "speaks_to_readers_only": "ไม่มีข้อความซ่อนหรือคำสั่งถึงแบบจำลองภาษา",
    "years_are_right": "ปีงบประมาณตรงกับเนื้อความ",
    "golden_questions": "คำถามทดสอบ",
}
CHECKED = 300  # differences shown
pages = Pages("ชุดเอกสาร", "/releases", "releases.read", "เอกสาร")


@pages.get("/releases", "releases.read")
def listed(visit: Visit) -> Response:
    """List the releases, and the build under way."""
    with visit.office.database.read() as session:
        active, previous = releases.pointer(session)
        rows = releases.every(session)
        build = builds.newest(session)
    under_way = build is not None and builds.is_running(build, visit.office.clock())
    return visit.show("releases.html", rows=rows, active=active, previous=previous, build=build, under_way=under_way, states=STATES)


@pages.get("/releases/build/{id:int}", "releases.read")
def progress(visit: Visit) -> Response:
    """Show how far a build or other long work is: the piece of a page that is told anew."""
    with visit.office.database.read() as session:
        build = builds.get(session, visit.number("id"))
    if build is None:
        raise NotThere("no such build")
    return visit.show("progress.html", build=build, under_way=builds.is_running(build, visit.office.clock()))


@pages.get("/releases/{id:int}", "releases.read")
def report(visit: Visit) -> Response:
    """Show a release: what was built, what the checks said, what it holds."""
    with visit.office.database.read() as session:
        with _there():
            row = releases.get(session, visit.number("id"))
        active, previous = releases.pointer(session)
        documents = releases.documents(row)
        others = [other.number for other in releases.every(session) if other.number != row.number and other.state != "building"]
    told = Report.kept(row.report)
    return visit.show(
        "release.html",
        row=row,
        report=told,
        documents=documents,
        active=active,
        previous=previous,
        others=others,
        states=STATES,
        checks=CHECKS,
    )


@pages.get("/releases/{id:int}/since/{other:int}", "releases.read")
def difference(visit: Visit) -> Response:
    """Show what a release says that another did not."""
    with _there():
        found = differences.between(visit.office.database, visit.number("other"), visit.number("id"))
    return visit.show("difference.html", found=found, most=CHECKED)


@pages.get("/releases/compare", "releases.read")
def compare(visit: Visit) -> Response:
    """Go to the differences between two releases that a form names."""
    before, after = visit.asked("before"), visit.asked("after")
    if not (before.isdecimal() and after.isdecimal() and len(before + after) < 12):
        raise Mistaken("โปรดเลือกชุดเอกสารสองชุด")
    return visit.go(f"/releases/{int(after)}/since/{int(before)}")


@pages.post("/releases/build", "releases.change")
def build(visit: Visit) -> Response:
    """Begin to build a release from the knowledge folder."""
    wishes = {name: bool(visit.filled(name)) for name in ("activate", "allow_removal")}
    with visit.act("releases.change", "build") as act:
        newest = builds.newest(act.session)
        if newest is not None and builds.is_running(newest, visit.office.clock()):
            raise Mistaken("กำลังสร้างชุดเอกสารอยู่แล้ว โปรดรอให้เสร็จก่อน")
        number = builds.begin(act.session, wishes, visit.staff.name, visit.office.clock())
        act.after = wishes | {"build": number}
    visit.office.start_build(number)
    visit.say("เริ่มสร้างชุดเอกสารใหม่แล้ว ระหว่างนี้คลินิกยังตอบจากชุดเดิม")
    return visit.go("/releases")


@pages.post("/releases/{id:int}/activate", "releases.change")
def activate(visit: Visit) -> Response:
    """Make a release the one that answers."""
    number = visit.number("id")
    with visit.act("releases.change", f"release {number}") as act:
        act.before = {"active": releases.pointer(act.session)[0]}
        with _there():
            releases.activate(act.session, number)
        act.after = {"active": number}
    visit.say(f"ใช้ชุดเอกสารที่ {number} ตอบแล้ว")
    return visit.go("/releases")


@pages.post("/releases/rollback", "releases.change")
def rollback(visit: Visit) -> Response:
    """Go back to the release before."""
    with visit.act("releases.change", "rollback") as act:
        active, previous = releases.pointer(act.session)
        if previous is None:
            raise Mistaken("ไม่มีชุดก่อนหน้าให้ย้อนกลับ")
        act.before, act.after = {"active": active}, {"active": previous}
        with _there():
            releases.activate(act.session, previous)
    visit.say(f"ย้อนกลับไปใช้ชุดเอกสารที่ {previous} แล้ว")
    return visit.go("/releases")


@contextmanager
def _there() -> Iterator[None]:
    try:
        yield
    except ReleaseError as error:
        raise NotThere(str(error)) from None
