"""Whole sessions out of a data directory and into another: list, show, export, import."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from itertools import count
from operator import ne
from pathlib import Path
from secrets import token_urlsafe
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Table, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from peerline.protocol.activity import ActivityEntry
from peerline.protocol.agents import AgentInfo
from peerline.protocol.limits import MAX_INTEGER
from peerline.protocol.messages import decode_durable_message, encode_message
from peerline.protocol.roles import Role
from peerline.protocol.text import escape_json
from peerline.protocol.types import SessionId, Text, UserId
from peerline_server.admin.archived_documents import (
    ArchivedDocument,
    read_documents,
    write_documents,
)
from peerline_server.admin.markdown_agents import EVENTS
from peerline_server.admin.place import place_of
from peerline_server.admin.replay import all_activity
from peerline_server.core.records import StoredSession
from peerline_server.store.base import ActivityFilter, Store, StoreError
from peerline_server.store.opening import opened, opened_database
from peerline_server.store.places import decode_event_data
from peerline_server.store.schema import (
    cursor_trails,
    document_edits,
    session_events,
    session_messages,
    session_participants,
    sessions,
    users,
)
from peerline_server.store.search import note_texts
from peerline_server.store.upserts import insert_or_ignore
from peerline_server.store.whole import load_session

FORMAT: Final = "peerline-session"
VERSION: Final = 1
ALL_MESSAGES: Final = 1_000_000


@asynccontextmanager
async def _reading(data_dir: Path) -> AsyncGenerator[AsyncConnection]:
    """One moment of the database of a data directory.

    Raises:
        StoreError: if it cannot be used.
    """
    async with (
        opened_database(place_of(data_dir), is_unlimited=True) as database,
        database.read() as connection,
    ):
        yield connection


@asynccontextmanager
async def _writing(data_dir: Path) -> AsyncGenerator[AsyncConnection]:
    """One transaction on the database of a data directory.

    Raises:
        StoreError: if it cannot be used, or does not take what is written.
    """
    async with (
        opened_database(place_of(data_dir), is_unlimited=True) as database,
        database.write() as connection,
    ):
        yield connection


class _Row(BaseModel):
    """Part of an export; what a newer version added is refused rather than lost."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class _Session(_Row):
    id: SessionId
    title: Text
    last_seq: Annotated[int, Field(ge=0)]
    state: dict[str, Any]
    created_by: UserId
    created_at: datetime
    updated_at: datetime


class _User(_Row):
    id: UserId
    username: Text
    avatar: Text | None
    is_guest: bool
    created_at: datetime
    agent: AgentInfo | None = None


class _Participant(_Row):
    user_id: UserId
    role: Role
    joined_at: datetime | None
    left_at: datetime | None
    removed_at: datetime | None
    is_banned: bool
    role_by: Text | None
    decided_seq: Annotated[int, Field(ge=1)] | None = None
    """Exports of before have none: their participants count as undecided."""
    username: Text | None = None
    has_chosen_name: bool = False


class _Message(_Row):
    id: Text
    user_id: UserId
    message_type: Literal["chat", "comment", "agent"]
    content: Text
    metadata: dict[str, Any]
    parent_id: Text | None
    seq: Annotated[int, Field(ge=1)]
    created_at: datetime
    updated_at: datetime | None
    deleted_at: datetime | None


class _Event(_Row):
    seq: Annotated[int, Field(ge=1)]
    user_id: UserId
    event_type: Text
    event_data: Text
    timestamp: datetime


class _Trail(_Row):
    user_id: UserId
    file: Text
    start_line: int
    end_line: int
    since: datetime
    until: datetime


class _Edit(_Row):
    user_id: UserId
    document_id: Text
    file: Text
    inserted: Annotated[int, Field(ge=0, le=MAX_INTEGER)]
    deleted: Annotated[int, Field(ge=0, le=MAX_INTEGER)]
    since: datetime
    until: datetime


class Export(_Row):
    """A whole session as it is written to a file. Invites and request ids stay behind."""

    format: Literal["peerline-session"] = FORMAT
    version: Literal[1] = VERSION
    session: _Session
    users: list[_User]
    participants: list[_Participant]
    messages: list[_Message]
    events: list[_Event]
    trails: list[_Trail]
    documents: list[ArchivedDocument] = []
    edits: list[_Edit] = []


async def list_sessions(data_dir: Path) -> Sequence[_Session]:
    """Every session, the one that was changed last first.

    Raises:
        StoreError: if the data directory cannot be used.
    """
    async with _reading(data_dir) as connection:
        rows = await connection.execute(select(sessions).order_by(sessions.c.updated_at.desc()))
        return [_Session.model_validate(_fields(_Session, row)) for row in rows.mappings()]


async def load(data_dir: Path, session_id: str) -> StoredSession:
    """One session with all of its chat and comments.

    Raises:
        StoreError: if there is no such session, or the data directory cannot be used.
    """
    async with opened(place_of(data_dir)) as store:
        return await _loaded(store, session_id)


async def load_transcript(
    data_dir: Path, session_id: str
) -> tuple[StoredSession, Sequence[ActivityEntry]]:
    """One session with all of its chat and comments, and what AI agents did, newest first.

    Raises:
        StoreError: if there is no such session, or the data directory cannot be used.
    """
    async with opened(place_of(data_dir)) as store:
        session = await _loaded(store, session_id)
        return session, await all_activity(store, session_id, ActivityFilter(types=EVENTS))


async def _loaded(store: Store, session_id: str) -> StoredSession:
    found = await store.load_session(session_id, last_messages=ALL_MESSAGES)
    if found is None:
        raise StoreError(f"there is no session {session_id}")
    return found


async def export_session(data_dir: Path, session_id: str) -> str:
    """The whole session as JSON: exactly what is stored, invisible characters as escapes.

    Raises:
        StoreError: if there is no such session, or the data directory cannot be used.
    """
    async with _reading(data_dir) as connection:
        found = await connection.execute(select(sessions).where(sessions.c.id == session_id))
        session = found.mappings().one_or_none()
        if session is None:
            raise StoreError(f"there is no session {session_id}")
        events = await _rows(connection, session_events, _Event, session_id)
        participants = await _rows(connection, session_participants, _Participant, session_id)
        messages = await _rows(connection, session_messages, _Message, session_id)
        trails = await _rows(connection, cursor_trails, _Trail, session_id)
        edits = await _rows(connection, document_edits, _Edit, session_id)
        documents = await read_documents(connection, session_id)
        written = (*events, *participants, *messages, *trails, *edits)
        ids = {session["created_by"], *(row["user_id"] for row in written)}
        ids.update(*(document.user_ids() for document in documents))
        known = await connection.execute(select(users))
        export = Export.model_validate(
            {
                "session": _fields(_Session, session),
                "users": [_fields(_User, row) for row in known.mappings() if row["id"] in ids],
                "participants": participants,
                "messages": messages,
                "events": events,
                "trails": trails,
                "documents": documents,
                "edits": edits,
            }
        )
    return escape_json(export.model_dump_json(indent=1))


async def import_session(data_dir: Path, text: str, *, new_id: str | None = None) -> str:
    """Bring an export in, under its own id or a new one; the id. It begins a new epoch.

    Users keep their ids: a user who has the same id here is taken for the same person.

    Raises:
        StoreError: if the text is no export, the id is taken, or the data directory cannot be used.
    """
    export = _read(text)
    session_id = new_id or export.session.id
    of_session = {"session_id": session_id}
    async with _writing(data_dir) as connection:
        taken = await connection.scalar(select(sessions.c.id).where(sessions.c.id == session_id))
        if taken is not None:
            raise StoreError(f"there is a session {session_id} already; give the new one an --id")
        ids = [row.id for row in export.messages]
        columns = session_messages.c
        for start in range(0, len(ids), 500):
            some = ids[start : start + 500]
            if await connection.scalar(select(columns.id).where(columns.id.in_(some)).limit(1)):
                raise StoreError("this session is here already, under another id")
        await connection.execute(
            insert(sessions),
            {**export.session.model_dump(), "id": session_id, "epoch": token_urlsafe(12)},
        )
        await connection.execute(
            insert_or_ignore(connection.dialect.name, users),
            [row.model_dump() for row in export.users],
        )
        for table, rows in (
            (session_participants, [_absent(row) for row in export.participants]),
            (session_messages, [row.model_dump() for row in export.messages]),
            (session_events, [_moved(row, session_id) for row in export.events]),
            (cursor_trails, [row.model_dump() for row in export.trails]),
            (document_edits, [row.model_dump() for row in export.edits]),
        ):
            if rows:
                await connection.execute(insert(table), [{**row, **of_session} for row in rows])
        texts = [(row.id, row.content) for row in export.messages if row.deleted_at is None]
        await note_texts(connection, texts)
        await write_documents(connection, session_id, export.documents)
        await _try_out(connection, session_id)
    return session_id


async def _try_out(connection: AsyncConnection, session_id: str) -> None:
    """Load what was imported, as a server would, so that nothing is kept that it could not."""
    try:
        found = await load_session(connection, session_id, last_messages=ALL_MESSAGES)
    except (ValueError, TypeError, KeyError, AttributeError):  # ValidationError is a ValueError
        raise StoreError("this export makes no sense: it cannot be loaded") from None
    assert found is not None, "it was just written"


def _read(text: str) -> Export:
    try:
        export = Export.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise StoreError(f"this is not an export of a session: {where}: {first['msg']}") from None
    seqs = [event.seq for event in export.events]
    # The oldest ones may have gone with the retention of the activity log.
    last = export.session.last_seq
    begin = seqs[0] if seqs else last + 1
    if last - begin + 1 != len(seqs) or any(map(ne, seqs, count(begin))) or (not seqs and last):
        raise StoreError("this export has a gap: its events do not run on to last_seq")
    if any((row.decided_seq or 0) > last for row in export.participants):
        raise StoreError("this export has a decision about a participant after its last event")
    known = {user.id for user in export.users}
    rows = (
        *export.participants,
        *export.messages,
        *export.events,
        *export.trails,
        *export.edits,
    )
    named = {row.user_id for row in rows}
    named.update(*(document.user_ids() for document in export.documents))
    if not named <= known:
        raise StoreError("this export names users that are not in it")
    user_ids = [row.user_id for row in export.participants]
    messages = [row.id for row in export.messages]
    if len(set(user_ids)) < len(user_ids) or len(set(messages)) < len(messages):
        raise StoreError("this export has a participant or a message twice")
    for event in export.events:
        try:
            decode_durable_message(decode_event_data(event.event_data, event.seq))
        except (ValidationError, ValueError):
            raise StoreError(f"event {event.seq} of this export makes no sense") from None
    return export


def _absent(row: _Participant) -> dict[str, Any]:
    """The participant, who is not here at first."""
    return {**row.model_dump(), "role": row.role.value, "is_active": False}


def _moved(row: _Event, session_id: str) -> dict[str, Any]:
    """The event, told of the session that it is in now."""
    event = decode_durable_message(decode_event_data(row.event_data, row.seq))
    moved = event.model_copy(update={"session_id": session_id})
    return {**row.model_dump(), "event_data": encode_message(moved).decode()}


async def _rows(
    connection: AsyncConnection, table: Table, model: type[_Row], session_id: str
) -> list[dict[str, Any]]:
    order = table.c.seq if "seq" in table.c else table.c.id
    found = await connection.execute(
        select(table).where(table.c.session_id == session_id).order_by(order)
    )
    return [_fields(model, row) for row in found.mappings()]


def _fields(model: type[_Row], row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row of any table
    return {name: row[name] for name in model.model_fields}
