"""Creates the session that an account asks for in its join."""

import asyncio
import logging

from peerline.protocol.errors import ErrorCode
from peerline_server.auth.tokens import Identity
from peerline_server.core.records import NewSession
from peerline_server.runtime.hub import Hub

_log = logging.getLogger("peerline.server.creation")


class CreationDenied(Exception):  # noqa: N818 - it is an answer, not a fault
    """The session is not created; `text` is for the user."""

    code = ErrorCode.CREATION_DENIED

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class SessionCreator:
    """One creation at a time, so that the limit holds and an id is given once."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._lock = asyncio.Lock()

    async def create(self, session_id: str, title: str, host: Identity) -> None:
        """Create the session with `host` as its host, unless it is there.

        Raises:
            CreationDenied: with the reason.
        """
        settings, store = self._hub.settings, self._hub.store
        if not settings.session_creation:
            raise CreationDenied("sessions are created by whoever runs this server")
        if host.is_guest:
            raise CreationDenied("create: a guest cannot create a session, sign in with an account")
        most = settings.max_created_sessions_per_user
        async with self._lock:
            if await self._hub.session(session_id) is not None:
                return
            if await store.count_created(host.user_id) >= most:
                text = f"you have created {most} sessions that have not ended: end one of them"
                raise CreationDenied(text)
            new = NewSession(session_id, title, host.user_id, self._hub.now())
            await store.create_session(new)
        _log.info("created", extra={"session": session_id, "participant": host.user_id})
