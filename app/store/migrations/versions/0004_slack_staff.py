"""The staff in a channel: who is who there, and what was told there of each matter."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "staff_links",
        sa.Column("account_id", ROW_ID, nullable=False),
        sa.Column("channel", sa.String(20), nullable=True),
        sa.Column("person", sa.String(200), nullable=True),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("code_until", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id"),
        sa.UniqueConstraint("channel", "person"),
    )
    op.create_table(
        "staff_notices",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("escalation_id", ROW_ID, nullable=True),
        sa.Column("shown", sa.String(200), nullable=False),
        sa.Column("is_over", sa.Boolean(), nullable=False),
        sa.Column("address", sa.String(200), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("told_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("ready_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["escalation_id"], ["escalations.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("subject"),
        sa.UniqueConstraint("escalation_id"),
    )
    op.create_index("ix_staff_notices_watched", "staff_notices", ["is_over", "told_at"])
