"""What corpus tests run on: a library to write documents into, on SQLite with embedded Chroma, and on PostgreSQL with a Chroma server."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.settings import OUR_ROOT, Settings
from tests.corpus.library import Library, open_library

DATA = OUR_ROOT.parent / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"no real documents at {DATA}")


@pytest.fixture(scope="session")
def chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a Chroma server and give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = Path(sys.executable).parent / "chroma"
    command = [program if program.exists() else str(shutil.which("chroma")), "run", "--host", "127.0.0.1", "--port", str(port)]
    folder = tmp_path_factory.mktemp("chroma")
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([*command, "--path", str(folder / "data")], stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 60
        while True:
            try:
                httpx.get(f"{url}/api/v2/heartbeat", timeout=1, trust_env=False).raise_for_status()
                break
            except httpx.HTTPError:
                assert time.monotonic() < until, (folder / "log").read_text("utf-8")
                time.sleep(0.1)
        yield url
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(params=["embedded", "servers"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Give the settings of an installation by itself, and of one on servers."""
    (tmp_path / "knowledge").mkdir()
    given: dict[str, Any] = {"_env_file": None, "embedding": "trigram", "channels": (), "database_url": "", "chroma_url": ""}
    if request.param == "servers":
        given |= {"database_url": request.getfixturevalue("emptied_postgresql_url"), "chroma_url": request.getfixturevalue("chroma_server")}
    return Settings(data_dir=tmp_path / "data", knowledge_dir=tmp_path / "knowledge", **given)


@pytest.fixture
def library(settings: Settings) -> Iterator[Library]:
    """Give an empty library on each kind of installation."""
    with open_library(settings) as opened:
        yield opened


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Library]:
    """Give an empty library on SQLite and embedded Chroma, for rules that no store has to do with."""
    (tmp_path / "knowledge").mkdir()
    settings = Settings(_env_file=None, data_dir=tmp_path / "data", knowledge_dir=tmp_path / "knowledge", embedding="trigram", channels=())
    with open_library(settings) as opened:
        yield opened
