"""The database: its tables, its transactions, its manners."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from app.store.database import Database, insert_new
from app.store.tables import Base, ConversationRow
from tests.fakes import START


def _open(session: Session, address: str = "U1") -> Any:
    return insert_new(session, ConversationRow, channel="line", address=address, created_at=START)


def test_the_migrations_give_exactly_the_tables_that_the_code_expects(database: Database) -> None:
    with database.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)

    assert differences == []


def test_processes_that_start_together_all_find_the_tables(database_url: str) -> None:
    fresh = [Database(database_url) for _ in range(4)]
    with fresh[0].engine.begin() as connection:
        Base.metadata.drop_all(connection)
        connection.execute(text("DROP TABLE IF EXISTS alembic_version"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(Database.migrate, fresh))

    with fresh[0].read() as session:
        assert session.scalars(select(ConversationRow)).all() == []
    for database in fresh:
        database.close()


def test_what_fails_half_way_leaves_nothing(database: Database) -> None:
    def fail() -> None:
        with database.begin() as session:
            _open(session)
            raise KeyError

    with pytest.raises(KeyError):
        fail()

    with database.read() as session:
        assert session.scalars(select(ConversationRow)).all() == []


def test_a_second_insert_of_the_same_is_ignored_and_says_so(database: Database) -> None:
    with database.begin() as session:
        first, second = _open(session), _open(session)

    assert first is not None
    assert second is None


def test_readers_do_not_wait_for_a_writer(database: Database) -> None:
    with database.begin() as writing:
        _open(writing)
        with database.read() as reading:
            assert reading.scalars(select(ConversationRow)).all() == []


def test_an_error_of_the_database_does_not_quote_what_was_stored(database: Database) -> None:
    def store_twice() -> None:
        with database.begin() as session:
            for number in (1, 2):
                session.add(ConversationRow(id=number, channel="line", address="secret-person", created_at=START))
                session.flush()

    with pytest.raises(IntegrityError) as caught:
        store_twice()

    assert "parameters hidden" in str(caught.value)


def test_moments_come_back_in_utc(database: Database) -> None:
    with database.begin() as session:
        _open(session)
    with database.read() as session:
        assert session.scalars(select(ConversationRow.created_at)).one() == START


def test_writers_of_many_threads_all_get_their_turn(database: Database) -> None:
    def add(number: int) -> object:
        with database.begin() as session:
            return _open(session, f"U{number}")

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(add, range(60)))


def test_a_file_that_was_taken_away_is_written_to_no_more(tmp_path: Path) -> None:
    """SQLite itself would take what nobody could find again, and the webhook would answer 200."""
    file, elsewhere = tmp_path / "clinic.sqlite3", tmp_path / "elsewhere.sqlite3"
    database = Database(f"sqlite:///{file}")
    database.migrate()
    with database.begin() as session:
        _open(session)
    file.rename(elsewhere)
    for transaction in (database.begin, database.read):
        with pytest.raises(OperationalError, match="is gone"), transaction() as session:
            _open(session, "U2")
    assert not file.exists()
    elsewhere.rename(file)
    with database.read() as session:
        assert len(session.scalars(select(ConversationRow)).all()) == 1
    database.close()
