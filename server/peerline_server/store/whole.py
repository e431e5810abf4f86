"""Creates a session in the database, and reads it whole."""

from functools import partial
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from peerline.protocol.agents import AgentInfo
from peerline.protocol.approvals import Approval, ApprovalAnswered, ApprovalAsked
from peerline.protocol.chat import ChatMessage
from peerline.protocol.comments import Comment, CommentReply
from peerline.protocol.file_events import FileEvent
from peerline.protocol.limits import MAX_FILE_EVENTS
from peerline.protocol.messages import decode_durable_message
from peerline.protocol.roles import Role
from peerline.protocol.session import SessionInfo
from peerline_server.core.records import NewSession, StoredParticipant, StoredSession
from peerline_server.store.base import StoreError
from peerline_server.store.documents import load_documents
from peerline_server.store.items import comment_rows
from peerline_server.store.places import decode_event_data
from peerline_server.store.projection import chat_from_row, gather_reply, thread_from_row
from peerline_server.store.schema import (
    session_events,
    session_messages,
    session_participants,
    sessions,
    users,
)
from peerline_server.store.shown_names import shown_name
from peerline_server.store.slices import LOADING_REST, in_slices
from peerline_server.store.upserts import insert_or_ignore

_APPROVAL_TYPES = ("approval_asked", "approval_answered")
_APPROVAL_EVENTS = 2_000
"""Of the latest: a question is open for an hour at most."""
_loaded = partial(in_slices, rests=LOADING_REST)


async def create_session(connection: AsyncConnection, session: NewSession) -> None:
    """Create a session with a fresh epoch and its host as a participant.

    One of the same id and host is there from the same request, and stays as it is.
    """
    host = {"id": session.host_user_id, "created_at": session.created_at}
    await connection.execute(
        insert_or_ignore(connection.dialect.name, users),
        {**host, "username": session.host_user_id, "is_guest": False},
    )
    made = await connection.execute(
        insert_or_ignore(connection.dialect.name, sessions),
        {
            "id": session.id,
            "title": session.title,
            "epoch": token_urlsafe(12),
            "last_seq": 0,
            "state": {},
            "created_by": session.host_user_id,
            "created_at": session.created_at,
            "updated_at": session.created_at,
        },
    )
    if made.rowcount == 0:
        by = await connection.scalar(
            select(sessions.c.created_by).where(sessions.c.id == session.id)
        )
        if by != session.host_user_id:
            raise StoreError(f"there is a session {session.id} already")
        return
    await connection.execute(
        insert(session_participants),
        {
            "session_id": session.id,
            "user_id": session.host_user_id,
            "role": Role.HOST.value,
            "is_active": False,
        },
    )


async def load_session(
    connection: AsyncConnection, session_id: str, *, last_messages: int
) -> StoredSession | None:
    """The whole session at one seq, or None if there is none."""
    found = await connection.execute(select(sessions).where(sessions.c.id == session_id))
    session = found.one_or_none()
    if session is None:
        return None
    participants = await connection.execute(
        select(
            session_participants,
            shown_name,
            users.c.avatar,
            users.c.agent,
        )
        .join(users, users.c.id == session_participants.c.user_id)
        .where(
            session_participants.c.session_id == session_id,
            session_participants.c.removed_at.is_(None),
        )
        .order_by(session_participants.c.id)
    )
    banned = await connection.scalars(
        select(session_participants.c.user_id).where(
            session_participants.c.session_id == session_id,
            session_participants.c.is_banned,
        )
    )
    removed = await connection.execute(
        select(session_participants.c.user_id, session_participants.c.decided_seq).where(
            session_participants.c.session_id == session_id,
            session_participants.c.removed_at.is_not(None),
            session_participants.c.decided_seq.is_not(None),
        )
    )
    messages = await chat_before(connection, session_id, None, limit=last_messages)
    files = await _last_file_events(connection, session_id)
    approvals = await _open_approvals(connection, session_id)
    return StoredSession(
        info=SessionInfo(
            id=session.id,
            title=session.title,
            created_at=session.created_at,
            **session.state,
        ),
        epoch=session.epoch,
        seq=session.last_seq,
        participants=await _loaded(participants, _participant),
        comments=await _threads(connection, session_id),
        messages=messages,
        banned=frozenset(banned),
        removed={row.user_id: row.decided_seq for row in removed},
        file_events=files,
        approvals=approvals,
        documents=await load_documents(connection, session_id),
        updated_at=session.updated_at,
    )


async def chat_before(
    connection: AsyncConnection, session_id: str, seq: int | None, *, limit: int
) -> list[ChatMessage]:
    """The last chat messages before `seq`, or of all, oldest first, at most `limit`."""
    columns = session_messages.c
    query = (
        select(session_messages)
        .where(columns.session_id == session_id, columns.message_type == "chat")
        .order_by(columns.seq.desc())
        .limit(limit)
    )
    if seq is not None:
        query = query.where(columns.seq < seq)
    rows = (await connection.execute(query)).mappings()
    found = await in_slices(rows, lambda row: chat_from_row(dict(row)))
    return found[::-1]


async def _threads(connection: AsyncConnection, session_id: str) -> list[Comment]:
    """All threads of a session, in the order of their creation."""
    rows = await _loaded(await comment_rows(connection, session_id), dict)
    replies: dict[str, list[CommentReply]] = {}
    await _loaded(rows, lambda row: gather_reply(row, replies))
    threads = await _loaded(rows, lambda row: thread_from_row(row, replies.get(row["id"], [])))
    return [thread for thread in threads if thread is not None]


async def _last_file_events(connection: AsyncConnection, session_id: str) -> list[FileEvent]:
    columns = session_events.c
    rows = await connection.execute(
        select(columns.seq, columns.event_data)
        .where(columns.session_id == session_id, columns.event_type == "file_event")
        .order_by(columns.seq.desc())
        .limit(MAX_FILE_EVENTS)
    )
    events = await in_slices(
        rows, lambda row: decode_durable_message(decode_event_data(row.event_data, row.seq))
    )
    return [event for event in reversed(events) if isinstance(event, FileEvent)]


async def _open_approvals(connection: AsyncConnection, session_id: str) -> list[Approval]:
    """The questions of agents that no event has closed, oldest first."""
    columns = session_events.c
    types = (columns.session_id == session_id, columns.event_type.in_(_APPROVAL_TYPES))
    rows = await connection.execute(
        select(columns.seq, columns.event_data)
        .where(*types)
        .order_by(columns.seq.desc())
        .limit(_APPROVAL_EVENTS)
    )
    events = await in_slices(
        rows, lambda row: decode_durable_message(decode_event_data(row.event_data, row.seq))
    )
    found: dict[str, Approval] = {}
    for event in reversed(events):
        if isinstance(event, ApprovalAsked):
            found[event.approval.id] = event.approval
        elif isinstance(event, ApprovalAnswered):
            found.pop(event.approval_id, None)
    return list(found.values())


def _participant(row: Any) -> StoredParticipant:  # noqa: ANN401 - a row of the query above
    return StoredParticipant(
        user_id=row.user_id,
        username=row.shown_name,
        avatar=row.avatar,
        role=Role(row.role),
        joined_at=row.joined_at,
        is_active=row.is_active,
        role_by=row.role_by,
        decided_seq=row.decided_seq,
        has_chosen_name=row.has_chosen_name,
        agent=None if row.agent is None else AgentInfo.model_validate(row.agent),
    )
