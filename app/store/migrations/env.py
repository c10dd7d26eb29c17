"""Run the migrations on the connection that `Database.migrate` hands over."""

from __future__ import annotations

from alembic import context

from app.store import desk_tables, gap_tables, review_tables, staff_tables  # noqa: F401 - a file of tables makes itself known to the metadata
from app.store.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
