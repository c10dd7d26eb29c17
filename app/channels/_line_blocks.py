"""A corpus's text as Flex components: paragraphs, list items with a hanging bullet, the cells of a table's row below each other."""

from __future__ import annotations

from typing import Any

from app.channels._text import BULLET, clean, item

INK = "#1B2733"
MUTED = "#56657A"
NAVY = "#12355B"
RULE = "#DCE3EC"
BETWEEN_CELLS = " · "  # a table's row reads "head: cell · head: cell"

Json = dict[str, Any]


def words(text: str, size: str = "sm", color: str = INK, **more: Any) -> Json:
    """Write text that wraps (LINE cuts it otherwise) and follows the reader's font size."""
    return {"type": "text", "text": text, "wrap": True, "scaling": True, "size": size, "color": color, **more}


def box(*contents: Json, layout: str = "vertical", **more: Any) -> Json:
    """Put components in a box."""
    return {"type": "box", "layout": layout, "contents": list(contents), **more}


def blocks(text: str, size: str = "sm", color: str = INK) -> list[Json]:
    """Lay out a text, line by line."""
    laid: list[Json] = []
    paragraph: list[str] = []
    for line in (*clean(text).split("\n"), ""):
        entry = item(line)
        listed = entry.startswith(BULLET)
        if entry and not listed:
            paragraph.append(entry)
            continue
        if paragraph:
            laid.append(words("\n".join(paragraph), size, color))
            paragraph = []
        if listed:
            laid.append(_entry(entry.removeprefix(BULLET).strip(), size, color))
    return laid


def _entry(text: str, size: str, color: str) -> Json:
    if not text:
        return words(BULLET, size, color)
    parts = text.split(BETWEEN_CELLS)
    shown = "\n".join(parts) if len(parts) > 1 and all(": " in part for part in parts) else text
    return box(words(BULLET, size, color, flex=0), words(shown, size, color, flex=1), layout="horizontal", spacing="sm")
