"""Slack's Socket Mode, where Slack cannot reach us: the same requests over a connection of ours, acknowledged when they are kept."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from threading import Event as Signal
from threading import Thread

import structlog
from slack_sdk.errors import SlackClientError
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web import WebClient

from app.channels._slack_calls import silent
from app.errors import BadRequest

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0  # seconds between tries to connect

log = structlog.get_logger(__name__)


def listen(token: str, api: WebClient, take: Callable[[bytes], str]) -> Callable[[], None]:
    """Connect, hand on what arrives, and give what stops it. A lost connection is made anew; the first one is tried until it stands."""
    client = SocketModeClient(token, logger=silent(), web_client=api, proxy=api.proxy)
    stopped = Signal()

    def hear(connection: BaseSocketModeClient, request: SocketModeRequest) -> None:
        try:
            said = take(json.dumps(request.payload).encode())  # another error leaves it unacknowledged: Slack sends it again
        except BadRequest:
            log.warning("request refused", channel="slack")
            said = ""
        payload = json.loads(said) if said.startswith("{") else said or None
        connection.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id, payload=payload))

    def connect() -> None:
        wait = FIRST_WAIT
        while not stopped.is_set():
            try:
                client.connect()
            except (SlackClientError, OSError, http.client.HTTPException, ValueError) as error:
                log.warning("no socket to slack", error=type(error).__name__, again_in=wait)
                stopped.wait(wait)
                wait = min(wait * 2, LONGEST_WAIT)
            else:
                log.info("socket to slack open")
                return

    def stop() -> None:
        stopped.set()
        connecting.join()
        if client.current_session is not None:
            client.close()

    client.socket_mode_request_listeners.append(hear)
    connecting = Thread(target=connect, name="slack-socket", daemon=True)
    connecting.start()
    return stop
