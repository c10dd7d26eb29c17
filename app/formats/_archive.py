"""What must hold before an Office file is opened: it is a zip, small when unpacked, without passwords, macros, entities or odd paths."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path, PurePosixPath
from xml.etree.ElementTree import ParseError

from lxml.etree import LxmlError

from app.errors import FormatError

MAX_UNPACKED = 200 * 2**20
MAX_XML = 64 * 2**20  # of one part: a tree of it in memory takes ten times as much
MAX_PARTS = 10_000
# what libraries raise when the inside of an Office file is not as it should be
DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, LxmlError, ParseError, OSError, EOFError, NotImplementedError),
    *(KeyError, ValueError, TypeError, AttributeError, IndexError, AssertionError, RecursionError),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MACROS = ("vbaproject.bin", "basic/", "scripts/", "macrosheets/")
_ENTITIES = tuple(word.encode(encoding) for word in ("<!DOCTYPE", "<!ENTITY") for encoding in ("ascii", "utf-16-le", "utf-16-be"))


def check(path: Path) -> None:
    """Look into an Office file without unpacking it to disk.

    Raises:
        FormatError: protected by a password, damaged, a zip bomb, or it holds macros, XML entities or paths that lead outside.
    """
    with path.open("rb") as file:
        if file.read(8) == _OLE:
            file.seek(0)
            if _ENCRYPTED in file.read():
                raise FormatError(f"{path.name}: protected by a password; save it again without one")
            raise FormatError(f"{path.name}: an old binary Office file under a new name; open it and save it as {path.suffix}")
    try:
        with zipfile.ZipFile(path) as archive:
            _check_parts(path.name, archive)
    except DAMAGED as error:
        raise FormatError(f"{path.name}: damaged, or not an Office file ({type(error).__name__}); open it and save it again") from None


def _check_parts(name: str, archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise FormatError(f"{name}: unpacks to more than {MAX_UNPACKED // 2**20} MB or {MAX_PARTS} parts; it is not a normal document")
    for part in parts:
        inner = PurePosixPath(part.filename.replace("\\", "/"))
        if inner.is_absolute() or ".." in inner.parts or ":" in part.filename:
            raise FormatError(f"{name}: holds a path that leads outside of it ({part.filename!r:.80}); it is not a normal document")
        if part.flag_bits & 0x1:
            raise FormatError(f"{name}: protected by a password; save it again without one")
        lower = part.filename.lower()
        if lower.endswith(_MACROS[0]) or lower.startswith(_MACROS[1:3]) or _MACROS[3] in lower:
            raise FormatError(f"{name}: holds macros; save it without them")
        if lower.endswith((".xml", ".rels", ".vml")):
            _check_xml(name, part, archive)


def _check_xml(name: str, part: zipfile.ZipInfo, archive: zipfile.ZipFile) -> None:
    if part.file_size > MAX_XML:
        raise FormatError(f"{name}: a part of it unpacks to {part.file_size // 2**20} MB; split the document")
    if any(word in archive.read(part) for word in _ENTITIES):
        raise FormatError(f"{name}: declares XML entities, which Office never does; it is not a normal document")
