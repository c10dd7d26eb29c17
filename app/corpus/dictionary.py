"""The clinic's dictionary: terms that are not split, and what officials type instead of a term."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.errors import SidecarError
from app.thai import fold


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
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SidecarError(f"{path.name}: not TOML: {error}") from None
    synonyms = raw.get("synonyms", {})
    words = raw.get("words", [])
    if not _are_texts(words) or not isinstance(synonyms, dict) or not all(_are_texts(typed) for typed in synonyms.values()):
        raise SidecarError(f'{path.name}: words must be a list of texts, and [synonyms] lines such as "สำนักงบประมาณ" = ["สงป."]')
    typed_to_term = {fold(typed): fold(term) for term, many in synonyms.items() for typed in many if fold(typed) != fold(term)}
    terms = dict.fromkeys(fold(term) for term in [*words, *synonyms] if " " not in fold(term))
    return Dictionary(tuple(terms), typed_to_term)


def _are_texts(value: object) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, str) and all(isinstance(item, str) for item in value)
