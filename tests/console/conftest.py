"""A console for each test, on both databases, with people of each role and browsers for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from app import console, wiring
from app.console import passwords
from app.console.office import Office
from app.console.permissions import ROLES
from app.settings import Settings
from app.store import staff
from app.store.database import Database
from tests.fakes import Clock

PASSWORD = "ม้าสีน้ำเงินวิ่งในสวน"  # everybody's
FORM_TOKEN = re.compile(r'name="form_token" value="([0-9a-f]+)"')


@dataclass
class Visitor:
    """A browser: keeps cookies, follows nothing unless told, finds the form token by itself."""

    http: TestClient
    shown: str = field(default="", init=False)  # the newest page

    def get(self, path: str, **more: str) -> int:
        """Open a page and give its status."""
        answer = self.http.get(f"/console{path}", follow_redirects=False, **more)  # type: ignore[arg-type]
        self.shown, self.location = answer.text, answer.headers.get("location", "")
        self.answer = answer
        return answer.status_code

    def post(self, path: str, *, form_token: str | None = None, **fields: str | list[str]) -> int:
        """Send a form and give the status; its token is that of this browser's pages unless another is given."""
        token = self.form_token() if form_token is None else form_token
        answer = self.http.post(f"/console{path}", data={"form_token": token} | fields, follow_redirects=False)
        self.shown, self.location = answer.text, answer.headers.get("location", "")
        self.answer = answer
        return answer.status_code

    def upload(self, path: str, name: str, content: bytes, **fields: str) -> int:
        """Send a form with a file and give the status."""
        files = {"file": (name, content, "application/octet-stream")}
        data = {"form_token": self.form_token()} | fields
        answer = self.http.post(f"/console{path}", data=data, files=files, follow_redirects=False)
        self.shown, self.location = answer.text, answer.headers.get("location", "")
        self.answer = answer
        return answer.status_code

    def form_token(self) -> str:
        """Find the token in a page of this browser."""
        found = FORM_TOKEN.search(self.http.get("/console/account").text)  # shows the sign-in form to who is not signed in
        assert found
        return found[1]

    def sign_in(self, name: str, password: str = PASSWORD, there: str = "/console/") -> int:
        """Send the sign-in form."""
        return self.post("/sign-in", name=name, password=password, next=there)


@pytest.fixture(scope="session")
def kept_password() -> Iterator[str]:
    """Hash everybody's password once, with argon2 as cheap as it comes: it is slow on purpose."""
    patch = pytest.MonkeyPatch()
    patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    yield passwords.hashed(PASSWORD)
    patch.undo()


@pytest.fixture
def clock() -> Clock:
    """Give the clock of the console under test."""
    return Clock()


@pytest.fixture
def office(database: Database, clock: Clock, tmp_path: Path, kept_password: str) -> Office:
    """Open an office with one person of each role, named like it."""
    with database.begin() as session:
        for role in ROLES:
            staff.add(session, name=role, role=role, password=kept_password, is_temporary=False, now=clock())
    settings = Settings(_env_file=None, data_dir=tmp_path / "data", channels=())
    return wiring.office(settings, database, clock)


@pytest.fixture
def browser(office: Office) -> Callable[[], Visitor]:
    """Give new browsers."""
    app = Starlette(routes=[Mount("/console", console.build(office))])
    return lambda: Visitor(TestClient(app, base_url="http://clinic.example"))


@pytest.fixture
def signed_in(browser: Callable[[], Visitor]) -> Callable[[str], Visitor]:
    """Give a browser of somebody who is signed in."""

    def of(name: str) -> Visitor:
        visitor = browser()
        assert visitor.sign_in(name) == 303
        return visitor

    return of
