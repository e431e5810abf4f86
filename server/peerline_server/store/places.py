"""The places of a batch's events: a number in their session, and for each request only once."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from peerline.protocol.events import DurableMessage
from peerline.protocol.messages import decode_durable_message, encode_message
from peerline_server.core.records import Committed, Duplicate, NewEvent, NewUpdate
from peerline_server.store import projection
from peerline_server.store.among import among
from peerline_server.store.base import request_key
from peerline_server.store.schema import session_events, sessions

_insert_event = insert(session_events)
_set_seq = (
    update(sessions)
    .where(sessions.c.id == bindparam("of_session"))
    .values(last_seq=bindparam("new_seq"), updated_at=bindparam("now"))
)


class Places:
    """The latest place in each session, and the places that requests have got."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._seqs: dict[str, int] = {}
        self._fences: dict[str, int] = {}
        self._known_requests: dict[tuple[str, str, str], int] = {}
        self._event_rows: list[dict[str, Any]] = []
        self._touched: dict[str, dict[str, Any]] = {}

    async def look_up_sessions(
        self, events: Sequence[NewEvent], updates: Sequence[NewUpdate]
    ) -> None:
        """Read and lock the sessions of a batch."""
        ids = {event.message.session_id for event in events}
        ids |= {update.session_id for update in updates if update.fence}
        if not ids:
            return
        rows = await self._connection.execute(
            select(sessions.c.id, sessions.c.last_seq, sessions.c.fence)
            .where(sessions.c.id.in_(ids))
            # In one order, so that two who write never wait for each other.
            .order_by(sessions.c.id)
            .with_for_update(key_share=True)
        )
        for row in rows:
            self._seqs[row.id], self._fences[row.id] = row.last_seq, row.fence

    async def look_up(self, events: Sequence[NewEvent]) -> None:
        """Read which of the requests were written before."""
        keys = [key for event in events if (key := request_key(event)) is not None]
        if not keys:
            return
        columns = session_events.c
        key_columns = (columns.session_id, columns.user_id, columns.request_id)
        dialect = self._connection.dialect.name
        rows = await self._connection.execute(
            select(*key_columns, columns.seq).where(among(dialect, key_columns, keys))
        )
        self._known_requests = {
            (row.session_id, row.user_id, row.request_id): row.seq for row in rows
        }

    @property
    def reached(self) -> dict[str, int]:
        """The latest place in each session that got an event."""
        return {session_id: row["new_seq"] for session_id, row in self._touched.items()}

    @property
    def heads(self) -> dict[str, int]:
        """The latest place in each session."""
        return dict(self._seqs)

    @property
    def fences(self) -> dict[str, int]:
        """The fence of the owner of each session."""
        return dict(self._fences)

    def is_fenced(self, session_id: str, fence: int) -> bool:
        """Whether a session that is there has another fence, so another owner."""
        return self._fences.get(session_id, fence) != fence

    def latest(self, session_id: str) -> int | None:
        """The place of the session's latest event, None if there is no such session."""
        return self._seqs.get(session_id)

    def duplicate(self, event: NewEvent) -> Duplicate | None:
        """The event's earlier effect, if its request had one."""
        key = request_key(event)
        if key is None or key not in self._known_requests:
            return None
        return Duplicate(self._known_requests[key])

    def take(self, event: NewEvent, placed: DurableMessage) -> Committed:
        """Give the event its row; it happens with the commit."""
        key = request_key(event)
        self._seqs[placed.session_id] = placed.seq
        if key is not None:
            self._known_requests[key] = placed.seq
        when = projection.time_of(placed)
        self._event_rows.append(
            {
                "session_id": placed.session_id,
                "seq": placed.seq,
                "user_id": event.user_id,
                "event_type": placed.type,
                "event_data": encode_message(placed).decode(),
                "timestamp": when,
                "request_id": event.request_id,
            }
        )
        self._touched[placed.session_id] = {
            "of_session": placed.session_id,
            "new_seq": placed.seq,
            "now": when,
        }
        return Committed(placed)

    async def redact(self, session_id: str, seqs: Sequence[int]) -> None:
        """Take what was deleted out of the events that said it, this batch's included."""
        await self._flush_events()
        columns = session_events.c
        where = (columns.session_id == session_id) & columns.seq.in_(seqs)
        found = await self._connection.execute(
            select(columns.id, columns.seq, columns.event_data).where(where)
        )
        for row in found.all():
            said = decode_durable_message(decode_event_data(row.event_data, row.seq))
            await self._connection.execute(
                update(session_events)
                .where(columns.id == row.id)
                .values(event_data=encode_message(projection.redacted(said)).decode())
            )

    async def flush(self) -> None:
        """Write the events and the latest places."""
        await self._flush_events()
        if self._touched:
            await self._connection.execute(_set_seq, list(self._touched.values()))

    async def _flush_events(self) -> None:
        if self._event_rows:
            await self._connection.execute(_insert_event, self._event_rows)
            self._event_rows = []


async def is_fenced(connection: AsyncConnection, session_id: str, fence: int) -> bool:
    """Whether a session has another owner; it keeps the one it has until the transaction ends."""
    found = await connection.scalar(
        select(sessions.c.fence).where(sessions.c.id == session_id).with_for_update(key_share=True)
    )
    return found is not None and found != fence


def decode_event_data(text: str, seq: int) -> dict[str, Any]:
    """The wire message of a stored event."""
    return {**json.loads(text), "seq": seq}
