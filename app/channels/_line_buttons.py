"""What an asker can press, as LINE's actions and Flex buttons; what cannot be pressed to any effect is left out."""

from __future__ import annotations

from app.answering import wording
from app.channels._address import web_address
from app.channels._line_blocks import NAVY, Json
from app.channels._line_limits import POSTBACK_DATA, QUICK_LABEL, SAID, URI
from app.channels._text import clean, label
from app.domain import Button


def press(pressed: Button, most_label: int = QUICK_LABEL) -> Json | None:
    """Make LINE's action of a button; None when it cannot be pressed to any effect."""
    name = label(pressed.label, most_label)
    if not name:
        return None
    if pressed.url:
        address = web_address(pressed.url, URI)
        return {"type": "uri", "label": name, "uri": address} if address else None
    if pressed.data:
        postback = {"type": "postback", "label": name, "data": pressed.data, "displayText": label(pressed.label, SAID)}
        return postback if len(pressed.data) <= POSTBACK_DATA and pressed.data == clean(pressed.data) else None
    said = label(pressed.text, SAID)
    return {"type": "message", "label": name, "text": said} if said else None


def button(action: Json, style: str, color: str) -> Json:
    """Make a Flex button of an action; `style` is LINE's: primary, secondary or link."""
    return {"type": "button", "style": style, "color": color, "height": "sm", "scaling": True, "action": action}


def open_page(url: str) -> list[Json]:
    """Make the button that opens the official page, when there is one."""
    action = press(Button(wording.OFFICIAL_PAGE, url=url)) if url else None
    return [button(action, "link", NAVY)] if action else []
