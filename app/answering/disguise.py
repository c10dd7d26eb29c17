"""The readings of a text in disguise: hidden letters, look-alikes, letters set apart, Base64 and other encodings, written backwards."""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
import unicodedata
from urllib.parse import unquote

from app.thai import fold

LONGEST_ENCODED = 4000  # characters that are tried as an encoding
_TAGS = re.compile("[\U000e0020-\U000e007e]+")  # a second alphabet that nobody sees
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef\u3164\u115f\u1160\u2800]")
_LOOKALIKES = str.maketrans(
    "аɑαеεорρсϲуγхχіıϳјѕԁһԛԝкκмтτвβнηνυωοιꓲǃпгӏ",
    "aaaeeoppccyyxxiijjsdhqwkkmttbbhnvuwoii!nrl",
)
_LEET = str.maketrans("013457@$!|", "oieastasil")
_APART = re.compile(r"(?<![^\W\d_])(?:[a-z][ ._*|/\\-]){2,}[a-z](?![^\W\d_])")
_THAI_APART = re.compile(r"(?:(?:[เแโใไ]?[ก-ฮฤ][ะ-ฺๅ็-๎]*)[ ._*|/-]){4,}(?:[เแโใไ]?[ก-ฮฤ][ะ-ฺๅ็-๎]*)")
_BETWEEN = re.compile(r"[\s._*|/\\-]+")
_ENCODED = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}[\s:]?){10,}|(?:\\x[0-9a-fA-F]{2}){6,}")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


def readings(text: str) -> list[str]:
    """Give what a text may say, folded: as it stands without its disguise, and what its encoded parts decode to.

    Args:
        text: as written; a few thousand characters at most.
    """
    bare = _bare(text)
    found = [bare, _joined(bare), _joined(bare.translate(_LEET)), text[::-1]]
    if re.search(r"[a-z]{4}", bare):
        found += [codecs.encode(bare, "rot13"), bare[::-1]]
    found += [_bare(part) for part in _decoded(text[:LONGEST_ENCODED])]
    return list(dict.fromkeys(fold(one) for one in found))


def _bare(text: str) -> str:
    """Leave what a person would read: one alphabet, no letters that nobody sees, no marks heaped on Latin letters."""
    shown = _TAGS.sub(lambda found: " " + "".join(chr(ord(letter) - 0xE0000) for letter in found[0]) + " ", text)
    plain = unicodedata.normalize("NFKC", _SELECTORS.sub("", html.unescape(shown)))
    plain = re.sub("(?<=[a-zA-Z])[\u0300-\u036f\u0489\u20d0-\u20ff]+", "", unicodedata.normalize("NFKD", plain))
    return "".join(letter for letter in plain if unicodedata.category(letter) != "Cf").lower().translate(_LOOKALIKES)


def _joined(text: str) -> str:
    for pattern in (_APART, _THAI_APART):
        text = pattern.sub(lambda found: _BETWEEN.sub("", found[0]), text)
    return text


def _decoded(text: str) -> list[str]:
    found = [unquote(text)] if re.search(r"%[0-9a-fA-F]{2}%", text) else []
    if _ESCAPED.search(text):
        found.append(
            _ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        )
    candidates = [_of_base64(match[0]) for match in _ENCODED.finditer(text)]
    candidates += [_of_hex(match[0]) for match in _HEX.finditer(text)]
    return found + [one for one in candidates if one and len(one) >= 6]


def _of_base64(text: str) -> str:
    body = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return _readable(base64.b64decode(body + "=" * (-len(body) % 4)))
    except (binascii.Error, ValueError):
        return ""


def _of_hex(text: str) -> str:
    digits = re.sub(r"\\x|[\s:]", "", text)
    return _readable(bytes.fromhex(digits)) if len(digits) % 2 == 0 else ""


def _readable(data: bytes) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return text if text.isprintable() or "\n" in text else ""
