"""What LINE would remember: chats, reply tokens, retry keys, rich menus. In memory, bounded."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.simulator.log import Bounded, Log

ACCOUNT = "คลินิก ก.พ.ร."
BOT_ID = "U" + "0" * 31 + "1"
TOKEN_SECONDS = 60.0  # LINE: within one minute of the webhook
TOKEN_MAX_SECONDS = 20 * 60.0  # LINE: a redelivery renews the minute, up to 20 minutes after the event


@dataclass
class Chat:
    """A 1:1 chat or a group. `tab` is the person whose browser tab shows it; `last_event` can be delivered again."""

    id: str
    tab: str
    blocked: bool = False
    last_event: dict[str, Any] | None = None


@dataclass
class Token:
    """A reply token: whose chat it answers, when its event happened and when it last reached the bot (seconds)."""

    chat: str
    event_at: float
    reached_at: float
    used: bool = False


@dataclass
class Accepted:
    """A push that was taken under a retry key, to be repeated in the 409."""

    request_id: str
    sent: list[dict[str, str]]


@dataclass
class RichMenu:
    """A rich menu as created, with its picture once uploaded."""

    definition: Mapping[str, Any]
    image: bytes = b""
    image_type: str = ""


@dataclass
class World(Log):
    """LINE's memory. Every method is atomic."""

    chats: Bounded[str, Chat] = field(default_factory=Bounded)
    names: Bounded[str, str] = field(default_factory=Bounded)
    tokens: Bounded[str, Token] = field(default_factory=Bounded)
    accepted: Bounded[str, Accepted] = field(default_factory=Bounded)
    menus: Bounded[str, RichMenu] = field(default_factory=Bounded)
    default_menu: str = ""
    pushed: int = 0  # messages that would be paid for: one for each recipient of a push

    def open_chat(self, chat_id: str, tab: str) -> Chat:
        """Give a chat, known from now on."""
        with self._lock:
            if chat_id not in self.chats:
                self.chats[chat_id] = Chat(chat_id, tab)
            return self.chats[chat_id]

    def tab_of(self, chat_id: str) -> str:
        """Say which tab shows a chat; "" when none does."""
        chat = self.chats.get(chat_id)
        return chat.tab if chat else ""

    def new_id(self) -> str:
        """Make a message id as LINE does: a long number."""
        return str(10**17 * 6 + secrets.randbelow(10**16))

    def issue_token(self, chat_id: str) -> str:
        """Make the reply token of an event that happens now."""
        token = secrets.token_hex(16)
        with self._lock:
            self.tokens[token] = Token(chat_id, self.clock(), self.clock())
        return token

    def renew_token(self, token: str) -> None:
        """Start a token's minute again, because its event is delivered again."""
        with self._lock:
            if token in self.tokens:
                self.tokens[token].reached_at = self.clock()

    def spend_token(self, token: str) -> str | None:
        """Use a reply token and give its chat; None when it is unknown, used or too old."""
        with self._lock:
            known = self.tokens.get(token)
            now = self.clock()
            if not known or known.used or now - known.reached_at > TOKEN_SECONDS or now - known.event_at > TOKEN_MAX_SECONDS:
                return None
            known.used = True
            return known.chat

    def say(self, chat_id: str, messages: list[dict[str, Any]], how: str) -> list[dict[str, str]]:
        """Show the bot's messages and give LINE's `sentMessages`; as in LINE, a blocked or unknown chat gets nothing, silently."""
        sent = [{"id": self.new_id(), "quoteToken": secrets.token_urlsafe(24)} for _ in messages]
        chat = self.chats.get(chat_id)
        if chat and not chat.blocked:
            for message, receipt in zip(messages, sent, strict=True):
                self.record("said", chat.tab, chat=chat_id, speaker="bot", how=how, message={**message, "id": receipt["id"]})
        return sent

    def push(self, chat_id: str, messages: list[dict[str, Any]], retry_key: str, request_id: str) -> tuple[Accepted, bool]:
        """Push once under a retry key ("" for none); gives what was accepted and whether that was an earlier call."""
        with self._lock:
            if retry_key in self.accepted:
                return self.accepted[retry_key], True
            accepted = Accepted(request_id, self.say(chat_id, messages, "push"))
            if retry_key:
                self.accepted[retry_key] = accepted
            self.pushed += 1 if chat_id.startswith("U") else 2
            return accepted, False
