"""Numbers that Word shows before list items and headings but does not store in their text: "ข้อ ๑", "(ก)", "1.2.3"."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from docx.document import Document as WordDocument
from docx.oxml.ns import qn

_THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
_THAI_LETTERS = "กขคงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ"
_ROMAN = tuple(zip((1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1), "m cm d cd c xc l xl x ix v iv i".split(), strict=True))  # noqa: SIM905
_BULLET = "-"
_VAL = qn("w:val")


class Numbering:
    """The list definitions of a document and how far each list has counted."""

    def __init__(self, document: WordDocument) -> None:
        """Read the definitions; a document without lists has none."""
        self._levels: dict[str, dict[int, Any]] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._list_of: dict[str, str] = {}
        part = next((rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/numbering")), None)
        if part is None:
            return
        root = part.element
        abstract = {a.get(qn("w:abstractNumId")): _by_depth(a.findall(qn("w:lvl"))) for a in root.findall(qn("w:abstractNum"))}
        for num in root.findall(qn("w:num")):
            number = num.get(qn("w:numId"))
            of = num.find(qn("w:abstractNumId")).get(_VAL)
            overrides = num.findall(qn("w:lvlOverride"))
            self._levels[number] = abstract.get(of, {}) | _by_depth([level for o in overrides for level in o.findall(qn("w:lvl"))])
            # lists of one definition count on together, unless one of them says where to begin
            self._list_of[number] = number if overrides else f"abstract {of}"

    def mark(self, paragraph: Any, style: Any) -> str:
        """Count one paragraph and give the number that Word shows before it, or nothing."""
        number, depth = _place(paragraph, style)
        level = self._levels.get(number, {}).get(depth)
        if level is None:
            return ""
        counts = self._counts[self._list_of[number]]
        for deeper in [d for d in counts if d > depth]:
            del counts[deeper]
        counts[depth] = counts[depth] + 1 if depth in counts else _int(level, "w:start", 1)
        text = _value(level, "w:lvlText")
        if _value(level, "w:numFmt") == "bullet":
            return _BULLET

        def shown(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            above = self._levels[number].get(at)
            return "" if above is None else _written(counts.get(at, _int(above, "w:start", 1)), _value(above, "w:numFmt"))

        return re.sub(r"%([1-9])", shown, text).strip()


def _by_depth(levels: list[Any]) -> dict[int, Any]:
    return {int(level.get(qn("w:ilvl"))): level for level in levels}


def _place(paragraph: Any, style: Any) -> tuple[str, int]:
    """Give the list and the depth of a paragraph: its own, or that of its style."""
    elements = [paragraph]
    while style is not None:
        elements.append(style.element)
        style = style.base_style
    number = depth = None
    for element in elements:
        properties = element.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        if properties is not None:
            number = number or _value(properties, "w:numId") or None
            depth = depth if depth is not None else _value(properties, "w:ilvl") or None
    return number or "0", int(depth or 0)


def _value(element: Any, name: str) -> str:
    child = element.find(qn(name))
    return "" if child is None else child.get(_VAL) or ""


def _int(element: Any, name: str, default: int) -> int:
    value = _value(element, name)
    return int(value) if value.lstrip("-").isdigit() else default


def _written(number: int, form: str) -> str:
    if form in ("none", "bullet"):
        return ""
    if form in ("thaiNumbers", "thaiCounting"):
        return str(number).translate(_THAI_DIGITS)
    if form in ("thaiLetters", "lowerLetter", "upperLetter"):
        letters = _THAI_LETTERS if form == "thaiLetters" else "abcdefghijklmnopqrstuvwxyz"
        letter = letters[(number - 1) % len(letters)] * min((number - 1) // len(letters) + 1, 9)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman"):
        return _roman(number) if form == "lowerRoman" else _roman(number).upper()
    return f"{number:02}" if form == "decimalZero" else str(number)


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        text += letters * (min(number, 9999) // value)
        number %= value
    return text
