"""Accounts of the staff, for admins: open, change the role, give a new password, close."""

from __future__ import annotations

from starlette.responses import Response

from app.console import passwords, roster
from app.console.pages import Pages
from app.console.permissions import ROLE_NAMES
from app.console.visit import Visit
from app.store import staff

pages = Pages("บัญชีเจ้าหน้าที่", "/staff", "staff.change", "ระบบ")


@pages.get("/staff", "staff.change")
def listed(visit: Visit) -> Response:
    """List the accounts."""
    return _shown(visit)


@pages.post("/staff", "staff.change")
def add(visit: Visit) -> Response:
    """Open an account and show its first password, this once."""
    password = passwords.made_up()
    name = roster.taken_name(visit.filled("name"))
    with visit.act("staff.change", f"account {name}") as act:
        roster.add(act, name, visit.filled("role"), password, visit.office.clock(), is_temporary=True)
    return _shown(visit, name=name, password=password)


@pages.post("/staff/{id:int}/role", "staff.change")
def change_role(visit: Visit) -> Response:
    """Give another role."""
    with visit.act("staff.change") as act:
        roster.change_role(act, visit.number("id"), visit.filled("role"))
    visit.say("เปลี่ยนบทบาทแล้ว")
    return visit.go("/staff")


@pages.post("/staff/{id:int}/known-as", "staff.change")
def know_as(visit: Visit) -> Response:
    """Enter how the agency's issuer knows the person, who is then bound at their next sign-in."""
    with visit.act("staff.change") as act:
        roster.know_as(act, visit.number("id"), visit.filled("known_as"))
    visit.say("บันทึกแล้ว ผู้ใช้นี้ต้องเข้าสู่ระบบใหม่")
    return visit.go("/staff")


@pages.post("/staff/{id:int}/password", "staff.change")
def new_password(visit: Visit) -> Response:
    """Make up a new password, show it this once, and sign the person out everywhere."""
    password = passwords.made_up()
    with visit.act("staff.change") as act:
        name = roster.set_password(act, visit.number("id"), password, is_temporary=True)
    return _shown(visit, name=name, password=password)


@pages.post("/staff/{id:int}/close", "staff.change")
def close(visit: Visit) -> Response:
    """Close an account and sign the person out everywhere."""
    with visit.act("staff.change") as act:
        roster.close(act, visit.number("id"), visit.office.clock())
    visit.say("ปิดบัญชีแล้ว")
    return visit.go("/staff")


@pages.post("/staff/{id:int}/unlink", "staff.change")
def unlink(visit: Visit) -> Response:
    """Forget who the person is in Slack."""
    with visit.act("staff.change") as act:
        roster.unlink(act, visit.number("id"))
    visit.say("ยกเลิกการเชื่อม Slack แล้ว")
    return visit.go("/staff")


@pages.post("/staff/{id:int}/open", "staff.change")
def reopen(visit: Visit) -> Response:
    """Open a closed account again; its password still holds."""
    with visit.act("staff.change") as act:
        roster.reopen(act, visit.number("id"))
    visit.say("เปิดบัญชีอีกครั้งแล้ว")
    return visit.go("/staff")


def _shown(visit: Visit, name: str = "", password: str = "") -> Response:
    with visit.office.database.read() as session:
        accounts, linked = staff.every(session), staff.linked_accounts(session)
    return visit.show("staff.html", accounts=accounts, linked=linked, roles=ROLE_NAMES, new_name=name, new_password=password)
