"""Where an answer goes in Slack: the conversation's address, and what an event leaves to its answer in the place of a reply token.

Conversations: `im:D…` a direct message, `thread:C…:ts` a thread of a channel, `channel:C…` a channel itself, `private:C…:U…` what one
person alone sees in a channel, `home:U…:D…` a person's home tab.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from app.channels._text import clean

LONGEST = 400  # characters, as the tables have a reply token
AT = "at|"
PRESSED = ("actions", "context_actions")

Json = dict[str, Any]


@dataclass(frozen=True)
class Way:
    """The way back of one event; every part may be missing."""

    thread: str = ""  # the thread that the answer belongs into
    user: str = ""  # the only one who is to see it, in a channel
    trigger: str = ""  # opens a modal, once and within seconds
    view: str = ""  # the open modal that is to show it
    url: str = ""  # Slack's response_url: reaches a channel that we are no member of
    echo: str = ""  # set when Slack shows nobody the question (a command, a pressed example): the answer repeats it


def pack(way: Way) -> str | None:
    """Write a way as a reply token; None when it is empty. What no token has room for is left out, least needed first."""
    for one in (way, replace(way, url=""), Way(thread=way.thread, user=way.user, echo=way.echo)):
        told = {name: clean(value) for name, value in asdict(one).items() if value}
        token = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        if len(token) <= LONGEST:
            return token if told else None
    return None


def unpack(token: str | None) -> Way:
    """Read a way back; an empty one when it is none of ours."""
    try:
        told = json.loads(token or "{}")
    except ValueError:
        return Way()
    known = {one.name for one in fields(Way)}
    return (
        Way(**{name: value for name, value in told.items() if name in known and isinstance(value, str)})
        if isinstance(told, dict)
        else Way()
    )


def address(conversation: str) -> tuple[str, str, str]:
    """Take a conversation apart: its kind and its two parts, the second of which may be empty."""
    kind, _, rest = conversation.partition(":")
    first, _, second = rest.partition(":")
    return kind, first, second


def name_blocks(conversation: str, blocks: Sequence[Json]) -> list[Json]:
    """Write the conversation into the blocks that can be pressed: an ephemeral message does not say which thread it stands in."""
    return [
        block | {"block_id": f"{AT}{conversation}|{number}"} if block["type"] in PRESSED else block for number, block in enumerate(blocks)
    ]


def named(block_id: str) -> str:
    """Read the conversation that a pressed block names; "" when it names none."""
    return block_id.removeprefix(AT).partition("|")[0] if block_id.startswith(AT) else ""
