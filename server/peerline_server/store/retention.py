"""Forgets the activity beyond what is kept: session by session, in steps that an index finds."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Table, delete, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from peerline_server.store.base import Retention
from peerline_server.store.schema import (
    UtcDateTime,
    cursor_trails,
    document_edits,
    message_words,
    session_events,
    session_messages,
    sessions,
)

SESSIONS_AT_ONCE: Final = 500
ROWS_AT_ONCE: Final = 5_000
"""Deleted in one transaction; others write between two of them."""


@dataclass(frozen=True, slots=True)
class Surplus:
    """Rows of a session that are not kept any longer."""

    table: Table
    session_id: str
    is_surplus: Sequence[ColumnElement[bool]]
    order: ColumnElement[int]

    is_counted: bool = True

    async def forget_some(self, connection: AsyncConnection) -> int:
        """Delete the first `ROWS_AT_ONCE` of them; how many there were."""
        columns = self.table.c
        first = (
            select(columns.id)
            .where(columns.session_id == self.session_id, *self.is_surplus)
            .order_by(self.order)
            .limit(ROWS_AT_ONCE)
        )
        if self.table is session_messages and connection.dialect.name != "sqlite":
            words = message_words.c.message_id.in_(first)
            await connection.execute(delete(message_words).where(words))
        forgotten = await connection.execute(delete(self.table).where(columns.id.in_(first)))
        return forgotten.rowcount


async def surplus_after(
    connection: AsyncConnection, retention: Retention, last_id: str
) -> tuple[list[Surplus], str | None]:
    """The surplus of some sessions after the one of this id, and the last of them."""
    page = select(sessions.c.id).where(sessions.c.id > last_id).order_by(sessions.c.id)
    ids = (await connection.scalars(page.limit(SESSIONS_AT_ONCE))).all()
    if not ids:
        return [], None
    found = [each async for each in _events(connection, retention, ids)]
    for table in (cursor_trails, document_edits):
        found += [each async for each in _rows(connection, retention, table, ids)]
    return found, ids[-1]


async def _events(
    connection: AsyncConnection, retention: Retention, ids: Sequence[str]
) -> AsyncIterator[Surplus]:
    """The events before the first that is kept, so that those that are left have no gap."""
    event = session_events.c
    most = sessions.c.last_seq - retention.least_events
    first = (
        select(func.min(event.seq))
        .where(event.session_id == sessions.c.id)
        .correlate(sessions)
        .scalar_subquery()
    )
    first_of_time = (
        select(event.seq)
        .where(event.session_id == sessions.c.id, event.timestamp >= retention.oldest)
        .order_by(event.seq)
        .limit(1)
        .correlate(sessions)
        .scalar_subquery()
    )
    query = select(sessions.c.id, sessions.c.last_seq, first_of_time.label("kept")).where(
        sessions.c.id.in_(ids), first <= most
    )
    for row in await connection.execute(query):
        kept = row.last_seq + 1 if row.kept is None else row.kept
        end = max(kept, row.last_seq - retention.most_events + 1)
        end = min(end, row.last_seq - retention.least_events + 1)
        yield Surplus(session_events, row.id, (event.seq < end,), event.seq)
        # What agents did is found for as long as its events are there.
        message = session_messages.c
        of_agents = (message.message_type == "agent", message.seq < end)
        yield Surplus(session_messages, row.id, of_agents, message.seq, is_counted=False)


async def _rows(
    connection: AsyncConnection, retention: Retention, table: Table, ids: Sequence[str]
) -> AsyncIterator[Surplus]:
    """Trails or edits that are too old, or beyond the newest."""
    columns = table.c
    oldest = literal(retention.oldest, UtcDateTime)
    of_session = select(columns.until).where(columns.session_id == sessions.c.id)
    newest_left = of_session.order_by(columns.until.desc()).offset(retention.most_trails).limit(1)
    first = of_session.order_by(columns.until).limit(1)
    query = select(
        sessions.c.id,
        first.correlate(sessions).scalar_subquery().label("first"),
        newest_left.correlate(sessions).scalar_subquery().label("newest_left"),
    ).where(sessions.c.id.in_(ids))
    for row in await connection.execute(query):
        if row.newest_left is not None and row.newest_left >= retention.oldest:
            is_surplus = columns.until <= literal(row.newest_left, UtcDateTime)
        elif row.first is not None and row.first < retention.oldest:
            is_surplus = columns.until < oldest
        else:
            continue
        yield Surplus(table, row.id, (is_surplus,), columns.until)
