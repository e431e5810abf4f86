"""The giver of a role, the user of the server itself, and an index for the events of a type."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add them."""
    op.add_column("session_participants", sa.Column("role_by", sa.String(128)))
    users = sa.table(
        "users",
        sa.column("id", sa.String),
        sa.column("username", sa.Text),
        sa.column("is_guest", sa.Boolean),
        sa.column("created_at", sa.DateTime),
    )
    now = datetime.now(UTC).replace(tzinfo=None)
    op.execute(
        users.insert().values(id="peerline", username="Peerline", is_guest=False, created_at=now)
    )
    op.create_index("ix_session_events_type", "session_events", ["session_id", "event_type", "seq"])
