"""The first schema: sessions, users, participants, messages, events, invites."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_time = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create everything."""
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("epoch", sa.String(64), nullable=False),
        sa.Column("last_seq", sa.BigInteger, nullable=False),
        sa.Column("state", sa.JSON, nullable=False),
        sa.Column("created_by", sa.String(128), nullable=False),
        sa.Column("created_at", _time, nullable=False),
        sa.Column("updated_at", _time, nullable=False),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.String(128), primary_key=True),
        sa.Column("username", sa.Text, nullable=False),
        sa.Column("avatar", sa.Text),
        sa.Column("is_guest", sa.Boolean, nullable=False),
        sa.Column("created_at", _time, nullable=False),
        sa.Column("last_seen", _time),
    )
    op.create_table(
        "session_participants",
        sa.Column("id", _id, primary_key=True, autoincrement=True),
        sa.Column("session_id", sa.String(64), sa.ForeignKey("sessions.id"), nullable=False),
        sa.Column("user_id", sa.String(128), sa.ForeignKey("users.id"), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("joined_at", _time),
        sa.Column("left_at", _time),
        sa.Column("is_active", sa.Boolean, nullable=False),
        sa.Column("last_seen", _time),
        sa.UniqueConstraint("session_id", "user_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "session_messages",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("session_id", sa.String(64), sa.ForeignKey("sessions.id"), nullable=False),
        sa.Column("user_id", sa.String(128), sa.ForeignKey("users.id"), nullable=False),
        sa.Column("message_type", sa.String(16), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("metadata", sa.JSON, nullable=False),
        sa.Column("parent_id", sa.String(64), sa.ForeignKey("session_messages.id")),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("created_at", _time, nullable=False),
        sa.Column("updated_at", _time),
        sa.Column("deleted_at", _time),
    )
    op.create_index(
        "ix_session_messages_place",
        "session_messages",
        ["session_id", "message_type", "seq"],
    )
    op.create_table(
        "session_events",
        sa.Column("id", _id, primary_key=True, autoincrement=True),
        sa.Column("session_id", sa.String(64), sa.ForeignKey("sessions.id"), nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("user_id", sa.String(128), sa.ForeignKey("users.id"), nullable=False),
        sa.Column("event_type", sa.String(32), nullable=False),
        sa.Column("event_data", sa.Text, nullable=False),
        sa.Column("timestamp", _time, nullable=False),
        sa.Column("request_id", sa.String(64)),
        sa.UniqueConstraint("session_id", "seq"),
        sa.UniqueConstraint("session_id", "user_id", "request_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "invites",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("session_id", sa.String(64), sa.ForeignKey("sessions.id"), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("created_at", _time, nullable=False),
        sa.Column("expires_at", _time),
        sa.Column("max_uses", sa.Integer),
        sa.Column("uses", sa.Integer, nullable=False),
        sa.Column("revoked_at", _time),
    )


def downgrade() -> None:
    """Drop everything."""
    for table in (
        "invites",
        "session_events",
        "session_messages",
        "session_participants",
        "users",
        "sessions",
    ):
        op.drop_table(table)
