"""What Slack would remember: messages and their threads, triggers, modals, home tabs, response addresses. In memory, bounded."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from app.simulator.log import Bounded, Log

BOT = "U0000CLINIC"
TRIGGER_SECONDS = 3.0
URL_SECONDS, URL_USES = 30 * 60.0, 5
PERSON_ID = r"^U[0-9A-Z]{10}$"

Json = dict[str, Any]


@dataclass
class Message:
    """One message. `seen_by` is the one person who sees it, or "" for everybody."""

    ts: str
    channel: str
    thread: str
    speaker: str
    body: Json
    seen_by: str = ""


@dataclass
class Pass:
    """A trigger or a response address: whose, when it was issued, how often it was used."""

    channel: str
    user: str
    at: float
    used: int = 0


@dataclass
class SlackWorld(Log):
    """One workspace. Each browser tab is a person `U…` with a direct channel `D…` and a public one `C…` of the same letters."""

    messages: Bounded[tuple[str, str], Message] = field(default_factory=Bounded)  # by channel and ts
    triggers: Bounded[str, Pass] = field(default_factory=Bounded)
    urls: Bounded[str, Pass] = field(default_factory=Bounded)
    views: Bounded[str, str] = field(default_factory=Bounded)  # open modals: whose
    requests: Bounded[str, tuple[bytes, str]] = field(default_factory=Bounded)  # the last one of a tab, to be sent again
    _stamp: int = 0

    def new_ts(self) -> str:
        """Give the time of a new message, which is its name: later than all before."""
        with self._lock:
            self._stamp = max(self._stamp + 1, int(self.clock() * 1_000_000))
            return f"{self._stamp // 1_000_000}.{self._stamp % 1_000_000:06d}"

    def say(self, channel: str, thread: str, speaker: str, body: Json, seen_by: str = "") -> Message:
        """Take a message and show it."""
        with self._lock:
            message = Message(self.new_ts(), channel, thread, speaker, body, seen_by)
            self.messages[channel, message.ts] = message
            self.show(message, "said")
            return message

    def show(self, message: Message, kind: str) -> None:
        """Log a message for the page of its channel."""
        self.record(
            kind,
            tab_of(message.channel),
            channel=message.channel,
            ts=message.ts,
            thread=message.thread,
            speaker=message.speaker,
            private=bool(message.seen_by),
            message={name: message.body[name] for name in ("text", "blocks") if name in message.body},
        )

    def thread_of(self, channel: str, thread: str) -> list[Message]:
        """List what everybody sees of a thread, or of a channel itself when `thread` is empty."""
        with self._lock:
            return [one for one in self.messages.values() if (one.channel, one.thread, one.seen_by) == (channel, thread, "")]

    def issue(self, kind: str, channel: str, user: str) -> str:
        """Issue a trigger or a response address's key."""
        name = f"{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        with self._lock:
            (self.triggers if kind == "trigger" else self.urls)[name] = Pass(channel, user, self.clock())
        return name

    def spend_trigger(self, name: str) -> str:
        """Use a trigger; gives Slack's error, or ""."""
        with self._lock:
            known = self.triggers.get(name)
            if known is None:
                return "invalid_trigger_id"
            known.used += 1
            if known.used > 1:
                return "exchanged_trigger_id"
            return "expired_trigger_id" if self.clock() - known.at > TRIGGER_SECONDS else ""

    def spend_url(self, name: str) -> Pass | None:
        """Use a response address; None when it is unknown, too old or used up."""
        with self._lock:
            known = self.urls.get(name)
            if known is None or known.used >= URL_USES or self.clock() - known.at > URL_SECONDS:
                return None
            known.used += 1
            return known


def tab_of(address: str) -> str:
    """Name the tab whose person, direct channel or public channel an address is."""
    return "U" + address[1:]
