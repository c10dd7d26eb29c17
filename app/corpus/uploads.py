"""A file that somebody wants to add as a document: is it of a kind that is read, by name and content; what may it be called."""

from __future__ import annotations

import re
import zipfile
from pathlib import PurePath
from typing import IO

from app.formats import base as formats

MAX_BYTES = 50 * 2**20  # larger ones are put into the folder by hand
ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_HEAD = 4096
_ZIPPED = {".docx": "word/", ".xlsx": "xl/", ".pptx": "ppt/", ".odt": "content.xml", ".ods": "content.xml", ".odp": "content.xml"}
_BEGINS = {
    ".pdf": b"%PDF-",
    ".rtf": b"{\\rtf",
    **dict.fromkeys((".doc", ".xls", ".ppt"), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
}
_ANYWHERE = 1024  # bytes before the mark of a PDF, which readers allow


def kinds() -> list[str]:
    """List the suffixes of files that are read."""
    return sorted(formats.readers())


def suffix(name: str) -> str:
    """Give the suffix of a file's name, whatever path a browser writes before it."""
    return PurePath(name.replace("\\", "/")).suffix.lower()


def proposed_id(name: str) -> str:
    """Make a document's id of a file's name: Latin letters, digits and dashes, nothing that leads anywhere."""
    stem = PurePath(name.replace("\\", "/")).stem.lower()
    return re.sub(r"[^a-z0-9]+", "-", stem).strip("-")[:80] or "document"


def is_what_it_says(kind: str, content: IO[bytes]) -> bool:
    """Say whether a file's content is of the kind that its suffix says; text must not hold what no text holds."""
    head = content.read(_HEAD)
    content.seek(0)
    if kind in _ZIPPED:
        return _holds(content, _ZIPPED[kind])
    if kind in _BEGINS:
        return _BEGINS[kind] in head[:_ANYWHERE] if kind == ".pdf" else head.startswith(_BEGINS[kind])
    return b"\0" not in head or head.startswith((b"\xff\xfe", b"\xfe\xff"))  # UTF-16 says so at its beginning


def _holds(content: IO[bytes], part: str) -> bool:
    try:
        with zipfile.ZipFile(content) as archive:
            return any(name.startswith(part) for name in archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return False
    finally:
        content.seek(0)
