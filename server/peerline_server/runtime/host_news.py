"""Sends hosts what only they may see: invites, bans, arrivals, pending joins."""

import asyncio
import logging
from typing import Final

from peerline.protocol.messages import encode_message
from peerline.protocol.moderation import Invite, Moderation
from peerline.protocol.participants import ParticipantRemoved, RoleChanged, UserJoined, UserLeft
from peerline.protocol.roles import Role
from peerline_server.core.invites import is_full
from peerline_server.core.session import Session
from peerline_server.runtime.connections import Connections
from peerline_server.runtime.context import Context
from peerline_server.runtime.waiting_room import WaitingRoom
from peerline_server.store.base import Store, StoreError

_log = logging.getLogger("peerline.server.session")
_INTERVAL_SECONDS: Final = 0.2
"""Between two messages, in which much may change at once."""
_RETRY_SECONDS: Final = 1.0
"""After the store could not be read."""


class HostNews:
    """Tells the hosts of one session who are connected."""

    def __init__(  # noqa: PLR0913 - the parts that it reads
        self,
        session: Session,
        connections: Connections,
        waiting_room: WaitingRoom,
        context: Context,
        store: Store,
        *,
        max_guests_per_invite: int,
    ) -> None:
        self._session = session
        self._connections = connections
        self._waiting_room = waiting_room
        self._context = context
        self._store = store
        self._max_guests_per_invite = max_guests_per_invite
        self._timer: asyncio.TimerHandle | None = None
        self._is_over = False

    async def moderation(self, request_id: str | None = None) -> Moderation:
        """The current state.

        Raises:
            StoreError: if the store cannot be read.
        """
        store, session_id = self._store, self._session.id
        return Moderation(
            session_id=session_id,
            request_id=request_id,
            invites=[
                self._with_bound(invite)
                for invite in await store.usable_invites(session_id, self._context.now())
            ],
            bans=list(await store.bans(session_id)),
            arrivals=list(await store.arrivals(session_id)),
            pending=self._waiting_room.pending(),
        )

    def changed(self) -> None:
        """Send the state soon; what changes until then is sent along."""
        self._schedule(_INTERVAL_SECONDS)

    def stop(self) -> None:
        """Send nothing any more."""
        self._is_over = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _with_bound(self, invite: Invite) -> Invite:
        most = self._max_guests_per_invite
        return invite.model_copy(update={"is_full": is_full(invite.guests, most)})

    def _schedule(self, seconds: float) -> None:
        if self._timer is None and not self._is_over:
            self._timer = self._context.loop.call_later(seconds, self._begin)

    def _begin(self) -> None:
        self._timer = None
        self._context.spawn(self._send(), "tell the hosts")

    async def _send(self) -> None:
        hosts = self._session.members.hosts()
        if not any(connection.user_id in hosts for connection in self._connections):
            return
        try:
            news = await self.moderation()
        except StoreError as error:
            extra = {"session": self._session.id}
            _log.warning("hosts cannot be told now: %s", error, extra=extra)
            if not self._context.is_stopping:
                self._schedule(_RETRY_SECONDS)
            return
        payload = encode_message(news)
        # Roles may have changed meanwhile: the current ones count.
        hosts = self._session.members.hosts()
        for connection in self._connections:
            if connection.user_id in hosts:
                connection.outbox.send_text(payload)


def concerns_hosts(event: UserJoined | UserLeft | RoleChanged | ParticipantRemoved) -> bool:
    """Whether an event changes what only hosts see."""
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
