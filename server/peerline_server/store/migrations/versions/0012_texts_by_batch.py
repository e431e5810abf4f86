"""On SQLite new messages are indexed for the search by batch, no longer by a trigger."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Drop the trigger; those for messages that change or go stay."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER message_written")
