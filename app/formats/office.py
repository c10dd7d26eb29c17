"""Older Word files, OpenDocument and RTF: LibreOffice turns them into DOCX, where it is installed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import zipfile
from pathlib import Path

from app.errors import FormatError
from app.formats import _archive, docx
from app.formats.base import AUTO, Reading, Ways

SUFFIXES = (".doc", ".odt", ".rtf", ".xls", ".ppt", ".ods", ".odp")
RISKY = True
SECONDS = 90
_SAVE_AS = {".xls": ".xlsx", ".ods": ".xlsx", ".ppt": ".pptx", ".odp": ".pptx"}
_MACROS = "_VBA_PROJECT".encode("utf-16-le")
_MAGIC = {".doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".rtf": b"{\\rtf"}


def read(path: Path, ways: Ways = AUTO) -> Reading:
    """Read a document by way of DOCX.

    Raises:
        FormatError: LibreOffice is missing, the file is damaged, protected, has macros, or takes too long.
    """
    suffix = path.suffix.lower()
    if suffix in _SAVE_AS:
        raise FormatError(f"{path.name}: {suffix} files are not read; open it and save it as {_SAVE_AS[suffix]}")
    _check(path, suffix)
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        how = "apt-get install libreoffice-writer-nogui on Debian and Ubuntu; or open it and save it as .docx"
        raise FormatError(f"{path.name}: {suffix} files need LibreOffice, which is not installed: {how}")
    with tempfile.TemporaryDirectory(prefix="office-") as folder:
        converted = _converted(program, path, Path(folder))
        try:
            return docx.read(converted, ways)
        except FormatError as error:
            raise FormatError(str(error).replace(converted.name, path.name)) from None


def _check(path: Path, suffix: str) -> None:
    if suffix == ".odt":
        _archive.check(path)
        _check_password(path)
        return
    data = path.read_bytes()
    if not data.startswith(_MAGIC[suffix]):
        raise FormatError(f"{path.name}: damaged, or not a {suffix} file; open it and save it as .docx")
    if _MACROS in data:
        raise FormatError(f"{path.name}: holds macros; save it without them, as .docx")


def _check_password(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        manifest = archive.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in archive.namelist() else b""
    if b"encryption-data" in manifest:
        raise FormatError(f"{path.name}: protected by a password; save it again without one")


def _converted(program: str, path: Path, folder: Path) -> Path:
    """Have LibreOffice write DOCX, with a profile of its own, so that no setting and no macro of this machine takes part."""
    given = folder / f"document{path.suffix.lower()}"
    shutil.copyfile(path, given)
    profile = (folder / "profile").as_uri()
    command = [program, f"-env:UserInstallation={profile}", "--headless", "--norestore", "--nolockcheck"]
    command += ["--convert-to", "docx:MS Word 2007 XML", "--outdir", str(folder / "out"), str(given)]
    nothing = subprocess.DEVNULL
    process = subprocess.Popen(  # noqa: S603  our own file names
        command, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True
    )
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        raise FormatError(f"{path.name}: LibreOffice took longer than {SECONDS} seconds; open it and save it as .docx") from None
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    converted = folder / "out" / "document.docx"
    if not converted.exists():
        raise FormatError(f"{path.name}: LibreOffice cannot read it (damaged, or protected by a password); open it and save it as .docx")
    return converted
