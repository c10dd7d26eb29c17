"""Releases keep what decides whether their best passage answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Add the column; releases that are there are decided as usual."""
    op.add_column("releases", sa.Column("calibration", JSON, nullable=False, server_default="{}"))
