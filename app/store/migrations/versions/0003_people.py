"""The people's side: escalations, clinic answers, correction notices, erasures; who was told which notice about personal data."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Create the tables and add what a conversation remembers."""
    op.add_column("conversations", sa.Column("notice_version", sa.String(40), nullable=False, server_default=""))
    op.add_column("conversations", sa.Column("corrections_off_at", MOMENT, nullable=True))
    op.create_table(
        "escalations",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("conversation_id", ROW_ID, nullable=False),
        sa.Column("turn_id", ROW_ID, nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("passages", JSON, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("officer", sa.String(100), nullable=False),
        sa.Column("taken_at", MOMENT, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"]),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("turn_id"),
    )
    op.create_index("ix_escalations_queue", "escalations", ["state", "opened_at"])
    op.create_index("ix_escalations_conversation", "escalations", ["conversation_id", "state"])
    op.create_table(
        "escalation_entries",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("escalation_id", ROW_ID, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("who", sa.String(100), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("turn_id", ROW_ID, nullable=True),
        sa.Column("delivery_id", sa.String(36), nullable=True),
        sa.ForeignKeyConstraint(["escalation_id"], ["escalations.id"]),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_escalation_entries_escalation_id", "escalation_entries", ["escalation_id"])
    op.create_table(
        "clinic_answers",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("written_by", sa.String(100), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("approved_by", sa.String(100), nullable=False),
        sa.Column("approved_at", MOMENT, nullable=True),
        sa.Column("escalation_id", ROW_ID, nullable=True),
        sa.ForeignKeyConstraint(["escalation_id"], ["escalations.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_clinic_answers_state", "clinic_answers", ["state"])
    op.create_table(
        "clinic_answer_sections",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("clinic_answer_id", ROW_ID, nullable=False),
        sa.Column("document", sa.String(200), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["clinic_answer_id"], ["clinic_answers.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_clinic_answer_sections_clinic_answer_id", "clinic_answer_sections", ["clinic_answer_id"])
    op.create_table(
        "correction_notices",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("answer_id", sa.String(36), nullable=False),
        sa.Column("change", sa.String(64), nullable=False),
        sa.Column("release", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(100), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("delivery_id", sa.String(36), nullable=True),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("answer_id", "change"),
    )
    op.create_table(
        "erasures",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "key", "until"),
    )
