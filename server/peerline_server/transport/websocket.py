"""One WebSocket on asyncio: websockets' sans-I/O protocol inside an asyncio.Protocol.

The library does the handshake, control frames, fragments and compression; `FrameReader` takes the
whole text messages before it, which is nearly everything that comes.

Bounded on both sides: while the peer does not read what it was sent, nothing more is read from it
(so a flood of pings earns no flood of pongs), and a peer that stays silent past the keepalive is
aborted, whether it reads or not. What has come is worked off a slice at a time (`.budget`); while
some of it is left, reading is paused and the other sockets get their turns. RFC 6455.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Generator, Sequence
from math import ceil
from time import perf_counter
from typing import Final, cast

from websockets.exceptions import InvalidHandshake
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory
from websockets.frames import CloseCode as LibraryCloseCode
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.typing import Origin, Subprotocol

from peerline.logs import describe
from peerline.protocol.errors import CloseCode
from peerline.protocol.handshake import SERVER_HEADER
from peerline_server.limits.token_bucket import TokenBucket
from peerline_server.transport.budget import ANSWERED_PINGS, SMALL_FRAME_BYTES, Share, Slice
from peerline_server.transport.frame_reader import FrameReader, Piece
from peerline_server.transport.frames import WINDOW_BITS, pong_frame
from peerline_server.transport.socket_handler import (
    HttpAnswer,
    Nobody,
    SocketHandler,
    TransportLimits,
)
from peerline_server.transport.turns import Turns

__all__ = ["HttpAnswer", "SocketHandler", "TransportLimits", "WebSocketTransport"]

_log = logging.getLogger("peerline.server.transport")
# The library logs handshakes with their query strings, which may hold a token.
_quiet = logging.getLogger("peerline.server.websockets")
_quiet.setLevel(logging.CRITICAL)

_WRITE_HIGH_WATER = 64 * 1024
_COUNTED_BYTES = 16 * 1024
"""The least that input is reported in, so that reporting costs nothing."""
_END_OF_HEAD = b"\r\n\r\n"
_HEAD_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\nContent-Length: 33\r\n\r\n"
    b"The request's head is too large.\n"
)
"""RFC 6585, section 5."""
# One for all: it holds settings only. No context is kept, so that an idle connection stays small
# and a compressed frame can be shared.
_deflate = ServerPerMessageDeflateFactory(
    server_no_context_takeover=True,
    client_no_context_takeover=True,
    server_max_window_bits=WINDOW_BITS,
)
_TRUNCATED_REASON = 123
"""Bytes that fit into a close frame beside the code (RFC 6455, section 5.5)."""
_MINUTE: Final = 60.0
_nobody: Final = Nobody()


class WebSocketTransport(asyncio.Protocol):
    """A server's side of one socket."""

    # Ten thousand idle sockets are held by one process.
    __slots__ = (
        "_fragments",
        "_fragments_are_text",
        "_handler",
        "_head_bytes",
        "_head_tail",
        "_is_at_end",
        "_is_busy",
        "_is_open",
        "_is_over",
        "_is_paused",
        "_is_writable",
        "_last_received",
        "_limits",
        "_loop",
        "_pings",
        "_protocol",
        "_reader",
        "_reading_holds",
        "_server_id",
        "_share",
        "_slice",
        "_small_frames",
        "_timer",
        "_transport",
        "_turns",
        "_uncounted",
        "_unread",
    )

    def __init__(  # noqa: PLR0913, PLR0917 - the parts that it works with
        self,
        loop: asyncio.AbstractEventLoop,
        make_handler: Callable[["WebSocketTransport"], SocketHandler],
        limits: TransportLimits,
        origins: list[Origin | None],
        server_id: str = "",
        turns: Turns | None = None,
    ) -> None:
        """All sockets of a server share its `turns`; `server_id` names it in the handshake."""
        self._server_id = server_id
        self._loop = loop
        self._turns = turns or Turns(loop, perf_counter)
        self._limits = limits
        self._protocol = ServerProtocol(
            origins=origins,
            select_subprotocol=_select_subprotocol,
            extensions=[_deflate] if limits.compression else None,
            max_size=limits.max_early_frame_bytes or limits.max_frame_bytes,
            logger=_quiet,
        )
        self._handler = make_handler(self)
        self._transport: asyncio.Transport | None = None
        self._reader: FrameReader | None = None
        """None until the head of the handshake is complete."""
        self._head_tail = b""
        self._head_bytes = 0
        self._fragments: list[bytes] = []
        self._fragments_are_text = True
        self._timer: asyncio.TimerHandle | None = None
        self._last_received = 0.0
        self._uncounted = 0
        self._is_open = False
        self._is_over = False
        self._is_writable = True
        self._reading_holds = 0
        self._unread = b""
        """Bytes that have come and are not yet in the reader."""
        self._is_busy = False
        """Whether the socket has its turn, or waits for it."""
        self._is_paused = False
        self._is_at_end = False
        """Whether the peer's end of the stream comes after what is not yet worked off."""
        self._share = Share()
        self._slice = Slice(0.0)
        self._small_frames = (
            None
            if limits.small_frames_per_minute is None
            else TokenBucket(limits.small_frames_per_minute, _MINUTE)
        )
        self._pings: deque[bytes] = deque(maxlen=ANSWERED_PINGS)

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
        """The bytes that the peer has not yet taken."""
        return self._transport.get_write_buffer_size() if self._transport else 0

    def write_frames(self, frames: bytes) -> None:
        """Write frames made by `transport.frames`; nothing happens once the socket is closing."""
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

    def cut_flood(self, reason: str) -> None:
        """Say why, and look at nothing more from this peer; the socket ends soon."""
        self.close(CloseCode.FLOODED, reason)
        self._ignore_the_rest()

    def abort(self) -> None:
        """End the socket without waiting for the peer."""
        if self._transport is not None:
            self._transport.abort()

    def allow_long_messages(self) -> None:
        """The peer has signed in: from the next frame on its messages may be as long as any."""
        self._protocol.max_message_size = self._limits.max_frame_bytes
        if self._reader is not None:
            self._reader.max_bytes = self._limits.max_frame_bytes

    def hold_reading(self) -> None:
        """Read no more until `resume_reading`, nor look at what was read; calls count."""
        self._reading_holds += 1
        self._update_reading()

    def resume_reading(self) -> None:
        """Undo one `hold_reading`."""
        self._reading_holds = max(0, self._reading_holds - 1)
        self._go_on()

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
        if self._is_over:
            return
        self._unread = self._unread + data if self._unread else data
        if self._is_busy or self._reading_holds:
            return
        self._is_busy = True
        now = self._turns.clock()
        is_heavy = self._share.is_heavy(now)
        if is_heavy or not self._turns.has_room:
            self._update_reading()
            self._turns.wait(self, is_heavy=is_heavy)
        else:
            self._work(now)

    def eof_received(self) -> bool:
        if self._is_busy or self._reading_holds:
            # Only where a loop reads on in spite of a pause: what came before goes first.
            self._is_at_end = True
            return True
        self._end()
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
        self._turns.forget(self)
        self._transport = None
        self._drop_input()
        handler, self._handler = self._handler, _nobody
        if self._is_open:
            self._is_open = False
            received = self._protocol.close_rcvd
            handler.on_closed(received.code if received else 1006)
        handler.on_gone()
        # The library's parser is a generator of the protocol, and so are the tracebacks of errors:
        # without this only the cycle collector would free the socket's memory.
        self._protocol.parser = _no_parser()
        self._protocol.parser_exc = self._protocol.handshake_exc = None

    # --- a slice at a time -----------------------------------------------------------------

    def work(self) -> None:
        """Work off what may be worked off in this turn. For `peerline_server.transport.turns`."""
        self._work(self._turns.clock())

    def _work(self, now: float) -> None:
        try:
            self._work_slice(now)
        except Exception as error:  # noqa: BLE001 - the other sockets get their turns all the same
            _log.error("a socket failed: cut: %s", describe(error))
            self._drop_input()
            self.abort()

    def _work_slice(self, now: float) -> None:
        self._slice = Slice(now)
        self._work_off(self._slice)
        self._answer_pings()
        end = self._turns.clock()
        self._share.spend(end - now, end)
        self._turns.spend(end - now)
        if self._slice.small and self._small_frames is not None and not self._is_over:
            self._count_small_frames(self._small_frames)
        self._is_busy = False
        self._go_on()

    def _work_off(self, allowed: Slice) -> None:
        data, self._unread = self._unread, b""
        if self._reader is None:
            data = self._receive_head(data)
        reader = self._reader
        if reader is None:
            return
        if data:
            reader.add(data)
        while not self._reading_holds and not self._is_over:
            is_open = self.is_open
            piece = reader.next(
                takes_messages=is_open and not self._fragments, takes_control=is_open
            )
            if piece is None:
                return
            self._take(piece)
            if reader.is_empty or not allowed.has_room(self._turns.clock()):
                return

    def _go_on(self) -> None:
        """Wait for the next turn if there is work left, or read on."""
        if self._is_busy or self._reading_holds or self._is_over:
            self._update_reading()
        elif self._unread or (self._reader is not None and self._reader.has_frame):
            self._is_busy = True
            self._update_reading()
            self._turns.wait(self, is_heavy=self._share.is_heavy(self._turns.clock()))
        elif self._is_at_end:
            self._is_at_end = False
            self._end()
        else:
            self._update_reading()

    def _end(self) -> None:
        """The peer sends no more."""
        self._protocol.receive_eof()
        self._process()
        if self._transport is not None:
            self._transport.close()

    def _update_reading(self) -> None:
        wants = self._is_busy or self._reading_holds > 0
        if wants == self._is_paused or self._transport is None or self._transport.is_closing():
            return
        self._is_paused = wants
        if wants:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()

    def _answer_pings(self) -> None:
        if self._pings:
            self.write_frames(b"".join(map(pong_frame, self._pings)))
            self._pings.clear()

    def _count_small_frames(self, bucket: TokenBucket) -> None:
        if bucket.charge(self._slice.small, self._loop.time()) > 0:
            _log.info("a peer floods: cut")
            self.cut_flood("too many frames without a message")

    # --- inside ----------------------------------------------------------------------------

    def _receive_head(self, data: bytes) -> bytes:
        """Pass the head of the handshake to the library; what comes after it is returned."""
        end = (self._head_tail + data).find(_END_OF_HEAD)
        cut = len(data) if end < 0 else end + len(_END_OF_HEAD) - len(self._head_tail)
        self._head_tail = (self._head_tail + data)[-len(_END_OF_HEAD) + 1 :]
        self._head_bytes += cut
        if self._head_bytes > self._limits.max_head_bytes:
            self._refuse_head()
            return b""
        if end >= 0:
            self._reader = FrameReader(self._protocol.max_message_size or 0)
            self._head_tail = b""
        self._protocol.receive_data(data[:cut])
        self._process()
        return data[cut:]

    def _refuse_head(self) -> None:
        """The library would read a megabyte of header fields, at the cost of a second."""
        self._drop_input()
        if self._transport is not None:
            self._transport.write(_HEAD_TOO_LARGE)
            self._transport.close()

    def _take(self, piece: Piece) -> None:
        if piece.is_message:
            size = len(piece.data)
            self._slice.count(size, is_small=size < SMALL_FRAME_BYTES)
            self._deliver_text(piece.data)
        elif piece.control:
            self._slice.count(len(piece.data), is_small=True)
            if piece.control == Opcode.PING:
                self._pings.append(piece.data)
        else:
            self._slice.count(len(piece.data), is_small=False)
            self._protocol.receive_data(piece.data)
            self._process()

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
            self._drop_input()
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
        size = len(frame.data)
        self._slice.count(size, is_small=size < SMALL_FRAME_BYTES)
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
            self._answer_pings()
            self._handler.on_binary(payload)

    def _deliver_text(self, payload: bytes) -> None:
        if not self.is_open:
            return
        self._answer_pings()  # before what may be said in answer to a later message
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
        """A peer that floods shall not have it parsed; the socket ends after the close time-out."""
        self._drop_input()
        self.hold_reading()

    def _drop_input(self) -> None:
        self._is_over = True
        self._unread = b""
        self._reader = None
        self._fragments = []
        self._pings.clear()

    def _release_reading(self) -> None:
        """Read on, or the peer's close frame would never be seen."""
        self._reading_holds = 0
        self._go_on()

    def _set_timer(self, seconds: float, action: Callable[[], None]) -> None:
        self._cancel_timer()
        self._timer = self._loop.call_later(max(0.0, seconds), action)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _no_parser() -> Generator[None]:
    yield from ()


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
