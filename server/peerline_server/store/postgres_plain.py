"""Writes a batch of plain events, or of updates of documents, by one statement past SQLAlchemy.

It locks, compares, inserts and counts, and is a transaction of its own: one round trip in place of
seven. What it does not take is written the general way, which says why not.
"""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

from peerline_server.store.base import OutcomeUnknownError
from peerline_server.store.plain import PlainEvents, PlainUpdates
from peerline_server.store.postgres_connection import ERRORS, Connect, error_name, is_cut, sqlstate
from peerline_server.store.words import as_vector

EVENTS: Final = """
WITH head AS (
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::timestamptz[])
        AS h (id, fence, seq, new_seq, moment)
), locked AS MATERIALIZED (
    SELECT id, fence, last_seq FROM sessions WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE
), event AS (
    SELECT * FROM unnest(
        $6::text[], $7::bigint[], $8::text[], $9::text[], $10::text[], $11::timestamptz[],
        $12::text[]
    ) AS e (session_id, seq, user_id, event_type, event_data, moment, request_id)
), known AS (
    SELECT DISTINCT e.session_id FROM event e JOIN session_events s
        ON s.session_id = e.session_id AND s.user_id = e.user_id AND s.request_id = e.request_id
), taken AS MATERIALIZED (
    SELECT h.* FROM head h
    JOIN locked l ON l.id = h.id AND l.fence = h.fence AND l.last_seq = h.seq
    WHERE NOT EXISTS (SELECT FROM known k WHERE k.session_id = h.id)
), message AS (
    INSERT INTO session_messages
        (id, session_id, user_id, message_type, content, metadata, seq, created_at)
    SELECT m.id, m.session_id, m.user_id, m.kind, m.content, m.metadata::json, m.seq, m.moment
    FROM unnest(
        $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::text[],
        $19::bigint[], $20::timestamptz[]
    ) AS m (id, session_id, user_id, kind, content, metadata, seq, moment)
    JOIN taken t ON t.id = m.session_id
), word AS (
    INSERT INTO message_words (message_id, words)
    SELECT w.id, w.words::tsvector FROM unnest($13::text[], $14::text[], $21::text[])
        AS w (id, session_id, words) JOIN taken t ON t.id = w.session_id
), inserted AS (
    INSERT INTO session_events
        (session_id, seq, user_id, event_type, event_data, timestamp, request_id)
    SELECT e.* FROM event e JOIN taken t ON t.id = e.session_id ORDER BY e.session_id, e.seq
), counted AS (
    UPDATE sessions s SET last_seq = t.new_seq, updated_at = t.moment
    FROM taken t WHERE s.id = t.id
)
SELECT id FROM taken
"""
"""The sessions that it takes: those that are where the head says, and know none of the requests.

The unique keys of session_events refuse what was written while it waited for a lock.
"""
UPDATES: Final = """
WITH wanted AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[])
        AS w (document_id, generation, session_id, fence, first)
), locked AS MATERIALIZED (
    SELECT id, fence FROM sessions WHERE id = ANY($3) ORDER BY id FOR NO KEY UPDATE
), found AS MATERIALIZED (
    SELECT s.document_id, s.generation, s.ended_at, coalesce((
        SELECT max(number) FROM document_updates u
        WHERE u.document_id = s.document_id AND u.generation = s.generation
    ), s.up_to) AS last
    FROM document_snapshots s
    WHERE (s.document_id, s.generation) IN (
        SELECT w.document_id, w.generation FROM wanted w
        JOIN locked l ON l.id = w.session_id AND l.fence = w.fence
    )
    ORDER BY s.document_id, s.generation FOR NO KEY UPDATE
), taken AS MATERIALIZED (
    SELECT w.document_id, w.generation FROM wanted w
    JOIN found f ON f.document_id = w.document_id AND f.generation = w.generation
        AND f.last = w.first - 1 AND f.ended_at IS NULL
), inserted AS (
    INSERT INTO document_updates (document_id, generation, number, user_id, data, created_at)
    SELECT u.* FROM unnest(
        $6::text[], $7::text[], $8::bigint[], $9::text[], $10::bytea[], $11::timestamptz[]
    ) AS u (document_id, generation, number, user_id, data, created_at)
    JOIN taken t ON t.document_id = u.document_id AND t.generation = u.generation
), client AS (
    INSERT INTO document_clients (document_id, generation, client_id, user_id)
    SELECT c.* FROM unnest($12::text[], $13::text[], $14::bigint[], $15::text[])
        AS c (document_id, generation, client_id, user_id)
    JOIN taken t ON t.document_id = c.document_id AND t.generation = c.generation
    ON CONFLICT DO NOTHING
)
SELECT document_id, generation FROM taken
"""
"""The generations that it takes: those that go on, and whose last update is the one before.

Sessions are locked before generations, as everywhere: others would wait for each other.
"""
_VIOLATION: Final = "23"
"""The class of errors of constraints: the general way says what is wrong, event by event."""


class PlainLine:
    """One connection for these statements, opened again when it is lost."""

    def __init__(self, connect: Connect, on_connect: Callable[[Any], Any]) -> None:
        self._connect = connect
        self._on_connect = on_connect
        self.connection: Any = None
        """None until it is needed."""

    async def events(self, batch: PlainEvents) -> frozenset[str]:
        """Write them; the sessions whose events are kept.

        Raises:
            OutcomeUnknownError: if there is no answer.
        """
        messages = batch.messages()
        columns = (
            *_columns(batch.sessions(), 5),
            *_columns(batch.events(), 7),
            *(
                [row[name] for row in messages]
                for name in ("id", "session_id", "user_id", "message_type", "content")
            ),
            [json.dumps(row["metadata"]) for row in messages],
            [row["seq"] for row in messages],
            [row["created_at"] for row in messages],
            [as_vector(row["content"]) for row in messages],
        )
        return frozenset(row["id"] for row in await self._rows(EVENTS, columns))

    async def updates(self, batch: PlainUpdates) -> frozenset[tuple[str, str]]:
        """Write them; the generations whose updates are kept.

        Raises:
            OutcomeUnknownError: if there is no answer.
        """
        columns = (
            *_columns(batch.generations(), 5),
            *_columns(batch.rows(), 6),
            *_columns(batch.clients(), 4),
        )
        rows = await self._rows(UPDATES, columns)
        return frozenset((row["document_id"], row["generation"]) for row in rows)

    async def close(self) -> None:
        """Disconnect."""
        connection, self.connection = self.connection, None
        if connection is not None:
            with suppress(*ERRORS):
                await connection.close(timeout=1.0)

    async def _rows(self, statement: str, columns: Sequence[list[Any]]) -> Any:  # noqa: ANN401 - asyncpg gives no types
        if self.connection is None or self.connection.is_closed():
            self.connection = None
            connection = await self._connect()
            await self._on_connect(connection)
            self.connection = connection
        try:
            return await self.connection.fetch(statement, *columns)
        except ERRORS as error:
            if (sqlstate(error) or "").startswith(_VIOLATION):
                return []
            if sqlstate(error) is not None and not is_cut(error):
                raise  # Postgres has answered that it did nothing
            self._give_up()
            raise OutcomeUnknownError(f"a write has no answer ({error_name(error)})") from error
        except BaseException:
            self._give_up()
            raise

    def _give_up(self) -> None:
        connection, self.connection = self.connection, None
        connection.terminate()


def _columns(rows: Sequence[tuple[Any, ...]], count: int) -> list[list[Any]]:
    """The rows as columns; also without a row there are `count` of them."""
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[]] * count
