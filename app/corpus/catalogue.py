"""Walk the knowledge folder: which documents there are and what their sidecars say."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, get_args

from app.domain import Document, Topic
from app.errors import FormatError, SidecarError
from app.thai import repair

GOLDEN = "golden.jsonl"
DATA = (".jsonl", ".json")  # for programs: passed over, and named, since they may lie beside documents that were collected together
KINDS = ("act", "decree", "regulation", "resolution", "announcement", "guideline", "manual", "summary")
_KEYS: dict[str, type] = {
    "title": str,
    "issuer": str,
    "kind": str,
    "number": str,
    "topic": str,
    "source": str,
    "url": str,
    "in_force_from": date,
    "in_force_until": date,
    "fiscal_years": list,
    "replaces": list,
    "yearly": bool,
}

_HOLDS: dict[str, Callable[[Any], bool]] = {
    "fiscal_years": lambda year: isinstance(year, int) and 2400 < year < 2800,
    "replaces": lambda document: isinstance(document, str),
}


@dataclass
class Entry:
    """A file of the knowledge folder on its way to becoming a document."""

    path: Path
    document: Document
    has_sidecar: bool
    warnings: list[str] = field(default_factory=list)


@dataclass
class Walk:
    """What the folder holds: entries in a stable order, and the files that cannot become documents, with the reason."""

    entries: list[Entry] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def entry(path: Path) -> Entry:
    """Read one file and its sidecar, if there is one: what it says, and the digest of both.

    Raises:
        FormatError: the file cannot be opened.
        SidecarError: it cannot be used; names the key and what would be right.
    """
    found, sidecar = described(path), path.with_suffix(".toml")
    try:
        digest = hashlib.sha256(path.read_bytes())
        if found.has_sidecar:
            digest.update(sidecar.read_bytes())
    except OSError as error:
        raise FormatError(f"{path.name}: it cannot be opened: {error.strerror}") from None
    found.document = replace(found.document, digest=digest.hexdigest())
    return found


def described(path: Path) -> Entry:
    """Read the sidecar of one file, if there is one, and nothing of the file itself.

    Raises:
        SidecarError: it cannot be used; names the key and what would be right.
    """
    sidecar = path.with_suffix(".toml")
    if not sidecar.exists():
        return Entry(path, Document(path.stem, path.stem), has_sidecar=False)
    try:
        told = sidecar.read_bytes()
    except OSError as error:
        raise SidecarError(f"{sidecar.name}: it cannot be opened: {error.strerror}") from None
    document, warnings = parsed(path.stem, told, sidecar.name)
    return Entry(path, document, has_sidecar=True, warnings=warnings)


def walk(folder: Path, each: Callable[[Path], Entry] = entry) -> Walk:
    """List the documents of a folder and its sub-folders; hidden files and the clinic's own lists are passed over.

    Args:
        folder: where they are.
        each: what reads one; `described` spares reading every file.
    """
    found = Walk()
    files = sorted(p for p in folder.rglob("*") if p.is_file() and not any(part.startswith(".") for part in p.relative_to(folder).parts))
    documents = [p for p in files if p.suffix not in (".toml", *DATA)]
    found.warnings.extend(
        f"{p.relative_to(folder)}: data for programs, not a document; passed over" for p in files if p.suffix in DATA and p.name != GOLDEN
    )
    stems: dict[str, Path] = {}
    for path in documents:
        name = str(path.relative_to(folder))
        other = stems.setdefault(path.stem, path)
        if other is not path:
            found.failed[name] = f"its id {path.stem!r} is already that of {other.relative_to(folder)}; rename one of them"
            continue
        try:
            _must_be_a_document(path, folder)
            found.entries.append(each(path))
        except (FormatError, SidecarError) as error:
            found.failed[name] = str(error)
    sidecars = {p for p in files if p.suffix == ".toml" and p.parent != folder}
    for lonely in sorted(sidecars - {p.with_suffix(".toml") for p in documents}):
        found.warnings.append(f"{lonely.relative_to(folder)}: a sidecar without its document")
    return found


def _must_be_a_document(path: Path, folder: Path) -> None:
    """Refuse links out of the folder to files of another kind: documents that others collected must not show what else is on this machine.

    Raises:
        FormatError: the file or its sidecar is such a link.
    """
    for part in (path, path.with_suffix(".toml")):
        try:
            there = part.resolve()
        except (OSError, RuntimeError):  # links in a circle
            there = Path()
        if not (there.is_relative_to(folder.resolve()) or there.suffix == part.suffix):
            raise FormatError(f"{part.name}: a link to something that is no {part.suffix} file; put the file itself there")


def parsed(stem: str, data: bytes, name: str) -> tuple[Document, list[str]]:
    """Read a sidecar; gives the document that it describes, and what it says that nobody asks.

    Raises:
        SidecarError: it cannot be used; names the key and what would be right.
    """
    try:
        raw = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SidecarError(f"{name}: not TOML: {error}") from None
    return _checked(stem, raw, name)


def _checked(stem: str, raw: dict[str, Any], name: str) -> tuple[Document, list[str]]:
    if not str(raw.get("title", "")).strip():
        raise SidecarError(f'{name}: title is missing; write title = "…"')
    values: dict[str, Any] = {}
    for key, kind in _KEYS.items():
        if key not in raw:
            continue
        value = raw[key]
        if not isinstance(value, kind) or (isinstance(value, date) and (hasattr(value, "hour") or value.year > 2400)):
            raise SidecarError(f"{name}: {key} must be {_example(key)}")
        values[key] = repair(value) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value
    if values.get("kind", "guideline") not in KINDS:
        raise SidecarError(f"{name}: kind must be one of {', '.join(KINDS)}")
    if values.get("topic", "clinic") not in get_args(Topic):
        raise SidecarError(f"{name}: topic must be one of {', '.join(get_args(Topic))}")
    for key, fits in _HOLDS.items():
        if not all(map(fits, values.get(key, ()))):
            raise SidecarError(f"{name}: {key} must be {_example(key)}")
    if values.get("in_force_from") and values.get("in_force_until") and values["in_force_from"] > values["in_force_until"]:
        raise SidecarError(f"{name}: in_force_until is before in_force_from")
    return Document(stem, **values), _odd(raw, values, name)


def _odd(raw: dict[str, Any], values: dict[str, Any], name: str) -> list[str]:
    """List what a sidecar says in vain."""
    odd = [f"{name}: unknown key {key!r}" for key in raw if key not in _KEYS]
    if values.get("url") and not values["url"].startswith(("https://", "http://")):
        odd.append(f"{name}: url is no web address, so it is not shown; write https://…")
    return odd


def _example(key: str) -> str:
    examples = {
        date: "a date such as 2024-10-01, its year not of the Buddhist era",
        str: 'text in quotation marks, such as "…"',
        bool: "true or false",
        list: 'a list such as ["…"]',
    }
    return "a list of Buddhist years such as [2567, 2568]" if key == "fiscal_years" else examples[_KEYS[key]]
