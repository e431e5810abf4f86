"""Events of one type are found without reading the others."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_session_events_type", "session_events", ["session_id", "event_type", "seq"])
