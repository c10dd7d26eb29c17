"""One's own account: change the password, sign out everywhere, link it to oneself in Slack."""

from __future__ import annotations

from starlette.responses import Response

from app.console import passwords
from app.console.desk import CODE_LASTS
from app.console.pages import Pages
from app.console.visit import Visit
from app.errors import NotAllowed
from app.store import staff

pages = Pages("บัญชีของฉัน", "/account", "account.own", "ระบบ")


@pages.get("/account", "account.own")
def account(visit: Visit) -> Response:
    """Show the account and its forms."""
    return _shown(visit)


@pages.post("/account/password", "account.own")
def change_password(visit: Visit) -> Response:
    """Take another password; all other browsers of this person are signed out."""
    wanted = visit.filled("new")
    with visit.office.database.read() as session:
        mine = staff.get(session, _me(visit))
    if mine is None or not passwords.fits(mine.password, visit.filled("old")):
        return _shown(visit, "รหัสผ่านเดิมไม่ถูกต้อง", 422)
    if wanted != visit.filled("again"):
        return _shown(visit, "รหัสผ่านใหม่ทั้งสองช่องไม่ตรงกัน", 422)
    weakness = passwords.weakness(wanted, visit.staff.name)
    if weakness or wanted == visit.filled("old"):
        return _shown(visit, weakness or "รหัสผ่านใหม่ต้องไม่ซ้ำรหัสผ่านเดิม", 422)
    kept = passwords.hashed(wanted)
    with visit.act("account.own", f"account {mine.name}") as act:
        staff.set_password(act.session, mine.id, kept, is_temporary=False)
        visit.new_token = visit.office.doorkeeper.open_anew(act.session, mine.id)
        act.after = {"password": "changed"}
    visit.say("เปลี่ยนรหัสผ่านแล้ว เครื่องอื่นที่เข้าสู่ระบบไว้ถูกออกจากระบบทั้งหมด")
    return visit.go("/account")


@pages.post("/account/sign-out-everywhere", "account.own")
def sign_out_everywhere(visit: Visit) -> Response:
    """End all sessions of this person but the one at hand, which gets a new id."""
    with visit.act("account.own", f"account {visit.staff.name}") as act:
        act.before = {"sessions": staff.count_sessions(act.session, _me(visit))}
        visit.new_token = visit.office.doorkeeper.open_anew(act.session, _me(visit))
        act.after = {"sessions": 1}
    visit.say("ออกจากระบบในเครื่องอื่นทั้งหมดแล้ว")
    return visit.go("/account")


@pages.post("/account/link", "account.own")
def new_code(visit: Visit) -> Response:
    """Show, this once, the code that links the account to whoever says it in Slack."""
    with visit.act("account.own", f"account {visit.staff.name}") as act:
        code = visit.office.desk.new_code(act, _me(visit))
        act.after = {"code": "made up"}
    return _shown(visit, code=code)


@pages.post("/account/unlink", "account.own")
def unlink(visit: Visit) -> Response:
    """Undo the link."""
    with visit.act("account.own", f"account {visit.staff.name}") as act:
        act.before, act.after = {"linked": staff.unlink(act.session, _me(visit))}, {"linked": False}
    visit.say("ยกเลิกการเชื่อม Slack แล้ว")
    return visit.go("/account")


def _shown(visit: Visit, problem: str = "", status: int = 200, code: str = "") -> Response:
    with visit.office.database.read() as session:
        sessions, linked = staff.count_sessions(session, _me(visit)), _me(visit) in staff.linked_accounts(session)
    shown = {"problem": problem, "sessions": sessions, "shortest": passwords.SHORTEST, "linked": linked, "code": code}
    return visit.show("account.html", status, **shown, minutes=CODE_LASTS.seconds // 60)


def _me(visit: Visit) -> int:
    if visit.staff.id is None:
        raise NotAllowed("nobody is signed in")
    return visit.staff.id
