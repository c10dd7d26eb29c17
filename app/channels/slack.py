"""Slack: signed events, pressed buttons and commands in; answers out into the thread, by the Web API; beside it the staff's channel."""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import structlog
from slack_sdk.web import WebClient

from app.channels._slack_body import open_body, word
from app.channels._slack_calls import call, connect
from app.channels._slack_events import told
from app.channels._slack_form import submitted
from app.channels._slack_presses import commanded, pressed
from app.channels._slack_send import TRIGGER_SECONDS, send
from app.channels._slack_shape import shape
from app.channels._slack_socket import listen
from app.channels._slack_staff import tell, work
from app.channels._slack_way import address, unpack
from app.channels._slack_words import WORKING
from app.channels.base import Desk, Notice
from app.domain import Delivery, Event, Receipt, Reply
from app.errors import BadSignature, SendError
from app.settings import Settings

WINDOW = 300  # seconds that a request may be old, or early
WORKING_TIMEOUT = 2  # seconds

log = structlog.get_logger(__name__)


class Slack:
    """A Slack app in one workspace."""

    name = "slack"
    token_seconds = TRIGGER_SECONDS
    tokens_die = False

    def __init__(self, secret: str, api: WebClient, quick: WebClient, socket_token: str = "", staff_channel: str = "") -> None:
        """Serve the app with this signing secret through these clients; `quick` is for what may fail. A socket's token opens one."""
        self.staff_channel = staff_channel
        self._secret = secret.encode()
        self._socket_token = socket_token
        self._api = api
        self._quick = quick

    def verify(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Check the signature over the raw bytes and the time that it covers; without a signing secret nothing can be genuine.

        Raises:
            BadSignature: missing, wrong, or of another time.
        """
        stamp = headers.get("x-slack-request-timestamp", "")
        if not re.fullmatch("[0-9]{1,12}", stamp) or abs(time.time() - int(stamp)) > WINDOW:
            raise BadSignature("the request is not of this time")
        right = "v0=" + hmac.new(self._secret, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        given = headers.get("x-slack-signature", "").encode("utf-8", "surrogateescape")
        if not self._secret or not hmac.compare_digest(right.encode(), given):
            raise BadSignature("the request is not signed with this app's secret")

    def parse(self, body: bytes) -> list[Event]:
        """Read a verified body into the event that it holds, if it concerns us.

        Raises:
            BadRequest: neither Slack's JSON nor one of its forms.
        """
        request, now = open_body(body), datetime.now(UTC)
        match request.get("type"):
            case "event_callback":
                event = told(request, now)
            case "block_actions":
                event = pressed(request, now)
            case "view_submission":
                event = submitted(request, now)
            case _:
                event = commanded(request, now) if "command" in request else None
        return [event] if event else []

    def acknowledge(self, body: bytes) -> str:
        """Give the challenge of a new request address; to anything else nothing, for a command would show it to the asker."""
        request = open_body(body)
        return word(request.get("challenge"), 1000) if request.get("type") == "url_verification" else ""

    def listen(self, take: Callable[[bytes], str]) -> Callable[[], None]:
        """Open Slack's socket where there is a token for it; gives what closes it."""
        return listen(self._socket_token, self._api, take) if self._socket_token else lambda: None

    def tell(self, notice: Notice) -> str:
        """Say a notice in the staff's channel, or what is new of it in its thread; gives its address.

        Raises:
            SendError: not taken, or not known to be taken.
        """
        return tell(self._api, self.staff_channel, notice)

    def work(self, body: bytes, desk: Desk) -> str | None:
        """Do what the staff asks; None when a request is an asker's.

        Raises:
            BadRequest: neither Slack's JSON nor one of its forms.
        """
        return work(self._quick, open_body(body), desk)

    def show_working(self, event: Event) -> None:
        """Show the status under the question; Slack takes it away with the answer, or after two minutes."""
        kind, channel, rest = address(event.conversation)
        thread = unpack(event.reply_token).thread or rest
        if kind not in ("im", "thread") or not thread:
            return
        try:
            call(self._quick, "assistant.threads.setStatus", channel_id=channel, thread_ts=thread, status=WORKING)
        except SendError as error:
            log.info("no status", reason=error.reason)

    def shape(self, replies: Sequence[Reply]) -> tuple[Mapping[str, Any], ...]:
        """Turn replies into one message, within all of Slack's limits."""
        return shape(replies)

    def send(self, delivery: Delivery) -> Receipt:
        """Send one delivery, and never twice as far as Slack allows.

        Raises:
            SendError: not taken, or not known to be taken.
        """
        return send(self._api, delivery)


def build(settings: Settings) -> Slack:
    """Make the channel that the settings describe."""
    url, token = settings.slack_api_url, settings.slack_bot_token.get_secret_value()
    return Slack(
        settings.slack_signing_secret.get_secret_value(),
        connect(url, token),
        connect(url, token, WORKING_TIMEOUT),
        settings.slack_app_token.get_secret_value(),
        settings.slack_staff_channel,
    )
