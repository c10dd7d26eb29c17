"""The console's ASGI app: the pages of all views behind one door, and the files of `static`."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app.console.door import Door
from app.console.drawing import OUR_FOLDER, Drawing
from app.console.office import Office
from app.console.pages import Page
from app.console.views import (
    account,
    audit,
    clinic_answers,
    corrections,
    data_report,
    dictionary,
    documents,
    escalations,
    gaps,
    golden,
    home,
    impact,
    question,
    questions,
    releases,
    report,
    settings,
    sign_in,
    staff,
    switch,
    uploads,
)
from app.corpus.uploads import MAX_BYTES

# the order of the menu
VIEWS = (
    home.pages,
    report.pages,
    questions.pages,
    question.pages,
    escalations.pages,
    clinic_answers.pages,
    gaps.pages,
    corrections.pages,
    golden.pages,
    documents.pages,
    uploads.pages,
    dictionary.pages,
    releases.pages,
    impact.pages,
    switch.pages,
    settings.pages,
    staff.pages,
    data_report.pages,
    audit.pages,
    account.pages,
    sign_in.pages,
)
MOST_BYTES = 1024 * 1024


class _Static(StaticFiles):
    """Files whose address changes with their content: a browser may keep them."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        response.headers["x-content-type-options"] = "nosniff"
        return response


def every_page() -> list[Page]:
    """List all pages of the console."""
    return [page for pages in VIEWS for page in pages.pages]


def build(office: Office) -> Starlette:
    """Make the console's app, to be mounted at /console."""
    door = Door(office, Drawing(VIEWS))

    async def refused(request: Request, error: Exception) -> Response:
        return await run_in_threadpool(door.refuse, request, getattr(error, "status_code", 500))

    # the door looks at a file's size before it reads it, and says so in Thai
    limits = {True: 2 * MAX_BYTES, False: None}
    routes = [Route(page.path, door.endpoint(page), methods=[page.method], max_body_size=limits[page.takes_file]) for page in every_page()]
    app = Starlette(
        routes=[Mount("/static", _Static(directory=OUR_FOLDER / "static")), *routes],
        exception_handlers={HTTPException: refused},
        max_body_size=MOST_BYTES,
    )
    app.router.redirect_slashes = False  # it would redirect to whatever the Host header says
    return app
