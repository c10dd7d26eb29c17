"""Messages that were read as one question know each other; staff accounts know their persons; sign-ins leave traffic data."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add what ties events to each other and accounts to persons, and the log of sign-ins; guard the audit log against TRUNCATE too."""
    op.add_column("events", sa.Column("read_with", ROW_ID, nullable=True))
    op.create_index("ix_events_read_with", "events", ["read_with"])
    for column, length in (("known_as", 200), ("subject", 255)):
        op.add_column("accounts", sa.Column(column, sa.String(length), nullable=True))
        op.create_index(f"ix_accounts_{column}", "accounts", [column])
    op.create_table(
        "sign_ins",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("account_id", ROW_ID, nullable=True),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("way", sa.String(12), nullable=False),
        sa.Column("result", sa.String(12), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_sign_ins_at", "sign_ins", ["at"])
    if op.get_bind().dialect.name == "postgresql":  # SQLite has no TRUNCATE: what would be one is a DELETE there, and refused
        op.execute("CREATE TRIGGER audit_is_not_truncated BEFORE TRUNCATE ON audit EXECUTE FUNCTION audit_is_append_only()")
