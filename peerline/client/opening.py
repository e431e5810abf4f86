"""Opens the socket of a session: one handshake at the address of the link, no other."""

import asyncio
import logging
from typing import Final

from websockets.asyncio.client import ClientConnection, connect

from peerline.client.timing import Timing
from peerline.protocol.links import SessionLink

# The library logs every frame, and with the first one the token.
_quiet = logging.getLogger("peerline.client.websockets")
_quiet.setLevel(logging.CRITICAL)
_MAX_MESSAGE_BYTES: Final = 16 * 2**20


class _Connect(connect):
    """Does not follow redirects: the token is for the server that the link names."""

    def process_redirect(self, exc: Exception) -> Exception:
        """Leave the answer to the caller."""
        return exc


async def open_socket(link: SessionLink, timing: Timing) -> ClientConnection:
    """Connect and shake hands.

    Raises:
        Exception: of many kinds; `peerline.client.failures` says what each means.
    """
    async with asyncio.timeout(timing.connect):
        return await _Connect(
            link.websocket_url,
            logger=_quiet,
            compression=None,
            max_size=_MAX_MESSAGE_BYTES,
            ping_interval=timing.ping_interval,
            ping_timeout=timing.ping_timeout,
            close_timeout=timing.leave,
            proxy=None,
        )
