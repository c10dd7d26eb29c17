"""The audit log, for admins: who did what, when, and what it was before and after."""

from __future__ import annotations

from starlette.responses import Response

from app.console.pages import Pages
from app.console.permissions import MAY
from app.console.visit import Visit
from app.store import audit

PAGE = 50
pages = Pages("บันทึกการใช้งาน", "/audit", "audit.read", "ระบบ")


@pages.get("/audit", "audit.read")
def listed(visit: Visit) -> Response:
    """List the entries, newest first."""
    before = visit.asked("before")
    wanted = audit.Wanted(
        name=visit.asked("name"), verb=visit.asked("verb"), before_id=int(before) if before.isdecimal() and len(before) < 19 else None
    )
    with visit.office.database.read() as session:
        found = audit.entries(session, wanted, PAGE + 1)
        names = audit.names(session)
    return visit.show(
        "audit.html", entries=found[:PAGE], older=found[PAGE - 1].id if len(found) > PAGE else None, wanted=wanted, names=names, verbs=MAY
    )
