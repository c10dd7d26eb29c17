"""The clinic's dictionary: terms that are not split, and what officials type instead of a term."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import tomlkit

from app.errors import SidecarError
from app.thai import fold

NAME = "dictionary.toml"


@dataclass(frozen=True)
class Dictionary:
    """`terms` stay whole when text is cut into words; `synonyms` maps what is typed (folded) to the term of the documents (folded)."""

    terms: tuple[str, ...] = ()
    synonyms: Mapping[str, str] = field(default_factory=dict)

    def expansions(self, folded: str) -> list[str]:
        """List the documents' terms for what stands in a folded question, longest first, each once."""
        found: list[str] = []
        rest = folded
        for typed in sorted(self.synonyms, key=len, reverse=True):
            if typed in rest and re.search(_edge(typed), rest):
                term = self.synonyms[typed]
                rest = re.sub(_edge(typed), " ", rest)
                if term not in found and term not in folded:
                    found.append(term)
        return found


def _edge(typed: str) -> str:
    # a Latin or short Thai abbreviation must stand alone; "กพ" is not part of "กพร", "it" not part of "digital"
    escaped = re.escape(typed)
    if re.fullmatch(r"[a-z0-9 .\-]+", typed):
        return rf"(?<![a-z0-9]){escaped}(?![a-z0-9])"
    return rf"(?<![ก-๙]){escaped}(?![ก-๙])" if len(typed.replace(".", "")) <= 3 else escaped


def load(path: Path) -> Dictionary:
    """Read `dictionary.toml`; an absent file is an empty dictionary.

    Raises:
        SidecarError: the file cannot be used.
    """
    if not path.exists():
        return Dictionary()
    try:
        return parsed(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise SidecarError(f"{path.name}: not TOML: {error}") from None


def parsed(text: str) -> Dictionary:
    """Read the text of a dictionary.

    Raises:
        SidecarError: it cannot be used.
    """
    written = entries(text)
    synonyms = {term: typed for term, typed in written.items() if typed}
    typed_to_term = {fold(typed): fold(term) for term, many in synonyms.items() for typed in many if fold(typed) != fold(term)}
    terms = dict.fromkeys(fold(term) for term in written if " " not in fold(term))
    return Dictionary(tuple(terms), typed_to_term)


def entries(text: str) -> dict[str, tuple[str, ...]]:
    """Give the terms of a dictionary as they are written, words first, each with what is typed in its place.

    Raises:
        SidecarError: it cannot be used.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SidecarError(f"{NAME}: not TOML: {error}") from None
    synonyms = raw.get("synonyms", {})
    words = raw.get("words", [])
    if not _are_texts(words) or not isinstance(synonyms, dict) or not all(_are_texts(typed) for typed in synonyms.values()):
        raise SidecarError(f'{NAME}: words must be a list of texts, and [synonyms] lines such as "สำนักงบประมาณ" = ["สงป."]')
    return dict.fromkeys(words, ()) | {term: tuple(typed) for term, typed in synonyms.items()}


def changed(text: str, old: str, term: str, typed: Sequence[str]) -> str:
    """Write one entry anew where it stands; comments, order and all else stay.

    Args:
        text: the dictionary.
        old: the entry's term until now; "" adds an entry.
        term: its term from now on; "" takes the entry out.
        typed: what officials type in its place; a term without any is a word that stays whole.
    """
    written = tomlkit.parse(text)
    words = written.setdefault("words", tomlkit.array().multiline(multiline=True))
    synonyms = written.setdefault("synonyms", tomlkit.table())
    place = list(words).index(old) if old in words else None
    if place is not None and (not term or term != old):
        words.pop(place)
        if term:
            words.insert(place, term)
    elif place is None and term and not typed and term not in words:
        words.append(term)
    if old in synonyms and (old != term or not typed):
        synonyms.remove(old)
    if term and typed:
        synonyms[term] = list(typed)
    return tomlkit.dumps(written)


def _are_texts(value: object) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, str) and all(isinstance(item, str) for item in value)
