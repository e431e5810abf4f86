"""The local user: the name that others see, and the tokens that they keep."""

from collections.abc import Awaitable, Callable

from peerline.protocol.links import SessionLink
from peerline.user_names import shown_name
from peerline_bridge.errors import CommandRefused
from peerline_bridge.session.tokens import TokenError

FindToken = Callable[[SessionLink, str], Awaitable[str | None]]
"""Looks for a token of a user's name on a link's server. Raises TokenError."""


class LocalUser:
    """The user of the editor.

    Args:
        username: the name that the editor is set to.
        find_token: where the user keeps tokens.
    """

    def __init__(self, username: str | None, find_token: FindToken | None) -> None:
        self._username = username
        self._find_token = find_token

    def name(self, wanted: str | None = None) -> str:
        """The name that others see, by which a guest is known."""
        return shown_name(wanted or self._username)

    def rename(self, username: str) -> None:
        """Be called so in the sessions that are joined from now on."""
        self._username = username

    async def token_for(self, link: SessionLink, username: str) -> str | None:
        """The token that the user keeps for the link's server.

        Raises:
            CommandRefused: if the file of tokens cannot be used.
        """
        try:
            return None if self._find_token is None else await self._find_token(link, username)
        except TokenError as error:
            raise CommandRefused("TOKEN_FILE", str(error)) from None
