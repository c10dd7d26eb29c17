"""Open what Slack posts: JSON for events, a form with JSON inside for pressed buttons, a plain form for a slash command."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from app.channels._text import clean
from app.errors import BadRequest

LONGEST_ID = 190  # Slack's own are far shorter; it must fit the tables
YEARS = range(2013, 2101)  # a moment outside Slack's life is a mistake
MOST_FIELDS = 60

Json = Mapping[str, Any]


def open_body(body: bytes) -> Json:
    """Read a request's body into one object; a slash command's fields stand in it as they are.

    Raises:
        BadRequest: neither Slack's JSON nor one of its forms.
    """
    if body.lstrip()[:1] in (b"{", b"["):
        told = _json(body)
    else:
        form = _form(body)
        told = _json(form["payload"].encode()) if "payload" in form else form
    if not isinstance(told, dict) or not any(isinstance(told.get(key), str) for key in ("type", "command", "ssl_check")):
        raise BadRequest("the body is not a request of Slack")
    return told


def _json(text: bytes) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise BadRequest("the body is not JSON") from None


def _form(body: bytes) -> dict[str, str]:
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise BadRequest("the body is not a form") from None
    return {name: values[0] for name, values in fields.items()}


def within(value: object, *keys: str) -> Json:
    """Go down a path of objects; an empty one where the path ends early."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def listed(value: object) -> list[Any]:
    """Give a list; an empty one in the place of anything else."""
    return value if isinstance(value, list) else []


def word(value: object, longest: int = LONGEST_ID) -> str:
    """Give an id or a type as it can be stored; "" when it is none."""
    one = clean(value).strip() if isinstance(value, str) else ""
    return one if len(one) <= longest else ""


def moment(stamp: object, now: datetime) -> datetime:
    """Read Slack's time, seconds since 1970 as text; `now` when it makes no sense."""
    if isinstance(stamp, bool) or not isinstance(stamp, str | int | float):
        return now
    try:
        at = datetime.fromtimestamp(float(stamp), UTC)
    except (OverflowError, OSError, ValueError):
        return now
    return at if at.year in YEARS else now


def fingerprint(*parts: object) -> str:
    """Make an id of what a redelivery repeats, for something that came without one."""
    told = json.dumps([part if isinstance(part, str | int | float) else None for part in parts])
    return "sha256-" + hashlib.sha256(told.encode()).hexdigest()
