"""The rich menu: what its tiles send, and putting it in the place of our older one."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from linebot.v3.messaging import MessagingApi, MessagingApiBlob, RichMenuRequest

from app.actions import encode
from app.answering import wording
from app.channels._line_calls import Heard, call
from app.channels._line_limits import QUICK_LABEL
from app.channels._line_menu_picture import SIZE, STRIP, TILED, bounds
from app.channels._text import label
from app.errors import ChannelError

OURS = "opdc-clinic "  # our menus' names begin so; what else the account has is left alone
BAR = 14  # characters: LINE counts graphemes, its SDK code points
UPLOAD_TIMEOUT = (3.0, 30.0)

TILES = [(name, title, hint) for name, (title, hint) in wording.MENU_TILES.items()]


def menu(image: bytes) -> dict[str, Any]:
    """Describe the menu of this picture; its name tells it from every other one of ours."""
    areas = []
    for number, (name, _, _) in enumerate(TILES):
        said = wording.TOPICS.get(name, wording.PERSON)
        x, y, width, height = bounds(number)
        data = encode("person") if name == "person" else encode("menu", "", name)
        action = {"type": "postback", "label": label(said, QUICK_LABEL), "data": data, "displayText": said}
        areas.append({"bounds": {"x": x, "y": y, "width": width, "height": height}, "action": action})
    strip = {"x": 0, "y": TILED, "width": SIZE[0], "height": STRIP}
    said = label(wording.MENU_DATA, QUICK_LABEL)
    areas.append({"bounds": strip, "action": {"type": "postback", "label": said, "data": encode("menu", "", "data"), "displayText": said}})
    shown = {"size": {"width": SIZE[0], "height": SIZE[1]}, "selected": True, "chatBarText": label(wording.MENU_BAR, BAR), "areas": areas}
    digest = hashlib.sha256(json.dumps(shown, sort_keys=True).encode() + image).hexdigest()
    return {**shown, "name": OURS + digest[:12]}


def publish(api: MessagingApi, blob: MessagingApiBlob, image: bytes) -> tuple[str, int]:
    """Make the menu the one that everybody sees, and remove our older ones; nothing happens when it is that already.

    Returns:
        The menu's id, and how many older ones were removed.

    Raises:
        SendError: LINE could not be reached.
        ChannelError: LINE refused; the menu that was shown is still shown.
    """
    wanted = menu(image)
    existing = {one.rich_menu_id: one.name for one in _take(call(api.get_rich_menu_list_with_http_info)).richmenus}
    default = call(api.get_default_rich_menu_id_with_http_info)
    shown = "" if default.status == 404 else _take(default).rich_menu_id
    if existing.get(shown) != wanted["name"]:
        shown = _take(call(api.create_rich_menu_with_http_info, RichMenuRequest.from_dict(wanted))).rich_menu_id
        headers = {"Content-Type": "image/png"}
        _take(call(blob.set_rich_menu_image_with_http_info, shown, image, _headers=headers, timeout=UPLOAD_TIMEOUT))
        _take(call(api.set_default_rich_menu_with_http_info, shown))
    older = [menu_id for menu_id, name in existing.items() if name.startswith(OURS) and menu_id != shown]
    for menu_id in older:
        _take(call(api.delete_rich_menu_with_http_info, menu_id))
    return shown, len(older)


def _take(heard: Heard) -> Any:
    if not 200 <= heard.status < 300:
        raise ChannelError(f"LINE refused the menu ({heard.status}, request {heard.request_id or 'unknown'}): {heard.message}")
    return heard.data
