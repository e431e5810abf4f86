"""The tables, in SQLAlchemy Core. A change here needs a migration; a test compares both."""

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.types import TypeDecorator

HEAD: Final = "0007"
"""The newest migration; Alembic is not even imported while the database is there."""

# SQLite counts only a plain INTEGER PRIMARY KEY automatically.
_Id = BigInteger().with_variant(Integer, "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC; SQLite itself knows no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the base's signature
        """Into the database."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the base's signature
        """Out of the database."""
        return None if value is None else value.replace(tzinfo=UTC)


metadata = MetaData()

sessions = Table(
    "sessions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("title", Text, nullable=False),
    Column("epoch", String(64), nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    Column("state", JSON, nullable=False),
    Column("created_by", String(128), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

users = Table(
    "users",
    metadata,
    Column("id", String(128), primary_key=True),
    Column("username", Text, nullable=False),
    Column("avatar", Text),
    Column("is_guest", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_seen", UtcDateTime),
)

session_participants = Table(
    "session_participants",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("session_id", String(64), ForeignKey("sessions.id"), nullable=False),
    Column("user_id", String(128), ForeignKey("users.id"), nullable=False),
    Column("role", String(16), nullable=False),
    Column("joined_at", UtcDateTime),
    Column("left_at", UtcDateTime),
    Column("is_active", Boolean, nullable=False),
    Column("last_seen", UtcDateTime),
    Column("removed_at", UtcDateTime),
    Column("is_banned", Boolean, nullable=False, server_default=false()),
    Column("role_by", String(128)),
    Column("decided_seq", BigInteger),
    Column("invite_id", String(64)),
    Column("username", Text),
    Column("has_chosen_name", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("session_id", "user_id"),
    sqlite_autoincrement=True,
)

session_messages = Table(
    "session_messages",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("session_id", String(64), ForeignKey("sessions.id"), nullable=False),
    Column("user_id", String(128), ForeignKey("users.id"), nullable=False),
    Column("message_type", String(16), nullable=False),
    Column("content", Text, nullable=False),
    Column("metadata", JSON, nullable=False),
    Column("parent_id", String(64), ForeignKey("session_messages.id")),
    Column("seq", BigInteger, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime),
    Column("deleted_at", UtcDateTime),
    Index("ix_session_messages_place", "session_id", "message_type", "seq"),
)

session_events = Table(
    "session_events",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("session_id", String(64), ForeignKey("sessions.id"), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("user_id", String(128), ForeignKey("users.id"), nullable=False),
    Column("event_type", String(32), nullable=False),
    Column("event_data", Text, nullable=False),
    Column("timestamp", UtcDateTime, nullable=False),
    Column("request_id", String(64)),
    UniqueConstraint("session_id", "seq"),
    UniqueConstraint("session_id", "user_id", "request_id"),
    Index("ix_session_events_type", "session_id", "event_type", "seq"),
    Index("ix_session_events_time", "session_id", "timestamp"),
    sqlite_autoincrement=True,
)

invites = Table(
    "invites",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("session_id", String(64), ForeignKey("sessions.id"), nullable=False),
    Column("code_hash", String(64), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime),
    Column("max_uses", Integer),
    Column("uses", Integer, nullable=False),
    Column("revoked_at", UtcDateTime),
    Column("created_seq", BigInteger, nullable=False, server_default="0"),
)

message_numbers = Table(
    "message_numbers",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("message_id", String(64), nullable=False, unique=True),
)
"""The number under which full text search, the virtual table message_texts, knows a message."""

cursor_trails = Table(
    "cursor_trails",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("session_id", String(64), ForeignKey("sessions.id"), nullable=False),
    Column("user_id", String(128), ForeignKey("users.id"), nullable=False),
    Column("file", Text, nullable=False),
    Column("start_line", BigInteger, nullable=False),
    Column("end_line", BigInteger, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Index("ix_cursor_trails_time", "session_id", "until"),
)

token_revocations = Table(
    "token_revocations",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("token_id", Text),
    Column("user_id", String(128)),
    Column("issued_before", UtcDateTime),
    sqlite_autoincrement=True,
)
