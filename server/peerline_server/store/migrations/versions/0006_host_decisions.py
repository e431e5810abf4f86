"""The place of a host's last decision about a user, and of each invite, in a session's events."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_DECIDED = """
UPDATE session_participants SET decided_seq = (
  SELECT max(seq) FROM session_events
  WHERE session_events.session_id = session_participants.session_id
    AND event_type IN ('role_changed', 'participant_removed')
    AND json_extract(event_data, '$.user_id') = session_participants.user_id
    AND coalesce(json_extract(event_data, '$.changed_by'), '') <> 'peerline'
)
"""
_CREATED = """
UPDATE invites SET created_seq = coalesce((
  SELECT max(seq) FROM session_events
  WHERE session_events.session_id = invites.session_id
    AND session_events.timestamp <= invites.created_at
), 0)
"""


def upgrade() -> None:
    """Add them, as the events tell."""
    op.add_column("session_participants", sa.Column("decided_seq", sa.BigInteger))
    op.add_column("session_participants", sa.Column("invite_id", sa.String(64)))
    op.add_column(
        "invites", sa.Column("created_seq", sa.BigInteger, nullable=False, server_default="0")
    )
    op.execute(_DECIDED)
    op.execute(_CREATED)
