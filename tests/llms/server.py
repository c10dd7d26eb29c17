"""A server that speaks OpenAI's chat completions and behaves as it is told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

GOOD = '{"claims": [{"text": "ต้องส่งภายใน 30 วัน", "passages": ["p1"], "quote": "ต้องส่งภายใน 30 วัน"}]}'


@dataclass
class Server:
    """What the server is told to do, and what it was asked."""

    says: str = GOOD
    status: list[int] = field(default_factory=list)  # of the next answers; then 200
    knows_schema: bool = True
    waits: float = 0.0
    body: str | None = None  # instead of a completion
    asked: list[dict[str, Any]] = field(default_factory=list)
    visits: int = 0  # connections of any kind
    url: str = ""

    def answer(self, asked: dict[str, Any]) -> tuple[int, str]:
        """Work out status and body of one request."""
        self.asked.append(asked)
        time.sleep(self.waits)
        if not self.knows_schema and "response_format" in asked:
            return 400, json.dumps({"error": {"message": "response_format is not supported"}})
        status = self.status.pop(0) if self.status else 200
        if status != 200:
            return status, json.dumps({"error": {"message": "told to"}})
        message = {"role": "assistant", "content": self.says}
        done = {"id": "c1", "object": "chat.completion", "created": 1, "model": "m", "choices": [{"index": 0, "finish_reason": "stop"}]}
        done["choices"][0]["message"] = message  # type: ignore[index]
        return 200, json.dumps(done) if self.body is None else self.body


@contextmanager
def running() -> Iterator[Server]:
    """Run one on a free port."""
    told = Server()

    class Handler(BaseHTTPRequestHandler):
        def handle(self) -> None:
            told.visits += 1
            super().handle()

        def do_POST(self) -> None:
            status, body = told.answer(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            data = body.encode()
            try:
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
            except OSError:
                return  # who asked has gone

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's signature
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    told.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
