"""The ASGI app: webhooks, health, metrics, the console, and the simulator where it is wanted. Start it with `python -m app.main`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import structlog
import uvicorn
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from app import console, metrics, wiring
from app.channels.base import Listening, Serving
from app.errors import SettingsError
from app.messaging import webhook
from app.settings import Settings
from app.wiring import Clinic

PROBED = ["GET", "HEAD"]  # many load balancers ask without wanting the body
log = structlog.get_logger(__name__)

SWITCH_SECONDS = 0.0005  # a thread that answers gives way to one that takes a webhook ten times sooner than by default


def create() -> FastAPI:
    """Build the app from the environment; what `uvicorn app.main:app` serves."""
    return build(wiring.open_clinic())


def build(clinic: Clinic) -> FastAPI:
    """Build the app around a clinic; its worker starts and stops with the app."""
    office = wiring.office(clinic.settings, clinic.database, channels=clinic.channels)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        sys.setswitchinterval(SWITCH_SECONDS)
        if clinic.settings.worker == "inline":
            clinic.worker.start()
        listening = [
            channel.listen(partial(webhook.take, channel, clinic.inbox, office.desk))
            for channel in clinic.channels.values()
            if isinstance(channel, Listening)
        ]
        clinic.watch.start()
        office.words.start()
        yield
        await run_in_threadpool(office.words.stop)
        await run_in_threadpool(clinic.watch.stop)
        for stop in listening:
            await run_in_threadpool(stop)
        if clinic.settings.worker == "inline":
            await run_in_threadpool(clinic.worker.stop)
        clinic.database.close()

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.include_router(webhook.routes(clinic.channels, clinic.inbox, office.desk))

    @app.api_route("/healthz", methods=PROBED)
    def healthz() -> Response:
        """Say that the process is up."""
        return PlainTextResponse("ok")

    @app.api_route("/readyz", methods=PROBED)
    def readyz() -> Response:
        """Say whether questions can be answered, and if not, why."""
        reason = _unready(clinic)
        return PlainTextResponse(reason or "ready", 503 if reason else 200)

    @app.get("/metrics")
    def numbers() -> Response:
        """Give the numbers for Prometheus."""
        return Response(metrics.page(clinic.numbers), media_type="text/plain; version=0.0.4; charset=utf-8")

    app.mount("/console", console.build(office))
    app.add_api_route("/console", lambda: RedirectResponse("/console/"), methods=["GET"])
    _mount_chats(app, clinic)
    return app


def _mount_chats(app: FastAPI, clinic: Clinic) -> None:
    """Add the pages that channels have of their own, and the simulator where it is wanted."""
    for name, channel in clinic.channels.items():
        if isinstance(channel, Serving):
            app.mount(f"/channels/{name}", channel.pages(partial(clinic.outbox.said, name)))
    if clinic.settings.simulator:
        from app import simulator

        app.mount("/simulator", simulator.build(clinic.settings))


def _unready(clinic: Clinic) -> str:
    try:
        with clinic.database.read() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        return f"database: {type(error).__name__}"
    return clinic.answering.ready()


def __getattr__(name: str) -> FastAPI:
    """Build the app when it is asked for as `app.main:app`, so that importing this module builds nothing."""
    if name == "app":
        return create()
    raise AttributeError(name)


def main() -> None:
    """Serve until SIGTERM: what is in hand is finished, what is kept waits for the next start."""
    parser = argparse.ArgumentParser(prog="python -m app.main", description="Serve the clinic.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=_port, default=8000)
    chosen = parser.parse_args()
    try:
        clinic = wiring.open_clinic()
        app = build(clinic)
    except SettingsError as error:
        parser.exit(1, f"{error}\n")
    others = believing(clinic.settings)
    uvicorn.run(app, host=chosen.host, port=chosen.port, log_config=None, access_log=False, timeout_graceful_shutdown=5, **others)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) not in range(2**16):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port, 0 to 65535")
    return int(text)


def believing(settings: Settings) -> dict[str, Any]:
    """Give uvicorn's options for whose word about an asker's address is taken: by itself it believes all that this machine hands on."""
    return {"proxy_headers": bool(settings.trusted_proxies), "forwarded_allow_ips": list(settings.trusted_proxies)}


if __name__ == "__main__":
    main()
