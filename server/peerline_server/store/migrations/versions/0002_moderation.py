"""Moderation: who was removed from a session, and who may not come back."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the two marks."""
    op.add_column("session_participants", sa.Column("removed_at", sa.DateTime(timezone=True)))
    op.add_column(
        "session_participants",
        sa.Column("is_banned", sa.Boolean, nullable=False, server_default=sa.false()),
    )
