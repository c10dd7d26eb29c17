"""Which edition of this code makes a release: the package's version and a digest of the files that decide what comes out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path

from app.settings import OUR_ROOT

_READ_AND_CUT = ("corpus/*.py", "formats/*.py", "thai*.py")


@cache
def code_version() -> str:
    """Name the code that reads, repairs and cuts; another one may make another release of the same files."""
    return f"{version('opdc-clinic')}+{_digest(_READ_AND_CUT)[:10]}"


@cache
def answering_version() -> str:
    """Name all the code that an answer depends on."""
    return _digest(("**/*.py",))[:16]


def file_digest(*paths: Path) -> str:
    """Give a digest of files together; a file that is not there counts as empty."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(hashlib.sha256(path.read_bytes() if path.exists() else b"").digest())
    return digest.hexdigest()


def text_digest(*texts: str) -> str:
    """Give a digest of texts together."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def _digest(patterns: Iterable[str]) -> str:
    files = sorted({file for pattern in patterns for file in (OUR_ROOT / "app").glob(pattern)})
    return file_digest(*files)
