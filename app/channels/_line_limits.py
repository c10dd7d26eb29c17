"""LINE's documented limits as one pure check: what LINE would refuse in the messages of one call, each fault in a sentence.

Sources: developers.line.biz, Messaging API reference (message objects, action objects) and "character counting in a text". A size in
bytes is measured with every character beyond ASCII escaped, as the SDK sends it: LINE does not say how it measures, and this is the most.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.channels._text import graphemes, units

MESSAGES = 5
TEXT_UNITS = 5000
ALT_UNITS = 1500
BUBBLE_BYTES = 30_000
CAROUSEL_BYTES = 50_000
BODY_BYTES = 2_000_000
BUBBLES = 12
QUICK_REPLIES = 13
QUICK_LABEL = 20
FLEX_LABEL = 40
POSTBACK_DATA = 300
SAID = 300  # what pressing a button says in the chat
URI = 1000

_SIZES = frozenset({"nano", "micro", "deca", "hecto", "kilo", "mega", "giga"})
_COMPONENTS = frozenset({"box", "text", "button", "separator", "image", "icon", "span", "video", "filler"})
_COLOR = re.compile("#[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?")
_URI = re.compile(r"(https?://[^\s/]|line://|tel:)[\x21-\x7e]*")

Json = Mapping[str, Any]


def size(value: object) -> int:
    """Count the bytes of JSON as it goes over the wire."""
    return len(json.dumps(value))


def check_messages(messages: Sequence[Json]) -> list[str]:
    """List what LINE would refuse in the messages of one reply or push; empty when it would take them."""
    return list(_faults(messages))


def _faults(messages: Sequence[Json]) -> Iterator[str]:
    if not 1 <= len(messages) <= MESSAGES:
        yield f"{len(messages)} messages; 1 to {MESSAGES} go in one call"
    if size(list(messages)) > BODY_BYTES:
        yield f"a body over {BODY_BYTES} bytes"
    for number, message in enumerate(messages):
        for fault in _message(message):
            yield f"messages[{number}]: {fault}"


def _message(message: Json) -> Iterator[str]:
    if not _encodable(message):
        yield "a lone surrogate"
    match message.get("type"):
        case "text":
            yield from _counted("text", message.get("text"), TEXT_UNITS)
        case "flex":
            yield from _counted("altText", message.get("altText"), ALT_UNITS)
            yield from _container(message.get("contents"))
        case other:
            yield f"an unknown type {other!r}"
    if "quickReply" in message:
        yield from _quick_reply(message["quickReply"])


def _quick_reply(quick_reply: Json) -> Iterator[str]:
    items = quick_reply.get("items") or []
    if not 1 <= len(items) <= QUICK_REPLIES:
        yield f"{len(items)} quick replies; 1 to {QUICK_REPLIES} are allowed"
    for item in items:
        if item.get("type") != "action":
            yield "a quick reply that is not an action"
        yield from _action(item.get("action"), QUICK_LABEL)


def _container(contents: Any) -> Iterator[str]:
    kind = contents.get("type") if isinstance(contents, Mapping) else None
    if kind == "bubble":
        yield from _bubble(contents)
    elif kind == "carousel":
        bubbles = contents.get("contents") or []
        if not 1 <= len(bubbles) <= BUBBLES:
            yield f"{len(bubbles)} bubbles; a carousel holds 1 to {BUBBLES}"
        if size(contents) > CAROUSEL_BYTES:
            yield f"a carousel of {size(contents)} bytes, over {CAROUSEL_BYTES}"
        if len({bubble.get("size", "mega") for bubble in bubbles}) > 1:
            yield "bubbles of different sizes in one carousel"
        for bubble in bubbles:
            yield from _bubble(bubble)
    else:
        yield f"unknown contents {kind!r}"


def _bubble(bubble: Json) -> Iterator[str]:
    if bubble.get("type") != "bubble" or bubble.get("size", "mega") not in _SIZES:
        yield "not a bubble, or one of an unknown size"
    if size(bubble) > BUBBLE_BYTES:
        yield f"a bubble of {size(bubble)} bytes, over {BUBBLE_BYTES}"
    blocks = [bubble[block] for block in ("header", "body", "footer") if block in bubble]
    if not blocks and "hero" not in bubble:
        yield "an empty bubble"
    for block in blocks:
        if block.get("type") != "box":
            yield "a block that is not a box"
        yield from _component(block)


def _component(component: Json) -> Iterator[str]:
    kind = component.get("type")
    if kind not in _COMPONENTS:
        yield f"an unknown component {kind!r}"
    for key in ("color", "backgroundColor", "borderColor"):
        if key in component and not _COLOR.fullmatch(str(component[key])):
            yield f"{key} {component[key]!r} is not a colour"
    if kind == "text" and not component.get("text") and not component.get("contents"):
        yield "a text component without text"
    if kind == "button" or "action" in component:
        yield from _action(component.get("action"), FLEX_LABEL)
    if kind == "box":
        if component.get("layout") not in ("vertical", "horizontal", "baseline"):
            yield "a box without a layout"
        if not isinstance(component.get("contents"), list):
            yield "a box without contents"
    for inner in component.get("contents") or []:
        yield from _component(inner)


def _action(action: Any, most_label: int) -> Iterator[str]:
    if not isinstance(action, Mapping):
        yield "a button without an action"
        return
    yield from _seen("label", action.get("label"), most_label)
    match action.get("type"):
        case "postback":
            yield from _counted("data", action.get("data"), POSTBACK_DATA)
            if "displayText" in action:
                yield from _seen("displayText", action["displayText"], SAID)
        case "message":
            yield from _seen("text", action.get("text"), SAID)
        case "uri":
            uri = action.get("uri")
            if not isinstance(uri, str) or len(uri) > URI or not _URI.fullmatch(uri):
                yield "a uri that cannot be opened: http, https, line or tel, percent-encoded, at most 1000 characters"
        case other:
            yield f"an unknown action {other!r}"


def _counted(name: str, value: Any, most: int) -> Iterator[str]:
    if not isinstance(value, str) or not value.strip():
        yield f"{name} is empty"
    elif units(value) > most:
        yield f"{name} has {units(value)} UTF-16 units, over {most}"


def _seen(name: str, value: Any, most: int) -> Iterator[str]:
    if not isinstance(value, str) or not value.strip():
        yield f"{name} is empty"
    elif len(graphemes(value)) > most:
        yield f"{name} has {len(graphemes(value))} graphemes, over {most}"


def _encodable(value: object) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
