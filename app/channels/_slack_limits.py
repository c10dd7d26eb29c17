"""Slack's documented limits as one pure check: what Slack would refuse in a message or a view, each fault in a sentence.

Sources: docs.slack.dev, Block Kit reference and views; slack_sdk.models. Lengths are in UTF-16 units, the most that Slack may count.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from app.channels._text import units

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
SECTION = 3000
HEADER = 150
BUTTON = 75
VALUE = 2000
URL = 3000
OPTION, OPTIONS = 150, 10
ID = 255
ELEMENTS = {"actions": 25, "context": 10, "context_actions": 5}
FALLBACK = 40_000
MESSAGE_TEXT = 13_000  # all words of a message together; Slack answers msg_blocks_too_long a little above
TITLE = 24
METADATA = 3000

_CALL = re.compile(r"<[@!#]")  # mrkdwn that calls somebody; none of ours may

Json = Mapping[str, Any]


def check_message(message: Json) -> list[str]:
    """List what Slack would refuse in a message; empty when it would take it."""
    return list(_message(message))


def check_view(view: Json) -> list[str]:
    """List what Slack would refuse in a modal or a home tab; empty when it would take it."""
    return list(_view(view))


def _message(message: Json) -> Iterator[str]:
    text = message.get("text")
    if not isinstance(text, str) or not text.strip():
        yield "no text: notifications and screen readers would have nothing"
    elif units(text) > FALLBACK:
        yield f"text of {units(text)}, over {FALLBACK}"
    blocks = message.get("blocks") or []
    if sum(units(words) for words in _words(blocks)) > MESSAGE_TEXT:
        yield f"more than {MESSAGE_TEXT} characters in all blocks"
    yield from _blocks(blocks, MESSAGE_BLOCKS)


def _view(view: Json) -> Iterator[str]:
    if view.get("type") not in ("modal", "home"):
        yield f"an unknown view {view.get('type')!r}"
    if view.get("type") == "modal":
        yield from _plain("title", view.get("title"), TITLE)
        for key in ("close", "submit"):
            if key in view:
                yield from _plain(key, view[key], TITLE)
    if len(view.get("private_metadata", "")) > METADATA:
        yield f"private_metadata over {METADATA}"
    blocks = view.get("blocks") or []
    if any(block.get("type") == "input" for block in blocks) and "submit" not in view:
        yield "an input without submit"
    if any(block.get("type") == "context_actions" for block in blocks):
        yield "context_actions in a view; they are for messages"
    yield from _blocks(blocks, VIEW_BLOCKS)


def _blocks(blocks: Any, most: int) -> Iterator[str]:
    if len(blocks) > most:
        yield f"{len(blocks)} blocks, over {most}"
    named = Counter(block["block_id"] for block in blocks if "block_id" in block)
    for name, times in named.items():
        if times > 1 or len(name) > ID:
            yield "a block_id that is used twice or too long"
    for number, block in enumerate(blocks):
        for fault in _block(block):
            yield f"blocks[{number}]: {fault}"


def _block(block: Json) -> Iterator[str]:
    kind = block.get("type")
    match kind:
        case "section":
            yield from _text("text", block.get("text"), SECTION)
        case "header":
            yield from _plain("text", block.get("text"), HEADER)
        case "divider":
            return
        case "context" | "actions" | "context_actions":
            elements = block.get("elements") or []
            if not 1 <= len(elements) <= ELEMENTS[kind]:
                yield f"{len(elements)} elements; 1 to {ELEMENTS[kind]} are allowed"
            actions = [element.get("action_id") for element in elements]
            if kind != "context" and len(set(actions)) != len(actions):
                yield "an action_id that is used twice"
            for element in elements:
                yield from _text("element", element, SECTION) if kind == "context" else _pressed(element)
        case "input":
            yield from _input(block)
        case other:
            yield f"an unknown block {other!r}"


def _input(block: Json) -> Iterator[str]:
    yield from _plain("label", block.get("label"), VALUE)
    options = (block.get("element") or {}).get("options") or []
    if len(options) > OPTIONS:
        yield f"{len(options)} options, over {OPTIONS}"
    for option in options:
        yield from _plain("option", option.get("text"), BUTTON)
        yield from _counted("option.value", option.get("value"), OPTION)


def _pressed(element: Json) -> Iterator[str]:
    name = element.get("action_id")
    if not isinstance(name, str) or not 1 <= len(name) <= ID:
        yield "an action_id that is empty or too long"
    if element.get("type") == "feedback_buttons":
        for key in ("positive_button", "negative_button"):
            half = element.get(key) or {}
            yield from _plain(f"{key}.text", half.get("text"), BUTTON)
            yield from _counted(f"{key}.value", half.get("value"), VALUE)
    elif element.get("type") == "button":
        yield from _plain("button", element.get("text"), BUTTON)
        if "url" in element:
            yield from _counted("url", element["url"], URL)
        else:
            yield from _counted("value", element.get("value"), VALUE)
        if element.get("style") not in (None, "primary", "danger"):
            yield f"an unknown style {element['style']!r}"
    else:
        yield f"an unknown element {element.get('type')!r}"


def _text(name: str, text: Any, most: int) -> Iterator[str]:
    if not isinstance(text, Mapping):
        yield f"{name} is no text"
    elif text.get("type") == "mrkdwn":
        yield from _counted(name, text.get("text"), most)
        if _CALL.search(str(text.get("text"))):
            yield f"{name} calls somebody"
    else:
        yield from _plain(name, text, most)


def _plain(name: str, text: Any, most: int) -> Iterator[str]:
    if not isinstance(text, Mapping) or text.get("type") != "plain_text":
        yield f"{name} is no plain text"
    else:
        yield from _counted(name, text.get("text"), most)


def _counted(name: str, value: Any, most: int) -> Iterator[str]:
    if not isinstance(value, str) or not value.strip():
        yield f"{name} is empty"
    elif units(value) > most:
        yield f"{name} has {units(value)} characters, over {most}"


def _words(value: Any) -> Iterator[str]:
    """Find every text in blocks."""
    if isinstance(value, Mapping):
        if isinstance(value.get("text"), str):
            yield value["text"]
        for inner in value.values():
            yield from _words(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _words(inner)
