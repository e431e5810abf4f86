"""Creates a session in the database, and reads it whole."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from secrets import token_urlsafe

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from peerline.protocol.agents import AgentInfo
from peerline.protocol.approvals import ApprovalAsked
from peerline.protocol.chat import ChatMessage
from peerline.protocol.comments import Comment, CommentReply
from peerline.protocol.documents import SharedDocument
from peerline.protocol.events import DurableMessage
from peerline.protocol.file_events import FileEvent
from peerline.protocol.messages import decode_durable_message
from peerline.protocol.prompts import AgentPrompted, Prompt, PromptChanged, changed_prompts
from peerline.protocol.roles import Role
from peerline.protocol.session import SessionInfo
from peerline_server.core.records import NewSession, StoredParticipant, StoredSession
from peerline_server.store.base import StoreError
from peerline_server.store.loading import (
    APPROVAL,
    CHAT,
    COMMENT,
    DOCUMENT,
    FILE_EVENT,
    PARTICIPANT,
    PROMPT,
    SESSION,
    Row,
    session_rows,
)
from peerline_server.store.projection import chat_from_row, gather_reply, thread_from_row
from peerline_server.store.schema import session_messages, session_participants, sessions, users
from peerline_server.store.slices import LOADING_REST, in_slices
from peerline_server.store.upserts import insert_or_ignore

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
    rows = await session_rows(connection, session_id, last_messages=last_messages)
    if not rows[SESSION]:
        return None
    (session,) = rows[SESSION]
    participants = rows[PARTICIPANT]
    return StoredSession(
        info=SessionInfo(
            id=session["id"],
            title=session["title"],
            created_at=session["created_at"],
            **session["state"],
        ),
        epoch=session["epoch"],
        seq=session["seq"],
        participants=await _loaded(
            (row for row in participants if row["removed_at"] is None), _participant
        ),
        comments=await _threads(rows[COMMENT]),
        messages=await _loaded(rows[CHAT], chat_from_row),
        banned=frozenset(row["user_id"] for row in participants if row["is_banned"]),
        removed={
            row["user_id"]: row["decided_seq"]
            for row in participants
            if row["removed_at"] is not None and row["decided_seq"] is not None
        },
        file_events=[
            event
            for event in await _loaded(rows[FILE_EVENT], decode_durable_message)
            if isinstance(event, FileEvent)
        ],
        approvals=[
            event.approval
            for event in await _loaded(rows[APPROVAL], decode_durable_message)
            if isinstance(event, ApprovalAsked)
        ],
        prompts=_open_prompts(await _loaded(rows[PROMPT], decode_durable_message)),
        documents=[SharedDocument(**row) for row in rows[DOCUMENT]],
        updated_at=_time(session["updated_at"]),
        fence=session["fence"],
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


async def _threads(rows: Sequence[Row]) -> list[Comment]:
    """All threads of a session, in the order of their creation."""
    replies: dict[str, list[CommentReply]] = {}
    await _loaded(rows, lambda row: gather_reply(row, replies))
    threads = await _loaded(rows, lambda row: thread_from_row(row, replies.get(row["id"], [])))
    return [thread for thread in threads if thread is not None]


def _open_prompts(events: Sequence[DurableMessage]) -> list[Prompt]:
    """The prompts of agents that are not over, oldest first."""
    found: dict[str, Prompt] = {}
    for event in events:
        if isinstance(event, AgentPrompted | PromptChanged):
            found = changed_prompts(found, event)
    return list(found.values())


def _participant(row: Row) -> StoredParticipant:
    return StoredParticipant(
        user_id=row["user_id"],
        username=row["username"],
        avatar=row["avatar"],
        role=Role(row["role"]),
        joined_at=_time(row["joined_at"]),
        is_active=bool(row["is_active"]),
        role_by=row["role_by"],
        decided_seq=row["decided_seq"],
        has_chosen_name=bool(row["has_chosen_name"]),
        agent=None if row["agent"] is None else AgentInfo.model_validate(row["agent"]),
        left_at=_time(row["left_at"]),
    )


def _time(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)
