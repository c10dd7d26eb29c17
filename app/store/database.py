"""Open the database: SQLite in WAL with full sync, or PostgreSQL; every write is one short transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import Lock
from typing import Any, cast

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, CursorResult, Engine, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.sql.dml import Delete, Update

from app.errors import SettingsError
from app.store.tables import Base

MIGRATIONS = Path(__file__).parent / "migrations"
BACKENDS = ("sqlite", "postgresql")
MIGRATION_LOCK = 5_150_001  # any fixed number: replicas that start together migrate one after the other


class Database:
    """One engine and its transactions."""

    def __init__(self, url: str) -> None:
        """Prepare the engine; nothing is opened until the first transaction.

        Args:
            url: an SQLAlchemy address (`sqlite:///…` or `postgresql+psycopg://…`).

        Raises:
            SettingsError: it is no address of a database, or there is no place for its file.
        """
        try:
            parsed = make_url(url)
            self.is_sqlite = parsed.get_backend_name() == "sqlite"
            if parsed.get_backend_name() not in BACKENDS:
                raise ArgumentError(parsed.get_backend_name())
            parsed.get_dialect()
            if self.is_sqlite and parsed.database:
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        except ArgumentError:
            raise SettingsError("DATABASE_URL: must be like postgresql://user:password@host/database, or empty for SQLite") from None
        except OSError as error:
            raise SettingsError(f"DATA_DIR: the folder of the database cannot be made: {error.strerror}") from None
        self._file = Path(parsed.database) if self.is_sqlite and parsed.database not in (None, "", ":memory:") else None
        # an error of the driver must not carry a question into the log: hide_parameters
        self.engine: Engine = create_engine(url, pool_pre_ping=not self.is_sqlite, pool_size=10, max_overflow=30, hide_parameters=True)
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        self._writes = sessionmaker(self.engine, expire_on_commit=False)
        self._reads = sessionmaker(self.engine.execution_options(reading=True, postgresql_readonly=True), expire_on_commit=False)
        # SQLite lets waiting writers sleep and poll; threads of one process wait for each other here instead, and are woken at once
        self._turn_to_write = Lock() if self.is_sqlite else nullcontext()

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """Open one transaction: committed at the end of the block, rolled back when it raises. Not to be nested in one thread.

        Raises:
            OperationalError: the database is away.
        """
        self._must_be_there()
        with self._turn_to_write, self._writes.begin() as session:
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open one reading transaction; on SQLite it takes no write lock and waits for nobody.

        Raises:
            OperationalError: the database is away.
        """
        self._must_be_there()
        with self._reads.begin() as session:
            yield session

    def _must_be_there(self) -> None:
        """Fail when SQLite's file was taken away: it would go on writing to what no name leads to, and all of it would be lost."""
        if self._file and not self._file.exists():
            raise OperationalError("", None, FileNotFoundError(f"{self._file} is gone"))

    def migrate(self) -> None:
        """Bring the tables up to date; safe when several processes start together.

        Raises:
            SettingsError: the database cannot be reached or opened.
        """
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        try:
            with self._turn_to_write, self.engine.begin() as connection:
                if not self.is_sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        except OperationalError as error:
            raise SettingsError(f"DATABASE_URL or DATA_DIR: the database cannot be opened: {str(error.orig).splitlines()[0]}") from None

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def insert_new(session: Session, table: type[Base], **values: Any) -> Any:
    """Insert a row unless a unique rule forbids it; give its primary key, or None when it was there."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(table).values(**values).on_conflict_do_nothing().returning(*table.__table__.primary_key)
    return session.execute(statement).scalar()


def changed(session: Session, statement: Update | Delete) -> int:
    """Run an UPDATE or DELETE and give the number of rows it touched: the "set" of every compare-and-set."""
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return cast("CursorResult[Any]", result).rowcount


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # pysqlite would open transactions late and deferred; a writer that waits its turn from the start never meets "database is locked"
    connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get("reading") else "BEGIN IMMEDIATE")
