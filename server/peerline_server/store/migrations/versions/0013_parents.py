"""Finds the messages that answer another by an index: SQLite looks for them at each deletion."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add it."""
    op.execute(
        "CREATE INDEX IF NOT EXISTS ix_session_messages_parent ON session_messages (parent_id) "
        "WHERE parent_id IS NOT NULL"
    )
