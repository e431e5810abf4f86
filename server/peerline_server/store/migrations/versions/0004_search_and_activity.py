"""Full text search over what people wrote, trails of cursors, and an index for the activity."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_TEXT_OF_ITEM = """
    INSERT INTO message_texts (rowid, session, content)
    SELECT number, NEW.session_id, NEW.content FROM message_numbers WHERE message_id = NEW.id;
"""
_FORGET_TEXT = """
    DELETE FROM message_texts
    WHERE rowid = (SELECT number FROM message_numbers WHERE message_id = OLD.id);
"""


def upgrade() -> None:
    """Add them, with the messages that are already there."""
    # The rows of session_messages have no number that lasts, and full text search needs one.
    op.create_table(
        "message_numbers",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("message_id", sa.String(64), nullable=False, unique=True),
    )
    op.execute(
        "CREATE VIRTUAL TABLE message_texts USING fts5("
        'session, content, tokenize="unicode61 remove_diacritics 2")'
    )
    op.execute(
        "INSERT INTO message_numbers (message_id) "
        "SELECT id FROM session_messages ORDER BY created_at"
    )
    op.execute(
        "INSERT INTO message_texts (rowid, session, content) "
        "SELECT number, session_id, content FROM session_messages "
        "JOIN message_numbers ON message_id = session_messages.id WHERE deleted_at IS NULL"
    )
    op.execute(
        "CREATE TRIGGER message_written AFTER INSERT ON session_messages BEGIN "
        "INSERT INTO message_numbers (message_id) VALUES (NEW.id); " + _TEXT_OF_ITEM + " END"
    )
    op.execute(
        "CREATE TRIGGER message_changed AFTER UPDATE OF content ON session_messages "
        "BEGIN " + _FORGET_TEXT + _TEXT_OF_ITEM + " END"
    )
    op.execute(
        "CREATE TRIGGER message_forgotten AFTER DELETE ON session_messages BEGIN "
        + _FORGET_TEXT
        + " DELETE FROM message_numbers WHERE message_id = OLD.id; END"
    )
    op.create_table(
        "cursor_trails",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("session_id", sa.String(64), sa.ForeignKey("sessions.id"), nullable=False),
        sa.Column("user_id", sa.String(128), sa.ForeignKey("users.id"), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("start_line", sa.BigInteger(), nullable=False),
        sa.Column("end_line", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_cursor_trails_time", "cursor_trails", ["session_id", "until"])
    op.create_index("ix_session_events_time", "session_events", ["session_id", "timestamp"])
