"""One socket's outbox: what may be left out (presence), what never is (everything else)."""

import asyncio
import logging

from peerline.protocol.errors import CloseCode
from peerline_server.metrics import Metrics
from peerline_server.transport.frames import SharedFrame
from peerline_server.transport.websocket import WebSocketTransport

_log = logging.getLogger("peerline.server.connection")


class Outbox:
    """The send queue of one connection. One write per turn of the event loop."""

    __slots__ = (
        "_connection_id",
        "_hard_bytes",
        "_is_scheduled",
        "_loop",
        "_metrics",
        "_soft_bytes",
        "_transport",
        "_waiting",
        "missed_presence",
    )

    def __init__(  # noqa: PLR0913 - the parts that it works with
        self,
        loop: asyncio.AbstractEventLoop,
        transport: WebSocketTransport,
        connection_id: str,
        metrics: Metrics,
        *,
        soft_bytes: int,
        hard_bytes: int,
    ) -> None:
        self._loop = loop
        self._transport = transport
        self._connection_id = connection_id
        self._metrics = metrics
        self._soft_bytes = soft_bytes
        self._hard_bytes = hard_bytes
        self._waiting: list[bytes] = []
        self._is_scheduled = False
        self.missed_presence = False
        """Whether presence was left out and is owed as soon as the peer has caught up."""

    def send_shared(self, frame: SharedFrame) -> None:
        """Queue a frame that others get too."""
        self.send(frame.bytes_for(deflates=self._transport.deflates))

    def send(self, frame: bytes) -> None:
        """Queue a frame that must arrive. Past the byte cap the socket is aborted."""
        self._waiting.append(frame)
        if not self._is_scheduled:
            self._is_scheduled = True
            self._loop.call_soon(self.flush)

    def send_presence(self, frames: bytes) -> None:
        """Write presence now, or leave it out if the peer lags behind."""
        buffered = self._transport.write_buffer_bytes
        if buffered > self._soft_bytes:
            self.missed_presence = True
            self._metrics.presence_left_out += 1
        elif self._waiting:
            self._waiting.append(frames)
            self.flush()
        else:
            self._write(frames, buffered)

    def close(self, code: CloseCode, reason: str) -> None:
        """Write what waits, then close the socket."""
        self.flush()
        self._transport.close(code, reason)

    def flush(self) -> None:
        """Write what waits, in order, in one piece."""
        self._is_scheduled = False
        if not self._waiting:
            return
        data = self._waiting[0] if len(self._waiting) == 1 else b"".join(self._waiting)
        self._waiting.clear()
        self._write(data, self._transport.write_buffer_bytes)

    def _write(self, data: bytes, buffered: int) -> None:
        # A peer that has taken all until now reads, however much this is.
        if buffered > 0 and buffered + len(data) > self._hard_bytes:
            _log.warning("a peer does not read: cut", extra={"connection": self._connection_id})
            self._metrics.aborted += 1
            self._transport.abort()
            return
        self._transport.write_frames(data)
