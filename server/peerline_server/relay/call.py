"""One connection to another node, until it is known what is there."""

import asyncio
from typing import Final, cast

_READ_AHEAD_BYTES: Final = 64 * 1024
"""The bytes that are taken before anybody looks at them."""


class CallEndedError(Exception):
    """The other end has closed, or the client has gone."""


class Call(asyncio.Protocol):
    """Collects what comes; the stream then goes to somebody else."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._transport: asyncio.Transport | None = None
        self._news: asyncio.Future[None] | None = None
        self._is_over = False
        self._is_taken = False
        self.is_given_up = False
        """Whether the client has gone."""
        self.data = b""
        """The bytes that have come and were not taken."""

    async def dial(self, address: str) -> None:
        """Connect to HOST:PORT.

        Raises:
            OSError: if that is not possible.
        """
        host, _, port = address.rpartition(":")
        await self._loop.create_connection(lambda: self, host.strip("[]"), int(port))
        if self._is_over:  # the client has gone meanwhile
            self.end()

    def write(self, data: bytes) -> None:
        """Send it."""
        if self._transport is not None:
            self._transport.write(data)

    async def more(self) -> None:
        """Wait until more has come.

        Raises:
            CallEndedError: if nothing comes any more.
        """
        if self._is_over:
            raise CallEndedError
        known = len(self.data)
        self._news = self._loop.create_future()
        await self._news
        if self._is_over and len(self.data) == known:
            raise CallEndedError

    def take(self) -> asyncio.Transport:
        """The stream: it is not ended here any longer.

        Raises:
            CallEndedError: if it is over.
        """
        if self._transport is None or self._is_over:
            raise CallEndedError
        self._is_taken = True
        return self._transport

    def give_up(self) -> None:
        """The client has gone."""
        self.is_given_up = True
        self.end()

    def end(self) -> None:
        """End the stream, unless it was taken."""
        if self._is_taken:
            return
        self._is_over = True
        self._tell()
        if self._transport is not None:
            self._transport.abort()

    # --- asyncio.Protocol ------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is there."""
        # uvloop's transports have the interface without the base class.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Collect."""
        self.data += data
        if len(self.data) > _READ_AHEAD_BYTES and self._transport is not None:
            self._transport.pause_reading()
        self._tell()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the base's signature
        """It is gone."""
        self._is_over = True
        self._tell()

    def _tell(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)
