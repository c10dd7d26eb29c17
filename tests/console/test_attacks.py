"""What an attacker tries at the door: forged forms, planted sessions, links that lead out, endless guessing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import uvicorn
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from app import main
from app.console import secret
from app.console.door import COOKIE
from app.console.office import Office
from app.settings import Settings
from app.store import audit, staff
from tests.console.conftest import PASSWORD, Visitor
from tests.fakes import Clock

Browser = Callable[[], Visitor]
Signed = Callable[[str], Visitor]


@pytest.mark.parametrize("forged", ["", "0" * 64, "ก"])
def test_a_form_without_the_token_of_this_browser_changes_nothing(forged: str, signed_in: Signed, office: Office) -> None:
    admin = signed_in("admin")
    assert admin.post("/staff", form_token=forged, name="intruder", role="admin") == 403
    assert "แบบฟอร์มนี้หมดอายุ" in admin.shown
    with office.database.read() as session:
        assert staff.by_name(session, "intruder") is None


def test_the_token_of_another_browser_does_not_do(signed_in: Signed) -> None:
    admin, other = signed_in("admin"), signed_in("reviewer")
    assert admin.post("/staff", form_token=other.form_token(), name="intruder", role="admin") == 403


def test_signing_in_needs_a_form_of_this_browser_too(browser: Browser) -> None:
    assert browser().post("/sign-in", form_token="0" * 64, name="admin", password=PASSWORD) == 403


def test_a_request_that_the_browser_calls_cross_site_is_refused(signed_in: Signed) -> None:
    admin = signed_in("admin")
    form = {"form_token": admin.form_token(), "name": "intruder", "role": "admin"}
    answer = admin.http.post("/console/staff", data=form, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403


def test_signing_in_gives_a_new_session_whatever_the_browser_held(browser: Browser) -> None:
    """Session fixation: a value that was planted never becomes a session."""
    visitor = browser()
    visitor.http.cookies.set(COOKIE, "planted", domain="clinic.example", path="/console")
    assert visitor.sign_in("admin") == 303
    held = [cookie.value for cookie in visitor.http.cookies.jar if cookie.name == COOKIE]
    assert "planted" not in held
    assert visitor.get("/account") == 200
    thief = browser()
    thief.http.cookies.set(COOKIE, "planted", domain="clinic.example", path="/console")
    assert thief.get("/account") == 303


def test_signing_in_again_ends_the_session_before(signed_in: Signed, browser: Browser) -> None:
    visitor = signed_in("admin")
    before = visitor.http.cookies[COOKIE]
    assert visitor.sign_in("admin") == 303
    assert visitor.http.cookies[COOKIE] != before
    old = browser()
    old.http.cookies.set(COOKIE, before, domain="clinic.example", path="/console")
    assert old.get("/account") == 303


OUTSIDE = (
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "/console/..//evil.example",
    "/console//evil.example",
    "javascript:alert(1)",
    "/console/\r\nset-cookie:x=1",
    "/simulator/",
)


@pytest.mark.parametrize("outside", OUTSIDE)
def test_after_signing_in_nobody_is_led_out_of_the_console(outside: str, browser: Browser) -> None:
    visitor = browser()
    assert visitor.sign_in("admin", there=outside) == 303
    assert visitor.location == "/console/"


def test_after_signing_in_the_wanted_page_comes(browser: Browser) -> None:
    visitor = browser()
    assert visitor.get("/audit?name=ก&verb=") == 303
    assert visitor.get(visitor.location.removeprefix("/console")) == 200
    wanted = visitor.shown.split('name="next" value="')[1].split('"')[0].replace("&amp;", "&")
    assert visitor.sign_in("admin", there=wanted) == 303
    assert visitor.get(visitor.location.removeprefix("/console")) == 200
    assert "บันทึกการใช้งาน" in visitor.shown


def test_guessing_is_stopped_and_the_right_password_must_wait_too(browser: Browser, clock: Clock) -> None:
    visitor = browser()
    for _ in range(5):
        assert visitor.sign_in("admin", "wrong password") == 401
    assert visitor.sign_in("admin") == 401
    clock.pass_(minutes=16)
    assert visitor.sign_in("admin") == 303


@pytest.mark.parametrize(
    ("trusted", "comes_from", "seen"),
    [
        ((), "127.0.0.1", "127.0.0.1"),
        (("127.0.0.1",), "127.0.0.1", "198.51.100.7"),
        (("10.0.0.0/8",), "10.1.2.3", "198.51.100.7"),
        (("10.0.0.0/8",), "203.0.113.9", "203.0.113.9"),
    ],
)
def test_nobody_chooses_the_address_that_their_guesses_are_counted_by(trusted: tuple[str, ...], comes_from: str, seen: str) -> None:
    """Only a proxy that is named in TRUSTED_PROXIES says for whom it speaks; the last address is the one that it saw itself."""
    app = Starlette(routes=[Route("/", lambda request: PlainTextResponse(request.client.host if request.client else ""))])
    config = uvicorn.Config(app, log_config=None, **main.believing(Settings(_env_file=None, trusted_proxies=trusted)))
    config.load()
    browser = TestClient(config.loaded_app, client=(comes_from, 5000))
    assert browser.get("/", headers={"x-forwarded-for": "192.0.2.1, 198.51.100.7"}).text == seen


def test_people_who_sign_in_rightly_do_not_lock_the_address_that_they_share(browser: Browser) -> None:
    for _ in range(12):
        for name in ("admin", "officer", "reviewer"):
            assert browser().sign_in(name) == 303


def test_an_address_that_tries_many_names_is_stopped(browser: Browser) -> None:
    for number in range(30):
        assert browser().sign_in(f"guess{number}", "wrong password") == 401
    assert browser().sign_in("admin") == 401


def test_names_that_nobody_has_are_refused_in_the_same_words(browser: Browser) -> None:
    known, unknown = browser(), browser()
    assert known.sign_in("admin", "wrong password") == unknown.sign_in("nobody", "wrong password") == 401
    assert known.shown.replace("admin", "").split("<form")[0] == unknown.shown.replace("nobody", "").split("<form")[0]


def test_a_session_ends_when_it_is_idle_or_old(signed_in: Signed, clock: Clock) -> None:
    idle, busy = signed_in("admin"), signed_in("officer")
    for _ in range(3):
        clock.pass_(hours=3, minutes=50)
        assert busy.get("/account") == 200
    assert idle.get("/account") == 303
    clock.pass_(hours=1)
    assert busy.get("/account") == 303


def test_signing_out_everywhere_leaves_only_this_browser(signed_in: Signed) -> None:
    here, there = signed_in("officer"), signed_in("officer")
    held = here.http.cookies[COOKIE]
    assert here.post("/account/sign-out-everywhere") == 303
    assert here.get("/account") == 200
    assert here.http.cookies[COOKIE] != held
    assert there.get("/account") == 303


def test_another_password_signs_out_the_other_browsers_and_the_old_one_is_gone(signed_in: Signed, browser: Browser) -> None:
    here, there = signed_in("officer"), signed_in("officer")
    fresh = "ช้างเผือกเดินช้าแต่มั่นคง"
    assert here.post("/account/password", old="not it", new=fresh, again=fresh) == 422
    assert here.post("/account/password", old=PASSWORD, new="สั้น", again="สั้น") == 422
    assert here.post("/account/password", old=PASSWORD, new=fresh, again=fresh) == 303
    assert there.get("/account") == 303
    assert browser().sign_in("officer") == 401
    assert browser().sign_in("officer", fresh) == 303


def test_a_closed_account_is_out_at_once_and_the_last_admin_stays(signed_in: Signed, office: Office) -> None:
    admin, officer = signed_in("admin"), signed_in("officer")
    with office.database.read() as session:
        ids = {row.name: row.id for row in staff.every(session)}
    assert admin.post(f"/staff/{ids['officer']}/close") == 303
    assert officer.get("/account") == 303
    assert admin.post(f"/staff/{ids['admin']}/close") == 422
    assert admin.post(f"/staff/{ids['admin']}/role", role="reviewer") == 422
    assert "ต้องมีผู้ดูแลระบบอย่างน้อยหนึ่งคน" in admin.shown


def test_who_has_a_made_up_password_must_choose_another_first(signed_in: Signed, browser: Browser) -> None:
    admin = signed_in("admin")
    assert admin.post("/staff", name="Nida", role="reviewer") == 200
    password = admin.shown.split('<code class="secret">')[1].split("<")[0]
    nida = browser()
    assert nida.sign_in("nida", password) == 303
    assert nida.get("/") == 303
    assert nida.location == "/console/account"
    assert nida.post("/account/password", old=password, new=PASSWORD, again=PASSWORD) == 303
    assert nida.get("/") == 200


def test_the_audit_log_cannot_be_changed_even_by_sql(signed_in: Signed, office: Office) -> None:
    signed_in("admin")
    emptied = ("TRUNCATE audit", "TRUNCATE accounts, audit CASCADE") if not office.database.is_sqlite else ()
    for statement in ("UPDATE audit SET name = 'nobody'", "DELETE FROM audit", *emptied):
        with pytest.raises(DatabaseError, match="append-only"), office.database.begin() as session:
            session.execute(text(statement))
    with office.database.read() as session:
        assert [entry.name for entry in audit.entries(session, audit.Wanted(), 10)] == ["admin"]


def test_pages_forbid_scripts_and_frames_of_others_and_are_not_kept(signed_in: Signed) -> None:
    admin = signed_in("admin")
    admin.get("/staff")
    rules = admin.answer.headers["content-security-policy"]
    assert "default-src 'none'" in rules
    assert "unsafe" not in rules
    assert "frame-ancestors 'none'" in rules
    assert admin.answer.headers["cache-control"] == "no-store"
    assert "<script>" not in admin.shown
    assert " style=" not in admin.shown


def test_the_session_cookie_is_for_this_browser_and_https_alone(browser: Browser, office: Office) -> None:
    plain = browser()
    plain.sign_in("admin")
    cookie = next(value for value in plain.answer.headers.get_list("set-cookie") if value.startswith(COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    secure = browser()
    secure.http.base_url = secure.http.base_url.copy_with(scheme="https")
    secure.sign_in("admin")
    assert "Secure" in next(value for value in secure.answer.headers.get_list("set-cookie") if value.startswith(COOKIE))


def test_the_audit_log_is_read_by_person_act_and_day(signed_in: Signed, clock: Clock) -> None:
    admin = signed_in("admin")
    admin.post("/staff", name="nida", role="officer")
    clock.pass_(days=1)
    again = signed_in("admin")
    for query, holds, lacks in (
        ("verb=staff.change", "บัญชี nida", "การเข้าสู่ระบบ"),
        ("from=2026-11-24", "การเข้าสู่ระบบ", "บัญชี nida"),
        ("to=2026-11-23&name=admin", "บัญชี nida", "24 พ.ย."),
        ("name=nobody", "ไม่มีรายการ", "บัญชี nida"),
    ):
        assert again.get(f"/audit?{query}") == 200
        assert holds in again.shown, query
        assert lacks not in again.shown, query


def test_a_slash_too_many_leads_nowhere_whatever_the_host_header_says(signed_in: Signed) -> None:
    answer = signed_in("admin").http.get("/console/questions/", headers={"host": "evil.example"}, follow_redirects=False)
    assert answer.status_code == 404
    assert "evil.example" not in str(answer.headers)


def test_odd_input_is_refused_and_never_a_traceback(browser: Browser, signed_in: Signed) -> None:
    admin = signed_in("admin")
    for path in ("/audit?before=x", "/audit?before=99999999999999999999", "/audit?name=%00&verb=%ff", "/staff/0/close", "/nowhere"):
        assert admin.get(path) in (200, 404, 405), path
    assert admin.post("/staff/99999999999999999999999/close") in (404, 422)
    assert admin.post("/staff", name="a\x00b", role="admin") == 422
    assert admin.post("/staff", name="somchai", role="king") == 422
    assert admin.http.post("/console/staff", content=b"{}", headers={"content-type": "application/json"}).status_code == 415
    assert browser().http.post("/console/sign-in", data={"name": "x" * 2_000_000}).status_code == 413


def test_the_secret_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path / "new", channels=())
    made = secret.of(settings)
    assert secret.of(settings) == made
    assert len(made) >= 32
    assert (tmp_path / "new" / secret.FILE).stat().st_mode & 0o777 == 0o600
    assert [file.name for file in (tmp_path / "new").iterdir()] == [secret.FILE]
