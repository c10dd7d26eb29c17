"""Slack as the clinic sees it, on this machine: signed requests, the Web API with its limits, modals whose trigger works once."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs, urlencode

import httpx

from app.channels._slack_limits import check_message, check_view

SECRET = "the app's signing secret"
TOKEN = "xoxb-of-tests"
BOT = "U0CLINIC"
START = int(time.time()) // 1000 * 1000
TRIGGER_LIFE = 3.0  # seconds

Json = dict[str, Any]


@dataclass(frozen=True)
class Said:
    """A message that Slack took. `seen_by` is "" for everybody, else the one person."""

    ts: str
    channel: str
    thread: str
    body: Json
    seen_by: str = ""

    @property
    def words(self) -> str:
        """All that it says, as JSON with plain letters."""
        return json.dumps(self.body.get("blocks"), ensure_ascii=False)

    def buttons(self) -> list[Json]:
        """List what can be pressed, with the block's id beside each."""
        return [
            element | {"block_id": block.get("block_id", "")}
            for block in self.body["blocks"]
            if block["type"] in ("actions", "context_actions")
            for element in block["elements"]
        ]

    def button(self, label: str) -> Json:
        """Find a button by its label."""
        return next(one for one in self.buttons() if one.get("text", {}).get("text") == label)


@dataclass
class FakeSlack:
    """One workspace: what it was told, and what the next calls are answered with instead."""

    slow: float = 0.0  # seconds, at most, before and after a message is taken
    said: list[Said] = field(default_factory=list)
    calls: list[tuple[str, Json]] = field(default_factory=list)
    answers: list[tuple[int, Any, dict[str, str]]] = field(default_factory=list)  # of the next calls: status, body (seconds: none), headers
    triggers: dict[str, float] = field(default_factory=dict)  # when each was issued; taken away when used
    views: list[Json] = field(default_factory=list)  # modals, newest last
    homes: dict[str, Json] = field(default_factory=dict)
    told: Counter[str] = field(default_factory=Counter)  # channel: messages taken
    url: str = ""
    socket: str = ""  # where Socket Mode is, in a test of it
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=2, trust_env=False))
    lock: Lock = field(default_factory=Lock)

    def settings(self, database_url: str) -> dict[str, str]:
        """Give the environment of a clinic that is connected to this workspace."""
        return {
            "DATABASE_URL": database_url,
            "EMBEDDING": "trigram",
            "CHANNELS": "slack",
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_BOT_TOKEN": TOKEN,
            "SLACK_API_URL": self.url,
        }

    def methods(self) -> list[str]:
        """List the methods called so far."""
        return [method for method, _ in self.calls]

    def take(self, method: str, asked: Json) -> Json:
        """Do what a method of the Web API does."""
        work: dict[str, Callable[[], Json]] = {
            "chat.postMessage": lambda: self._say(asked, asked.get("thread_ts", "")),
            "chat.postEphemeral": lambda: self._say(asked, asked.get("thread_ts", ""), asked["user"]),
            "chat.update": lambda: self._change(asked),
            "conversations.replies": lambda: self._found(asked["channel"], asked["ts"]),
            "conversations.history": lambda: self._found(asked["channel"], ""),
            "views.open": lambda: self._open(asked),
            "views.update": lambda: self._view(asked["view"]),
            "views.publish": lambda: self._publish(asked),
            "apps.connections.open": lambda: {"ok": True, "url": self.socket},
            "assistant.threads.setStatus": lambda: {"ok": True},
            "assistant.threads.setSuggestedPrompts": lambda: {"ok": True},
        }
        return work[method]() if method in work else {"ok": False, "error": "unknown_method"}

    def respond(self, channel: str, person: str, asked: Json) -> Json:
        """Take a message at a response_url."""
        seen_by = "" if asked.get("response_type") == "in_channel" else person
        return self._say({"channel": channel, **asked}, "", seen_by)

    def trigger(self) -> str:
        """Issue a trigger."""
        name = f"{len(self.triggers) + 1}.{random.randrange(10**9)}.abc"  # noqa: S311
        self.triggers[name] = time.monotonic()
        return name

    def post(self, clinic: httpx.Client | Any, body: bytes, path: str = "/webhooks/slack", **headers: str) -> httpx.Response:
        """Send a signed request."""
        said: httpx.Response = clinic.post(path, content=body, headers=signed(body) | headers)
        return said

    def webhook(self, clinic: str, body: bytes) -> int:
        """Send a signed request to a server; gives the status, 0 when there was no answer in time."""
        try:
            return self.http.post(f"{clinic}/webhooks/slack", content=body, headers=signed(body)).status_code
        except httpx.HTTPError:
            return 0

    def _say(self, asked: Json, thread: str, seen_by: str = "") -> Json:
        faults = check_message(asked)
        if faults:
            return {"ok": False, "error": "invalid_blocks", "faults": faults}
        ts = f"{1_800_000_000 + len(self.said)}.000100"
        self.said.append(Said(ts, asked["channel"], thread, asked, seen_by))
        self.told[asked["channel"]] += 1
        return {"ok": True, "ts": ts, "channel": asked["channel"]}

    def _change(self, asked: Json) -> Json:
        for number, one in enumerate(self.said):
            if (one.channel, one.ts) == (asked["channel"], asked["ts"]):
                self.said[number] = Said(one.ts, one.channel, one.thread, asked)
                return {"ok": True, "ts": one.ts}
        return {"ok": False, "error": "message_not_found"}

    def _open(self, asked: Json) -> Json:
        issued = self.triggers.pop(asked["trigger_id"], None)
        if issued is None:
            return {"ok": False, "error": "exchanged_trigger_id"}
        if time.monotonic() - issued > TRIGGER_LIFE:
            return {"ok": False, "error": "expired_trigger_id"}
        return self._view(asked["view"])

    def _view(self, view: Json) -> Json:
        faults = check_view(view)
        if faults:
            return {"ok": False, "error": "invalid_arguments", "faults": faults}
        self.views.append(view)
        return {"ok": True, "view": {"id": f"V{len(self.views)}"}}

    def _publish(self, asked: Json) -> Json:
        faults = check_view(asked["view"])
        self.homes[asked["user_id"]] = asked["view"]
        return {"ok": not faults, "error": "invalid_arguments", "faults": faults}

    def _found(self, channel: str, thread: str) -> Json:
        found = [one for one in self.said if (one.channel, one.thread, one.seen_by) == (channel, thread, "")]
        return {"ok": True, "messages": [{"ts": one.ts, "metadata": one.body.get("metadata")} for one in found]}


def signed(body: bytes, at: float | None = None, secret: str = SECRET) -> dict[str, str]:
    """Sign a body as Slack does, now or at another time."""
    stamp = str(int(time.time() if at is None else at))
    signature = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={signature}"}


def envelope(event_id: str, event: Json) -> bytes:
    """Write the callback of an event."""
    told = {"type": "event_callback", "team_id": "T1", "api_app_id": "A1", "event_id": event_id, "event_time": int(time.time())}
    return json.dumps(told | {"event": event, "authorizations": [{"team_id": "T1", "user_id": BOT, "is_bot": True}]}).encode()


def direct(number: int, person: str, text: str, **more: Any) -> bytes:
    """Write a direct message."""
    return envelope(f"Ev{number}", message(number, f"D{person}", person, text) | {"channel_type": "im"} | more)


def mention(number: int, person: str, text: str, channel: str = "C1", **more: Any) -> bytes:
    """Write a mention in a channel."""
    return envelope(f"Ev{number}", message(number, channel, person, f"<@{BOT}> {text}") | {"type": "app_mention"} | more)


def message(number: int, channel: str, person: str, text: str) -> Json:
    """Write a message event's own part."""
    return {"type": "message", "channel": channel, "user": person, "text": text, "ts": ts(number), "event_ts": ts(number)}


def ts(number: int) -> str:
    """Give a message's time, which is its name as well."""
    return f"{START + number}.000200"


def pressed(said: Said, person: str, value: str, trigger: str, block_id: str = "", url: str = "") -> bytes:
    """Write the form of a pressed button."""
    container = {"type": "message", "message_ts": said.ts, "channel_id": said.channel, "is_ephemeral": bool(said.seen_by)}
    payload: Json = {"type": "block_actions", "user": {"id": person}, "channel": {"id": said.channel}, "container": container}
    payload |= {"trigger_id": trigger, "response_url": url}
    payload["actions"] = [
        {"type": "button", "action_id": "press:0", "block_id": block_id, "value": value, "action_ts": f"{time.time():.6f}"}
    ]
    if not said.seen_by:
        payload["message"] = {"ts": said.ts, **({"thread_ts": said.thread} if said.thread else {})}
    return urlencode({"payload": json.dumps(payload)}).encode()


def command(slack: FakeSlack, person: str, text: str, channel: str = "C1", url: str | None = None) -> bytes:
    """Write the form of the slash command."""
    answer_at = f"{slack.url}/respond/{channel}/{person}" if url is None else url
    form = {"command": "/clinic", "text": text, "user_id": person, "channel_id": channel, "team_id": "T1"}
    return urlencode(form | {"trigger_id": slack.trigger(), "response_url": answer_at}).encode()


@contextmanager
def fake_slack() -> Iterator[FakeSlack]:
    """Serve Slack's API on a free port."""
    slack = FakeSlack()

    class Api(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"] or 0))
            is_json = "json" in (self.headers["content-type"] or "")
            asked = json.loads(body or b"{}") if is_json else {name: values[0] for name, values in parse_qs(body.decode()).items()}
            time.sleep(random.uniform(0, slack.slow))  # noqa: S311
            with slack.lock:
                status, said, headers = self._said(asked)
            time.sleep(random.uniform(0, slack.slow))  # noqa: S311
            if isinstance(said, float):
                time.sleep(said)
                return
            told = said if isinstance(said, bytes) else json.dumps(said).encode()
            try:
                self.send_response(status)
                for name, value in {"content-type": "application/json", "content-length": str(len(told)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(told)
            except (BrokenPipeError, ConnectionResetError):
                return  # the clinic was killed while it listened

        def _said(self, asked: Json) -> tuple[int, Any, dict[str, str]]:
            method = self.path.removeprefix("/")
            slack.calls.append((method.partition("/")[0], asked))
            if slack.answers:
                return slack.answers.pop(0)
            if method.startswith("respond/"):
                _, channel, person = method.split("/")
                return 200, slack.respond(channel, person, asked), {}
            if self.headers.get("authorization") != f"Bearer {TOKEN}":
                return 200, {"ok": False, "error": "invalid_auth"}, {}
            return 200, slack.take(method, asked), {}

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    server.daemon_threads = True
    slack.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield slack
    server.shutdown()
    server.server_close()
    thread.join()
    slack.http.close()
