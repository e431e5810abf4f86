"""Reads a session's records page by page: messages, and the activity."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    Select,
    Table,
    and_,
    insert,
    literal,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from peerline.protocol.activity import (
    ActivityEntry,
    CursorTrail,
    DocumentEdit,
)
from peerline.protocol.events import DurableMessage
from peerline.protocol.messages import decode_durable_message
from peerline_server.core.records import NewCursorTrail, NewDocumentEdit
from peerline_server.store.base import ActivityFilter
from peerline_server.store.places import decode_event_data
from peerline_server.store.schema import (
    cursor_trails,
    document_edits,
    session_events,
    sessions,
)
from peerline_server.store.shown_names import join_names, shown_name
from peerline_server.store.slices import in_slices

TRAIL_TYPE: Final = "cursor_trail"
EDIT_TYPE: Final = "document_edited"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_EVENT, _EDIT, _TRAIL = "e", "d", "c"
"""The kinds of a cursor; of the same moment, they come in this order."""


async def events_since(
    connection: AsyncConnection, session_id: str, seq: int, *, limit: int
) -> list[DurableMessage]:
    """The events after `seq` in order, at most `limit`."""
    columns = session_events.c
    query = (
        select(columns.seq, columns.event_data)
        .where(columns.session_id == session_id, columns.seq > seq)
        .order_by(columns.seq)
        .limit(limit)
    )
    return await in_slices(
        await connection.execute(query),
        lambda row: decode_durable_message(decode_event_data(row.event_data, row.seq)),
    )


async def activity(
    connection: AsyncConnection, session_id: str, wanted: ActivityFilter, *, limit: int
) -> tuple[list[ActivityEntry], str | None]:
    """A page of what happened, newest first, and where the next one begins, if there is one."""
    found: list[tuple[tuple[datetime, str, int], ActivityEntry]] = []
    event_types = wanted.types - _ENTRIES.keys()
    if event_types or not wanted.types:
        found += await _events(connection, session_id, wanted, event_types, limit=limit + 1)
    for type_ in _ENTRIES:
        if type_ in wanted.types or not wanted.types:
            found += await _rows(connection, session_id, wanted, type_, limit=limit + 1)
    found.sort(key=lambda pair: pair[0], reverse=True)
    page = found[:limit]
    following = None
    if len(found) > limit:
        moment, kind, number = page[-1][0]
        following = f"{(moment - _EPOCH) // _MICROSECOND}.{kind}.{number}"
    return [entry for _, entry in page], following


async def _events(
    connection: AsyncConnection,
    session_id: str,
    wanted: ActivityFilter,
    types: frozenset[str],
    *,
    limit: int,
) -> list[tuple[tuple[datetime, str, int], ActivityEntry]]:
    columns = session_events.c
    query = _newest(session_events, columns.timestamp, _EVENT, session_id, wanted).limit(limit)
    if types:
        query = query.where(columns.event_type.in_(types))
    return await in_slices(await connection.execute(query), _event_entry)


def _event_entry(row: Any) -> tuple[tuple[datetime, str, int], ActivityEntry]:  # noqa: ANN401 - a row
    entry = ActivityEntry(
        type=row.event_type,
        user_id=row.user_id,
        username=row.shown_name,
        timestamp=row.timestamp,
        event=decode_durable_message(decode_event_data(row.event_data, row.seq)),
    )
    return (row.timestamp, _EVENT, row.id), entry


def _trail(row: Row[Any]) -> ActivityEntry:
    return ActivityEntry(
        type=TRAIL_TYPE,
        user_id=row.user_id,
        username=row.shown_name,
        timestamp=row.until,
        trail=CursorTrail(
            file=row.file, start_line=row.start_line, end_line=row.end_line, since=row.since
        ),
    )


def _edit(row: Row[Any]) -> ActivityEntry:
    return ActivityEntry(
        type=EDIT_TYPE,
        user_id=row.user_id,
        username=row.shown_name,
        timestamp=row.until,
        edit=DocumentEdit(
            document_id=row.document_id,
            file=row.file,
            inserted=row.inserted,
            deleted=row.deleted,
            since=row.since,
        ),
    )


_ENTRIES: Final = {
    TRAIL_TYPE: (cursor_trails, _TRAIL, _trail),
    EDIT_TYPE: (document_edits, _EDIT, _edit),
}
"""Of each type that is no event: its table, the kind of its cursor, and the entry of a row."""


async def _rows(
    connection: AsyncConnection, session_id: str, wanted: ActivityFilter, type_: str, *, limit: int
) -> list[tuple[tuple[datetime, str, int], ActivityEntry]]:
    """The latest entries of a type that is no event, each with its place in the order."""
    table, kind, entry_of = _ENTRIES[type_]
    query = _newest(table, table.c.until, kind, session_id, wanted).limit(limit)
    return [((row.until, kind, row.id), entry_of(row)) for row in await connection.execute(query)]


def _newest(
    table: Table,
    moment: ColumnElement[datetime],
    kind: str,
    session_id: str,
    wanted: ActivityFilter,
) -> Select[Any]:
    """The rows of a session that are wanted, each with the name of its user, newest first."""
    columns = table.c
    return (
        join_names(select(table, shown_name), columns.session_id, columns.user_id)
        .where(columns.session_id == session_id)
        .where(*_conditions(wanted, kind, moment, columns.user_id, columns.id))
        .order_by(moment.desc(), columns.id.desc())
    )


def _conditions(
    wanted: ActivityFilter,
    kind: str,
    moment: ColumnElement[datetime],
    user_id: ColumnElement[str],
    number: ColumnElement[int],
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.user_id is not None:
        conditions.append(user_id == wanted.user_id)
    if wanted.since is not None:
        conditions.append(moment >= wanted.since)
    if wanted.until is not None:
        conditions.append(moment < wanted.until)
    if wanted.before is not None:
        micros, last_kind, last_number = wanted.before.split(".")
        last = _EPOCH + int(micros) * _MICROSECOND
        earlier = moment < last
        if kind == last_kind:
            # It comes from a client, and may be larger than any id.
            last_id = literal(int(last_number), BigInteger)
            earlier = or_(earlier, and_(moment == last, number < last_id))
        elif kind < last_kind:
            earlier = or_(earlier, moment == last)
        conditions.append(earlier)
    return conditions


async def add_rows(
    connection: AsyncConnection,
    table: Table,
    records: Sequence[NewCursorTrail] | Sequence[NewDocumentEdit],
) -> None:
    """Insert a row for each record, but for those of a session that does not exist."""
    ids = {record.session_id for record in records}
    known = set(await connection.scalars(select(sessions.c.id).where(sessions.c.id.in_(ids))))
    rows = [asdict(record) for record in records if record.session_id in known]
    if rows:
        await connection.execute(insert(table), rows)
