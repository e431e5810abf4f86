"""The tables, in SQLAlchemy Core. A change here needs a migration; a test compares both."""

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import (
    JSON,
    BigInteger,
    BindParameter,
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    cast,
    false,
    text,
    type_coerce,
)
from sqlalchemy.types import TypeDecorator, UserDefinedType

from peerline.protocol.roles import SERVER_USER_ID

HEAD: Final = "0013"
"""The newest migration; Alembic is not even imported while the database is there."""

OF_NODES: Final = {"is_copied": False}
"""Of tables about servers, not sessions."""

# SQLite counts only a plain INTEGER PRIMARY KEY automatically.
_Number = BigInteger().with_variant(Integer, "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC; SQLite itself knows no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Into the database."""
        if value is None:
            return None
        in_utc = value.astimezone(UTC)
        # A driver that knows zones takes a time without one for local time.
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the base's signature
        """Out of the database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(UserDefinedType[str]):
    """A tsvector of Postgres, given as text."""

    cache_ok = True

    def get_col_spec(self, **_options: object) -> str:
        """The name of the type."""
        return "tsvector"

    def bind_expression(self, bindvalue: BindParameter[str]) -> ColumnElement[str]:
        """As text into the database."""
        return cast(type_coerce(bindvalue, Text), self)


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
    Column("owner", String(64)),
    Column("fence", BigInteger, nullable=False, server_default="0"),
    Column("claimed_at", UtcDateTime),
)
"""`owner` is a node; `fence` grows with each change of it, and only its owner writes with it."""

nodes = Table(
    "nodes",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("address", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("lease_until", UtcDateTime, nullable=False),
    Column("is_draining", Boolean, nullable=False),
    info=OF_NODES,
)
"""The servers on this database; one whose lease has ended is gone, or cannot reach it."""

letters = Table(
    "letters",
    metadata,
    Column("id", _Number, primary_key=True, autoincrement=True),
    Column("to_node", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("session_id", String(64)),
    Index("ix_letters_to", "to_node"),
    info=OF_NODES,
)
"""Messages between nodes; each empties its own mailbox."""

cluster = Table(
    "cluster",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", Text, nullable=False),
    info=OF_NODES,
)
"""The values that all nodes have in common."""

users = Table(
    "users",
    metadata,
    Column("id", String(128), primary_key=True),
    Column("username", Text, nullable=False),
    Column("avatar", Text),
    Column("is_guest", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_seen", UtcDateTime),
    Column("agent", JSON(none_as_null=True)),
)

SERVER_USER: Final = {"id": SERVER_USER_ID, "username": "Peerline", "is_guest": False}
"""The user of the server itself, who is in every database."""

session_participants = Table(
    "session_participants",
    metadata,
    Column("id", _Number, primary_key=True, autoincrement=True),
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
    Index(
        "ix_session_messages_parent",
        "parent_id",
        sqlite_where=text("parent_id IS NOT NULL"),
    ),
)

session_events = Table(
    "session_events",
    metadata,
    Column("id", _Number, primary_key=True, autoincrement=True),
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
    info={"only": "sqlite"},
)
"""The number under which full text search, the virtual table message_texts, knows a message."""

message_words = Table(
    "message_words",
    metadata,
    Column("message_id", String(64), ForeignKey("session_messages.id"), primary_key=True),
    Column("words", Words, nullable=False),
    Index("ix_message_words", "words"),
    info={"only": "postgresql"},
)
"""The words of each message, for full text search."""

cursor_trails = Table(
    "cursor_trails",
    metadata,
    Column("id", _Number, primary_key=True),
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
    Column("id", _Number, primary_key=True, autoincrement=True),
    Column("token_id", Text),
    Column("user_id", String(128)),
    Column("issued_before", UtcDateTime),
    sqlite_autoincrement=True,
)

documents = Table(
    "documents",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("session_id", String(64), ForeignKey("sessions.id"), nullable=False),
    Column("file", Text, nullable=False),
    Column("generation", String(64), nullable=False),
    Column("shared_by", String(128), ForeignKey("users.id"), nullable=False),
    Column("hash", String(71), nullable=False),
    Column("lines", Integer, nullable=False),
    Column("created_seq", BigInteger, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("unshared_at", UtcDateTime),
    Index("ix_documents_session", "session_id", "created_seq"),
)

document_clients = Table(
    "document_clients",
    metadata,
    Column("document_id", String(64), ForeignKey("documents.id"), primary_key=True),
    Column("generation", String(64), primary_key=True),
    Column("client_id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", String(128), ForeignKey("users.id"), nullable=False),
)
"""The user of each client id that was written under; kept when a generation is forgotten."""

document_snapshots = Table(
    "document_snapshots",
    metadata,
    Column("document_id", String(64), ForeignKey("documents.id"), primary_key=True),
    Column("generation", String(64), primary_key=True),
    Column("up_to", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("runs", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Index("ix_document_snapshots_ended", "ended_at"),
)
"""One for each generation, the seed at first; it holds the updates up to `up_to`."""

document_updates = Table(
    "document_updates",
    metadata,
    Column("document_id", String(64), ForeignKey("documents.id"), primary_key=True),
    Column("generation", String(64), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", String(128), ForeignKey("users.id"), nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

document_edits = Table(
    "document_edits",
    metadata,
    Column("id", _Number, primary_key=True),
    Column("session_id", String(64), ForeignKey("sessions.id"), nullable=False),
    Column("user_id", String(128), ForeignKey("users.id"), nullable=False),
    Column("document_id", String(64), nullable=False),
    Column("file", Text, nullable=False),
    Column("inserted", _Number, nullable=False),
    Column("deleted", _Number, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Index("ix_document_edits_time", "session_id", "until"),
)
"""A user's edits of a document within a minute, for the activity."""


def tables_of(dialect: str) -> list[Table]:
    """The tables of a database; full text search has others in each."""
    return [table for table in metadata.sorted_tables if table.info.get("only", dialect) == dialect]
