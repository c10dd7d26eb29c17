"""Answers that wait for approval; rules that are missing; quotas of messages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add what the switch says of approval, and create the tables of gaps and quotas."""
    op.add_column("answering_switch", sa.Column("approve_below", sa.Float(), nullable=False, server_default="0"))
    op.create_table(
        "gaps",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("turn_id", ROW_ID, nullable=True),
        sa.Column("division", sa.String(100), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("asked_release", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("closed_release", sa.Integer(), nullable=True),
        sa.Column("closed_by", sa.String(60), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_gaps_state", "gaps", ["state"])
    op.create_table(
        "gap_questions",
        sa.Column("turn_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("gap_id", ROW_ID, nullable=False),
        sa.Column("why", sa.String(12), nullable=False),
        sa.Column("embedding", sa.String(100), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["gap_id"], ["gaps.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("turn_id"),
    )
    op.create_index("ix_gap_questions_gap_id", "gap_questions", ["gap_id"])
    op.create_table(
        "gap_grouping",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wanted_at", MOMENT, nullable=True),
        sa.Column("begun_at", MOMENT, nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "quota_readings",
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("limit", sa.Integer(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("channel", "day"),
    )
