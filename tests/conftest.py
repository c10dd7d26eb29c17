"""What tests run on: SQLite always; PostgreSQL and Chromium where there are any (and always in CI); a free port."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from filelock import FileLock
from playwright.sync_api import Browser, expect, sync_playwright
from sqlalchemy import text

from app import wiring
from app.answering.pipeline import Pipeline
from app.corpus.report import Wishes
from app.settings import Settings
from app.store.database import Database
from app.store.tables import Base

TOPICS = ("awards", "evaluation", "good_governance", "pmqa")  # of knowledge/, asked with the real embedding
expect.set_options(timeout=30_000)  # milliseconds; a busy machine may take its time, and a page that never comes is still noticed
os.environ["BURST_SECONDS"] = "0"  # nobody here waits whether more is coming, but for the tests of just that
POSTGRESQL = os.environ.get("TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/")


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """Make a PostgreSQL database for this session, and drop it in the end."""
    name = f"clinic_test_{uuid4().hex[:12]}"
    try:
        server = psycopg.connect(POSTGRESQL, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no PostgreSQL at {POSTGRESQL}: {error}")
    with server:
        server.execute(f'CREATE DATABASE "{name}"')
        yield POSTGRESQL.replace("postgresql://", "postgresql+psycopg://") + name
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the address of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'clinic.sqlite3'}"
    url: str = request.getfixturevalue("emptied_postgresql_url")
    return url


@pytest.fixture
def emptied_postgresql_url(postgresql_url: str) -> str:
    """Give the address of an empty, migrated PostgreSQL database."""
    emptied = Database(postgresql_url)
    emptied.migrate()
    with emptied.begin() as session:
        # the audit log defends itself against just this; only the owner of the table may tell its guard to look away
        session.execute(text("ALTER TABLE audit DISABLE TRIGGER audit_is_not_truncated"))
        session.execute(text(f"TRUNCATE {', '.join(Base.metadata.tables)} RESTART IDENTITY CASCADE"))
        session.execute(text("ALTER TABLE audit ENABLE TRIGGER audit_is_not_truncated"))
    emptied.close()
    return postgresql_url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Give an empty, migrated database of each kind."""
    opened = Database(database_url)
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def free_port() -> int:
    """Give a port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Give a headless Chromium that calls nobody."""
    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("chromium is not installed")
        pytest.skip("chromium is not installed")
    quiet = ("quic", "background-networking", "component-update", "sync", "gpu")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--no-first-run", *(f"--disable-{it}" for it in quiet)]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def knowledge(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    """Give half of knowledge/ ingested with the real embedding into a real Chroma; kept between runs, so that only changes are embedded.

    The whole of it takes minutes to embed; `make eval`, and the gate at every ingest, ask it every golden question.
    """
    folder = tmp_path_factory.mktemp("knowledge")
    for topic in TOPICS:
        shutil.copytree(Path("knowledge") / topic, folder / topic)
    shutil.copy(Path("knowledge/dictionary.toml"), folder)
    settings = Settings(
        _env_file=None, data_dir=request.config.cache.mkdir("knowledge"), knowledge_dir=folder, database_url="", channels=()
    )
    stores = wiring.open_stores(settings)
    with FileLock(settings.data_dir / "fixture.lock"):  # however tests are given to workers: an ingest refuses to run beside another
        wiring.ingest(stores).build(Wishes(allow_removal=True), lambda _step, _done, _total: None)
    return wiring.answerer(settings, stores.database)
