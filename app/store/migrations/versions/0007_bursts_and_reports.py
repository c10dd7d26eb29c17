"""Messages that were read as one question know each other."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0003"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add what ties an event to the one that it was read with."""
    op.add_column("events", sa.Column("read_with", ROW_ID, nullable=True))
    op.create_index("ix_events_read_with", "events", ["read_with"])
