"""Bytes and letters in the wrong encoding: old Thai encodings decoded, Thai that was read as Mac Roman or Western European put right."""

from __future__ import annotations

from collections.abc import Mapping

from app.errors import FormatError
from app.thai_words import plausibility

_TONES = "่้๊๋์"
# Apple's Thai encoding: TIS-620 with, below 0xA1, punctuation and the marks drawn further left or lower
_APPLE = {
    **{start + i: mark for start in (0x83, 0x88, 0x98) for i, mark in enumerate(_TONES)},
    **dict(zip((0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x8F), "ั็ิีึืํ", strict=True)),
    **dict(zip((0x80, 0x81, 0x82, 0x8D, 0x8E, 0x91, 0x9D, 0x9E), "«»…“”•‘’", strict=True)),
    **dict(zip((0xA0, 0xDB, 0xDC, 0xDD, 0xDE, 0xEE, 0xFA, 0xFB), (" ", "", "", "–", "—", "™", "®", "©"), strict=True)),
}
# Unicode has two signs for some letters of Mac Roman, and font tables hold either
_TWINS = {"Ω": "\u2126", "∆": "\u0394", "µ": "\u03bc", "€": "¤"}
_PLAUSIBLE = 0.5  # of decoded text; marks in disorder keep it from being higher


def _tis620(byte: int) -> str:
    return bytes([byte]).decode("cp874", errors="replace")


def _mac() -> dict[str, str]:
    table = {bytes([byte]).decode("mac_roman"): _APPLE.get(byte, _tis620(byte)) for byte in range(0x80, 0xFC)}
    return table | {twin: table[sign] for sign, twin in _TWINS.items()}


def _western() -> dict[str, str]:
    return {bytes([byte]).decode("latin-1"): _tis620(byte) for byte in range(0xA1, 0xFC) if not 0xDB <= byte <= 0xDE}


_TABLES: tuple[Mapping[str, str], ...] = (_mac(), _western())


def wrong_letters(text: str) -> Mapping[str, str]:
    """Give what the characters of a text stand for when Thai was read in a wrong encoding; empty when they are what they seem."""
    letters = [c for c in text if not c.isspace() and (c > "\x7f" or c.isalpha())]
    if len(letters) < 20 or sum("ก" <= c <= "๛" for c in letters) > 0.05 * len(letters):
        return {}
    for table in _TABLES:
        if sum(c in table for c in letters) > 0.6 * len(letters) and plausibility("".join(table.get(c, c) for c in text)) >= _PLAUSIBLE:
            return table
    return {}


def decode(data: bytes, name: str) -> str:
    """Decode UTF-8, UTF-16 (with BOM or by its zero bytes) or Windows-874, which holds all of TIS-620; undo a second, wrong encoding.

    Raises:
        FormatError: none of these gives Thai or plain text.
    """
    text = _decoded(data, name)
    if "\0" in text:
        raise FormatError(f"{name}: binary data in a text file")
    if table := wrong_letters(text):
        return "".join(table.get(c, c) for c in text)
    if "à¸" in text or "à¹" in text:  # UTF-8 that was read as Western European and saved so
        try:
            return b"".join(map(_western_byte, text)).decode("utf-8")
        except UnicodeError:
            return text
    return text


def _western_byte(letter: str) -> bytes:
    try:
        return letter.encode("cp1252")
    except UnicodeEncodeError:
        return letter.encode("latin-1")  # bytes that Windows-1252 leaves empty are kept as control characters


def _decoded(data: bytes, name: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    high = {0: data[1::2], 1: data[0::2]}  # the high bytes of UTF-16 are 0 for Latin, 0x0E for Thai
    for big_endian, half in high.items():
        if len(data) > 8 and sum(half.count(byte) for byte in (0x00, 0x0E)) > 0.8 * len(half):
            return data.decode("utf-16-be" if big_endian else "utf-16-le", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("cp874")
    except UnicodeDecodeError:
        text = ""
    if plausibility(text) < _PLAUSIBLE or not text:
        raise FormatError(f"{name}: neither UTF-8, UTF-16 nor Windows-874; save it as UTF-8")
    return text
