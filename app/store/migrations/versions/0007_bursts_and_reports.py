"""Messages that were read as one question know each other; staff accounts know their persons at the agency's issuer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0003"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add what ties an event to the one that it was read with, and an account to a person."""
    op.add_column("events", sa.Column("read_with", ROW_ID, nullable=True))
    op.create_index("ix_events_read_with", "events", ["read_with"])
    for column, length in (("known_as", 200), ("subject", 255)):
        op.add_column("accounts", sa.Column(column, sa.String(length), nullable=True))
        op.create_index(f"ix_accounts_{column}", "accounts", [column])
