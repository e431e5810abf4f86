"""The sending half of one socket: frames and the library's answers into the kernel's buffer."""

import asyncio
from typing import Final

from websockets.protocol import State
from websockets.server import ServerProtocol

from peerline.protocol.errors import CloseCode
from peerline_server.transport.budget import ANSWERED_PINGS
from peerline_server.transport.frames import pong_frame

_WRITE_HIGH_WATER: Final = 64 * 1024
_REASON_BYTES: Final = 123
"""They fit into a close frame beside the code (RFC 6455, section 5.5)."""


class Writer:
    """Writes as long as the socket is open, and ends the stream."""

    __slots__ = (
        "_is_handed_over",
        "_protocol",
        "_transport",
        "deflates",
        "has_opened",
        "is_writable",
        "pings",
    )

    def __init__(self, protocol: ServerProtocol) -> None:
        self._protocol = protocol
        self._transport: asyncio.Transport | None = None
        self._is_handed_over = False
        self.has_opened = False
        """Whether the handshake is done, and the socket is not yet gone."""
        self.deflates = False
        """Whether the peer takes compressed frames."""
        self.pings: list[bytes] = []
        """The payloads of the pings in a slice; a slice has few frames."""
        self.is_writable = True
        """Whether the peer takes what it is sent."""

    def attach(self, transport: asyncio.Transport) -> None:
        """Write to this."""
        self._transport = transport
        transport.set_write_buffer_limits(high=_WRITE_HIGH_WATER)

    def detach(self) -> bool:
        """The socket is gone; whether its handshake was done."""
        had_opened = self.has_opened or self._is_handed_over
        self._transport = None
        self.has_opened = False
        return had_opened

    def open(self) -> None:
        """The handshake is done."""
        self.has_opened = True
        self.deflates = bool(self._protocol.extensions)

    @property
    def is_open(self) -> bool:
        """Whether frames may be sent."""
        return self.has_opened and self._protocol.state is State.OPEN

    @property
    def is_ending(self) -> bool:
        """Whether the stream is ended, or was never there."""
        return self._transport is None or self._transport.is_closing()

    @property
    def buffered_bytes(self) -> int:
        """The bytes that the peer has not yet taken."""
        return self._transport.get_write_buffer_size() if self._transport else 0

    def write_frames(self, frames: bytes) -> None:
        """Write frames made by `.frames`; nothing happens once the socket is closing."""
        transport = self._transport
        if self.has_opened and transport is not None and self._protocol.state is State.OPEN:
            transport.write(frames)

    def answer_pings(self) -> None:
        """Answer the newest pings (RFC 6455, section 5.5.3)."""
        if self.pings:
            self.write_frames(b"".join(map(pong_frame, self.pings[-ANSWERED_PINGS:])))
            self.pings.clear()

    def send_ping(self) -> None:
        """Ask the peer for a sign of life."""
        self._protocol.send_ping(b"")
        self.flush()

    def send_close(self, code: CloseCode, reason: str) -> None:
        """Send a close frame, unless there was one."""
        if self._is_handed_over:
            # A frame would be in the middle of another.
            self.end()
        elif self._protocol.state is State.OPEN:
            short = reason.encode()[:_REASON_BYTES].decode(errors="ignore")
            self._protocol.send_close(code, short)
            self.flush()

    def flush(self) -> None:
        """Write the library's answers."""
        transport = self._transport
        for data in self._protocol.data_to_send():
            if transport is None or transport.is_closing():
                continue
            if data:
                transport.write(data)
            else:  # the library's sign for the end of the stream
                transport.close()
        if transport is not None and self._protocol.state is State.CLOSED:
            transport.close()

    def hand_over(self) -> asyncio.Transport | None:
        """Write no more; the stream, for somebody else to write to. None if it is ending."""
        if not self.is_open or self.is_ending:
            return None
        self.has_opened = False
        self._is_handed_over = True
        return self._transport

    def end(self, last: bytes = b"") -> None:
        """Write this and what waits in the kernel's buffer, then end the stream."""
        if self._transport is not None:
            if last:
                self._transport.write(last)
            self._transport.close()

    def abort(self) -> None:
        """End the stream without waiting for the peer."""
        if self._transport is not None:
            self._transport.abort()
