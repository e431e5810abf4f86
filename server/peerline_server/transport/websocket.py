"""One WebSocket on asyncio: websockets' sans-I/O protocol inside an asyncio.Protocol.

The library does the handshake, control frames, fragments and compression; `FrameReader` takes the
whole text messages before it, which is nearly everything that comes.

Bounded on both sides: while the peer does not read what it was sent, nothing more is read from it
(so a flood of pings earns no flood of pongs), and a peer that stays silent past the keepalive is
aborted, whether it reads or not. RFC 6455.
"""

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from secrets import token_hex
from typing import cast

from websockets.frames import CloseCode as LibraryCloseCode
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.typing import Origin

from peerline.protocol.errors import CloseCode
from peerline_server.transport.base import (
    MakeHandler,
    Opening,
    OutboxCounts,
    SocketHandler,
    TransportLimits,
)
from peerline_server.transport.budget import SMALL_FRAME_BYTES, Slice, small_frames_bucket
from peerline_server.transport.fragments import Fragments, TooManyFragmentsError, is_utf8
from peerline_server.transport.frame_reader import FrameReader
from peerline_server.transport.no_handler import NO_HANDLER
from peerline_server.transport.opening import (
    HeadFinder,
    head_too_large,
    make_protocol,
    respond,
    untie,
)
from peerline_server.transport.outbox import SocketOutbox
from peerline_server.transport.passage import PassageTimes, join_streams
from peerline_server.transport.reading import Reading
from peerline_server.transport.socket_timer import SocketTimer
from peerline_server.transport.turns import Turns
from peerline_server.transport.writer import Writer

_log = logging.getLogger("peerline.server.transport")


class WebSocketTransport(asyncio.Protocol):
    """Implements `peerline_server.transport.base.WebSocket` and `.reading.Consumer`."""

    # Ten thousand idle sockets are held by one process.
    __slots__ = (
        "_fragments",
        "_handler",
        "_head",
        "_headers",
        "_limits",
        "_loop",
        "_protocol",
        "_reading",
        "_reads_while_closing",
        "_small_frames",
        "_timer",
        "_writer",
        "id",
        "opening",
        "outbox",
    )

    def __init__(  # noqa: PLR0913 - the parts that it works with
        self,
        loop: asyncio.AbstractEventLoop,
        make_handler: MakeHandler,
        limits: TransportLimits,
        *,
        origins: Sequence[Origin | None],
        headers: Sequence[tuple[str, str]],
        turns: Turns,
        counts: OutboxCounts,
        keeps_openings: bool = False,
    ) -> None:
        """All sockets of a server share its `turns` and `counts`.

        Each answer to a handshake has the `headers`. With `keeps_openings` the handshake is kept
        until it is known whether the socket is passed on.
        """
        self.id = token_hex(8)
        self._loop = loop
        self._limits = limits
        self._headers = headers
        self._protocol = make_protocol(limits, origins)
        self._head = HeadFinder(keeps=keeps_openings)
        self.opening: Opening | None = None
        self._fragments = Fragments(limits.max_fragments)
        self._small_frames = small_frames_bucket(limits.small_frames_per_minute)
        self._writer = Writer(self._protocol)
        self._timer = SocketTimer(loop, limits, self._writer)
        self._reading = Reading(self, turns)
        self._reads_while_closing = False
        self.outbox = SocketOutbox(loop, self._writer, self.id, limits, counts)
        self._handler: SocketHandler = make_handler(self)

    @property
    def is_open(self) -> bool:
        """Whether messages may be sent."""
        return self._writer.is_open

    @property
    def is_writable(self) -> bool:
        """Whether the peer has taken what it was sent; else `on_writable` follows."""
        return self._writer.is_writable

    @property
    def deflates(self) -> bool:
        """Whether the peer takes compressed frames."""
        return self._writer.deflates

    @property
    def write_buffer_bytes(self) -> int:
        """The bytes that the peer has not yet taken."""
        return self._writer.buffered_bytes

    def allow_long_messages(self) -> None:
        """Take messages up to `max_frame_bytes` from the next one on: the peer has signed in."""
        self.opening = None
        self._protocol.max_message_size = self._limits.max_frame_bytes
        self._reading.allow(self._limits.max_frame_bytes)

    def read_while_closing(self) -> None:
        """Deliver binary messages also after `close`: those that the peer sent before it knew."""
        self._reads_while_closing = True

    def hold_reading(self) -> None:
        """Read no more until `resume_reading`, nor look at what was read; calls count."""
        self._reading.hold()

    def resume_reading(self) -> None:
        """Undo one `hold_reading`."""
        self._reading.resume()

    def pass_on(self, far: asyncio.Transport, first: bytes) -> None:
        """Be a pipe to another node from now on: what the peer sends goes there, and back."""
        self.outbox.flush()
        rest, near = self._reading.take_rest(), self._writer.hand_over()
        if near is None or rest is None:
            far.abort()
            self.abort()
            return
        self.opening, limits = None, self._limits
        self._timer.cancel()
        self._reading.detach()
        self._drop_input()
        join_streams(
            near,
            far,
            PassageTimes(limits.ping_interval + limits.ping_timeout, limits.close_timeout),
            is_near_writable=self._writer.is_writable,
            on_lost=partial(self.connection_lost, None),
        )
        far.write(rest)
        near.write(first)

    def close(self, code: CloseCode, reason: str = "") -> None:
        """Write what is queued and a close frame; end the socket, at the latest after the time."""
        self.outbox.flush()
        self._close(code, reason)

    def cut_flood(self, reason: str) -> None:
        """Say why, and look at nothing more from this peer; the socket ends soon."""
        self.outbox.flush()
        self._cut(CloseCode.FLOODED, reason)

    def abort(self) -> None:
        """End the socket without waiting for the peer."""
        self._writer.abort()

    # --- asyncio.Protocol ------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports have the interface without the base class.
        stream = cast("asyncio.Transport", transport)
        self._writer.attach(stream)
        self._reading.attach(stream)
        self._timer.begin_handshake()
        peer = cast("tuple[str, int] | None", stream.get_extra_info("peername"))
        self._handler.on_connect(peer[0] if peer else "")

    def data_received(self, data: bytes) -> None:
        self._timer.last_received = self._loop.time()
        self._reading.add(data)

    def eof_received(self) -> bool:
        if self._reading.end_of_stream():
            return True
        self.end()
        return False

    def pause_writing(self) -> None:
        self._writer.is_writable = False
        self._reading.hold()

    def resume_writing(self) -> None:
        self._writer.is_writable = True
        self._reading.resume()
        if self._writer.is_open:
            self._handler.on_writable()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the base's signature
        self._timer.cancel()
        had_opened = self._writer.detach()
        self._reading.detach()
        self._drop_input()
        handler, self._handler = self._handler, NO_HANDLER
        self.opening = None
        if had_opened:
            received = self._protocol.close_rcvd
            handler.on_closed(received.code if received else 1006)
        handler.on_gone()
        untie(self._protocol)

    # --- Consumer --------------------------------------------------------------------------

    def note_received(self, amount: int) -> None:
        """`amount` more bytes have come."""
        self._handler.on_received(amount)

    def take_head(self, data: bytes) -> tuple[FrameReader | None, bytes]:
        """Pass the head of the handshake to the library; the rest is returned."""
        data = self._head.as_get(data)
        end = self._head.end_in(data)
        if self._head.size > self._limits.max_head_bytes:
            # The library would read a megabyte of header fields, at the cost of a second.
            self._drop_input()
            self._writer.end(head_too_large(self._headers))
            return None, b""
        self._protocol.receive_data(data[:end])
        self._process(None)
        if end is None:
            return None, b""
        return FrameReader(self._protocol.max_message_size or 0), data[end:]

    def take_alone(self, frames: FrameReader, data: bytes) -> bool:
        """Take what was read if it is one ordinary text message, which the rest does the same."""
        if not (self._writer.is_open and self._fragments.is_empty):
            return False
        payload = frames.only_text(data)
        if payload is None or len(payload) < SMALL_FRAME_BYTES:
            return False
        self._deliver_text(payload)
        return True

    def step(self, frames: FrameReader, allowed: Slice) -> bool:
        """Take one piece and count it; False if there is none yet."""
        is_open = self._writer.is_open
        piece = frames.next(
            takes_messages=is_open and self._fragments.is_empty, takes_control=is_open
        )
        if piece is None:
            return False
        size = len(piece.data)
        if piece.is_message:
            is_text = piece.opcode == Opcode.TEXT
            # An update of a document may be short; one without a meaning is counted as refused.
            allowed.count(size, is_small=is_text and size < SMALL_FRAME_BYTES)
            if is_text:
                self._deliver_text(piece.data)
            else:
                self._deliver_binary(piece.data)
        elif piece.opcode:
            allowed.count(size, is_small=True)
            if piece.opcode == Opcode.PING:
                self._writer.pings.append(piece.data)
        else:
            allowed.count(size, is_small=False)
            self._protocol.receive_data(piece.data)
            self._process(allowed)
        return True

    def end_slice(self, allowed: Slice) -> None:
        """Answer what was asked in this turn, and cut a peer that floods."""
        self._writer.answer_pings()
        bucket = self._small_frames
        if not allowed.small or bucket is None or self._reading.is_over:
            return
        if bucket.charge(allowed.small, self._loop.time()) > 0:
            _log.info("a peer floods: cut")
            self._cut(CloseCode.FLOODED, "too many frames without a message")

    def end(self) -> None:
        """The peer sends no more."""
        self._protocol.receive_eof()
        self._process(None)
        self._writer.end()

    def fail(self) -> None:
        """Something here is broken: end the socket."""
        self._drop_input()
        self.abort()

    # --- inside ----------------------------------------------------------------------------

    def _process(self, allowed: Slice | None) -> None:
        """Take what the library has found, and send what it answers."""
        for event in self._protocol.events_received():
            if isinstance(event, Request):
                self._on_request(event)
            elif isinstance(event, Frame):
                self._on_frame(event, allowed)
        self._writer.flush()
        if self._protocol.state is State.CLOSING and self._protocol.close_rcvd is None:
            # The library found a fault of the peer and sent its close frame.
            self._timer.begin_close()
        if self._protocol.handshake_exc is not None:
            self._writer.end()

    def _on_request(self, request: Request) -> None:
        answer = self._handler.on_request(request)
        if answer is not None:
            self._drop_input()
        response = respond(
            self._protocol,
            request,
            answer,
            self._headers,
            own_hosts=() if answer else self._handler.own_hosts(request),
            head_only=self._head.wants_head_only,
        )
        self._writer.flush()
        if self._protocol.state is State.OPEN:
            self.opening = self._head.take(response)
            self._writer.open()
            self._timer.begin_keepalive()
            self._handler.on_open()

    def _on_frame(self, frame: Frame, allowed: Slice | None) -> None:
        size = len(frame.data)
        if allowed is not None:
            is_binary = frame.opcode is Opcode.BINARY and frame.fin
            allowed.count(size, is_small=size < SMALL_FRAME_BYTES and not is_binary)
        if frame.opcode not in {Opcode.TEXT, Opcode.BINARY, Opcode.CONT}:
            return  # the library answers pings and close frames itself
        try:
            message = self._fragments.add(frame)
        except TooManyFragmentsError:
            self._cut(CloseCode.MESSAGE_TOO_BIG, "too many fragments in one message")
            return
        if message is None:
            return
        if self._fragments.is_text:
            self._deliver_text(message)
        else:
            self._deliver_binary(message)

    def _deliver_binary(self, payload: bytes) -> None:
        if self._writer.is_open:
            self._writer.answer_pings()
            self._handler.on_binary(payload)
        elif self._reads_while_closing:
            self._handler.on_binary(payload)

    def _deliver_text(self, payload: bytes) -> None:
        if not self._writer.is_open:
            return
        self._writer.answer_pings()  # before what may be said in answer to a later message
        if not payload.isascii() and not is_utf8(payload):
            # RFC 6455, section 8.1: the connection must fail.
            self._protocol.fail(LibraryCloseCode.INVALID_DATA, "a text message must be UTF-8")
            self._process(None)
            return
        self._handler.on_text(payload)

    def _close(self, code: CloseCode, reason: str) -> None:
        if self._writer.is_ending:
            return
        self._writer.send_close(code, reason)
        self._timer.begin_close()
        self._reading.release()

    def _cut(self, code: CloseCode, reason: str) -> None:
        """A peer that floods shall not have it parsed; the socket ends after the close time-out."""
        self._close(code, reason)
        self._drop_input()
        self._reading.hold()

    def _drop_input(self) -> None:
        self._reading.drop()
        self._fragments.clear()
        self._writer.pings.clear()
