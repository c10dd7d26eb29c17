"""The simulator's ASGI app: the page with the phone, what the person does in it, and LINE's API below /v2/bot."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import httpx
from fastapi import FastAPI, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates

from app import actions
from app.answering.wording import PERSON, TOPICS
from app.settings import Settings
from app.simulator import line_api, line_menus
from app.simulator.webhooks import USER_ID, Act, Courier
from app.simulator.world import ACCOUNT, World

OUR_FOLDER = Path(__file__).parent
WEBHOOK_TIMEOUT = 10.0
PAGE_RULES = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
MENU_TOPICS = ("division", "evaluation", "pmqa", "awards", "digital")


def build(settings: Settings, http: httpx.Client | None = None, clock: Callable[[], float] = time.time) -> FastAPI:
    """Make the simulator.

    Args:
        settings: its channel secret signs the webhooks; PUBLIC_URL is where they go, by default the server that the page came from.
        http: carries the webhooks; a new client by default.
        clock: gives seconds since 1970.
    """
    world = World(clock)
    # trust_env off: the way to our own endpoint never leads through a proxy
    courier = Courier(
        world, settings.line_channel_secret.get_secret_value(), http or httpx.Client(timeout=WEBHOOK_TIMEOUT, trust_env=False)
    )
    templates = Jinja2Templates(OUR_FOLDER / "templates")
    app = FastAPI(title="LINE simulator", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.world = world
    app.include_router(line_api.router)
    app.include_router(line_menus.router)
    app.mount("/static", StaticFiles(directory=OUR_FOLDER / "static"))

    @app.get("/")
    def page(request: Request) -> HTMLResponse:
        """Show the phone and, beside it, the developers' panel."""
        menu = [{"name": TOPICS[topic], "data": actions.encode("menu", "", topic)} for topic in MENU_TOPICS]
        menu.append({"name": PERSON, "data": actions.encode("person")})
        response = templates.TemplateResponse(request, "page.html", {"account": ACCOUNT, "menu": menu})
        response.headers["content-security-policy"] = PAGE_RULES
        return response

    @app.post("/act")
    def act(request: Request, act: Act) -> dict[str, int | None]:
        """Do what the person did in the page; gives the webhook's status."""
        return {"status": courier.act(act, _webhook_url(settings, request))}

    @app.get("/events")
    def events(person: Annotated[str, Query(pattern=USER_ID)], after: int = 0) -> dict[str, Any]:
        """Give a tab what happened since; `run` changes when the simulator was started anew and its memory is gone."""
        return {"run": world.run, "events": world.after(after, person)}

    @app.get("/menu-picture/{menu_id}")
    def menu_picture(menu_id: str) -> Response:
        """Give the page a rich menu's picture."""
        menu = world.menus.get(menu_id)
        if menu is None:
            raise HTTPException(404)
        return Response(menu.image, media_type=menu.image_type)

    return app


def _webhook_url(settings: Settings, request: Request) -> str:
    base = settings.public_url
    if not base:
        # the socket's own address, not the Host header: it holds behind a mapped port, and nobody else can choose it
        host, port = request.scope["server"]
        base = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    return base + "/webhooks/line"
