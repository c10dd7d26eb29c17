"""Answers that wait for approval."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the switch says of approval."""
    op.add_column("answering_switch", sa.Column("approve_below", sa.Float(), nullable=False, server_default="0"))
