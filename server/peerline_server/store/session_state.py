"""The state of a session in the database: merges changes into it, and ends the session."""

from typing import Any, cast

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from peerline.protocol.session import SessionEnded, SessionUpdate, merged_context
from peerline_server.store.schema import session_participants, sessions


async def merge(connection: AsyncConnection, message: SessionUpdate) -> None:
    """Take over the changes; what they leave out stays as it was."""
    state = await _state(connection, message.session_id)
    changes = message.changes.model_dump(exclude_none=True)
    if "context" in changes:
        changes["context"] = merged_context(state.get("context", {}), message.changes)
    values: dict[str, Any] = {}
    if "title" in changes:
        values["title"] = changes.pop("title")
    await connection.execute(
        update(sessions)
        .where(sessions.c.id == message.session_id)
        .values(state={**state, **changes}, **values)
    )


async def end(connection: AsyncConnection, message: SessionEnded) -> None:
    """End the session; nobody is in it any longer."""
    state = await _state(connection, message.session_id)
    when = message.timestamp
    await connection.execute(
        update(sessions)
        .where(sessions.c.id == message.session_id)
        .values(state={**state, "ended_at": when.isoformat()})
    )
    columns = session_participants.c
    await connection.execute(
        update(session_participants)
        .where(columns.session_id == message.session_id, columns.is_active)
        .values(is_active=False, left_at=when)
    )


async def _state(connection: AsyncConnection, session_id: str) -> dict[str, Any]:
    found = await connection.scalar(select(sessions.c.state).where(sessions.c.id == session_id))
    return cast("dict[str, Any]", found or {})
