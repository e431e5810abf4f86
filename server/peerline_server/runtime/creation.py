"""Creates the session that an account asks for in its join."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from peerline.protocol.errors import ErrorCode
from peerline_server.auth.tokens import Identity
from peerline_server.core.records import NewSession
from peerline_server.runtime.hub import Hub
from peerline_server.settings import Settings
from peerline_server.store.base import Store, StoreError

_log = logging.getLogger("peerline.server.creation")


@dataclass(frozen=True, slots=True)
class CreationOptions:
    """The settings of sessions that are created from editors."""

    is_allowed: bool
    max_sessions_per_user: int

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Those of the server's settings."""
        return cls(
            is_allowed=settings.session_creation,
            max_sessions_per_user=settings.max_created_sessions_per_user,
        )


class CreationDenied(Exception):  # noqa: N818 - it is an answer, not a fault
    """The session is not created; `text` is for the user."""

    code = ErrorCode.CREATION_DENIED

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class SessionCreator:
    """One creation at a time, so that the limit holds and an id is given once."""

    def __init__(
        self, hub: Hub, store: Store, now: Callable[[], datetime], options: CreationOptions
    ) -> None:
        self._hub = hub
        self._store = store
        self._now = now
        self._options = options
        self._lock = asyncio.Lock()

    async def create(self, session_id: str, title: str, host: Identity) -> None:
        """Create the session with `host` as its host, unless it is there.

        Raises:
            CreationDenied: with the reason.
        """
        if not self._options.is_allowed:
            raise CreationDenied("only the operator of this server creates sessions")
        if host.renews:
            who = "a guest" if host.is_guest else "an agent"
            raise CreationDenied(f"create: {who} cannot create a session, sign in with an account")
        most = self._options.max_sessions_per_user
        async with self._lock:
            if await self._hub.session(session_id) is not None:
                return
            if await self._store.count_created(host.user_id) >= most:
                text = f"you have created {most} sessions that have not ended: end one of them"
                raise CreationDenied(text)
            new = NewSession(session_id, title, host.user_id, self._now())
            try:
                await self._store.create_session(new)
            except StoreError:
                if await self._hub.session(session_id) is None:
                    raise
                return  # another node has just created it
        _log.info("created", extra={"session": session_id, "participant": host.user_id})
