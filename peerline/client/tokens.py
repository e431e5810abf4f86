"""The token that a client signs in with, and where a newer one comes from."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final

from peerline.logs import describe

_log = logging.getLogger("peerline.client")
_AROUND: Final = " \t\r\n\v\f\ufeff\u200b\u00a0\"'"
"""The characters around a token that are none of it."""


def clean_token(text: str | None) -> str | None:
    """A token without the `Bearer`, quotes, white space or byte order mark it was copied with.

    None if there is none.
    """
    if text is None:
        return None
    token = text.strip(_AROUND)
    if token[:6].casefold() == "bearer" and token[6:7] in _AROUND:
        token = token[6:].strip(_AROUND)
    return token or None


def has_expired(token: str | None, now: float) -> bool:
    """Whether the claim exp of a token lies before `now`; false where it has none."""
    # With cryptography it takes 9 MB, which a client without a token has no need for.
    import jwt  # noqa: PLC0415

    try:
        claims: dict[str, Any] = jwt.decode(  # pyright: ignore[reportUnknownMemberType] - of keys that need cryptography
            token or "", options={"verify_signature": False}
        )
        return float(claims["exp"]) < now
    except (jwt.PyJWTError, KeyError, TypeError, ValueError):
        return False


GetToken = Callable[[], Awaitable[str | None]]
"""Gives a newer token of the same user, or None if there is none."""


class TokenKeeper:
    """Holds the latest token.

    `get_token` is asked for a newer one when the server says that the one in use expires, or has
    expired; `on_token` is called with each token that the server gives, a guest's, to be kept.
    """

    def __init__(
        self,
        token: str | None,
        get_token: GetToken | None,
        on_token: Callable[[str], None] | None,
    ) -> None:
        self.current = clean_token(token)
        self._get_token = get_token
        self._on_token = on_token

    def take(self, token: str) -> None:
        """Use what the server gave from now on."""
        self.current = token
        if self._on_token is None:
            return
        try:
            self._on_token(token)
        except Exception as error:  # noqa: BLE001 - the user's code; the session goes on
            _log.error("a token could not be kept: %s", describe(error))

    async def get_newer(self) -> bool:
        """Ask for a newer token; whether there is one, which then is the current one."""
        if self._get_token is None:
            return False
        try:
            token = clean_token(await self._get_token())
        except Exception as error:  # noqa: BLE001 - the user's code; the session goes on while it can
            _log.error("there is no newer token: %s", describe(error))
            return False
        if token is None or token == self.current:
            return False
        self.current = token
        return True
