"""Reads all of a session by one statement: each row is one thing of it, as JSON.

A takeover loads hundreds of sessions. What SQLAlchemy and a round trip cost is paid once for each
of them, not once for each kind of things.
"""

import json
from functools import cache
from typing import Any, Final

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from peerline.protocol.limits import MAX_APPROVAL_SECONDS, MAX_FILE_EVENTS
from peerline_server.store.slices import LOADING_REST, in_slices

PROMPT_EVENTS: Final = 5_000
"""Of the latest: a prompt ends with the stay of its agent."""
SESSION, PARTICIPANT, CHAT, COMMENT, FILE_EVENT, APPROVAL, PROMPT, DOCUMENT = range(8)
"""The kinds of things."""
_MESSAGE: Final = {
    "id": "m.id",
    "user_id": "m.user_id",
    "content": "m.content",
    "metadata": "json m.metadata",
    "parent_id": "m.parent_id",
    "seq": "m.seq",
    "created_at": "time m.created_at",
    "deleted_at": "time m.deleted_at",
}
_OBJECTS: Final = {
    SESSION: {
        "id": "s.id",
        "title": "s.title",
        "state": "json s.state",
        "epoch": "s.epoch",
        "seq": "s.last_seq",
        "fence": "s.fence",
        "created_at": "time s.created_at",
        "updated_at": "time s.updated_at",
    },
    PARTICIPANT: {
        "user_id": "p.user_id",
        "username": "coalesce(p.username, u.username)",
        "avatar": "u.avatar",
        "agent": "json u.agent",
        "role": "p.role",
        "joined_at": "time p.joined_at",
        "is_active": "p.is_active",
        "left_at": "time p.left_at",
        "role_by": "p.role_by",
        "decided_seq": "p.decided_seq",
        "has_chosen_name": "p.has_chosen_name",
        "is_banned": "p.is_banned",
        "removed_at": "time p.removed_at",
    },
    CHAT: _MESSAGE,
    COMMENT: _MESSAGE,
    DOCUMENT: {
        name: f"d.{name}" for name in ("id", "file", "generation", "shared_by", "hash", "lines")
    },
}
"""The fields of each kind; events are JSON as they are."""
_STATEMENT: Final = """
SELECT {session_kind} AS kind, 0 AS place, {session} AS data FROM sessions s
WHERE s.id = :session_id
UNION ALL
SELECT {participant_kind}, p.id, {participant} FROM session_participants p
JOIN users u ON u.id = p.user_id
WHERE p.session_id = :session_id
    AND (p.removed_at IS NULL OR p.is_banned OR p.decided_seq IS NOT NULL)
UNION ALL
SELECT {chat_kind}, m.seq, {chat} FROM (
    SELECT * FROM session_messages WHERE session_id = :session_id AND message_type = 'chat'
    ORDER BY seq DESC LIMIT :last_messages
) AS m
UNION ALL
SELECT {comment_kind}, m.seq, {comment} FROM session_messages m
WHERE m.session_id = :session_id AND m.message_type = 'comment'
UNION ALL
SELECT {file_event_kind}, e.seq, e.event_data FROM (
    SELECT seq, event_data FROM session_events
    WHERE session_id = :session_id AND event_type = 'file_event'
    ORDER BY seq DESC LIMIT {file_events}
) AS e
UNION ALL
SELECT {approval_kind}, e.seq, e.event_data FROM session_events e
WHERE {lately} AND e.event_type || '' = 'approval_asked' AND {asked_id} NOT IN (
    SELECT {answered_id} FROM session_events e
    WHERE {lately} AND e.event_type || '' = 'approval_answered'
)
UNION ALL
SELECT {prompt_kind}, e.seq, e.event_data FROM (
    SELECT seq, event_data FROM session_events
    WHERE session_id = :session_id AND event_type IN ('agent_prompted', 'prompt_changed')
    ORDER BY +seq DESC LIMIT {prompts}
) AS e
UNION ALL
SELECT {document_kind}, d.created_seq, {document} FROM documents d
WHERE d.session_id = :session_id AND d.unshared_at IS NULL
ORDER BY 1, 2
"""

_LATELY: Final = """e.session_id = :session_id
    AND e.timestamp >= (SELECT {since} FROM sessions WHERE id = :session_id)"""
"""A question is open for this time at most. The events of it are few, and found by their time; the
type is joined to nothing so that no database takes the index of all of that type. Where a number
of the latest is read, `+seq` keeps SQLite from reading all events backwards until it has them."""
_SINCE: Final = {
    "sqlite": f"strftime('%Y-%m-%d %H:%M:%f', updated_at, '-{MAX_APPROVAL_SECONDS} seconds')",
    "postgresql": f"updated_at - INTERVAL '{MAX_APPROVAL_SECONDS} seconds'",
}

Row = dict[str, Any]


async def session_rows(
    connection: AsyncConnection, session_id: str, *, last_messages: int
) -> list[list[Row]]:
    """The things of each kind, in their order; times are texts of ISO 8601, in UTC."""
    found: list[list[Row]] = [[] for _ in range(DOCUMENT + 1)]
    values = {"session_id": session_id, "last_messages": last_messages}
    rows = await connection.execute(statement_of(connection.dialect.name), values)

    def take(row: Any) -> None:  # noqa: ANN401 - a row of the statement
        kind: int = row.kind
        thing: Row = json.loads(row.data)
        if kind in {FILE_EVENT, APPROVAL, PROMPT}:
            thing["seq"] = row.place
        found[kind].append(thing)

    await in_slices(rows, take, rests=LOADING_REST)
    return found


@cache
def statement_of(dialect: str) -> TextClause:
    """The statement on a database."""
    objects = {kind: _object(fields, dialect) for kind, fields in _OBJECTS.items()}
    return text(
        _STATEMENT.format(
            session_kind=SESSION,
            session=objects[SESSION],
            participant_kind=PARTICIPANT,
            participant=objects[PARTICIPANT],
            chat_kind=CHAT,
            chat=objects[CHAT],
            comment_kind=COMMENT,
            comment=objects[COMMENT],
            file_event_kind=FILE_EVENT,
            file_events=MAX_FILE_EVENTS,
            approval_kind=APPROVAL,
            lately=_LATELY.format(since=_SINCE[dialect]),
            asked_id=_text_in("approval,id", dialect),
            answered_id=_text_in("approval_id", dialect),
            prompt_kind=PROMPT,
            prompts=PROMPT_EVENTS,
            document_kind=DOCUMENT,
            document=objects[DOCUMENT],
        )
    )


def _object(fields: dict[str, str], dialect: str) -> str:
    """The expression of a JSON object."""
    parts = ", ".join(f"'{name}', {_value(value, dialect)}" for name, value in fields.items())
    name = "json_object" if dialect == "sqlite" else "json_build_object"
    return f"CAST({name}({parts}) AS TEXT)"


def _text_in(path: str, dialect: str) -> str:
    """The expression of a text within an event."""
    if dialect == "sqlite":
        return f"json_extract(e.event_data, '$.{path.replace(',', '.')}')"
    return f"(CAST(e.event_data AS json) #>> '{{{path}}}')"


def _value(value: str, dialect: str) -> str:
    """The expression of a field: a column, or one after the word `json` or `time`."""
    kind, _, column = value.partition(" ")
    if kind not in {"json", "time"}:
        return value
    if dialect != "sqlite":
        return column
    # It knows neither JSON nor time zones.
    return f"json({column})" if kind == "json" else f"{column} || '+00:00'"
