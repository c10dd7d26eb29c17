"""A clinic for each test, on both databases."""

from __future__ import annotations

import pytest

from app.store.database import Database
from tests.fakes import Desk, open_desk


@pytest.fixture
def desk(database: Database) -> Desk:
    """Open a clinic around an empty database."""
    return open_desk(database)
