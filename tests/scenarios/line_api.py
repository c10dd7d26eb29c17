"""LINE as the clinic sees it, on this machine: signed webhooks with redelivery, single-use reply tokens, retry keys."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

import httpx

SECRET = "the channel's secret"
TOKEN_LIFE = 60.0  # seconds after its webhook


@dataclass
class FakeLine:
    """One LINE channel: what it was asked to send, and by whose token."""

    slow: float = 0.0  # seconds, at most, before and after a message is taken
    issued: dict[str, tuple[str, float]] = field(default_factory=dict)  # reply token: its person, when it reached the clinic
    used: Counter[str] = field(default_factory=Counter)  # reply token: messages taken by it
    keys: set[str] = field(default_factory=set)  # retry keys of pushes taken
    told: Counter[str] = field(default_factory=Counter)  # person: messages taken
    said: list[tuple[str, str, list[Any]]] = field(default_factory=list)  # way, person, messages
    url: str = ""
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=2, trust_env=False))
    allowed: int = 500  # pushes a month
    lock: Lock = field(default_factory=Lock)

    def settings(self, database_url: str) -> dict[str, str]:
        """Give the environment of a clinic that is connected to this channel."""
        return {
            "DATABASE_URL": database_url,
            "EMBEDDING": "trigram",
            "CHANNELS": "line",
            "LINE_CHANNEL_SECRET": SECRET,
            "LINE_CHANNEL_ACCESS_TOKEN": "t",
            "LINE_API_HOST": self.url,
        }

    def reply(self, request: dict[str, Any], _key: str) -> tuple[int, dict[str, Any]]:
        """Take a reply once, while its token lives."""
        token = request["replyToken"]
        person, at = self.issued.get(token, ("", 0.0))
        if not person or self.used[token] or time.monotonic() - at > TOKEN_LIFE:
            return 400, {"message": "Invalid reply token"}
        self.used[token] += 1
        return self._take("reply", person, request)

    def push(self, request: dict[str, Any], key: str) -> tuple[int, dict[str, Any]]:
        """Take a push once for each retry key."""
        if key in self.keys:
            return 409, {"message": "The retry key is already accepted"}
        self.keys.add(key)
        return self._take("push", request["to"], request)

    def loading(self, _request: dict[str, Any], _key: str) -> tuple[int, dict[str, Any]]:
        """Take the sign of work."""
        return 202, {}

    def quota(self) -> dict[str, Any]:
        """Say how many pushes the month allows."""
        return {"type": "limited", "value": self.allowed}

    def consumption(self) -> dict[str, Any]:
        """Say how many were sent."""
        return {"totalUsage": len(self.keys)}

    def webhook(self, clinic: str, events: Sequence[dict[str, Any]]) -> int:
        """Send a signed webhook; gives the status, 0 when there was no answer in time."""
        with self.lock:
            for event in events:
                if "replyToken" in event:
                    self.issued[event["replyToken"]] = (event["source"]["userId"], time.monotonic())
        body = json.dumps({"destination": "U0", "events": list(events)}).encode()
        signature = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()
        try:
            headers = {"x-line-signature": signature, "content-type": "application/json"}
            return self.http.post(f"{clinic}/webhooks/line", content=body, headers=headers).status_code
        except httpx.HTTPError:
            return 0

    def _take(self, way: str, person: str, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.told[person] += 1
        self.said.append((way, person, request["messages"]))
        return 200, {"sentMessages": [{"id": str(len(self.said)), "quoteToken": "q"} for _ in request["messages"]]}


def message(number: int, person: str, text: str) -> dict[str, Any]:
    """Write the event of a text message."""
    return {
        "type": "message",
        "mode": "active",
        "timestamp": int(time.time() * 1000),
        "webhookEventId": f"01EVENT{number:019d}",
        "deliveryContext": {"isRedelivery": False},
        "source": {"type": "user", "userId": person},
        "replyToken": f"{number:032x}",
        "message": {"type": "text", "id": str(10_000 + number), "text": text, "quoteToken": "q"},
    }


def person(number: int) -> str:
    """Give a person's id as LINE writes it."""
    return f"U{number:032x}"


@contextmanager
def fake_line() -> Iterator[FakeLine]:
    """Serve LINE's API on a free port."""
    line = FakeLine()
    routes = {"/v2/bot/message/reply": line.reply, "/v2/bot/message/push": line.push, "/v2/bot/chat/loading/start": line.loading}

    told = {"/v2/bot/message/quota": line.quota, "/v2/bot/message/quota/consumption": line.consumption}

    class Api(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(200, told[self.path]())

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["content-length"])))
            time.sleep(random.uniform(0, line.slow))  # noqa: S311
            with line.lock:
                status, said = routes[self.path](request, self.headers.get("x-line-retry-key", ""))
            time.sleep(random.uniform(0, line.slow))  # noqa: S311
            self._answer(status, said)

        def _answer(self, status: int, said: dict[str, Any]) -> None:
            body = json.dumps(said).encode()
            try:
                self.send_response(status)
                for name, value in (("content-type", "application/json"), ("x-line-request-id", "r"), ("content-length", str(len(body)))):
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)
            except (BrokenPipeError, ConnectionResetError):
                return  # the clinic was killed while it listened

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    server.daemon_threads = True
    line.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield line
    server.shutdown()
    server.server_close()
    thread.join()
    line.http.close()
