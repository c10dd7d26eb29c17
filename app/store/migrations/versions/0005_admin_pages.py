"""The admins' pages: other long work beside builds, what a release would change, settings chosen while the clinic runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
ALONE = sa.text("state = 'running' AND kind IN ('impact', 'words')")


def upgrade() -> None:
    """Create the tables and say of each build what kind of work it is."""
    op.add_column("builds", sa.Column("kind", sa.String(12), nullable=False, server_default="build"))
    op.add_column("builds", sa.Column("result", JSON, nullable=False, server_default="{}"))
    op.create_index("ix_builds_alone", "builds", ["kind"], unique=True, sqlite_where=ALONE, postgresql_where=ALONE)
    op.create_table(
        "impact_changes",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("build_id", ROW_ID, nullable=False),
        sa.Column("turn_id", ROW_ID, nullable=True),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("before", JSON, nullable=False),
        sa.Column("after", JSON, nullable=False),
        sa.ForeignKeyConstraint(["build_id"], ["builds.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_impact_changes_build_id", "impact_changes", ["build_id"])
    op.create_index("ix_impact_changes_turn_id", "impact_changes", ["turn_id"])
    op.create_table(
        "chosen_settings",
        sa.Column("setting", sa.String(40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("setting"),
    )
