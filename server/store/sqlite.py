"""The store on one SQLite file, through SQLAlchemy Core and aiosqlite."""

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from peerline.protocol.messages import decode_durable_message
from peerline.protocol.payloads import Ban, ChatMessage, Invite, SearchResult, SessionInfo
from peerline.protocol.roles import Role
from peerline.protocol.server_messages import ActivityEntry, DurableMessage, FileEvent
from peerline.protocol.types import MAX_FILE_EVENTS
from server.metrics import Metrics
from server.revocation import Revocation
from server.store import gates, pages
from server.store.base import (
    ActivityFilter,
    AppendResult,
    NewEvent,
    NewInvite,
    NewSession,
    NewTrail,
    Retention,
    StoreBusyError,
    StoredInvite,
    StoredParticipant,
    StoredSession,
    StoreError,
)
from server.store.batch import Batch, decode_event_data, find_invite, load_comment_rows
from server.store.database import is_busy, is_disk_failure, make_engine, prepare_database
from server.store.projection import chat_from_row, threads_from_rows
from server.store.revocations import revocations_after, write_revocation
from server.store.schema import (
    cursor_trails,
    session_events,
    session_messages,
    session_participants,
    sessions,
    users,
)

_log = logging.getLogger("peerline.server.store")

MAX_WAITING_EVENTS = 20_000
MAX_BATCH_EVENTS = 1_000
FORGET_AT_ONCE = 5_000
STALLED_SECONDS = 5.0
"""A transaction that takes longer means that the store is not to be relied on now."""

_Waiting = tuple[NewEvent, "asyncio.Future[AppendResult]"]


class SqliteStore:
    """Implements `server.store.base.Store`. One task writes; many events share a commit."""

    def __init__(
        self,
        data_dir: Path,
        *,
        max_waiting: int = MAX_WAITING_EVENTS,
        metrics: Metrics | None = None,
    ) -> None:
        self._data_dir = data_dir
        self._metrics = Metrics() if metrics is None else metrics
        self._writing_since: float | None = None
        self._failed_at: float | None = None
        self._max_waiting = max_waiting
        self._writer = make_engine(data_dir, begin="BEGIN IMMEDIATE")
        self._reader = make_engine(data_dir, begin="BEGIN")
        self._waiting: list[_Waiting] = []
        self._wake = asyncio.Event()
        self._is_closing = False
        self._task: asyncio.Task[None] | None = None

    @property
    def is_stalled(self) -> bool:
        """Whether a transaction takes longer than it ever should, or the disk has just failed."""
        now, since, failed_at = time.monotonic(), self._writing_since, self._failed_at
        is_slow = since is not None and now - since > STALLED_SECONDS
        # Not for ever: a server that nobody is sent to would never find out that the disk is well.
        return is_slow or (failed_at is not None and now - failed_at < STALLED_SECONDS)

    async def open(self) -> None:
        """Bring the schema up to date and start the writer."""
        await prepare_database(self._data_dir, self._writer)
        self._task = asyncio.create_task(self._write_batches())

    async def close(self) -> None:
        """Write what waits, then close the file."""
        self._is_closing = True
        self._wake.set()
        if self._task is not None:
            await self._task
        await self._writer.dispose()
        await self._reader.dispose()

    def submit(self, event: NewEvent) -> "asyncio.Future[AppendResult]":
        """Queue an event for the next commit."""
        if self._is_closing:
            raise StoreBusyError("the store is closing")
        if len(self._waiting) >= self._max_waiting:
            raise StoreBusyError("too much waits to be written")
        future: asyncio.Future[AppendResult] = asyncio.get_running_loop().create_future()
        self._waiting.append((event, future))
        self._wake.set()
        return future

    async def create_session(self, session: NewSession) -> None:
        """Create a session with a fresh epoch and its host as a participant."""
        host = {"id": session.host_user_id, "created_at": session.created_at}
        async with self._writer.begin() as connection:
            await connection.execute(
                upsert(users).on_conflict_do_nothing(),
                {**host, "username": session.host_user_id, "is_guest": False},
            )
            await connection.execute(
                insert(sessions),
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
            await connection.execute(
                insert(session_participants),
                {
                    "session_id": session.id,
                    "user_id": session.host_user_id,
                    "role": Role.HOST.value,
                    "is_active": False,
                },
            )

    async def count_created(self, user_id: str) -> int:
        """How many sessions that have not ended the user has created."""
        has_ended = sessions.c.state["ended_at"].as_string().is_not(None)
        query = select(func.count()).where(sessions.c.created_by == user_id, ~has_ended)
        async with self._reader.begin() as connection:
            return (await connection.execute(query)).scalar_one()

    async def load_session(self, session_id: str, *, last_messages: int) -> StoredSession | None:
        """The whole session at one seq."""
        async with self._reader.begin() as connection:
            found = await connection.execute(select(sessions).where(sessions.c.id == session_id))
            session = found.one_or_none()
            if session is None:
                return None
            people = await connection.execute(
                select(session_participants, users.c.username, users.c.avatar)
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
            messages = await _chat_before(connection, session_id, None, limit=last_messages)
            files = await _last_file_events(connection, session_id)
            comment_rows = await load_comment_rows(connection, session_id)
            return StoredSession(
                info=SessionInfo(
                    id=session.id,
                    title=session.title,
                    created_at=session.created_at,
                    **session.state,
                ),
                epoch=session.epoch,
                seq=session.last_seq,
                participants=[_participant(row) for row in people],
                comments=threads_from_rows(comment_rows),
                messages=messages,
                banned=frozenset(banned),
                file_events=files,
            )

    async def events_since(
        self, session_id: str, seq: int, *, limit: int
    ) -> Sequence[DurableMessage]:
        """The events after `seq` in order, at most `limit`."""
        columns = session_events.c
        query = (
            select(columns.seq, columns.event_data)
            .where(columns.session_id == session_id, columns.seq > seq)
            .order_by(columns.seq)
            .limit(limit)
        )
        async with self._reader.begin() as connection:
            rows = (await connection.execute(query)).all()
        return [decode_durable_message(decode_event_data(row.event_data, row.seq)) for row in rows]

    async def chat_before(
        self, session_id: str, seq: int | None, *, limit: int
    ) -> Sequence[ChatMessage]:
        """The last chat messages before `seq`, or of all, oldest first, at most `limit`."""
        async with self._reader.begin() as connection:
            return await _chat_before(connection, session_id, seq, limit=limit)

    async def search(
        self, session_id: str, words: str, before: int | None, *, limit: int
    ) -> Sequence[SearchResult]:
        """The newest items before `before` that have all the words, at most `limit`."""
        async with self._reader.begin() as connection:
            return await pages.search(connection, session_id, words, before, limit=limit)

    async def activity(
        self, session_id: str, wanted: ActivityFilter, *, limit: int
    ) -> tuple[Sequence[ActivityEntry], str | None]:
        """A page of what happened, newest first, and where the next one begins."""
        async with self._reader.begin() as connection:
            return await pages.activity(connection, session_id, wanted, limit=limit)

    async def add_trails(self, trails: Sequence[NewTrail]) -> None:
        """Keep trails of cursors; those of a session that does not exist are left out."""
        async with self._writer.begin() as connection:
            ids = {trail.session_id for trail in trails}
            known = set(
                await connection.scalars(select(sessions.c.id).where(sessions.c.id.in_(ids)))
            )
            rows = [asdict(trail) for trail in trails if trail.session_id in known]
            if rows:
                await connection.execute(insert(cursor_trails), rows)

    async def forget_activity(self, retention: Retention) -> int:
        """Delete events and trails beyond what is to be kept; how many there were."""
        total = 0
        while True:
            # In small steps, between which others write.
            async with self._writer.begin() as connection:
                count = await pages.forget(connection, retention, limit=FORGET_AT_ONCE)
            total += count
            if count == 0:
                return total

    async def create_invite(self, invite: NewInvite, *, most: int | None = None) -> Invite:
        """Keep an invite, unless the one with this hash is there already; that invite."""
        async with self._writer.begin() as connection:
            return await gates.create_invite(connection, invite, most=most)

    async def usable_invites(self, session_id: str, now: datetime) -> Sequence[Invite]:
        """The invites that still let somebody in, oldest first."""
        async with self._reader.begin() as connection:
            return await gates.usable_invites(connection, session_id, now)

    async def revoke_invite(self, session_id: str, invite_id: str, now: datetime) -> str | None:
        """Make an invite useless, even if it is so already; its hash, or None."""
        async with self._writer.begin() as connection:
            return await gates.revoke_invite(connection, session_id, invite_id, now)

    async def bans(self, session_id: str) -> Sequence[Ban]:
        """Who is banned, in the order of having joined."""
        async with self._reader.begin() as connection:
            return await gates.bans(connection, session_id)

    async def lift_ban(self, session_id: str, user_id: str) -> bool:
        """Let a user come back; whether they were banned."""
        async with self._writer.begin() as connection:
            return await gates.lift_ban(connection, session_id, user_id)

    async def find_invite(self, session_id: str, code_hash: str) -> StoredInvite | None:
        """The invite of this session with this hash, however worn it is."""
        async with self._reader.begin() as connection:
            return await find_invite(connection, session_id, code_hash)

    async def revoke(self, revocation: Revocation) -> None:
        """Keep for good that tokens hold no longer."""
        async with self._writer.begin() as connection:
            await write_revocation(connection, revocation)

    async def revocations_after(self, number: int) -> tuple[Sequence[Revocation], int]:
        """The revocations after the one of this number (0: all), and the number of the last."""
        async with self._reader.begin() as connection:
            return await revocations_after(connection, number)

    # --- the writer ------------------------------------------------------------------------

    async def _write_batches(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                batch = self._waiting[:MAX_BATCH_EVENTS]
                del self._waiting[:MAX_BATCH_EVENTS]
                await self._write(batch)
            if self._is_closing:
                return

    async def _write(self, batch: list[_Waiting]) -> None:
        try:
            results = await self._commit_when_free([event for event, _ in batch])
        except Exception as error:  # noqa: BLE001 - whatever it is, the writer must go on
            if is_disk_failure(error):
                self._failed_at = time.monotonic()
                _log.error("%d events could not be written: %s", len(batch), _reason(error))
            elif len(batch) > 1:
                # One bad event must not take its neighbours with it.
                for single in batch:
                    await self._write([single])
                return
            else:
                _log.exception("an event could not be written")
            for _, future in batch:
                if not future.done():
                    text = f"the event could not be written: {type(error).__name__}"
                    future.set_exception(StoreError(text))
            return
        self._failed_at = None
        for (_, future), result in zip(batch, results, strict=True):
            if not future.done():
                future.set_result(result)

    async def _commit_when_free(self, events: list[NewEvent]) -> list[AppendResult]:
        """Commit, however long another process holds the database."""
        self._writing_since = time.monotonic()
        try:
            while True:
                try:
                    return await self._commit(events)
                except DBAPIError as error:
                    if not is_busy(error) or self._is_closing:
                        raise
                    _log.warning("another process holds the database: %d events wait", len(events))
        finally:
            self._writing_since = None

    async def _commit(self, events: list[NewEvent]) -> list[AppendResult]:
        began = time.monotonic()
        async with self._writer.begin() as connection:
            results = await Batch(connection).write(events)
        self._metrics.commit.observe(time.monotonic() - began)
        self._metrics.batch.observe(len(events))
        return results


def _reason(error: Exception) -> str:
    return str(error.orig) if isinstance(error, DBAPIError) else type(error).__name__


async def _chat_before(
    connection: AsyncConnection, session_id: str, seq: int | None, *, limit: int
) -> list[ChatMessage]:
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
    return [chat_from_row(dict(row)) for row in rows][::-1]


async def _last_file_events(connection: AsyncConnection, session_id: str) -> list[FileEvent]:
    columns = session_events.c
    rows = await connection.execute(
        select(columns.seq, columns.event_data)
        .where(columns.session_id == session_id, columns.event_type == "file_event")
        .order_by(columns.seq.desc())
        .limit(MAX_FILE_EVENTS)
    )
    events = [decode_durable_message(decode_event_data(row.event_data, row.seq)) for row in rows]
    return [event for event in reversed(events) if isinstance(event, FileEvent)]


def _participant(row: Any) -> StoredParticipant:  # noqa: ANN401 - a row of the query above
    return StoredParticipant(
        user_id=row.user_id,
        username=row.username,
        avatar=row.avatar,
        role=Role(row.role),
        joined_at=row.joined_at,
        is_active=row.is_active,
        role_by=row.role_by,
    )
