"""Every page, every role, and nobody: the table of permissions decides, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.console.pages import Page
from app.console.permissions import MAY, ROLES, VERB_NAMES
from app.console.site import every_page
from tests.console.conftest import Visitor

PUBLIC = {("GET", "/sign-in"), ("POST", "/sign-in"), ("GET", "/sign-in/agency"), ("GET", "/sign-in/agency/back")}
SIGNED_OUT = {("POST", "/sign-out"), ("POST", "/account/sign-out-everywhere")}  # they end the session they are called with
Signed = Callable[[str], Visitor]


def _address(page: Page) -> str:
    return page.path.replace("{id:int}", "999999").replace("{other:int}", "999998").replace("{name}", "nothing")


def _call(visitor: Visitor, page: Page) -> int:
    return visitor.get(_address(page)) if page.method == "GET" else visitor.post(_address(page))


def test_only_signing_in_is_open_to_everybody() -> None:
    assert {(page.method, page.path) for page in every_page() if page.verb is None} == PUBLIC


def test_every_verb_is_in_the_table_and_has_a_name() -> None:
    assert MAY.keys() == VERB_NAMES.keys()
    assert all(MAY.values())


def test_nobody_gets_past_the_sign_in(browser: Callable[[], Visitor]) -> None:
    visitor = browser()
    for page in every_page():
        if page.verb is None:
            continue
        assert _call(visitor, page) == 303, page.path
        assert visitor.location.startswith("/console/sign-in"), page.path


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_to_its_pages_and_no_others(role: str, signed_in: Signed) -> None:
    visitor = signed_in(role)
    for page in every_page():
        if page.verb is None or (page.method, page.path) in SIGNED_OUT:
            continue
        status = _call(visitor, page)
        if role in MAY[page.verb]:
            assert status not in (403, 500), f"{role} {page.method} {page.path}"
            assert not visitor.location.startswith("/console/sign-in"), page.path
        else:
            assert status == 403, f"{role} {page.method} {page.path}"


def test_the_menu_shows_only_what_may_be_opened(signed_in: Signed) -> None:
    for role in ROLES:
        visitor = signed_in(role)
        visitor.get("/")
        assert ("/console/staff" in visitor.shown) == (role in MAY["staff.change"])
        assert ("/console/audit" in visitor.shown) == (role in MAY["audit.read"])


def test_an_act_asks_the_table_again_whatever_the_page_said(office: object, signed_in: Signed) -> None:
    from app.console.acts import Staff, acting
    from app.console.office import Office
    from app.errors import NotAllowed
    from app.store import audit

    assert isinstance(office, Office)
    with pytest.raises(NotAllowed), acting(office.database, office.clock, Staff(1, "reviewer", "reviewer"), "staff.change") as act:
        act.after = {"never": "written"}
    with office.database.read() as session:
        assert audit.entries(session, audit.Wanted(verb="staff.change"), 10) == []
