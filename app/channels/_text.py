"""Measure, clean and cut text as chats count it: messages in UTF-16 units, labels in graphemes; nothing is cut inside a grapheme."""

from __future__ import annotations

import re
from itertools import islice

import regex

ELLIPSIS = "…"
BULLET = "•"
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
BREAKS = "\n "  # where a text is best cut; Thai marks the end of a sentence with a space
_ITEM = re.compile(r"^[-*+•]\s+")


def units(text: str) -> int:
    """Count UTF-16 code units: an emoji beyond the basic plane counts two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def graphemes(text: str) -> list[str]:
    """Cut text into what a reader sees as single characters: a Thai consonant with its vowel and tone is one."""
    return regex.findall(r"\X", text)


def clean(text: str) -> str:
    """Make text that any database and chat take: surrogate pairs joined, lone ones and control characters dropped, plain line ends."""
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return _CONTROLS.sub("", joined.replace("\r\n", "\n").replace("\r", "\n"))


def label(text: str, most: int) -> str:
    """Shorten a label to `most` graphemes, in one line."""
    seen = [found[0] for found in islice(regex.finditer(r"\X", " ".join(clean(text).split())), most + 1)]
    return "".join(seen) if len(seen) <= most else "".join(seen[: most - 1]).rstrip() + ELLIPSIS


def shorten(text: str, most: int) -> str:
    """Shorten a text to `most` UTF-16 units with an ellipsis, at a line or a space when one is near the end."""
    return text if units(text) <= most else _head(text, most - 1).rstrip() + ELLIPSIS


def split(text: str, most: int) -> list[str]:
    """Split a text into pieces of at most `most` UTF-16 units; only white space at the cuts is lost."""
    pieces = []
    rest = clean(text).strip()
    while units(rest) > most:
        head = _head(rest, most)
        pieces.append(head.rstrip())
        rest = rest[len(head) :].lstrip()
    return [piece for piece in (*pieces, rest) if piece]


def item(line: str) -> str:
    """Write a list item with a bullet; chats know no Markdown lists."""
    return _ITEM.sub(f"{BULLET} ", line.strip())


def plain(text: str) -> str:
    """Write a corpus's text for a place without layout."""
    return "\n".join(item(line) for line in clean(text).split("\n")).strip()


def _head(text: str, most: int) -> str:
    """Give the longest start of at most `most` units, cut at a line or a space when the last third has one."""
    fitting = text.encode("utf-16-le", "surrogatepass")[: most * 2].decode("utf-16-le", "ignore")
    ends = [found.end() for found in regex.finditer(r"\X", text, endpos=len(fitting) + 1) if found.end() <= len(fitting)]
    late = [end for end in ends if end > len(fitting) * 2 // 3]
    for mark in BREAKS:
        for end in reversed(late):
            if text[end - 1] == mark:
                return text[:end]
    return text[: ends[-1]] if ends else fitting  # a grapheme longer than the limit is no language: it is cut
