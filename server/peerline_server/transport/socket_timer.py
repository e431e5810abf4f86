"""The one timer of a socket: for its handshake, then its keepalive, and last its close."""

import asyncio
from collections.abc import Callable

from peerline_server.transport.base import TransportLimits
from peerline_server.transport.writer import Writer


class SocketTimer:
    """Pings a peer that is silent, and aborts the socket when a time is over."""

    __slots__ = ("_handle", "_limits", "_loop", "_writer", "last_received")

    def __init__(
        self, loop: asyncio.AbstractEventLoop, limits: TransportLimits, writer: Writer
    ) -> None:
        self._loop = loop
        self._limits = limits
        self._writer = writer
        self._handle: asyncio.TimerHandle | None = None
        self.last_received = 0.0
        """The loop's time when something came."""

    def begin_handshake(self) -> None:
        """The socket is there."""
        self._set(self._limits.handshake_timeout, self._writer.abort)

    def begin_keepalive(self) -> None:
        """The handshake is done."""
        self._set(self._limits.ping_interval, self._keep_alive)

    def begin_close(self) -> None:
        """A close frame was sent."""
        self._set(self._limits.close_timeout, self._writer.abort)

    def cancel(self) -> None:
        """The socket is gone."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _keep_alive(self) -> None:
        interval, timeout = self._limits.ping_interval, self._limits.ping_timeout
        silent = self._loop.time() - self.last_received
        if silent >= interval + timeout:
            self._writer.abort()
            return
        if silent < interval:
            self._set(interval - silent, self._keep_alive)
            return
        if self._writer.is_open and self._writer.is_writable:
            self._writer.send_ping()
        self._set(interval + timeout - silent, self._keep_alive)

    def _set(self, seconds: float, action: Callable[[], None]) -> None:
        self.cancel()
        self._handle = self._loop.call_later(max(0.0, seconds), action)
