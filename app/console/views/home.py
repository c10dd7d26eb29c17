"""The start page."""

from __future__ import annotations

from starlette.responses import Response

from app.console.pages import Pages
from app.console.visit import Visit

pages = Pages("ภาพรวม", "/", "account.own")


@pages.get("/", "account.own")
def home(visit: Visit) -> Response:
    """Show where things stand."""
    return visit.show("home.html")
