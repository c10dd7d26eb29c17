"""What a file of `views` registers: its addresses, who may come to each, and its place in the menu."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from starlette.responses import Response

from app.console.permissions import Verb
from app.console.visit import Visit

View = Callable[[Visit], Response]
Method = Literal["GET", "POST"]


@dataclass(frozen=True)
class Page:
    """One address: who may come, and what answers. Without a verb it is open to everybody."""

    path: str
    method: Method
    verb: Verb | None
    view: View
    takes_file: bool = False


@dataclass
class Pages:
    """The pages of one subject; one file in `app/console/views` makes one of these.

    Args:
        title: what the menu calls the subject; "" keeps it out of the menu.
        path: where the menu leads.
        verb: who sees it in the menu.
        group: the menu's heading above it.
    """

    title: str = ""
    path: str = ""
    verb: Verb | None = None
    group: str = ""
    pages: list[Page] = field(default_factory=list)

    def get(self, path: str, verb: Verb | None) -> Callable[[View], View]:
        """Register what is shown at an address."""
        return self._page(path, "GET", verb)

    def post(self, path: str, verb: Verb | None, *, takes_file: bool = False) -> Callable[[View], View]:
        """Register what a form does; one that takes a file finds it in `visit.file`."""
        return self._page(path, "POST", verb, takes_file=takes_file)

    def _page(self, path: str, method: Method, verb: Verb | None, *, takes_file: bool = False) -> Callable[[View], View]:
        def keep(view: View) -> View:
            self.pages.append(Page(path, method, verb, view, takes_file))
            return view

        return keep
