"""Writes a batch of plain events past SQLAlchemy, in one call in the driver's thread.

What it does not take is written the general way, which says why not.
"""

import json
import sqlite3
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

from peerline_server.store.base import OutcomeUnknownError
from peerline_server.store.database import leaves_nothing, result_name
from peerline_server.store.plain import PlainEvents

_REACH: Final = (
    "UPDATE sessions SET last_seq = ?, updated_at = ? WHERE id = ? AND fence = ? AND last_seq = ?"
)
_EVENT: Final = (
    "INSERT INTO session_events"
    " (session_id, seq, user_id, event_type, event_data, timestamp, request_id)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_MESSAGE: Final = (
    "INSERT INTO session_messages"
    " (id, session_id, user_id, message_type, content, metadata, seq, created_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
LAST_NUMBER: Final = "SELECT coalesce(max(number), 0) FROM message_numbers"
NUMBER: Final = "INSERT INTO message_numbers (message_id) VALUES (?)"
TEXTS: Final = (
    "INSERT INTO message_texts (rowid, session, content)"
    " SELECT number, session_id, content FROM message_numbers"
    " JOIN session_messages ON session_messages.id = message_id WHERE number > ?"
)
"""In one statement: at the end of each, FTS5 writes out what it has gathered."""


def write_events(connection: sqlite3.Connection, batch: PlainEvents) -> bool:
    """Write and commit them; False, and nothing is written, if the general way must decide.

    Raises:
        OutcomeUnknownError: if the commit failed and may be on the disk all the same.
        sqlite3.Error: if nothing of it can be there.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        is_taken = _insert(connection, batch)
    except sqlite3.IntegrityError:
        # Such as a request that is known already.
        is_taken = False
    except BaseException:
        # The error that is under way says more than that of the rollback.
        with suppress(sqlite3.Error):
            connection.rollback()
        raise
    if is_taken:
        _commit(connection)
    else:
        connection.rollback()
    return is_taken


def _insert(connection: sqlite3.Connection, batch: PlainEvents) -> bool:
    """Whether all sessions were where the batch expects them."""
    places = [
        (after, _moment(moment), session_id, fence, before)
        for session_id, fence, before, after, moment in batch.sessions()
    ]
    if connection.executemany(_REACH, places).rowcount < len(places):
        return False
    connection.executemany(
        _EVENT,
        [(*row[:5], _moment(row[5]), row[6]) for row in batch.events()],
    )
    messages = batch.messages()
    if messages:
        last = connection.execute(LAST_NUMBER).fetchone()
        connection.executemany(_MESSAGE, [_message(row) for row in messages])
        connection.executemany(NUMBER, [(row["id"],) for row in messages])
        connection.execute(TEXTS, last)
    return True


def _message(row: dict[str, Any]) -> tuple[Any, ...]:
    return (
        row["id"],
        row["session_id"],
        row["user_id"],
        row["message_type"],
        row["content"],
        json.dumps(row["metadata"]),
        row["seq"],
        _moment(row["created_at"]),
    )


def _moment(moment: datetime) -> str:
    """As SQLAlchemy keeps it."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _commit(connection: sqlite3.Connection) -> None:
    try:
        connection.commit()
    except sqlite3.Error as error:
        if leaves_nothing(error) and _is_undone(connection):
            raise
        raise OutcomeUnknownError(
            f"the commit failed and may be on the disk ({result_name(error)})"
        ) from error


def _is_undone(connection: sqlite3.Connection) -> bool:
    """Roll back what could not be committed; whether that went well."""
    with suppress(sqlite3.Error):
        connection.rollback()
        return not connection.in_transaction
    return False
