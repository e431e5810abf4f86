"""The store on a database that SQLAlchemy Core speaks to: what is the same on each of them."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from peerline.protocol.activity import ActivityEntry, SearchResult
from peerline.protocol.base import Arrival
from peerline.protocol.chat import ChatMessage
from peerline.protocol.events import DurableMessage
from peerline.protocol.moderation import Ban, Invite
from peerline_server.core.records import (
    AppendResult,
    NewCursorTrail,
    NewDocumentEdit,
    NewEvent,
    NewInvite,
    NewSession,
    NewSnapshot,
    NewUpdate,
    Revocation,
    StoredGeneration,
    StoredInvite,
    StoredSession,
)
from peerline_server.metrics import Metrics
from peerline_server.store import access, documents, pages, whole
from peerline_server.store.backend import Backend
from peerline_server.store.base import ActivityFilter, FencedHandler, Retention
from peerline_server.store.retention import ROWS_AT_ONCE, surplus_after
from peerline_server.store.revocations import revocations_after, write_revocation
from peerline_server.store.schema import cursor_trails, document_edits, sessions
from peerline_server.store.search import search
from peerline_server.store.writer import MAX_WAITING_EVENTS, Writer


class SqlStore:
    """Implements `store.base.Store`. One task writes; many events share a commit."""

    def __init__(
        self,
        backend: Backend,
        *,
        max_waiting: int = MAX_WAITING_EVENTS,
        metrics: Metrics | None = None,
    ) -> None:
        self.backend = backend
        self._writer = Writer(backend, max_waiting=max_waiting, metrics=metrics or Metrics())

    @property
    def is_stalled(self) -> bool:
        """Whether a transaction takes longer than it ever should, or the disk has just failed."""
        return self._writer.is_stalled

    async def written(self) -> None:
        """Wait until everything that was submitted is answered."""
        await self._writer.written()

    async def open_for_server(self, address: str) -> None:
        """Open it for a server at HOST:PORT.

        Raises:
            StoreError: if another one has it, in words.
        """
        await self.backend.open_for_server(address)
        self._writer.start()

    async def open_alone(self) -> None:
        """Open it for a command that changes it without a server.

        Raises:
            StoreError: if a server runs on it, in words.
        """
        await self.backend.open_alone()
        self._writer.start()

    def note_address(self, address: str) -> None:
        """Tell those who find the database in use where its server listens."""
        self.backend.note_address(address)

    async def open(self) -> None:
        """Bring the schema up to date and start the writer."""
        await self.backend.open()
        self._writer.start()

    async def close(self) -> None:
        """Write what waits, then disconnect."""
        await self._writer.close()
        await self.backend.close()

    def on_fenced(self, handler: FencedHandler) -> None:
        """Have `handler` called whenever a write finds another owner, before its result is told."""
        self._writer.on_fenced = handler

    def on_moved(self, handler: Callable[[], None]) -> None:
        """Have `handler` called when what was committed last may be gone."""
        self.backend.on_moved(handler)

    def submit(self, event: NewEvent, *, fence: int = 0) -> "asyncio.Future[AppendResult]":
        """Queue an event for the next commit."""
        return self._writer.submit(replace(event, fence=fence) if fence else event)

    def submit_update(self, update: NewUpdate, *, fence: int = 0) -> "asyncio.Future[None]":
        """Queue an update of a shared document for the next commit, among the events."""
        return self._writer.submit(replace(update, fence=fence) if fence else update)

    async def load_generation(self, document_id: str, generation: str) -> StoredGeneration | None:
        """A generation of a shared document; None if there is none, or no longer."""
        async with self._reading() as connection:
            return await documents.load_generation(connection, document_id, generation)

    async def write_snapshot(self, snapshot: NewSnapshot, *, fence: int = 0) -> None:
        """Keep the whole text of a generation in place of the updates that it holds."""
        async with self._writer.owned(snapshot.session_id, fence) as connection:
            await documents.write_snapshot(connection, snapshot)

    async def forget_generations(self, ended_before: datetime) -> int:
        """Delete generations that ended before a moment; how many there were."""
        async with self._writer.transaction() as connection:
            return await documents.forget_generations(connection, ended_before)

    async def add_document_edits(self, edits: Sequence[NewDocumentEdit]) -> None:
        """Keep for the activity who edited; those of a session that does not exist are left out."""
        async with self._writer.transaction() as connection:
            await pages.add_rows(connection, document_edits, edits)

    async def create_session(self, session: NewSession) -> None:
        """Create a session with a fresh epoch and its host as a participant."""
        async with self._writer.transaction() as connection:
            await whole.create_session(connection, session)

    async def count_created(self, user_id: str) -> int:
        """The number of sessions that the user has created and that have not ended."""
        has_ended = sessions.c.state["ended_at"].as_string().is_not(None)
        query = select(func.count()).where(sessions.c.created_by == user_id, ~has_ended)
        async with self._reading() as connection:
            return (await connection.execute(query)).scalar_one()

    async def load_session(self, session_id: str, *, last_messages: int) -> StoredSession | None:
        """The whole session at one seq."""
        while True:
            async with self._asking() as connection:
                epoch = self.backend.epoch  # of the server that this connection is to
                stored = await whole.load_session(
                    connection, session_id, last_messages=last_messages
                )
            if stored is None:
                return None
            self.backend.loaded(session_id, stored.fence, stored.seq)
            if not epoch:
                return stored
            if epoch == self.backend.epoch:
                return replace(stored, epoch=f"{stored.epoch}.{epoch}")

    async def events_since(
        self, session_id: str, seq: int, *, limit: int
    ) -> Sequence[DurableMessage]:
        """The events after `seq` in order, at most `limit`."""
        async with self._asking() as connection:
            return await pages.events_since(connection, session_id, seq, limit=limit)

    async def chat_before(
        self, session_id: str, seq: int | None, *, limit: int
    ) -> Sequence[ChatMessage]:
        """The last chat messages before `seq`, or of all, oldest first, at most `limit`."""
        async with self._reading() as connection:
            return await whole.chat_before(connection, session_id, seq, limit=limit)

    async def search(
        self,
        session_id: str,
        words: str,
        before: int | None,
        *,
        limit: int,
        agents: bool = False,
    ) -> Sequence[SearchResult]:
        """The newest items before `before` that have all the words, at most `limit`."""
        async with self._reading() as connection:
            return await search(connection, session_id, words, before, limit=limit, agents=agents)

    async def activity(
        self, session_id: str, wanted: ActivityFilter, *, limit: int
    ) -> tuple[Sequence[ActivityEntry], str | None]:
        """A page of what happened, newest first, and where the next one begins."""
        async with self._reading() as connection:
            return await pages.activity(connection, session_id, wanted, limit=limit)

    async def add_cursor_trails(self, trails: Sequence[NewCursorTrail]) -> None:
        """Keep trails of cursors; those of a session that does not exist are left out."""
        async with self._writer.transaction() as connection:
            await pages.add_rows(connection, cursor_trails, trails)

    async def forget_activity(self, retention: Retention) -> int:
        """Delete events and trails beyond what is to be kept; how many there were."""
        total, last_id = 0, ""
        while True:
            async with self._reading() as connection:
                found, following = await surplus_after(connection, retention, last_id)
            for surplus in found:
                count = ROWS_AT_ONCE
                while count == ROWS_AT_ONCE:
                    async with self._writer.transaction() as connection:
                        count = await surplus.forget_some(connection)
                    total += count if surplus.is_counted else 0
            if following is None:
                return total
            last_id = following

    async def create_invite(
        self, invite: NewInvite, *, most: int | None = None, fence: int = 0
    ) -> Invite:
        """Keep an invite, unless the one with this hash is there already; that invite."""
        async with self._writer.owned(invite.session_id, fence) as connection:
            return await access.create_invite(connection, invite, most=most)

    async def usable_invites(self, session_id: str, now: datetime) -> Sequence[Invite]:
        """The invites by which somebody can still join, oldest first."""
        async with self._reading() as connection:
            return await access.usable_invites(connection, session_id, now)

    async def revoke_invite(
        self, session_id: str, invite_id: str, now: datetime, *, fence: int = 0
    ) -> str | None:
        """Make an invite useless, even if it is so already; its hash, or None."""
        async with self._writer.owned(session_id, fence) as connection:
            return await access.revoke_invite(connection, session_id, invite_id, now)

    async def bans(self, session_id: str) -> Sequence[Ban]:
        """The banned users, in the order of having joined."""
        async with self._reading() as connection:
            return await access.bans(connection, session_id)

    async def arrivals(self, session_id: str) -> Sequence[Arrival]:
        """The invite that each participant came by, in the order of having joined."""
        async with self._reading() as connection:
            return await access.arrivals(connection, session_id)

    async def lift_ban(self, session_id: str, user_id: str, *, fence: int = 0) -> bool:
        """Let a user come back; whether they were banned."""
        async with self._writer.owned(session_id, fence) as connection:
            return await access.lift_ban(connection, session_id, user_id)

    async def find_invite(self, session_id: str, code_hash: str) -> StoredInvite | None:
        """The invite of this session with this hash, however worn it is."""
        async with self._asking() as connection:
            return await access.find_invite(connection, session_id, code_hash)

    async def revoke(self, revocation: Revocation) -> None:
        """Keep for good that tokens hold no longer."""
        async with self._writer.transaction() as connection:
            await write_revocation(connection, revocation)

    def data_version(self) -> int | None:
        """A number that differs once something was committed; None if only a look tells."""
        return self.backend.data_version()

    async def revocations_after(self, number: int) -> tuple[Sequence[Revocation], int]:
        """The revocations after the one of this number (0: all), and the number of the last."""
        async with self._reading() as connection:
            return await revocations_after(connection, number)

    @asynccontextmanager
    async def _asking(self) -> AsyncGenerator[AsyncConnection]:
        """For a single query."""
        try:
            async with self.backend.ask() as connection:
                yield connection
        except self.backend.errors as error:
            raise self.backend.described(error) from None

    @asynccontextmanager
    async def _reading(self) -> AsyncGenerator[AsyncConnection]:
        """For queries that must see the same moment."""
        try:
            async with self.backend.read() as connection:
                yield connection
        except self.backend.errors as error:
            raise self.backend.described(error) from None
