"""Episodes that have come to their end are found among a million without reading the others."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    running = sa.text("closed_at IS NULL")
    op.create_index(
        "ix_episode_finished", "episode", ["last_procedure_at"], sqlite_where=running, postgresql_where=running
    )
