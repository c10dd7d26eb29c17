"""Staff sign in with the agency's own accounts: only who an admin entered, and only what the issuer has proved."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from joserfc.jwk import OctKey
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from app import console
from app.console.office import Office
from app.console.single_sign_on import SingleSignOn
from app.settings import Settings
from app.store import audit
from tests.console import issuer as fake
from tests.console.conftest import Visitor
from tests.console.issuer import CLIENT, SECRET, Issuer

BACK = "http://clinic.example/console/sign-in/agency/back"
SOMCHAI = {"sub": "0001-somchai", "email": "Somchai@opdc.example", "email_verified": True, "preferred_username": "somchai"}


@pytest.fixture(scope="module")
def served() -> Iterator[Issuer]:
    """Serve one issuer for all tests here."""
    with fake.listening() as issuer:
        yield issuer


@pytest.fixture
def issuer(served: Issuer) -> Issuer:
    """Give the issuer, as honest as it was made."""
    served.wrong, served.key, served.algorithm, served.known_as = {}, fake.KEY, "RS256", ""
    return served


@pytest.fixture
def browser(office: Office, issuer: Issuer) -> Callable[[], Visitor]:
    """Give new browsers of a console that trusts the issuer."""
    trusting = replace(office, issuer=SingleSignOn(issuer.url, CLIENT, SECRET, "บัญชีของหน่วยงาน", BACK))
    app = Starlette(routes=[Mount("/console", console.build(trusting))])
    return lambda: Visitor(TestClient(app, base_url="http://clinic.example"))


@pytest.fixture
def admin(browser: Callable[[], Visitor]) -> Visitor:
    """Give an admin who has entered how the issuer knows the officer."""
    visitor = browser()
    assert visitor.sign_in("admin") == 303
    assert _enter(visitor, "officer", " Somchai@opdc.example ") == 303
    return visitor


def _enter(visitor: Visitor, name: str, known_as: str) -> int:
    with_name = {"reviewer": 1, "officer": 2, "admin": 3}
    return visitor.post(f"/staff/{with_name[name]}/known-as", known_as=known_as)


def _come_back(visitor: Visitor, issuer: Issuer, there: str = "", **person: Any) -> int:
    """Leave for the issuer, sign in there, come back."""
    assert visitor.get(f"/sign-in/agency?next={there}") == 303
    assert visitor.location.startswith(f"{issuer.url}/authorization?")
    state, code = issuer.signs_in(visitor.location, **(SOMCHAI | person))
    return visitor.get(f"/sign-in/agency/back?state={state}&code={code}")


def _entries(office: Office) -> list[tuple[str, object]]:
    with office.database.read() as session:
        return [(entry.name, entry.after.get("result")) for entry in audit.entries(session, audit.Wanted(verb="account.own"), 20)]


@pytest.mark.usefixtures("admin")
def test_who_an_admin_entered_signs_in_and_is_bound_to_the_issuers_id(
    browser: Callable[[], Visitor], issuer: Issuer, office: Office
) -> None:
    somchai = browser()
    assert _come_back(somchai, issuer, "/console/questions") == 303
    assert somchai.location == "/console/questions"
    assert somchai.get("/questions") == 200
    assert "officer" in somchai.shown

    later = browser()
    assert _come_back(later, issuer, email="somchai.new@opdc.example", preferred_username="s.new") == 303
    assert later.get("/questions") == 200
    assert [result for name, result in _entries(office) if name == "officer"] == [
        "signed in with the agency",
        "bound to the agency's account",
    ]


@pytest.mark.usefixtures("admin")
def test_another_person_with_the_same_address_is_not_the_one_who_was_bound(browser: Callable[[], Visitor], issuer: Issuer) -> None:
    assert _come_back(browser(), issuer) == 303

    stranger = browser()
    assert _come_back(stranger, issuer, sub="0002-another") == 401
    assert stranger.get("/questions") == 303


@pytest.mark.usefixtures("admin")
@pytest.mark.parametrize(
    "person",
    [
        {"sub": "x", "email": "somsri@opdc.example", "preferred_username": "somsri"},
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "true"},
        {"email": None, "preferred_username": "somchai@opdc.example"},
    ],
    ids=["unknown", "not verified", "verified by nobody", "verified in words", "an address as a user name"],
)
def test_nobody_else_is_let_in_and_no_account_is_made(
    browser: Callable[[], Visitor], issuer: Issuer, person: dict[str, Any], office: Office
) -> None:
    visitor = browser()
    assert _come_back(visitor, issuer, **person) == 401
    assert "ไม่มีบัญชีที่เปิดใช้" in visitor.shown
    assert visitor.get("/") == 303
    assert [name for name, _ in _entries(office)] == ["admin"]


@pytest.mark.usefixtures("admin")
@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another client"},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"iss": "https://another.example"},
        {"exp": int(time.time()) - 600},
        {"iat": int(time.time()) + 6000, "nbf": int(time.time()) + 6000},
        {"sub": None},
    ],
    ids=["nonce", "no nonce", "audience", "authorized party", "issuer", "expired", "not yet", "nobody"],
)
def test_a_token_with_a_wrong_claim_is_refused(browser: Callable[[], Visitor], issuer: Issuer, wrong: dict[str, Any]) -> None:
    issuer.wrong = wrong
    visitor = browser()
    assert _come_back(visitor, issuer) == 401
    assert "ไม่สำเร็จ" in visitor.shown
    assert visitor.get("/") == 303


@pytest.mark.usefixtures("admin")
def test_a_token_that_the_issuer_did_not_sign_is_refused(browser: Callable[[], Visitor], issuer: Issuer) -> None:
    issuer.key = fake.OTHER_KEY
    assert _come_back(browser(), issuer) == 401


@pytest.mark.usefixtures("admin")
def test_a_token_that_is_signed_with_what_the_client_knows_is_refused(browser: Callable[[], Visitor], issuer: Issuer) -> None:
    issuer.key, issuer.algorithm = OctKey.import_key(SECRET), "HS256"
    assert _come_back(browser(), issuer) == 401


@pytest.mark.usefixtures("admin")
def test_an_issuer_that_names_itself_otherwise_is_refused(browser: Callable[[], Visitor], issuer: Issuer) -> None:
    issuer.known_as = "https://another.example"
    visitor = browser()
    assert visitor.get("/sign-in/agency") == 401
    assert "ไม่สำเร็จ" in visitor.shown


@pytest.mark.usefixtures("admin")
def test_the_way_back_belongs_to_one_browser_and_works_once(browser: Callable[[], Visitor], issuer: Issuer) -> None:
    somchai, attacker = browser(), browser()
    somchai.get("/sign-in/agency")
    state, code = issuer.signs_in(somchai.location, **SOMCHAI)

    assert attacker.get(f"/sign-in/agency/back?state={state}&code={code}") == 401, "a link with somebody's own code"
    assert somchai.get(f"/sign-in/agency/back?state=another&code={code}") == 401
    assert somchai.get(f"/sign-in/agency/back?state={state}&code={code}") == 401, "what it was to bring back is gone"
    assert attacker.get("/sign-in/agency/back") == 401
    assert attacker.get("/sign-in/agency/back?error=access_denied") == 401


@pytest.mark.usefixtures("admin")
def test_a_session_begins_anew_and_leads_nowhere_but_inside(browser: Callable[[], Visitor], issuer: Issuer) -> None:
    visitor = browser()
    visitor.http.cookies.set("clinic_staff", "chosen-by-an-attacker", domain="clinic.example", path="/console")
    assert _come_back(visitor, issuer, "https://evil.example/console/") == 303
    assert visitor.location == "/console/"
    assert visitor.get("/questions") == 200
    assert "chosen-by-an-attacker" not in str(visitor.answer.request.headers["cookie"])


def test_a_closed_account_stays_closed_and_the_log_knows(
    browser: Callable[[], Visitor], issuer: Issuer, admin: Visitor, office: Office
) -> None:
    assert _come_back(browser(), issuer) == 303
    assert admin.post("/staff/2/close") == 303

    assert _come_back(browser(), issuer) == 401
    assert _entries(office)[0] == ("officer", "refused")


def test_a_password_goes_on_working_and_one_that_was_made_up_ends(browser: Callable[[], Visitor], issuer: Issuer, admin: Visitor) -> None:
    assert browser().sign_in("officer") == 303
    assert admin.post("/staff/2/password") == 200
    made_up = admin.shown.split('class="secret">')[1].split("<")[0]

    somchai = browser()
    assert _come_back(somchai, issuer) == 303
    assert somchai.get("/questions") == 200
    assert browser().sign_in("officer", made_up) == 401


def test_entering_another_name_unbinds_and_one_name_belongs_to_one_account(
    browser: Callable[[], Visitor], issuer: Issuer, admin: Visitor
) -> None:
    somchai = browser()
    assert _come_back(somchai, issuer) == 303
    assert _enter(admin, "reviewer", "somchai@opdc.example") == 422
    assert _enter(admin, "officer", "somsri") == 303

    assert somchai.get("/questions") == 303, "the session ended with the binding"
    assert _come_back(browser(), issuer) == 401
    assert _come_back(browser(), issuer, sub="0003-somsri", preferred_username="somsri", email=None) == 303


@pytest.mark.usefixtures("admin")
def test_too_many_who_come_back_as_nobody_must_wait(browser: Callable[[], Visitor], issuer: Issuer) -> None:
    for _ in range(31):
        browser().get("/sign-in/agency/back?state=x&code=y")

    visitor = browser()
    assert _come_back(visitor, issuer) == 401
    assert "โปรดรอ 15 นาที" in visitor.shown


def test_signing_out_ends_our_session(browser: Callable[[], Visitor], issuer: Issuer, admin: Visitor) -> None:
    somchai = browser()
    assert admin.get("/staff") == 200
    assert _come_back(somchai, issuer) == 303
    assert somchai.post("/sign-out") == 303
    assert somchai.get("/questions") == 303


def test_the_issuer_is_asked_with_what_was_agreed(browser: Callable[[], Visitor]) -> None:
    visitor = browser()
    visitor.get("/sign-in")
    assert "เข้าสู่ระบบด้วยบัญชีของหน่วยงาน" in visitor.shown
    visitor.get("/sign-in/agency")
    asked = dict(parse_qsl(urlsplit(visitor.location).query))
    assert asked["redirect_uri"] == BACK
    assert asked["scope"] == "openid email profile"
    assert len(asked["nonce"]) == len(asked["state"]) == 48


def test_an_issuer_that_is_away_leaves_the_password(office: Office) -> None:
    trusting = replace(office, issuer=SingleSignOn("http://127.0.0.1:9", CLIENT, SECRET, "บัญชีของหน่วยงาน", BACK))
    app = Starlette(routes=[Mount("/console", console.build(trusting))])
    visitor = Visitor(TestClient(app, base_url="http://clinic.example"))
    assert visitor.get("/sign-in/agency") == 401
    assert "รหัสผ่าน" in visitor.shown
    assert visitor.sign_in("officer") == 303


def test_without_an_issuer_there_is_no_such_page(office: Office) -> None:
    visitor = Visitor(TestClient(Starlette(routes=[Mount("/console", console.build(office))]), base_url="http://clinic.example"))
    assert visitor.get("/sign-in/agency") == 404
    assert visitor.get("/sign-in/agency/back") == 404


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"oidc_issuer": "https://login.example"}, "empty: OIDC_CLIENT_ID, OIDC_CLIENT_SECRET"),
        ({"oidc_client_id": "clinic"}, "belong together"),
        ({"oidc_issuer": "http://login.example"}, "must start with https://"),
        ({"oidc_issuer": "https://login.example", "oidc_client_id": "clinic", "oidc_client_secret": "s"}, "needs PUBLIC_URL"),
    ],
)
def test_a_half_set_issuer_stops_the_start(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Settings(_env_file=None, channels=(), **given)
