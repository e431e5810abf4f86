"""Asks for a token when the one in use ends, once for each."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from peerline.protocol.editor.session import NoticeLevel
from peerline.protocol.errors import ErrorCode
from peerline_bridge.errors import CommandRefused
from peerline_bridge.session.local_user import LocalUser
from peerline_bridge.session.session_client import SessionClient


class TokenRequests:
    """The questions for tokens.

    Args:
        joining: The join that is under way, which is told instead of the user.
        notify: Shows a notice, given its level, code and text.
    """

    def __init__(
        self,
        user: LocalUser,
        joining: Callable[[], asyncio.Future[None] | None],
        notify: Callable[[NoticeLevel, str, str], None],
    ) -> None:
        self._user = user
        self._joining = joining
        self._notify = notify

    async def newer(self, session: SessionClient) -> str | None:
        """The token expires: the user may keep a newer one, else they are asked.

        They answer by `peerline.renewToken`, or keep a new one and choose `peerline.signIn`.
        """
        with suppress(CommandRefused):
            kept = await self._user.token_for(session.link, session.username)
            if kept is not None and kept != session.token:
                session.token = kept
                return kept
        joining = self._joining()
        if joining is None or joining.done():
            self.ask(session, ErrorCode.TOKEN_EXPIRED, "your token expires")
        return None

    def ask(self, session: SessionClient, code: ErrorCode, text: str) -> None:
        """Ask for a token, once for each."""
        if not session.is_asking_for_token:
            session.is_asking_for_token = True
            self._notify(NoticeLevel.WARNING, code, text)
