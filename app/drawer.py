"""Find a kind by its file name in a drawer, and say what there is when it is not there."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType

from app.errors import DrawerError


def kinds(drawer: str) -> list[str]:
    """List the kinds that a drawer holds, by file name, without `base`."""
    folder = Path(__file__).parent / drawer
    return sorted(f.stem for f in folder.glob("*.py") if not f.stem.startswith("_") and f.stem != "base")


def open_drawer(drawer: str, kind: str) -> ModuleType:
    """Import the file `kind` of `drawer`.

    Raises:
        DrawerError: there is no such file; the text lists those there are.
    """
    if kind not in kinds(drawer):
        raise DrawerError(f"{drawer} has no kind {kind!r}; it has: {', '.join(kinds(drawer))}")
    return import_module(f"app.{drawer}.{kind}")
