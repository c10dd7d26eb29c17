"""Take a channel's webhook: raw bytes, signature, events kept, and only then 200."""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from app.channels.base import Acknowledging, Channel, Desk, Staffed
from app.errors import BadRequest, BadSignature, TooMany
from app.messaging.inbox import Inbox

MOST_BYTES = 2 * 1024 * 1024

log = structlog.get_logger(__name__)


def routes(channels: Mapping[str, Channel], inbox: Inbox, desk: Desk) -> APIRouter:
    """Give the webhook's route for these channels, with and without a trailing slash: a webhook must never be redirected."""

    async def hear(request: Request) -> Response:
        channel = channels.get(request.path_params["channel"])
        if channel is None:
            return PlainTextResponse("no such channel", 404)
        try:
            body = await _read(request)
        except ClientDisconnect:
            return PlainTextResponse("the body did not arrive", 400)
        if body is None:
            return PlainTextResponse("more than 2 MB", 413, headers={"connection": "close"})
        return await run_in_threadpool(receive, channel, inbox, desk, body, request.headers)

    router = APIRouter(redirect_slashes=False)
    for path in ("/webhooks/{channel}", "/webhooks/{channel}/"):
        router.add_route(path, hear, methods=["POST"])
    return router


def receive(channel: Channel, inbox: Inbox, desk: Desk, body: bytes, headers: Mapping[str, str]) -> Response:
    """Verify and take one webhook; the response is 200 only when its events are on disk."""
    try:
        channel.verify(body, headers)
        said = take(channel, inbox, desk, body)
    except BadSignature:
        log.warning("signature refused", channel=channel.name, bytes=len(body))
        return PlainTextResponse("bad signature", 401)
    except BadRequest:
        log.warning("body refused", channel=channel.name, bytes=len(body))
        return PlainTextResponse("unreadable body", 400)
    except TooMany:
        return PlainTextResponse("too many requests", 429, headers={"retry-after": "60"})
    return Response(said, media_type="application/json" if said.startswith("{") else "text/plain")


def take(channel: Channel, inbox: Inbox, desk: Desk, body: bytes) -> str:
    """Take a genuine request: do what it asks of the staff's desk, or keep its events; gives what it is answered with.

    Raises:
        BadRequest: it cannot be read.
    """
    if isinstance(channel, Staffed) and (done := channel.work(body, desk)) is not None:
        return done
    events = channel.parse(body)
    said = channel.acknowledge(body) if isinstance(channel, Acknowledging) else "OK"
    inbox.keep(events)
    return said


async def _read(request: Request) -> bytes | None:
    """Read the body; None as soon as it is, or says that it is, too long."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > MOST_BYTES:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)
