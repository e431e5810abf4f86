"""One WebSocket on asyncio: websockets' sans-I/O protocol inside an asyncio.Protocol.

The library does the handshake, control frames, fragments and compression; `FrameReader` takes the
whole text messages before it, which is nearly everything that comes.

Bounded on both sides: while the peer does not read what it was sent, nothing more is read from it
(so a flood of pings earns no flood of pongs), and a peer that stays silent past the keepalive is
aborted, whether it reads or not. RFC 6455.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from math import ceil
from typing import Protocol, cast

from websockets.exceptions import InvalidHandshake
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory
from websockets.frames import CloseCode as LibraryCloseCode
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.typing import Origin, Subprotocol

from peerline.protocol.errors import CloseCode
from peerline.protocol.handshake import SERVER_HEADER
from server.frame_reader import FrameReader
from server.frames import WINDOW_BITS

_log = logging.getLogger("peerline.server.transport")
# The library logs handshakes with their query strings, which may hold a token.
_quiet = logging.getLogger("peerline.server.websockets")
_quiet.setLevel(logging.CRITICAL)

_WRITE_HIGH_WATER = 64 * 1024
_COUNTED_BYTES = 16 * 1024
"""What has come is told in pieces of at least this, so that telling costs nothing."""
_END_OF_HEAD = b"\r\n\r\n"
# One for all: it holds settings only. No context is kept, so that an idle connection stays small
# and a compressed frame can be shared.
_deflate = ServerPerMessageDeflateFactory(
    server_no_context_takeover=True,
    client_no_context_takeover=True,
    server_max_window_bits=WINDOW_BITS,
)
_TRUNCATED_REASON = 123
"""Bytes that fit into a close frame beside the code (RFC 6455, section 5.5)."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """The answer to a plain HTTP request, or to a handshake that is refused."""

    status: HTTPStatus
    body: str
    retry_after: float | None = None
    """Seconds, for a header Retry-After (RFC 9110, section 10.2.3)."""


class SocketHandler(Protocol):
    """What happens on a socket. All calls come from the event loop and must not block."""

    def on_connect(self, address: str) -> None:
        """The socket is there; `address` is the IP address of its other end, if it has one."""
        ...

    def on_received(self, amount: int) -> None:
        """So many bytes more have come, whatever they were. Called once in a while."""
        ...

    def on_gone(self) -> None:
        """The socket is no longer there, whether it was ever open or not. The last call."""
        ...

    def on_request(self, request: Request) -> HttpAnswer | None:
        """Look at a handshake: None accepts it, an answer ends it."""
        ...

    def on_open(self) -> None:
        """The handshake is done."""
        ...

    def on_text(self, text: bytes) -> None:
        """A whole text message came: valid UTF-8."""
        ...

    def on_binary(self, data: bytes) -> None:
        """A whole binary message came."""
        ...

    def on_writable(self) -> None:
        """The peer has caught up with what it was sent."""
        ...

    def on_closed(self, code: int) -> None:
        """The socket has gone; `code` is the peer's or 1006. Not called without `on_open`."""
        ...


@dataclass(frozen=True, slots=True)
class TransportLimits:
    """Limits in bytes, counts and seconds."""

    max_frame_bytes: int
    max_fragments: int
    handshake_timeout: float
    ping_interval: float
    ping_timeout: float
    close_timeout: float
    compression: bool = True
    """Whether permessage-deflate is agreed to."""


class WebSocketTransport(asyncio.Protocol):
    """A server's side of one socket."""

    # Ten thousand idle sockets are held by one process.
    __slots__ = (
        "_fragments",
        "_fragments_are_text",
        "_handler",
        "_head_tail",
        "_is_open",
        "_is_over",
        "_is_writable",
        "_last_received",
        "_limits",
        "_loop",
        "_protocol",
        "_reader",
        "_reading_holds",
        "_server_id",
        "_timer",
        "_transport",
        "_uncounted",
    )

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        make_handler: Callable[["WebSocketTransport"], SocketHandler],
        limits: TransportLimits,
        origins: list[Origin | None],
        server_id: str = "",
    ) -> None:
        self._server_id = server_id
        self._loop = loop
        self._limits = limits
        self._protocol = ServerProtocol(
            origins=origins,
            select_subprotocol=_select_subprotocol,
            extensions=[_deflate] if limits.compression else None,
            max_size=limits.max_frame_bytes,
            logger=_quiet,
        )
        self._handler = make_handler(self)
        self._transport: asyncio.Transport | None = None
        self._reader: FrameReader | None = None
        """None until the head of the handshake is complete."""
        self._head_tail = b""
        self._fragments: list[bytes] = []
        self._fragments_are_text = True
        self._timer: asyncio.TimerHandle | None = None
        self._last_received = 0.0
        self._uncounted = 0
        self._is_open = False
        self._is_over = False
        self._is_writable = True
        self._reading_holds = 0

    @property
    def is_open(self) -> bool:
        """Whether frames may be sent."""
        return self._is_open and self._protocol.state is State.OPEN

    @property
    def deflates(self) -> bool:
        """Whether the peer takes compressed frames."""
        return bool(self._protocol.extensions)

    @property
    def write_buffer_bytes(self) -> int:
        """What the peer has not yet taken."""
        return self._transport.get_write_buffer_size() if self._transport else 0

    def write_frames(self, frames: bytes) -> None:
        """Write frames made by `server.frames`; nothing happens once the socket is closing."""
        if self._is_open and self._transport is not None and self._protocol.state is State.OPEN:
            self._transport.write(frames)

    def close(self, code: CloseCode, reason: str = "") -> None:
        """Send a close frame and end the socket, at the latest after the close time-out."""
        if self._transport is None or self._transport.is_closing():
            return
        if self._protocol.state is State.OPEN:
            self._protocol.send_close(code, _short(reason))
            self._flush()
        self._set_timer(self._limits.close_timeout, self.abort)
        self._release_reading()

    def abort(self) -> None:
        """End the socket without waiting for the peer."""
        if self._transport is not None:
            self._transport.abort()

    def hold_reading(self) -> None:
        """Read no more until `resume_reading`; calls count."""
        self._reading_holds += 1
        if self._reading_holds == 1 and self._transport and not self._transport.is_closing():
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Undo one `hold_reading`."""
        self._reading_holds = max(0, self._reading_holds - 1)
        if self._reading_holds == 0 and self._transport and not self._transport.is_closing():
            self._transport.resume_reading()

    # --- asyncio.Protocol ------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports have the interface without the base class.
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=_WRITE_HIGH_WATER)
        self._set_timer(self._limits.handshake_timeout, self.abort)
        peer = cast("tuple[str, int] | None", self._transport.get_extra_info("peername"))
        self._handler.on_connect(peer[0] if peer else "")

    def data_received(self, data: bytes) -> None:
        self._last_received = self._loop.time()
        self._uncounted += len(data)
        if self._uncounted >= _COUNTED_BYTES:
            self._handler.on_received(self._uncounted)
            self._uncounted = 0
        if self._reader is None:
            data = self._receive_head(data)
            if not data or self._reader is None:
                return
        if self._is_over:
            return
        reader = self._reader
        reader.add(data)
        while not self._is_over and (
            piece := reader.next(takes_messages=self.is_open and not self._fragments)
        ):
            if piece.is_message:
                self._deliver_text(piece.data)
            else:
                self._protocol.receive_data(piece.data)
                self._process()

    def eof_received(self) -> bool:
        self._protocol.receive_eof()
        self._process()
        return False

    def pause_writing(self) -> None:
        self._is_writable = False
        self.hold_reading()

    def resume_writing(self) -> None:
        self._is_writable = True
        self.resume_reading()
        if self.is_open:
            self._handler.on_writable()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the base's signature
        self._cancel_timer()
        self._transport = None
        if self._is_open:
            self._is_open = False
            received = self._protocol.close_rcvd
            self._handler.on_closed(received.code if received else 1006)
        self._handler.on_gone()

    # --- inside ----------------------------------------------------------------------------

    def _receive_head(self, data: bytes) -> bytes:
        """Pass the head of the handshake to the library; what comes after it is returned."""
        end = (self._head_tail + data).find(_END_OF_HEAD)
        cut = len(data) if end < 0 else end + len(_END_OF_HEAD) - len(self._head_tail)
        self._head_tail = (self._head_tail + data)[-len(_END_OF_HEAD) + 1 :]
        if end >= 0:
            self._reader = FrameReader(self._limits.max_frame_bytes)
            self._head_tail = b""
        self._protocol.receive_data(data[:cut])
        self._process()
        return data[cut:]

    def _process(self) -> None:
        for event in self._protocol.events_received():
            if isinstance(event, Request):
                self._on_request(event)
            elif isinstance(event, Frame):
                self._on_frame(event)
        self._flush()
        if self._protocol.state is State.CLOSING and self._protocol.close_rcvd is None:
            # The library found a fault of the peer and sent its close frame.
            self._set_timer(self._limits.close_timeout, self.abort)
        if self._protocol.handshake_exc is not None and self._transport:
            self._transport.close()

    def _on_request(self, request: Request) -> None:
        answer = self._handler.on_request(request)
        if answer is None:
            response = self._protocol.accept(request)
            if isinstance(self._protocol.handshake_exc, InvalidHandshake):
                _log.info("handshake refused: %s", type(self._protocol.handshake_exc).__name__)
        else:
            response = self._protocol.reject(answer.status, answer.body)
            if answer.retry_after is not None:
                response.headers["Retry-After"] = str(ceil(answer.retry_after))
        if self._server_id:
            response.headers[SERVER_HEADER] = self._server_id
        self._protocol.send_response(response)
        self._flush()
        if self._protocol.state is State.OPEN:
            self._is_open = True
            self._set_timer(self._limits.ping_interval, self._keep_alive)
            self._handler.on_open()

    def _on_frame(self, frame: Frame) -> None:
        match frame.opcode:
            case Opcode.TEXT | Opcode.BINARY:
                self._fragments_are_text = frame.opcode is Opcode.TEXT
                if frame.fin:
                    self._deliver(bytes(frame.data))
                else:
                    self._fragments = [bytes(frame.data)]
            case Opcode.CONT:
                self._fragments.append(bytes(frame.data))
                if frame.fin:
                    whole = b"".join(self._fragments)
                    self._fragments = []
                    self._deliver(whole)
                elif len(self._fragments) >= self._limits.max_fragments:
                    self.close(CloseCode.MESSAGE_TOO_BIG, "too many fragments in one message")
                    self._ignore_the_rest()
            case _:
                pass  # the library answers pings and close frames itself

    def _deliver(self, payload: bytes) -> None:
        if self._fragments_are_text:
            self._deliver_text(payload)
        elif self.is_open:
            self._handler.on_binary(payload)

    def _deliver_text(self, payload: bytes) -> None:
        if not self.is_open:
            return
        if not payload.isascii() and not _is_utf8(payload):
            # RFC 6455, section 8.1: the connection must fail.
            self._protocol.fail(LibraryCloseCode.INVALID_DATA, "a text message must be UTF-8")
            self._process()
            return
        self._handler.on_text(payload)

    def _flush(self) -> None:
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

    def _keep_alive(self) -> None:
        silent = self._loop.time() - self._last_received
        if silent >= self._limits.ping_interval + self._limits.ping_timeout:
            self.abort()
            return
        if silent < self._limits.ping_interval:
            self._set_timer(self._limits.ping_interval - silent, self._keep_alive)
            return
        if self.is_open and self._is_writable:
            self._protocol.send_ping(b"")
            self._flush()
        remaining = self._limits.ping_interval + self._limits.ping_timeout - silent
        self._set_timer(remaining, self._keep_alive)

    def _ignore_the_rest(self) -> None:
        """Whoever floods shall not have it parsed; the socket ends after the close time-out."""
        self._is_over = True
        self._fragments = []
        self.hold_reading()

    def _release_reading(self) -> None:
        """Read on, or the peer's close frame would never be seen."""
        self._reading_holds = 0
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def _set_timer(self, seconds: float, action: Callable[[], None]) -> None:
        self._cancel_timer()
        self._timer = self._loop.call_later(max(0.0, seconds), action)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _is_utf8(payload: bytes) -> bool:
    try:
        payload.decode()
    except UnicodeDecodeError:
        return False
    return True


def _short(reason: str) -> str:
    return reason.encode()[:_TRUNCATED_REASON].decode(errors="ignore")


def _select_subprotocol(
    _protocol: ServerProtocol, offered: Sequence[Subprotocol]
) -> Subprotocol | None:
    """Browsers close a socket whose server takes none of the offered subprotocols."""
    if not offered:
        return None
    named = [subprotocol for subprotocol in offered if not subprotocol.startswith("bearer.")]
    return named[0] if named else offered[0]
