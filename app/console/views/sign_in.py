"""Sign in, with a password or with the agency's own account, and out."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from app.console.pages import Pages
from app.console.single_sign_on import SingleSignOn
from app.console.visit import Visit, inside
from app.errors import NotAllowed, NotThere

REFUSED = "ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง หากลองหลายครั้งแล้ว โปรดรอ 15 นาทีจึงลองใหม่"
NOT_PROVED = "เข้าสู่ระบบด้วย{name}ไม่สำเร็จ โปรดลองใหม่ หรือใช้รหัสผ่านของคลินิก"
NOT_KNOWN = "{name}นี้ไม่มีบัญชีที่เปิดใช้ในคลินิก โปรดติดต่อผู้ดูแลระบบของคลินิก"
pages = Pages()


@pages.get("/sign-in", None)
def form(visit: Visit) -> Response:
    """Show the form; who is signed in already goes on."""
    if visit.staff.name:
        return visit.go_to(visit.asked("next"))
    return _shown(visit, visit.asked("next"))


@pages.post("/sign-in", None)
def sign_in(visit: Visit) -> Response:
    """Sign in and go where the visitor wanted to."""
    name, there = visit.filled("name"), visit.filled("next")
    opened = visit.office.doorkeeper.sign_in(name, visit.filled("password"), visit.address, visit.token)
    if opened is None:
        return _shown(visit, there, REFUSED, name)
    visit.new_token = opened.token
    return visit.go_to(there)


@pages.get("/sign-in/agency", None)
def leave(visit: Visit) -> Response:
    """Send the browser to the agency's issuer, with what it must bring back."""
    issuer, there = _issuer(visit), inside(visit.asked("next"))
    try:
        address, brought = issuer.begin()
    except NotAllowed:
        return _shown(visit, there, NOT_PROVED.format(name=issuer.name))
    visit.errand = brought | {"next": there}
    return RedirectResponse(address, 303)


@pages.get("/sign-in/agency/back", None)
def back(visit: Visit) -> Response:
    """Sign in who comes back from the issuer, once, and go where they wanted to."""
    issuer, there, visit.errand = _issuer(visit), str(visit.brought.get("next", "")), {}
    noted = visit.office.doorkeeper.attempt(visit.address)
    if noted is None:
        return _shown(visit, there, REFUSED)
    try:
        person = issuer.finish(visit.brought, visit.asked("state"), visit.asked("code"))
    except NotAllowed:
        visit.office.doorkeeper.refuse(None, visit.address, "agency")
        return _shown(visit, there, NOT_PROVED.format(name=issuer.name))
    opened = visit.office.doorkeeper.admit(person, noted, visit.address, visit.token)
    if opened is None:
        return _shown(visit, there, NOT_KNOWN.format(name=issuer.name))
    visit.new_token = opened.token
    return visit.go_to(there)


@pages.post("/sign-out", "account.own")
def sign_out(visit: Visit) -> Response:
    """Sign out of this browser."""
    with visit.act("account.own", "sign-out") as act:
        visit.office.doorkeeper.sign_out(act.session, visit.token)
    visit.new_token = ""
    visit.say("ออกจากระบบแล้ว")
    return visit.go("/sign-in")


def _issuer(visit: Visit) -> SingleSignOn:
    if visit.office.issuer is None:
        raise NotThere("no issuer is set")
    return visit.office.issuer


def _shown(visit: Visit, there: str, problem: str = "", name: str = "") -> Response:
    return visit.show("sign_in.html", 401 if problem else 200, next=inside(there), name=name, problem=problem)
