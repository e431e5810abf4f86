"""The implementations of the transport that the contract is held against, and what drives them."""

import asyncio
import importlib.util
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from peerline_server.transport.base import (
    HandshakeRequest,
    HttpAnswer,
    Listener,
    MakeHandler,
    TransportLimits,
    WebSocket,
)
from peerline_server.transport.listener import WebSocketListener
from peerline_server.transport.turns import Turns
from peerline_server.transport.websocket import WebSocketTransport

LIMITS = TransportLimits(
    max_head_bytes=2_000,
    max_frame_bytes=10_000,
    max_fragments=4,
    handshake_timeout=2.0,
    ping_interval=0.2,
    ping_timeout=1.0,
    close_timeout=1.0,
    outbox_soft_bytes=100_000,
    outbox_hard_bytes=1_000_000,
)
HEADERS = (("X-Server", "one"),)
COMPRESSED = 0x40
CONT, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


@dataclass
class Counts:
    presence_left_out: int = 0
    aborted: int = 0


class Clock:
    """Stands still, so that only counts end a slice."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class Implementation:
    """One way of doing WebSockets.

    `make_protocol` makes one socket that is driven by hand, as an event loop would. It gets what
    the sockets of a server share, which `make_shared` makes.
    """

    name: str
    make_listener: Callable[[TransportLimits, Counts], Listener]
    make_shared: Callable[[asyncio.AbstractEventLoop], Any]
    make_protocol: Callable[[MakeHandler, TransportLimits, Any], asyncio.Protocol]
    unsent_bytes: Callable[[Any], int]
    """Bytes that the peer of a socket has not yet taken."""


def _websockets_protocol(
    make_handler: MakeHandler, limits: TransportLimits, turns: Turns
) -> asyncio.Protocol:
    return WebSocketTransport(
        asyncio.get_running_loop(),
        make_handler,
        limits,
        origins=[None],
        headers=HEADERS,
        turns=turns,
        counts=Counts(),
    )


IMPLEMENTATIONS = [
    Implementation(
        "websockets",
        lambda limits, counts: WebSocketListener(limits, counts, headers=HEADERS),
        lambda loop: Turns(loop, Clock()),
        _websockets_protocol,
        lambda socket: socket.write_buffer_bytes,
    ),
]
LOOPS = ["asyncio", *(["uvloop"] if importlib.util.find_spec("uvloop") else [])]


def loop_factory(name: str) -> Callable[[], asyncio.AbstractEventLoop]:
    if name == "uvloop":
        import uvloop  # noqa: PLC0415 - not on Windows

        return uvloop.new_event_loop
    return asyncio.new_event_loop


class Recorder:
    """Sends every message of `/echo` back, and remembers what happened."""

    def __init__(self, socket: WebSocket) -> None:
        self.socket = socket
        self.echoes = True
        self.events: list[str] = []
        self.paths: list[str] = []
        self.address = ""
        self.received = 0
        self.messages = 0
        self.bytes = 0
        loop = asyncio.get_running_loop()
        self.closed: asyncio.Future[int] = loop.create_future()
        self.gone: asyncio.Future[None] = loop.create_future()

    def on_connect(self, address: str) -> None:
        self.address = address

    def on_received(self, amount: int) -> None:
        self.received += amount

    def on_request(self, request: HandshakeRequest) -> HttpAnswer | None:
        self.paths.append(request.path)
        if request.path.startswith("/echo"):
            return None
        if request.path == "/healthz":
            return HttpAnswer(HTTPStatus.OK, "ok\n")
        if request.path == "/picture":
            return HttpAnswer(HTTPStatus.OK, b"\x89PNG\r\n", (("Content-Type", "image/png"),))
        if request.path == "/unchanged":
            return HttpAnswer(HTTPStatus.NOT_MODIFIED, b"", (("ETag", '"a"'),))
        named = ",".join(request.headers.get_all("x-name"))
        headers = (("Retry-After", "7"), ("X-Named", named))
        return HttpAnswer(HTTPStatus.TOO_MANY_REQUESTS, "not now é\n", headers)

    def own_hosts(self, request: HandshakeRequest) -> list[str]:
        return request.headers.get_all("X-Own")

    def on_open(self) -> None:
        self.events.append("open")

    def on_text(self, text: bytes) -> None:
        self.messages += 1
        self.bytes += len(text)
        if self.echoes:
            self.socket.outbox.send_text(text)

    def on_binary(self, data: bytes) -> None:
        self.messages += 1
        self.bytes += len(data)
        if self.echoes:
            self.socket.outbox.send_binary(data)

    def on_writable(self) -> None:
        self.events.append("writable")

    def on_closed(self, code: int) -> None:
        self.closed.set_result(code)

    def on_gone(self) -> None:
        self.gone.set_result(None)


def handshake(path: str = "/echo", *, deflate: bool = False, headers: str = "") -> bytes:
    extension = "Sec-WebSocket-Extensions: permessage-deflate\r\n" if deflate else ""
    return (
        f"GET {path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
        f"{extension}{headers}\r\n"
    ).encode()


def frame(opcode: int, payload: bytes = b"", *, fin: bool = True, flags: int = 0) -> bytes:
    """A masked client frame; the mask is 0, so that the payload is as it is."""
    first = (0x80 if fin else 0) | flags | opcode
    size = len(payload)
    if size < 126:
        head = bytes([first, 0x80 | size])
    elif size < 2**16:
        head = bytes([first, 0x80 | 126]) + struct.pack("!H", size)
    else:
        head = bytes([first, 0x80 | 127]) + struct.pack("!Q", size)
    return head + bytes(4) + payload


def deflated(data: bytes) -> bytes:
    squeeze = zlib.compressobj(wbits=-15)
    return (squeeze.compress(data) + squeeze.flush(zlib.Z_SYNC_FLUSH))[:-4]


class Wire(asyncio.Transport):
    """The kernel's side of a socket that is driven by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.written = bytearray()
        self.is_paused = False
        self.is_over = False

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return ("127.0.0.1", 1) if name == "peername" else default

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        pass

    def get_write_buffer_size(self) -> int:
        return 0

    def write(self, data: Any) -> None:
        self.written += data

    def pause_reading(self) -> None:
        self.is_paused = True

    def resume_reading(self) -> None:
        self.is_paused = False

    def is_closing(self) -> bool:
        return self.is_over

    def close(self) -> None:
        self.is_over = True

    def abort(self) -> None:
        self.is_over = True


class Driven:
    """A socket that is driven by hand: what comes in one piece is one call."""

    def __init__(
        self, implementation: Implementation, limits: TransportLimits, shared: Any
    ) -> None:
        self.handlers: list[Recorder] = []
        self.wire = Wire()
        self.protocol = implementation.make_protocol(self._make, limits, shared)
        self.protocol.connection_made(self.wire)

    def _make(self, socket: WebSocket) -> Recorder:
        recorder = Recorder(socket)
        recorder.echoes = False
        self.handlers.append(recorder)
        return recorder

    @property
    def handler(self) -> Recorder:
        return self.handlers[0]

    @property
    def socket(self) -> WebSocket:
        return self.handlers[0].socket

    def open(self) -> None:
        self.receive(handshake(deflate=True))
        assert self.socket.is_open
        self.wire.written.clear()

    def receive(self, data: bytes) -> None:
        self.protocol.data_received(data)

    def lose(self) -> None:
        self.protocol.connection_lost(None)
