"""A session with its connections: delivers what was committed and flushes presence."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from peerline.protocol.chat import MessageDeleted
from peerline.protocol.errors import CloseCode
from peerline.protocol.events import DurableMessage
from peerline.protocol.messages import encode_message
from peerline.protocol.moderation import Moderation
from peerline.protocol.participants import ParticipantRemoved, RoleChanged, UserJoined, UserLeft
from peerline.protocol.presence import Summoned
from peerline.protocol.roles import Role
from peerline.protocol.session import SessionEnded
from peerline_server.core.cursor_trails import TrailLog
from peerline_server.core.presence_state import encode_presence
from peerline_server.core.records import Committed, StoredInvite
from peerline_server.core.session import Session
from peerline_server.core.visibility import public_view
from peerline_server.runtime.presence_flush import LoadMeter, PresenceBatch
from peerline_server.runtime.waiting_room import WaitingRoom
from peerline_server.store.base import StoreError
from peerline_server.transport.frames import SharedFrame, text_frame
from peerline_server.transport.outbox import Outbox

if TYPE_CHECKING:
    from peerline_server.runtime.hub import AppendOutcome, Hub

_log = logging.getLogger("peerline.server.session")
MAX_REPLAY_BYTES: Final = 4 * 1024 * 1024
"""Of the missed events together; a client that missed more gets a snapshot."""
_RETRY_SECONDS: Final = 1.0
"""After the store failed to keep what the server does by itself."""
_HOST_NEWS_SECONDS: Final = 0.2
"""Between two looks at what only hosts see, in which much may change at once."""


@dataclass(eq=False, slots=True)
class Receiver:
    """A joined connection, as the session sees it."""

    user_id: str
    outbox: Outbox
    deflates: bool
    put_out: Callable[[], None]
    """Ends the connection of a user who was removed."""


@dataclass(frozen=True, slots=True)
class Missed:
    """The frames after a resume point, in order."""

    frames: Sequence[SharedFrame]


class LiveSession:
    """One loaded session on this node."""

    def __init__(self, session: Session, hub: "Hub") -> None:
        self.session = session
        self._hub = hub
        self._receivers: dict[Receiver, None] = {}
        self._of_user: dict[str, set[Receiver]] = {}
        self._recent: deque[tuple[int, SharedFrame]] = deque(maxlen=hub.settings.replay_events)
        self._locks: dict[str, asyncio.Lock] = {}
        self._lock_users: dict[str, int] = {}
        self._leave_timers: dict[str, asyncio.TimerHandle] = {}
        self._load = LoadMeter()
        self._flush_handle: asyncio.Handle | None = None
        self._promotion_timer: asyncio.TimerHandle | None = None
        self._dirty_since = 0.0
        self._invites: dict[str, asyncio.Task[StoredInvite | None]] = {}
        self._host_news: asyncio.TimerHandle | None = None
        self.waiting_room = WaitingRoom(hub.settings.max_pending_joins)
        self.trails = TrailLog(session.id, timedelta(seconds=hub.settings.trail_seconds))
        self.is_loaded = True
        """False once the hub has forgotten this object; then another one holds the session."""

    @property
    def id(self) -> str:
        """The session's id."""
        return self.session.id

    def now(self) -> datetime:
        """The time of day."""
        return self._hub.now()

    def start(self) -> None:
        """Give those who were here before a restart the grace to come back."""
        for user_id in self.session.active_user_ids():
            self._schedule_leave(user_id)
        self._watch_hosts()

    def cancel_timers(self) -> None:
        """Stop everything that would happen by itself."""
        for timer in self._leave_timers.values():
            timer.cancel()
        self._leave_timers.clear()
        if self._promotion_timer is not None:
            self._promotion_timer.cancel()
            self._promotion_timer = None
        if self._host_news is not None:
            self._host_news.cancel()
            self._host_news = None
        if self._flush_handle is not None:
            self._flush_handle.cancel()
            self._flush_handle = None

    # --- who is connected ------------------------------------------------------------------

    def connections_of(self, user_id: str) -> int:
        """How many connections the user has here."""
        return len(self._of_user.get(user_id, ()))

    def add(self, receiver: Receiver) -> None:
        """Deliver to this connection from now on."""
        self._receivers[receiver] = None
        self._of_user.setdefault(receiver.user_id, set()).add(receiver)
        timer = self._leave_timers.pop(receiver.user_id, None)
        if timer is not None:
            timer.cancel()

    def remove(self, receiver: Receiver, *, clean: bool) -> None:
        """The connection has gone; the user leaves with the last one, at once if it was clean."""
        if receiver not in self._receivers:
            return
        del self._receivers[receiver]
        if self._hub.is_stopping:
            return  # whoever was here comes back to the next server
        of_user = self._of_user[receiver.user_id]
        of_user.discard(receiver)
        if not of_user:
            del self._of_user[receiver.user_id]
            if clean:
                self._begin_leave(receiver.user_id)
            else:
                self._schedule_leave(receiver.user_id)

    def left_behind(self, user_id: str) -> None:
        """The user came in, but the connection went away meanwhile."""
        if not self.connections_of(user_id):
            self._schedule_leave(user_id)

    async def find_invite(self, code_hash: str) -> StoredInvite | None:
        """The invite with this hash, perhaps as it was a while ago: its use decides."""
        lookup = self._invites.get(code_hash)
        if lookup is None:
            # All who come at once with a link share one look into the store.
            lookup = self._hub.share(
                self._hub.store.find_invite(self.id, code_hash), "find an invite"
            )
            self._invites[code_hash] = lookup
        found: StoredInvite | None = None
        try:
            found = await asyncio.shield(lookup)
        finally:
            if found is None:
                self._invites.pop(code_hash, None)
        return found

    def forget_invite(self, code_hash: str) -> None:
        """The invite was revoked: look at it again."""
        self._invites.pop(code_hash, None)

    def forget_all_invites(self) -> None:
        """Some may have changed: look at each again."""
        self._invites.clear()

    async def moderation(self, request_id: str | None = None) -> Moderation:
        """What only hosts may see.

        Raises:
            StoreError: if the store cannot be read.
        """
        store = self._hub.store
        return Moderation(
            session_id=self.id,
            request_id=request_id,
            invites=list(await store.usable_invites(self.id, self.now())),
            bans=list(await store.bans(self.id)),
            arrivals=list(await store.arrivals(self.id)),
            pending=self.waiting_room.pending(),
        )

    def moderation_changed(self) -> None:
        """Tell the hosts who are here, soon: what comes in between goes along."""
        if self._host_news is None and self.is_loaded:
            loop = self._hub.loop
            self._host_news = loop.call_later(_HOST_NEWS_SECONDS, self._begin_host_news)

    def hold(self, user_id: str) -> "UserTurn":
        """The user's turn: joins and leaves of one user happen one after the other."""
        return UserTurn(self._locks, self._lock_users, user_id, self._unload_if_empty)

    # --- what happens ----------------------------------------------------------------------

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
            self._recent.clear()
        frame = SharedFrame(encode_message(public_view(event)))
        self._recent.append((event.seq, frame))
        for receiver in self._receivers:
            receiver.outbox.send_shared(frame)
        if isinstance(event, ParticipantRemoved):
            self._put_out(event.user_id)
            self.waiting_room.answer(event.user_id, allow=False)
            # The link that the user came by may have ended with this.
            self._invites.clear()
        if isinstance(event, SessionEnded):
            self._end()
        elif isinstance(event, UserJoined | UserLeft | RoleChanged | ParticipantRemoved):
            self._watch_hosts()
            if self._concerns_hosts(event):
                self.moderation_changed()

    def presence_changed(self) -> None:
        """Somebody's presence changed: flush it soon, according to the load."""
        now = self._hub.loop.time()
        deliveries = max(0, len(self._receivers) - 1)
        self._load.add(deliveries, now)
        self._hub.load.add(deliveries, now)
        self._schedule_flush(now)

    def relay(self, message: Summoned, *, without: str) -> None:
        """Deliver an ephemeral message to everybody else who is here now."""
        frame = SharedFrame(encode_message(message))
        for receiver in self._receivers:
            if receiver.user_id != without:
                receiver.outbox.send_shared(frame)

    def end_stale_typing(self, now: datetime) -> None:
        """Make everyone active who has been typing for too long."""
        if self.session.presence.has_typing and self.session.presence.end_stale_typing(now):
            self._schedule_flush(self._hub.loop.time())

    def presence_frames(self, *, without: str) -> list[SharedFrame]:
        """The presence of everybody else, a frame each."""
        presence = self.session.presence
        return [
            SharedFrame(encode_presence(self.id, user_id, presence.get(user_id)))
            for user_id in self.session.active_user_ids()
            if user_id != without
        ]

    async def missed_since(self, seq: int) -> Missed | None:
        """The frames after `seq` that memory no longer holds; None if there are too many.

        Events that come while this waits are in memory: `replay` joins both without a gap.
        """
        limit = self._hub.settings.replay_events
        head = self.session.seq
        if seq > head or head - seq > limit:
            return None
        first_held = self._recent[0][0] if self._recent else head + 1
        if seq + 1 >= first_held:
            return Missed(())
        events = await self._hub.store.events_since(self.id, seq, limit=first_held - 1 - seq)
        return Missed([SharedFrame(encode_message(public_view(event))) for event in events])

    def replay(self, seq: int, missed: Missed) -> list[SharedFrame] | None:
        """The frames after `seq` up to now; None if they are not complete, or too long."""
        after = seq + len(missed.frames)
        held = [frame for number, frame in self._recent if number > after]
        if after + len(held) != self.session.seq:
            return None
        frames = [*missed.frames, *held]
        if sum(len(frame.plain) for frame in frames) > MAX_REPLAY_BYTES:
            return None
        return frames

    # --- inside ----------------------------------------------------------------------------

    def _start_over(self, seq: int) -> None:
        """Another process wrote into this session: have everybody resume from the store."""
        text = "the session is at %d and got %d: loaded anew"
        _log.error(text, self.session.seq, seq, extra={"session": self.id})
        for receiver in self._receivers:
            receiver.outbox.close(CloseCode.SERVICE_RESTART, "the session is loaded anew")
        self.waiting_room.turn_all_away()
        self._receivers.clear()
        self._of_user.clear()
        self._hub.unload(self.id)

    def _put_out(self, user_id: str) -> None:
        timer = self._leave_timers.pop(user_id, None)
        if timer is not None:
            timer.cancel()
        for receiver in self._of_user.pop(user_id, set()):
            del self._receivers[receiver]
            receiver.put_out()

    def _watch_hosts(self) -> None:
        """Promote somebody after the grace if no host is here; take it back if one is."""
        now = self._hub.now()
        for event in self.session.return_of_host(now):
            self._hub.append(event, self._try_again_later)
        if self.session.promotion(now) is None:
            if self._promotion_timer is not None:
                self._promotion_timer.cancel()
                self._promotion_timer = None
        elif self._promotion_timer is None:
            grace = self._hub.settings.host_grace_seconds
            self._promotion_timer = self._hub.loop.call_later(grace, self._promote)

    def _promote(self) -> None:
        self._promotion_timer = None
        event = self.session.promotion(self._hub.now())
        if event is not None:
            self._hub.append(event, self._try_again_later)

    def _try_again_later(self, outcome: "AppendOutcome") -> None:
        """What the server does by itself must not end with a disk that failed."""
        if not isinstance(outcome, Committed) and self.is_loaded and not self._hub.is_stopping:
            grace = self._hub.settings.host_grace_seconds
            self._hub.loop.call_later(max(grace, _RETRY_SECONDS), self._watch_hosts_again)

    def _watch_hosts_again(self) -> None:
        if self.is_loaded and not self._hub.is_stopping:
            self._watch_hosts()

    def _begin_host_news(self) -> None:
        self._host_news = None
        self._hub.spawn(self._tell_hosts(), "tell the hosts")

    async def _tell_hosts(self) -> None:
        hosts = self.session.hosts()
        if not any(receiver.user_id in hosts for receiver in self._receivers):
            return
        try:
            news = await self.moderation()
        except StoreError as error:
            _log.warning("hosts cannot be told now: %s", error, extra={"session": self.id})
            if self._host_news is None and self.is_loaded and not self._hub.is_stopping:
                loop = self._hub.loop
                self._host_news = loop.call_later(_RETRY_SECONDS, self._begin_host_news)
            return
        frame = text_frame(encode_message(news))
        # Whoever was made host or demoted meanwhile: it counts who is one now.
        hosts = self.session.hosts()
        for receiver in self._receivers:
            if receiver.user_id in hosts:
                receiver.outbox.send(frame)

    @staticmethod
    def _concerns_hosts(event: UserJoined | UserLeft | RoleChanged | ParticipantRemoved) -> bool:
        match event:
            case ParticipantRemoved():
                return True
            case UserJoined():
                # Hosts see by which link somebody came.
                return True
            case RoleChanged():
                return event.role is Role.HOST
            case _:
                return False

    def _end(self) -> None:
        """The session was ended: everybody is told, and nobody is left."""
        self.cancel_timers()
        self.waiting_room.turn_all_away()
        for receiver in self._receivers:
            # Not before the host who ended it has the acknowledgement, which comes next.
            self._hub.loop.call_soon(
                receiver.outbox.close, CloseCode.SESSION_ENDED, "the host has ended this session"
            )
        self._receivers.clear()
        self._of_user.clear()

    def _schedule_flush(self, now: float) -> None:
        if self._flush_handle is not None:
            return
        interval = self._hub.intervals.choose(self._load.rate(now), self._hub.load.rate(now))
        loop = self._hub.loop
        self._dirty_since = now
        self._flush_handle = (
            loop.call_later(interval, self._flush) if interval > 0 else loop.call_soon(self._flush)
        )

    def _flush(self) -> None:
        self._flush_handle = None
        changed = self.session.presence.take_dirty()
        if not changed:
            return
        batch = PresenceBatch(
            [
                (user_id, SharedFrame(encode_presence(self.id, user_id, state)))
                for user_id, state in changed
            ]
        )
        for receiver in self._receivers:
            frames = batch.for_user(receiver.user_id, deflates=receiver.deflates)
            if frames:
                receiver.outbox.send_presence(frames)
        waited = self._hub.loop.time() - self._dirty_since
        self._hub.metrics.presence_delivery.observe(waited)

    def _schedule_leave(self, user_id: str) -> None:
        before = self._leave_timers.pop(user_id, None)
        if before is not None:
            before.cancel()
        grace = self._hub.settings.leave_grace_seconds
        self._leave_timers[user_id] = self._hub.loop.call_later(grace, self._begin_leave, user_id)

    def _begin_leave(self, user_id: str) -> None:
        timer = self._leave_timers.pop(user_id, None)
        if timer is not None:
            timer.cancel()
        self._hub.spawn(self._leave(user_id), "leave")

    async def _leave(self, user_id: str) -> None:
        async with self.hold(user_id):
            if self.connections_of(user_id) or not self.session.is_active(user_id):
                return
            event = self.session.leave_event(user_id, self._hub.now())
            done = self._hub.loop.create_future()

            def finish(outcome: "AppendOutcome") -> None:
                if not done.done():
                    done.set_result(isinstance(outcome, Committed))

            self._hub.append(event, finish)
            if not await done:
                # The store is away: the user stays shown until it is back.
                self._schedule_leave(user_id)

    def _unload_if_empty(self) -> None:
        if not self._receivers and not self._locks and not self._leave_timers:
            self._hub.unload(self.id)


class UserTurn:
    """An async context manager: one join or leave of a user at a time."""

    def __init__(
        self,
        locks: dict[str, asyncio.Lock],
        waiting: dict[str, int],
        user_id: str,
        on_idle: Callable[[], None],
    ) -> None:
        self._locks = locks
        self._waiting = waiting
        self._user_id = user_id
        self._on_idle = on_idle

    async def __aenter__(self) -> None:
        lock = self._locks.setdefault(self._user_id, asyncio.Lock())
        self._waiting[self._user_id] = self._waiting.get(self._user_id, 0) + 1
        try:
            await lock.acquire()
        except BaseException:
            self._done()
            raise

    async def __aexit__(self, *_error: object) -> None:
        self._locks[self._user_id].release()
        self._done()
        self._on_idle()

    def _done(self) -> None:
        self._waiting[self._user_id] -= 1
        if not self._waiting[self._user_id]:
            del self._waiting[self._user_id], self._locks[self._user_id]
