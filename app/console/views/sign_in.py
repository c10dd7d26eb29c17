"""Sign in and out."""

from __future__ import annotations

from starlette.responses import Response

from app.console.pages import Pages
from app.console.visit import Visit, inside

pages = Pages()


@pages.get("/sign-in", None)
def form(visit: Visit) -> Response:
    """Show the form; who is signed in already goes on."""
    if visit.staff.name:
        return visit.go_to(visit.asked("next"))
    return visit.show("sign_in.html", next=inside(visit.asked("next")), name="", refused=False)


@pages.post("/sign-in", None)
def sign_in(visit: Visit) -> Response:
    """Sign in and go where the visitor wanted to."""
    name, there = visit.filled("name"), inside(visit.filled("next"))
    client = visit.request.client
    opened = visit.office.doorkeeper.sign_in(name, visit.filled("password"), client.host if client else "", visit.token)
    if opened is None:
        return visit.show("sign_in.html", 401, next=there, name=name, refused=True)
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
