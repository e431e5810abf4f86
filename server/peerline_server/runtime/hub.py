"""The sessions on this node: loads and unloads them, and carries out what they decide."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from secrets import token_urlsafe

from peerline.logs import describe
from peerline.protocol.errors import ErrorCode
from peerline.protocol.events import DurableMessage
from peerline_server.cluster.base import Cluster
from peerline_server.cluster.places import Elsewhere, Found, Mine, Place, Unreachable
from peerline_server.core.comments import CommentBoard
from peerline_server.core.document_limits import DocumentLimits
from peerline_server.core.records import (
    AppendResult,
    Committed,
    Duplicate,
    Fenced,
    NewEvent,
    StoredSession,
)
from peerline_server.core.session import Session
from peerline_server.directory.base import SessionEntry
from peerline_server.runtime.appending import AppendFailed, AppendOutcome
from peerline_server.runtime.context import Context
from peerline_server.runtime.draining import come_back_seconds
from peerline_server.runtime.entries import entry_of
from peerline_server.runtime.live_session import LiveSession, SessionNode, SessionOptions
from peerline_server.runtime.presence_flush import FlushIntervals, FlushPlan
from peerline_server.runtime.row_queue import RowQueue
from peerline_server.runtime.session_clock import SessionClock
from peerline_server.settings import Settings
from peerline_server.store.base import (
    OutcomeUnknownError,
    Retention,
    Store,
    StoreBusyError,
    StoreError,
)
from peerline_server.store.slices import LOADING_REST, in_slices

_log = logging.getLogger("peerline.server.hub")
_SWEEP_SECONDS = 1.0
_RETENTION_SECONDS = 3600.0
_WRITTEN_SECONDS = 2.0
"""For what was accepted to be written, before a session is let go of."""


Located = LiveSession | Elsewhere | Unreachable | None
"""A session that is served here, or the place where it is; None if there is none."""


class Hub:
    """Holds the live sessions. Every change enters a session once it is committed."""

    def __init__(
        self, context: Context, store: Store, cluster: Cluster, settings: Settings
    ) -> None:
        self._context = context
        self._store = store
        self._cluster = cluster
        self._settings = settings
        self._options = SessionOptions.of(settings)
        intervals = FlushIntervals(
            light=settings.presence_min_interval_ms / 1000,
            ordinary=settings.presence_interval_ms / 1000,
            heaviest=settings.presence_max_interval_ms / 1000,
        )
        self._node = SessionNode(
            append=self._append,
            unload=self._unload,
            unload_if_empty=self._unload_if_empty,
            flush_plan=FlushPlan(intervals),
        )
        self._sessions: dict[str, LiveSession] = {}
        self._loading: dict[str, asyncio.Future[Located]] = {}
        self._lost: set[str] = set()
        """Sessions that another node has taken over while they were loaded here."""
        self._sweeper: asyncio.TimerHandle | None = None
        self._forgetter: asyncio.TimerHandle | None = None
        self._cursor_trails = RowQueue(context, store.add_cursor_trails, "trails of cursors")
        self._document_edits = RowQueue(context, store.add_document_edits, "edits of documents")
        self._in_doubt: set[str] = set()
        """Sessions with commits of unknown outcome, until they were compared with the disk."""
        self._is_catching_up = False
        store.on_fenced(self._fenced)
        store.on_moved(self._begin_all_again)

    def session_sizes(self) -> list[int]:
        """The number of participants of each session in use."""
        return [live.session.members.active_count for live in self._sessions.values()]

    def loaded_documents(self) -> int:
        """The number of shared documents in memory."""
        return sum(live.documents.count() for live in self._sessions.values())

    def entries(self, node_id: str) -> dict[str, SessionEntry]:
        """The sessions that somebody is in, for the directory."""
        found = {
            live.id: entry_of(live.session, node_id, live.fence) for live in self._sessions.values()
        }
        return {session_id: entry for session_id, entry in found.items() if entry is not None}

    def start(self) -> None:
        """Begin to end stale states."""
        self._sweeper = self._context.loop.call_later(_SWEEP_SECONDS, self._sweep)
        self._forgetter = self._context.loop.call_later(_SWEEP_SECONDS, self._begin_forgetting)

    async def stop(self) -> None:
        """Wait for what is under way, and begin nothing new."""
        self._context.stopping.set()
        for timer in (self._sweeper, self._forgetter):
            if timer is not None:
                timer.cancel()
        for session in self._sessions.values():
            session.stop()
            self._take_rows(session)
        self._write_rows()
        await self._context.tasks.finish()

    async def session(self, session_id: str) -> Located:
        """The live session, loaded if this node owns it; its place, or None if there is none."""
        return await self._located(session_id, lambda: self._cluster.place(session_id))

    async def take_over(self, session_id: str, seen: Elsewhere, found: Found) -> Located:
        """The same after its owner was called, which may have gone."""
        return await self._located(
            session_id, lambda: self._cluster.take_over(session_id, seen, found)
        )

    def lose(self, session_id: str) -> None:
        """Another node has taken the session over: it is not served here any more."""
        if session_id in self._loading:
            self._lost.add(session_id)
        live = self._sessions.get(session_id)
        if live is not None:
            _log.warning("taken over by another node", extra={"session": session_id})
            live.begin_again("the session goes on at another node")

    def loaded(self) -> list[str]:
        """The ids of the sessions that are served here."""
        return list(self._sessions)

    def begin_drain(self) -> list[str]:
        """The sessions that are to be let go of; nobody in them leaves by a timer any more."""
        self._context.draining.set()
        for live in self._sessions.values():
            live.keep_everybody()
        return self.loaded()

    async def let_go(self, session_id: str) -> None:
        """Let another node have the session, once what was accepted is written."""
        live = self._sessions.get(session_id)
        if live is None:
            return
        began = self._context.loop.time()
        live.hold_reading()
        try:
            async with asyncio.timeout(_WRITTEN_SECONDS):
                await self._store.written()
                await self._cluster.release(session_id, live.fence)
            self._context.metrics.node.handover.observe(self._context.loop.time() - began)
        except (StoreError, TimeoutError) as error:
            # A node that wants it has to call this one first.
            _log.warning("a session cannot be let go of: %s", describe(error))
        if self._sessions.get(session_id) is live:
            live.hand_over(come_back_seconds)

    def _append(self, event: NewEvent, then: Callable[[AppendOutcome], None], fence: int) -> None:
        try:
            future = self._store.submit(event, fence=fence)
        except StoreBusyError:
            then(AppendFailed(ErrorCode.SERVER_BUSY))
            return
        session_id = event.message.session_id
        future.add_done_callback(lambda done: self._committed(session_id, done, then))

    def _unload_if_empty(self, session_id: str) -> None:
        live = self._sessions.get(session_id)
        if live is not None and live.is_empty:
            self._unload(session_id)

    def _unload(self, session_id: str) -> None:
        """Forget a session; it comes back from the store."""
        live = self._sessions.pop(session_id, None)
        if live is not None:
            live.is_loaded = False
            live.stop()
            self._take_rows(live)

    async def _located(
        self, session_id: str, place: Callable[[], Awaitable[Place | None]]
    ) -> Located:
        live = self._sessions.get(session_id)
        if live is not None:
            return live
        loading = self._loading.get(session_id)
        if loading is None:
            loading = self._context.tasks.share(self._load(session_id, place), "load a session")
            self._loading[session_id] = loading
        return await asyncio.shield(loading)

    async def _load(self, session_id: str, place: Callable[[], Awaitable[Place | None]]) -> Located:
        try:
            while True:
                self._lost.discard(session_id)
                # First: what its owner of before commits from then on is fenced.
                found = await place()
                if not isinstance(found, Mine):
                    return found
                stored = await self._store.load_session(
                    session_id, last_messages=self._settings.snapshot_messages
                )
                if stored is None:
                    return None
                session = await self._session_of(stored)
                if session_id not in self._lost:
                    break
                place = partial(self._cluster.place, session_id)
            clock = SessionClock(self._context.now, stored.updated_at)
            live = LiveSession(
                session,
                replace(self._context, now=clock.now),
                self._store,
                self._node,
                self._options,
                fence=found.fence,
            )
            self._sessions[session_id] = live
            live.start()
            return live
        finally:
            self._lost.discard(session_id)
            del self._loading[session_id]

    async def _session_of(self, stored: StoredSession) -> Session:
        comments = CommentBoard(())
        await in_slices(stored.comments, comments.add, rests=LOADING_REST)
        return Session(
            stored,
            comments=comments,
            new_id=lambda: token_urlsafe(12),
            snapshot_messages=self._settings.snapshot_messages,
            max_threads=self._settings.max_threads,
            typing_lifetime=timedelta(seconds=self._settings.typing_seconds),
            document_limits=DocumentLimits(
                text_bytes=self._settings.max_document_bytes,
                text_lines=self._settings.max_document_lines,
                documents=self._settings.max_documents,
            ),
        )

    def _begin_all_again(self) -> None:
        """The database may lack what was committed last: everybody gets a snapshot."""
        _log.warning("another server of the database has taken over: sessions are loaded again")
        self._lost.update(self._loading)
        for live in list(self._sessions.values()):
            try:
                live.begin_again("the sessions are loaded again")
            except Exception as error:  # noqa: BLE001 - the others begin again all the same
                _log.error("a session could not begin again: %s", describe(error))

    def _fenced(self, session_id: str, fence: int) -> None:
        """A write came too late. Its session may have been claimed again meanwhile."""
        self._context.metrics.node.fenced += 1
        live = self._sessions.get(session_id)
        if live is not None and live.fence == fence:
            self.lose(session_id)

    def _committed(
        self,
        session_id: str,
        done: "asyncio.Future[AppendResult]",
        then: Callable[[AppendOutcome], None],
    ) -> None:
        error = asyncio.CancelledError() if done.cancelled() else done.exception()
        if error is not None:
            # The store has logged it, once for all events of the batch.
            is_unknown = isinstance(error, OutcomeUnknownError)
            if is_unknown:
                self._in_doubt.add(session_id)
            then(AppendFailed(ErrorCode.INTERNAL_ERROR, is_unknown=is_unknown))
            return
        result = done.result()
        if isinstance(result, Fenced):
            # Its connections are closed by now; what they lack they send again to the owner.
            then(AppendFailed(ErrorCode.SERVER_BUSY))
            return
        if isinstance(result, Committed):
            self._receive(result.message)
        elif isinstance(result, Duplicate) and self._is_behind(session_id, result.seq):
            self._in_doubt.add(session_id)
            self._begin_catching_up()
        then(result)

    def _is_behind(self, session_id: str, seq: int) -> bool:
        live = self._sessions.get(session_id)
        return live is not None and live.session.seq < seq

    def _begin_catching_up(self) -> None:
        """Have the sessions equal the disk again after commits of unknown outcome."""
        if self._in_doubt and not self._is_catching_up:
            self._is_catching_up = True
            self._context.spawn(self._catch_up(), "catch up with the store")

    async def _catch_up(self) -> None:
        try:
            while self._in_doubt:
                # First: what comes into doubt meanwhile is compared again.
                session_id = self._in_doubt.pop()
                live = self._sessions.get(session_id)
                if live is not None:
                    after, most = live.session.seq, self._settings.replay_events
                    try:
                        events = await self._store.events_since(session_id, after, limit=most)
                    except StoreError:
                        self._in_doubt.add(session_id)
                        raise
                    # What is more than a replay shows as a gap: then all begins again.
                    for event in events:
                        self._receive(event)
        except StoreError as error:
            _log.warning("sessions cannot be compared with the disk yet: %s", error)
        finally:
            self._is_catching_up = False

    def _receive(self, event: DurableMessage) -> None:
        live = self._sessions.get(event.session_id)
        if live is not None:
            live.receive(event)

    def _sweep(self) -> None:
        now = self._context.now()
        for live in self._sessions.values():
            try:
                live.end_stale_typing(now)
                live.cursor_trails.add(live.session.presence.take_moved(), now)
                self._cursor_trails.extend(live.cursor_trails.take_due(now))
                self._document_edits.extend(live.document_edits.take_due(now))
            except Exception as error:  # noqa: BLE001 - the other sessions are swept all the same
                _log.error("a session could not be swept: %s", describe(error))
        self._write_rows()
        self._begin_catching_up()
        self._sweeper = self._context.loop.call_later(_SWEEP_SECONDS, self._sweep)

    def _take_rows(self, live: LiveSession) -> None:
        """Take those of a session that is being unloaded."""
        live.cursor_trails.add(live.session.presence.take_moved(), self._context.now())
        self._cursor_trails.extend(live.cursor_trails.take_all())
        self._document_edits.extend(live.document_edits.take_all())

    def _write_rows(self) -> None:
        self._cursor_trails.write()
        self._document_edits.write()

    def _begin_forgetting(self) -> None:
        self._context.spawn(self._forget(), "forget old activity")
        self._forgetter = self._context.loop.call_later(_RETENTION_SECONDS, self._begin_forgetting)

    async def _forget(self) -> None:
        settings = self._settings
        retention = Retention(
            oldest=self._context.now() - timedelta(days=settings.activity_days),
            least_events=max(1, settings.replay_events),
            most_events=settings.activity_events,
            most_trails=settings.activity_trails,
        )
        generations = self._context.now() - timedelta(days=settings.document_generation_days)
        try:
            count = await self._store.forget_activity(retention)
            if not self._context.is_stopping:
                await self._store.forget_generations(generations)
        except StoreError as error:
            _log.warning("the activity log cannot be shortened now: %s", error)
            return
        if count:
            _log.info("activity beyond its retention: %d rows deleted", count)
