"""The simulator's ASGI app: LINE's page with the phone and LINE's API below /v2/bot; Slack's page and API below /slack."""

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
from app.simulator import line_api, line_menus, slack_api
from app.simulator.slack_requests import MENTION, SlackAct, SlackCourier
from app.simulator.slack_world import PERSON_ID, SlackWorld
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
    carrier = http or httpx.Client(timeout=WEBHOOK_TIMEOUT, trust_env=False)
    courier = Courier(world, settings.line_channel_secret.get_secret_value(), carrier)
    templates = Jinja2Templates(OUR_FOLDER / "templates")
    app = FastAPI(title="Chat simulator", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.world = world
    app.include_router(line_api.router)
    app.include_router(line_menus.router)
    app.include_router(slack_api.router)
    app.mount("/static", StaticFiles(directory=OUR_FOLDER / "static"))

    @app.get("/")
    def page(request: Request) -> HTMLResponse:
        """Show the phone and, beside it, the developers' panel."""
        menu = [{"name": TOPICS[topic], "data": actions.encode("menu", "", topic)} for topic in MENU_TOPICS]
        menu.append({"name": PERSON, "data": actions.encode("person")})
        return _page(templates.TemplateResponse(request, "page.html", {"account": ACCOUNT, "menu": menu}))

    @app.post("/act")
    def act(request: Request, act: Act) -> dict[str, int | None]:
        """Do what the person did in the page; gives the webhook's status."""
        return {"status": courier.act(act, _address(settings, request) + "/webhooks/line")}

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

    _add_slack(app, SlackWorld(clock), settings, carrier, templates)
    return app


def _add_slack(app: FastAPI, world: SlackWorld, settings: Settings, carrier: httpx.Client, templates: Jinja2Templates) -> None:
    """Add Slack's page, and what a person does in it."""
    app.state.slack = world
    courier = SlackCourier(world, settings.slack_signing_secret.get_secret_value(), carrier)

    @app.get("/slack")
    def slack_page(request: Request) -> HTMLResponse:
        """Show the workspace and, beside it, the developers' panel."""
        return _page(templates.TemplateResponse(request, "slack.html", {"account": ACCOUNT, "mention": MENTION}))

    @app.post("/slack/act")
    def slack_act(request: Request, act: SlackAct) -> dict[str, int | None]:
        """Do what the person did in the page; gives the request's status."""
        here = _address(settings, request)
        return {"status": courier.act(act, here + "/webhooks/slack", here + "/simulator/slack")}

    @app.get("/slack/events")
    def slack_events(person: Annotated[str, Query(pattern=PERSON_ID)], after: int = 0) -> dict[str, Any]:
        """Give a tab what happened since."""
        return {"run": world.run, "events": world.after(after, person)}


def _page(response: HTMLResponse) -> HTMLResponse:
    response.headers["content-security-policy"] = PAGE_RULES
    return response


def _address(settings: Settings, request: Request) -> str:
    base = settings.public_url
    if not base:
        # the socket's own address, not the Host header: it holds behind a mapped port, and nobody else can choose it
        host, port = request.scope["server"]
        base = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    return base
