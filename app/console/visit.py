"""One visit to a page: who comes, with what form, and what a page can do for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import IO, Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.console.acts import Act, Staff, acting
from app.console.office import Office
from app.console.permissions import Verb, may
from app.errors import NotThere

ROOT = "/console"
LARGEST_ID = 2**63 - 1
_INSIDE = re.compile(rf"{ROOT}/[\w%./?&=+:,-]*", re.ASCII)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

File = tuple[str, IO[bytes]]  # the name that the browser gives it, which proves nothing; and its content
Message = tuple[str, str]  # "done", "problem" or "note"; and the sentence


def inside(address: str) -> str:
    """Give an address of the console as it is, and the start page for any other: a link must not lead out of here."""
    return address if _INSIDE.fullmatch(address) and "//" not in address else f"{ROOT}/"


@dataclass
class Visit:
    """What a page function is given."""

    request: Request
    office: Office
    staff: Staff
    form: Mapping[str, list[str]]  # empty but for POST
    token: str  # what the browser holds: its session, or what its sign-in form is tied to
    form_token: str
    draw: Callable[[Visit, str, Mapping[str, Any]], str]
    messages: list[Message] = field(default_factory=list)  # said on the next page that is shown
    file: File | None = None  # only where a page takes one
    new_token: str | None = None  # the browser's next session; "" signs it out
    brought: Mapping[str, Any] = field(default_factory=dict)  # what it was given when it was sent elsewhere
    errand: Mapping[str, Any] | None = None  # what it is given now; an empty one takes it away

    @property
    def address(self) -> str:
        """The address that the visitor comes from."""
        return self.request.client.host if self.request.client else ""

    def asked(self, name: str) -> str:
        """Give what the address says after the question mark; "" when it does not."""
        return clean(self.request.query_params.get(name, ""))

    def filled(self, name: str) -> str:
        """Give a field of the form; "" when it is not there."""
        return next(iter(self.form.get(name, ())), "")

    def all_filled(self, name: str) -> list[str]:
        """Give all values of a field that may come more than once."""
        return list(self.form.get(name, ()))

    def number(self, name: str) -> int:
        """Give a number of the path; the route says that it is one.

        Raises:
            NotThere: no row can have such a number.
        """
        number = int(self.request.path_params[name])
        if number > LARGEST_ID:
            raise NotThere("no row has such a number")
        return number

    def may(self, verb: Verb) -> bool:
        """Say whether this person may do something: for what a page shows. `act` asks again."""
        return may(self.staff.role, verb)

    def act(self, verb: Verb, subject: str = "") -> AbstractContextManager[Act]:
        """Do something: see `acting`. Everything that changes anything goes through here."""
        return acting(self.office.database, self.office.clock, self.staff, verb, subject)

    def say(self, sentence: str, kind: str = "done") -> None:
        """Say something on the next page that is shown."""
        self.messages.append((kind, sentence))

    def show(self, template: str, status: int = 200, **values: Any) -> Response:
        """Show a page made from a template."""
        response = Response(self.draw(self, template, {"status": status} | values), status, media_type="text/html; charset=utf-8")
        self.messages.clear()
        return response

    def go(self, path: str, **query: str) -> Response:
        """Send the browser to another page of the console; `path` begins with a slash."""
        address = f"{ROOT}{path}" + (f"?{urlencode(query)}" if query else "")
        return RedirectResponse(address, 303)

    def go_to(self, address: str) -> Response:
        """Send the browser to an address that it named itself, if that is inside the console."""
        return RedirectResponse(inside(address), 303)


def clean(text: str) -> str:
    """Replace what no database stores."""
    return _UNSTORABLE.sub("\ufffd", text)
