"""One socket's outbox: what may be left out (presence), what never is (everything else)."""

import asyncio
import logging
from collections.abc import Callable

from peerline_server.transport.base import OutboxCounts, TransportLimits
from peerline_server.transport.frames import SharedFrame, binary_frame, text_frame
from peerline_server.transport.writer import Writer

_log = logging.getLogger("peerline.server.transport")


class SocketOutbox:
    """Implements `peerline_server.transport.base.Outbox`. One write per turn of the event loop."""

    __slots__ = (
        "_counts",
        "_is_scheduled",
        "_limits",
        "_long_bytes",
        "_long_waiting",
        "_loop",
        "_socket_id",
        "_waiting",
        "_writer",
        "missed_presence",
    )

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        writer: Writer,
        socket_id: str,
        limits: TransportLimits,
        counts: OutboxCounts,
    ) -> None:
        self._loop = loop
        self._writer = writer
        self._socket_id = socket_id
        self._limits = limits
        self._counts = counts
        self._waiting: list[bytes | Callable[[], bytes]] = []
        self._is_scheduled = False
        self._long_bytes = 0
        """Of long messages that the peer may not have taken yet: it may lag so much more."""
        self._long_waiting = 0
        self.missed_presence = False
        """Whether presence was left out and is owed as soon as the peer has caught up."""

    def send_text(self, payload: bytes) -> None:
        """Queue a text message for this socket alone."""
        self._send(text_frame(payload))

    def send_text_made_late(self, make: Callable[[], bytes]) -> None:
        """Queue a text message that is made when it is written."""
        self._send(make)

    def send_binary(self, payload: bytes) -> None:
        """Queue a binary message for this socket alone."""
        self._send(binary_frame(payload))

    def send_document(self, payload: bytes) -> None:
        """Queue a binary message that may be long: until the peer has taken it, it may lag more."""
        self._long_waiting += len(payload)
        self._send(binary_frame(payload))

    def send_shared(self, frame: SharedFrame) -> None:
        """Queue a message that other sockets get too."""
        self._send(frame.bytes_for(deflates=self._writer.deflates))

    def send_presence(self, frames: bytes) -> None:
        """Write presence now, or leave it out if the peer lags behind."""
        buffered = self._writer.buffered_bytes
        if buffered > self._limits.outbox_soft_bytes:
            self.missed_presence = True
            self._counts.presence_left_out += 1
        elif self._waiting:
            self._waiting.append(frames)
            self.flush()
        else:
            self._write(frames, buffered)

    def flush(self) -> None:
        """Write what waits, in order, in one piece."""
        self._is_scheduled = False
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        frames = [frame if isinstance(frame, bytes) else text_frame(frame()) for frame in waiting]
        data = frames[0] if len(frames) == 1 else b"".join(frames)
        self._write(data, self._writer.buffered_bytes)

    def _send(self, frame: bytes | Callable[[], bytes]) -> None:
        self._waiting.append(frame)
        if not self._is_scheduled:
            self._is_scheduled = True
            self._loop.call_soon(self.flush)

    def _write(self, data: bytes, buffered: int) -> None:
        # A peer that has taken all until now reads, however much this is.
        if buffered == 0:
            self._long_bytes = 0
        self._long_bytes += self._long_waiting
        self._long_waiting = 0
        allowed = self._limits.outbox_hard_bytes + self._long_bytes
        if buffered > 0 and buffered + len(data) > allowed:
            _log.warning("a peer does not read: cut", extra={"connection": self._socket_id})
            self._counts.aborted += 1
            self._writer.abort()
            return
        self._writer.write_frames(data)
