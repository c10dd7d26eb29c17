"""The knowledge folder as the console changes it: files whole or not at all, never over another by accident or during a build."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from filelock import FileLock, Timeout

from app.errors import FolderRefused

KEPT_SECONDS = 24 * 3600  # of an upload that nobody saved


class KnowledgeFolder:
    """Writes documents, their sidecars and the dictionary; keeps uploads beside the folder until they are saved."""

    def __init__(self, folder: Path, data_dir: Path) -> None:
        """Keep the places; nothing is made yet.

        Args:
            folder: the documents.
            data_dir: where uploads wait, where what was taken out is kept, and where the ingest's lock is.
        """
        self.folder = folder
        self.readings = data_dir / "readings"
        self._uploads = data_dir / "uploads"
        self._removed = data_dir / "removed"
        self._lock = data_dir / "ingest.lock"

    @property
    def is_writable(self) -> bool:
        """Say whether this process may change the folder; in a container it is often only to be read."""
        return self.folder.is_dir() and os.access(self.folder, os.W_OK)

    def stage(self, name: str, content: IO[bytes]) -> str:
        """Keep an upload under a plain name and give the word that finds it again; uploads of yesterday are thrown away."""
        for old in self._uploads.glob("*"):
            if time.time() - old.stat().st_mtime > KEPT_SECONDS:
                shutil.rmtree(old, ignore_errors=True)
        token = secrets.token_hex(16)
        place = self._uploads / token
        place.mkdir(parents=True)
        with (place / name).open("wb") as file:
            shutil.copyfileobj(content, file)
        return token

    def staged(self, token: str) -> Path | None:
        """Give the file of an upload; None when it is there no more."""
        return next((path for path in sorted((self._uploads / token).glob("*"))), None)

    def add(self, upload: Path, place: Path, sidecar: str) -> None:
        """Make an upload a new document, its sidecar first: a build never sees it undescribed.

        Raises:
            FolderRefused: something is there already, a build reads the folder, or it cannot be written.
        """
        with self._held():
            if any(other.stem == place.stem and not other.name.startswith(".") for other in self.folder.rglob("*")):
                raise FolderRefused("taken")
            place.parent.mkdir(exist_ok=True)
            described = place.with_suffix(".toml")
            self._write(described, sidecar.encode(), over=False)
            try:
                self._copy(upload, place, over=False)
            except BaseException:
                described.unlink()
                raise

    def replace(self, old: Path, upload: Path, sidecar: str) -> None:
        """Put an upload in the place of a document's file, which stays until the new one stands.

        Raises:
            FolderRefused: a build reads the folder, or it cannot be written.
        """
        new = old.with_suffix(upload.suffix)
        with self._held():
            self._copy(upload, new, over=new == old)
            self._write(old.with_suffix(".toml"), sidecar.encode(), over=True)
            if new != old:
                self._take_out(old)

    def write(self, place: Path, text: str) -> None:
        """Write a sidecar or the dictionary anew.

        Raises:
            FolderRefused: a build reads the folder, or it cannot be written.
        """
        with self._held():
            self._write(place, text.encode(), over=True)

    def remove(self, path: Path) -> None:
        """Take a document and its sidecar out of the folder; both are kept in DATA_DIR/removed.

        Raises:
            FolderRefused: a build reads the folder, or it cannot be written.
        """
        with self._held():
            for part in (path, path.with_suffix(".toml")):
                if part.exists():
                    self._take_out(part)

    def _take_out(self, path: Path) -> None:
        place = self._removed / f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(2)}"
        place.mkdir(parents=True)
        shutil.move(path, place / path.name)

    def _write(self, place: Path, data: bytes, *, over: bool) -> None:
        with _beside(place) as mine:
            with mine.open("wb") as file:
                file.write(data)
            _put(mine, place, over=over)

    def _copy(self, source: Path, place: Path, *, over: bool) -> None:
        with _beside(place) as mine:
            shutil.copyfile(source, mine)
            _put(mine, place, over=over)

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Hold the ingest's lock, so that no build reads half a change."""
        try:
            self._lock.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self._lock, timeout=0):
                yield
        except Timeout:
            raise FolderRefused("busy") from None
        except OSError as error:
            raise FolderRefused("unwritable") from error


@contextmanager
def _beside(place: Path) -> Iterator[Path]:
    """Give a hidden name in the same folder, which the ingest passes over; nothing stays under it."""
    mine = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    try:
        yield mine
    finally:
        with suppress(FileNotFoundError):
            mine.unlink()


def _put(mine: Path, place: Path, *, over: bool) -> None:
    with mine.open("rb") as file:
        os.fsync(file.fileno())
    if over:
        mine.replace(place)
        return
    try:
        os.link(mine, place)  # whole or not at all, and never over another
    except FileExistsError:
        raise FolderRefused("taken") from None
