"""A session with its connections: delivers what was committed and flushes presence."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Self

from peerline.protocol.chat import MessageDeleted
from peerline.protocol.documents import DocumentSaved
from peerline.protocol.drafts import DraftsShared
from peerline.protocol.errors import CloseCode
from peerline.protocol.events import DurableMessage
from peerline.protocol.messages import encode_message
from peerline.protocol.offers import FilesOffered
from peerline.protocol.participants import ParticipantRemoved, RoleChanged, UserJoined, UserLeft
from peerline.protocol.presence import Summoned
from peerline.protocol.session import SessionEnded
from peerline_server.core.cursor_trails import CursorTrails
from peerline_server.core.document_edits import DocumentEdits
from peerline_server.core.presence_state import presence_update
from peerline_server.core.records import NewEvent
from peerline_server.core.session import Session
from peerline_server.core.visibility import public_view
from peerline_server.documents.document import Change
from peerline_server.runtime.appending import AppendOutcome
from peerline_server.runtime.connections import Connections, ParticipantConnection
from peerline_server.runtime.context import Context
from peerline_server.runtime.departures import Departures, UserTurn
from peerline_server.runtime.host_news import HostNews, concerns_hosts
from peerline_server.runtime.host_watch import HostWatch
from peerline_server.runtime.invite_lookups import InviteLookups
from peerline_server.runtime.live_agents import AgentOptions, LiveAgents
from peerline_server.runtime.live_document import LiveDocument
from peerline_server.runtime.live_documents import DocumentOptions, LiveDocuments
from peerline_server.runtime.live_drafts import LiveDrafts
from peerline_server.runtime.live_offers import LiveOffers
from peerline_server.runtime.presence_flush import (
    FlushPlan,
    LoadMeter,
    PresenceBatch,
    activity_frame,
)
from peerline_server.runtime.replay import Replay
from peerline_server.runtime.waiting_room import WaitingRoom
from peerline_server.settings import Settings
from peerline_server.store.base import Store
from peerline_server.transport.base import SharedFrame

_log = logging.getLogger("peerline.server.session")
_REMOVED = "the host has removed you from this session"
_LEFT_WITH_OWNER = "your owner has left this session"
_Ephemeral = DocumentSaved | DraftsShared | FilesOffered | Summoned


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """The settings of a live session."""

    leave_grace_seconds: float
    takeover_grace_seconds: float
    host_grace_seconds: float
    replay_events: int
    max_pending_joins: int
    max_guests_per_invite: int
    trail_seconds: float
    documents: DocumentOptions
    agents: AgentOptions

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Those of the server's settings."""
        return cls(
            leave_grace_seconds=settings.leave_grace_seconds,
            takeover_grace_seconds=settings.takeover_grace_seconds,
            host_grace_seconds=settings.host_grace_seconds,
            replay_events=settings.replay_events,
            max_pending_joins=settings.max_pending_joins,
            max_guests_per_invite=settings.max_guests_per_invite,
            trail_seconds=settings.trail_seconds,
            documents=DocumentOptions.of(settings),
            agents=AgentOptions.of(settings),
        )


@dataclass(frozen=True, slots=True)
class SessionNode:
    """The node's side of a live session; the same for all of them."""

    append: Callable[[NewEvent, Callable[[AppendOutcome], None], int], None]
    """As that of a live session, with the fence of this one."""
    unload: Callable[[str], None]
    """Forgets the session with this id."""
    unload_if_empty: Callable[[str], None]
    """The same, unless somebody is in it."""
    flush_plan: FlushPlan


class LiveSession:
    """One loaded session on this node."""

    def __init__(  # noqa: PLR0913 - the parts that it works with
        self,
        session: Session,
        context: Context,
        store: Store,
        node: SessionNode,
        options: SessionOptions,
        *,
        fence: int = 0,
    ) -> None:
        self.session = session
        self.fence = fence
        """With it the store takes what this node writes as the session's owner."""
        self._context = context
        self._store = store
        self._node = node
        self._load = LoadMeter()
        self._takeover_grace_seconds = options.takeover_grace_seconds
        self._flush_handle: asyncio.Handle | None = None
        self._dirty_since = 0.0
        self.invites = InviteLookups(session.id, context, store)
        self._connections = Connections()
        self._departures = Departures(
            session,
            self._connections,
            context,
            self.append,
            grace_seconds=options.leave_grace_seconds,
            on_idle=partial(node.unload_if_empty, session.id),
        )
        self._host_watch = HostWatch(
            session, context, self.append, grace_seconds=options.host_grace_seconds
        )
        self.waiting_room = WaitingRoom(options.max_pending_joins)
        self.host_news = HostNews(
            session,
            self._connections,
            self.waiting_room,
            context,
            store,
            max_guests_per_invite=options.max_guests_per_invite,
        )
        self.replay = Replay(session, store, options.replay_events)
        self.cursor_trails = CursorTrails(session.id, timedelta(seconds=options.trail_seconds))
        self.document_edits = DocumentEdits(session.id)
        self.drafts = LiveDrafts(session, context, options.documents.limits, self.relay)
        self.documents = LiveDocuments(
            session,
            context,
            store,
            self.append,
            options.documents,
            fence=fence,
            drafts=self.drafts,
            edited=self._document_edited,
        )
        self.offers = LiveOffers(session, context, self.relay)
        self.agents = LiveAgents(session, context, self.append, options.agents)
        self.is_loaded = True
        """False once the hub has forgotten this object; then another one holds the session."""

    @property
    def id(self) -> str:
        """The session's id."""
        return self.session.id

    @property
    def is_empty(self) -> bool:
        """Whether nobody is connected, joins, leaves or may still come back."""
        return not self._connections and self._departures.is_idle

    def now(self) -> datetime:
        """The time of day."""
        return self._context.now()

    def start(self) -> None:
        """Give those who were here before a restart or takeover the grace to come back."""
        for user_id in self.session.active_user_ids():
            self._departures.schedule(user_id, self._takeover_grace_seconds)
        self._host_watch.look()
        self.agents.start()

    def stop(self) -> None:
        """Cancel everything that would happen automatically."""
        self._departures.cancel_all()
        self._host_watch.stop()
        self.host_news.stop()
        self.documents.stop()
        self.drafts.stop()
        self.offers.stop()
        self.agents.stop()
        if self._flush_handle is not None:
            self._flush_handle.cancel()
            self._flush_handle = None

    # --- who is connected ------------------------------------------------------------------

    def add(self, connection: ParticipantConnection) -> None:
        """Deliver to this connection from now on."""
        self._connections.add(connection)
        self._departures.cancel(connection.user_id)

    def remove(self, connection: ParticipantConnection, *, clean: bool) -> None:
        """The connection has gone; the user leaves with the last one, at once if it was clean."""
        if not self._connections.discard(connection):
            return
        user_id = connection.user_id
        if self.session.presence.drop(user_id, connection):
            self.presence_changed()
        if self._context.is_stopping or self._connections.count_of(user_id):
            return  # users of a server that stops come back to the next one
        if clean:
            self._departures.begin(user_id)
        else:
            self._departures.schedule(user_id)

    def keep_everybody(self) -> None:
        """Nobody leaves by a timer: the session is about to be handed over."""
        self._departures.cancel_timers()

    def left_behind(self, user_id: str) -> None:
        """The user joined, but the connection went away meanwhile."""
        if not self._connections.count_of(user_id):
            self._departures.schedule(user_id)

    def hold(self, user_id: str) -> UserTurn:
        """The user's turn: joins and leaves of one user happen one after the other."""
        return self._departures.hold(user_id)

    # --- what happens ----------------------------------------------------------------------

    def append(self, event: NewEvent, then: Callable[[AppendOutcome], None]) -> None:
        """Have an event committed and delivered; `then` is called right after, in order of seq."""
        self._node.append(event, then, self.fence)

    def receive(self, event: DurableMessage) -> None:
        """Take over a committed event and deliver it to everybody."""
        if event.seq <= self.session.seq:
            return
        if event.seq != self.session.seq + 1:
            self._start_over(event.seq)
            return
        self.session.apply(event)
        if isinstance(event, MessageDeleted):
            # What was deleted must not be replayed: the store has it without its content.
            self.replay.forget()
        frame = SharedFrame(encode_message(public_view(event)))
        self.replay.add(event.seq, frame)
        for connection in self._connections:
            connection.outbox.send_shared(frame)
        if isinstance(event, UserLeft) and event.reason is not None:
            self._remove_user(event.user_id, _LEFT_WITH_OWNER)
        if isinstance(event, ParticipantRemoved):
            is_agent = event.reason is not None
            self._remove_user(event.user_id, _LEFT_WITH_OWNER if is_agent else _REMOVED)
            self.waiting_room.answer(event.user_id, allow=False)
            # The link that the user came by may have ended with this.
            self.invites.forget_all()
        if isinstance(event, SessionEnded):
            self._end()
        elif isinstance(event, UserJoined | UserLeft | RoleChanged | ParticipantRemoved):
            self._host_watch.look()
            if concerns_hosts(event):
                self.moderation_changed()
        self.documents.on_event(event)
        if isinstance(event, RoleChanged):
            self.offers.rights_changed(event.user_id)
        self.agents.on_event(event)

    def begin_again(self, reason: str) -> None:
        """Have everybody resume, from the store or at the node that owns the session now."""
        self._part(lambda connection: connection.close(CloseCode.SERVICE_RESTART, reason))

    def hold_reading(self) -> None:
        """Take nothing more from anybody who is here."""
        self._connections.hold_reading()

    def hand_over(self, come_back_seconds: Callable[[], float]) -> None:
        """Have everybody come back, to the node that has the session then; nobody has left."""
        self._part(lambda connection: connection.hand_over(come_back_seconds()))

    def moderation_changed(self) -> None:
        """Send the connected hosts what only they may see, soon."""
        self.host_news.changed()

    def presence_changed(self) -> None:
        """Somebody's presence or activity changed: flush it soon, according to the load."""
        now = self._context.loop.time()
        deliveries = max(0, len(self._connections) - 1)
        self._load.add(deliveries, now)
        self._node.flush_plan.load.add(deliveries, now)
        self._schedule_flush(now)

    def relay(self, message: _Ephemeral, *, without: str | None = None) -> None:
        """Deliver an ephemeral message to everybody else who is here now."""
        frame = SharedFrame(encode_message(message))
        for connection in self._connections:
            if connection.user_id != without:
                connection.outbox.send_shared(frame)

    def end_stale_typing(self, now: datetime) -> None:
        """Make everyone active who has been typing for too long."""
        if self.session.presence.has_typing and self.session.presence.end_stale_typing(now):
            self._schedule_flush(self._context.loop.time())

    def presence_frames(self, *, without: str) -> list[SharedFrame]:
        """The presence of everybody else, a frame each, and what agents do."""
        presence = self.session.presence
        others = [one for one in self.session.active_user_ids() if one != without]
        frames = [
            SharedFrame(presence_update(self.id, user_id, presence.as_json(user_id)))
            for user_id in others
        ]
        activities = self.session.agents.all()
        return frames + [
            activity_frame(self.id, user_id, activities[user_id])
            for user_id in others
            if user_id in activities
        ]

    # --- inside ----------------------------------------------------------------------------

    def _document_edited(self, live: LiveDocument, user_id: str, change: Change) -> None:
        shared = self.session.documents.get(live.id)
        if shared is not None:
            self.document_edits.add(
                user_id,
                live.id,
                shared.file,
                inserted=change.inserted,
                deleted=change.deleted,
                now=self._context.now(),
            )

    def _start_over(self, seq: int) -> None:
        """Another process wrote into this session."""
        text = "the session is at %d and got %d: loaded again"
        _log.error(text, self.session.seq, seq, extra={"session": self.id})
        self.begin_again("the session is loaded again")

    def _remove_user(self, user_id: str, reason: str) -> None:
        self._departures.cancel(user_id)
        for connection in self._connections.take_user(user_id):
            connection.remove(reason)

    def _part(self, end: Callable[[ParticipantConnection], None]) -> None:
        for connection in self._connections.take_all():
            end(connection)
        self._node.unload(self.id)
        self.waiting_room.turn_all_away()

    def _end(self) -> None:
        """The session was ended: everybody is told, and nobody is left."""
        self.stop()
        self.waiting_room.turn_all_away()
        for connection in self._connections:
            # Not before the host who ended it has the acknowledgement, which comes next.
            self._context.loop.call_soon(
                connection.close, CloseCode.SESSION_ENDED, "the host has ended this session"
            )
        self._connections.clear()

    def _schedule_flush(self, now: float) -> None:
        if self._flush_handle is not None:
            return
        interval = self._node.flush_plan.interval(self._load.rate(now), now)
        loop = self._context.loop
        self._dirty_since = now
        self._flush_handle = (
            loop.call_later(interval, self._flush) if interval > 0 else loop.call_soon(self._flush)
        )

    def _flush(self) -> None:
        self._flush_handle = None
        changed = self.session.presence.take_dirty()
        agents = self.session.agents.take_dirty()
        if not changed and not agents:
            return
        for user_id, _ in changed:
            self.documents.presence_changed(user_id)
        presence = self.session.presence
        batch = PresenceBatch(
            [
                (user_id, SharedFrame(presence_update(self.id, user_id, presence.as_json(user_id))))
                for user_id, _ in changed
            ]
        )
        told = [(user_id, activity_frame(self.id, user_id, state)) for user_id, state in agents]
        of_agents = PresenceBatch(told) if told else None
        for connection in self._connections:
            frames = batch.for_user(connection.user_id, deflates=connection.deflates)
            if of_agents is not None:
                frames += of_agents.for_user(connection.user_id, deflates=connection.deflates)
            if frames:
                connection.outbox.send_presence(frames)
        waited = self._context.loop.time() - self._dirty_since
        self._context.metrics.presence_delivery.observe(waited)
