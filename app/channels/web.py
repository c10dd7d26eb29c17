"""Web: a plain chat page that an agency embeds. No login: who writes is known by a made-up name, and by a key that only we can make of it.

There is nobody to send to: a message is sent by being kept, and the page fetches what was said in its conversation.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from app.answering import wording
from app.channels._address import web_address
from app.channels._text import clean, plain
from app.channels.base import Said
from app.domain import Answer, Citation, Delivery, Event, EventKind, Receipt, Reply
from app.errors import BadRequest, BadSignature, TooMany
from app.settings import Settings

VISITOR = re.compile("[A-Za-z0-9_-]{22}")
EVENT_ID = re.compile("[A-Za-z0-9_-]{8,64}")
KINDS = ("text", "postback")
QUESTIONS = parse("12/minute")  # of one visitor
VISITORS = parse("60/hour")  # of one address: an office often has only one
LOOKS = parse("240/minute")  # of one visitor: the page looks once a second while it waits
LONGEST_URL = 2000
EVENTS = 5  # in one request


class Web:
    """The chat page."""

    name = "web"
    token_seconds = 0.0
    tokens_die = False

    def __init__(self, secret: str) -> None:
        """Make visitors' keys of this secret; limits are kept in this process."""
        self._secret = secret.encode()
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def verify(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Check the visitor's signature over the raw bytes, and that the body speaks in that visitor's name.

        Raises:
            BadSignature: missing, wrong, or another's.
        """
        visitor = headers.get("x-web-visitor", "")
        right = hmac.new(self._key(visitor).encode(), body, hashlib.sha256).hexdigest()
        given = headers.get("x-web-signature", "").encode("utf-8", "surrogateescape")
        if not self._secret or not VISITOR.fullmatch(visitor) or not hmac.compare_digest(right.encode(), given):
            raise BadSignature("the request is not signed with this visitor's key")
        if _read(body).get("visitor", visitor) != visitor:
            raise BadSignature("the request speaks in another visitor's name")

    def parse(self, body: bytes) -> list[Event]:
        """Read a verified body into events.

        Raises:
            BadRequest: not an object with a visitor and a list of events.
            TooMany: the visitor asks faster than anybody can read.
        """
        told = _read(body)
        visitor, events = told.get("visitor"), told.get("events")
        if not isinstance(visitor, str) or not VISITOR.fullmatch(visitor) or not isinstance(events, list):
            raise BadRequest("the body is not an object with a visitor and a list of events")
        heard = [event for raw in events[:EVENTS] if (event := _event(raw, visitor))]
        for _ in heard:
            self._within(QUESTIONS, visitor)
        return heard

    def show_working(self, event: Event) -> None:
        """Do nothing: the page shows by itself that it waits."""

    def shape(self, replies: Sequence[Reply]) -> tuple[Mapping[str, Any], ...]:
        """Turn replies into what the page draws."""
        return tuple(_message(reply) for reply in replies) or ({"text": wording.FAILED},)

    def send(self, delivery: Delivery) -> Receipt:
        """Send by keeping: the page fetches it."""
        return Receipt("kept")

    def pages(self, said: Said) -> Starlette:
        """Give the page, and what was said to a visitor since.

        Args:
            said: gives what was sent to a conversation, without the first so many messages.
        """
        templates = Jinja2Templates(Path(__file__).parent)

        async def page(request: Request) -> Response:
            nonce = secrets.token_urlsafe(16)
            response = templates.TemplateResponse(request, "_web.html", {"nonce": nonce, "clinic": wording.CLINIC})
            ours = f"script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src data:; connect-src 'self'"
            response.headers["content-security-policy"] = (
                f"default-src 'none'; {ours}; base-uri 'none'; form-action 'none'; frame-ancestors *"
            )
            response.headers["cache-control"] = "no-store"  # a nonce is for one page
            response.headers["x-content-type-options"] = "nosniff"
            return response

        async def visitor(request: Request) -> Response:
            try:
                self._within(VISITORS, request.client.host if request.client else "")
            except TooMany:
                return JSONResponse({}, 429)
            name = secrets.token_urlsafe(16)
            return JSONResponse({"visitor": name, "key": self._key(name)}, headers={"cache-control": "no-store"})

        async def look(request: Request) -> Response:
            name, _, key = request.headers.get("authorization", "").removeprefix("Bearer ").partition(".")
            if not self._secret or not VISITOR.fullmatch(name) or not hmac.compare_digest(self._key(name).encode(), key.encode()):
                return JSONResponse({}, 401)
            after = request.query_params.get("after", "0")
            try:
                self._within(LOOKS, name)
            except TooMany:
                return JSONResponse({}, 429)
            skip = int(after) if re.fullmatch("[0-9]{1,6}", after) else 0
            messages = await run_in_threadpool(said, f"visitor:{name}", skip)
            return JSONResponse({"messages": messages}, headers={"cache-control": "no-store"})

        site = Starlette(routes=[Route("/", page), Route("/visitor", visitor, methods=["POST"]), Route("/said", look)])
        site.router.redirect_slashes = False  # it would redirect to whatever the Host header says
        return site

    def _key(self, visitor: str) -> str:
        return (
            base64.urlsafe_b64encode(hmac.new(self._secret, b"visitor:" + visitor.encode(), hashlib.sha256).digest()).decode().rstrip("=")
        )

    def _within(self, limit: RateLimitItem, whose: str) -> None:
        if not self._limiter.hit(limit, str(limit), whose):
            raise TooMany("faster than allowed")


def _read(body: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _event(raw: object, visitor: str) -> Event | None:
    """Read one event; None when it is odd."""
    told = raw if isinstance(raw, dict) else {}
    event_id, kind, text = (told.get(key) for key in ("id", "kind", "text"))
    if not isinstance(event_id, str) or not EVENT_ID.fullmatch(event_id) or not isinstance(text, str) or kind not in KINDS:
        return None
    event_id, said = f"{visitor}:{event_id}", clean(text).strip()
    heard_as: EventKind = "text" if kind == "text" else "postback"
    return Event("web", event_id, f"visitor:{visitor}", heard_as, datetime.now(UTC), visitor, said, message_id=event_id)


def _message(reply: Reply) -> Mapping[str, Any]:
    message: dict[str, Any] = {"text": plain(reply.text) or wording.FAILED}
    if reply.answer and reply.answer.citations:
        message |= _answer(reply.answer, reply.answer_id)
    if reply.full_section:
        message["heading"] = clean(f"{reply.full_section.title} · {reply.full_section.section}")
    message["buttons"] = [
        {
            "label": clean(one.label),
            **({"url": web_address(one.url, LONGEST_URL)} if one.url else {"data": clean(one.data), "text": clean(one.text)}),
        }
        for one in reply.buttons
        if clean(one.label).strip() and (one.data or one.text or web_address(one.url, LONGEST_URL))
    ]
    return message


def _answer(answer: Answer, answer_id: str) -> dict[str, Any]:
    return {
        "text": plain(answer.lead or answer.text) or wording.FAILED,
        "notes": [plain(note) for note in answer.notes],
        "citations": [_citation(citation, number, answer_id) for number, citation in enumerate(answer.citations)],
        "summary": wording.SUMMARY_NOTE if any(citation.kind == "summary" for citation in answer.citations) else "",
    }


def _citation(citation: Citation, number: int, answer_id: str) -> dict[str, Any]:
    facts = [wording.PAGE.format(page=citation.page)] if citation.page else []
    facts += [wording.IN_FORCE_FROM.format(start=wording.thai_date(citation.in_force_from))] if citation.in_force_from else []
    return {
        "kind": wording.VERBATIM
        if citation.kind != "summary"
        else wording.SUMMARY_OF.format(source=clean(citation.source) or citation.title),
        "title": clean(citation.title),
        "section": clean(citation.section),
        "quote": plain(citation.quote),
        "facts": facts,
        "url": web_address(citation.url, LONGEST_URL),
        "full": f"1|full|{answer_id}|{number}" if answer_id else "",
    }


def build(settings: Settings) -> Web:
    """Make the channel that the settings describe."""
    return Web(settings.web_secret.get_secret_value())
