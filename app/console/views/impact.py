"""What a release would change for those who ask, before it goes live: asked in the background, kept, shown side by side."""

from __future__ import annotations

from sqlalchemy.orm import Session
from starlette.responses import Response

from app.console.pages import Pages
from app.console.visit import Visit
from app.errors import Mistaken, NotThere, ReleaseError
from app.store import builds, impacts, releases
from app.store.tables import ReleaseRow

KINDS = {
    "lost": ("เคยตอบได้ แต่จะไม่ตอบ", "bad"),
    "changed": ("คำตอบเปลี่ยน", "warn"),
    "appeared": ("เพิ่งตอบได้", "good"),
}
pages = Pages()


@pages.get("/releases/{id:int}/impact", "releases.read")
def shown(visit: Visit) -> Response:
    """Show the newest comparison of a release with the one that answered then, or how far it is."""
    with visit.office.database.read() as session:
        row = _row(visit, session)
        active, _ = releases.pointer(session)
        build = builds.newest(session, "impact", row.number)
        under_way = build is not None and builds.is_running(build, visit.office.clock())
        found = impacts.kept(session, build.id) if build and build.state == "done" else []
    compare = visit.office.compare
    words = {one.id: compare(one.before["lead"], one.after["lead"]) for one in found if one.kind == "changed"}
    by_kind = {kind: [one for one in found if one.kind == kind] for kind in KINDS}
    return visit.show("impact.html", row=row, active=active, build=build, under_way=under_way, by_kind=by_kind, kinds=KINDS, words=words)


@pages.post("/releases/{id:int}/impact", "releases.change")
def measure(visit: Visit) -> Response:
    """Begin to ask a release what was asked before."""
    with visit.act("releases.change", f"impact of release {visit.number('id')}") as act:
        row = _row(visit, act.session)
        active, _ = releases.pointer(act.session)
        if not active or active == row.number or row.state == "building":
            raise Mistaken("ดูผลกระทบได้เฉพาะชุดที่สร้างเสร็จแล้วและยังไม่ได้ใช้ โดยเทียบกับชุดที่ใช้ตอบอยู่")
        number = builds.begin_other(act.session, "impact", {}, visit.staff.name, visit.office.clock(), row.number)
        if number is None:
            raise Mistaken("กำลังดูผลกระทบของชุดเอกสารอยู่แล้ว โปรดรอให้เสร็จก่อน")
        act.after = {"active": active}
    visit.office.start_build(number)
    visit.say("เริ่มถามคำถามเดิมกับทั้งสองชุดแล้ว ปิดหน้านี้ได้ ผลจะอยู่ที่นี่เมื่อเสร็จ")
    return visit.go(f"/releases/{row.number}/impact")


def _row(visit: Visit, session: Session) -> ReleaseRow:
    try:
        return releases.get(session, visit.number("id"))
    except ReleaseError as error:
        raise NotThere(str(error)) from None
