"""LINE's API on a local port, answering what a test has told it to; keeps what it was asked."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from pydantic import SecretStr

from app.channels.line import Line, build
from app.settings import Settings

SECRET = "8c570fa6dd201bb328f1c1eac23a96d8"
SENT = {"sentMessages": [{"id": "461230966842064897", "quoteToken": "q"}]}
DEAD_TOKEN = (400, {"message": "Invalid reply token"})


@dataclass(frozen=True)
class Call:
    """What was asked of it once."""

    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class FakeLine:
    """Answers the next calls with `answers`, one each, then 200; a number instead of a body is a wait in seconds before nothing is said."""

    answers: list[tuple[int, Any]] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    address: str = ""

    def paths(self) -> list[str]:
        return [call.path.removeprefix("/v2/bot/message/") for call in self.calls]


@contextmanager
def listening(fake: FakeLine) -> Iterator[Line]:
    """Serve the fake, and give a channel that speaks to it."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self._answer(json.loads(self.rfile.read(int(self.headers["content-length"]))))

        def do_GET(self) -> None:
            self._answer(None)

        def _answer(self, body: Any) -> None:
            fake.calls.append(Call(self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            status, said = fake.answers.pop(0) if fake.answers else (200, SENT)
            if isinstance(said, float):
                time.sleep(said)
                return
            told = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("x-line-request-id", f"request-{len(fake.calls)}")
            if status == 409:
                self.send_header("x-line-accepted-request-id", "the-first-request")
            self.send_header("content-length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        fake.address = f"http://127.0.0.1:{server.server_port}"
        yield channel(fake.address)
        server.shutdown()
        thread.join()


def channel(address: str = "http://127.0.0.1:9", secret: str = SECRET) -> Line:
    """Make the LINE channel as the settings would."""
    token = SecretStr("a-token")
    return build(Settings(line_channel_secret=SecretStr(secret), line_channel_access_token=token, line_api_host=address))
