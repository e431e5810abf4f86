"""One socket's flood is worked off in slices, with the turns of others in between.

The tests count, and measure no time.

The floods come in one piece through `data_received`, as the event loop would bring them.
"""

import asyncio
import gc
import struct
import weakref
import zlib
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from websockets.http11 import Request

from peerline_server.transport.budget import ANSWERED_PINGS, SLICE_BYTES, SLICE_FRAMES, TURN_SECONDS
from peerline_server.transport.turns import Turns
from peerline_server.transport.websocket import HttpAnswer, TransportLimits, WebSocketTransport

LIMITS = TransportLimits(
    max_frame_bytes=2 * 1024 * 1024,
    max_early_frame_bytes=16 * 1024,
    max_fragments=1000,
    small_frames_per_minute=6000,
    handshake_timeout=30.0,
    ping_interval=30.0,
    ping_timeout=30.0,
    close_timeout=30.0,
)
HANDSHAKE = (
    b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
)
COMPRESSED = 0x40


def frame(opcode: int, payload: bytes = b"", *, fin: bool = True, flags: int = 0) -> bytes:
    """A masked frame; the mask is 0, so that the payload is as it is."""
    first = (0x80 if fin else 0) | flags | opcode
    size = len(payload)
    if size < 126:
        head = bytes([first, 0x80 | size])
    elif size < 65536:
        head = bytes([first, 0x80 | 126]) + struct.pack("!H", size)
    else:
        head = bytes([first, 0x80 | 127]) + struct.pack("!Q", size)
    return head + b"\0\0\0\0" + payload


def deflated(data: bytes) -> bytes:
    squeeze = zlib.compressobj(wbits=-15)
    return (squeeze.compress(data) + squeeze.flush(zlib.Z_SYNC_FLUSH))[:-4]


BOMB = frame(1, deflated(b" " * (15 * 1024)), flags=COMPRESSED)
FLOODS = {
    "pings": frame(9),
    "pongs": frame(10),
    "empty texts": frame(1),
    "objects": frame(1, b"{}"),
    "cursors": frame(1, b'{"type":"cursor_update","session_id":"s","data":{"file":"a","line":1}}'),
    "compressed": BOMB,
    "binary": frame(2, b"x"),
}
FRAGMENTS = frame(1, b"x", fin=False) + frame(0, b"x", fin=False) * 900


class Clock:
    """Stands still, so that only counts end a slice."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


class Wire(asyncio.Transport):
    """The kernel's side: what was written, and whether reading is paused."""

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


class Counter:
    """Counts what it is given."""

    def __init__(self, transport: WebSocketTransport) -> None:
        self.transport = transport
        self.texts = 0
        self.bytes = 0

    def on_connect(self, address: str) -> None: ...
    def on_received(self, amount: int) -> None: ...
    def on_gone(self) -> None: ...
    def on_open(self) -> None: ...
    def on_writable(self) -> None: ...
    def on_closed(self, code: int) -> None: ...

    def on_request(self, request: Request) -> HttpAnswer | None:
        return None if request.path == "/ws" else HttpAnswer(HTTPStatus.NOT_FOUND, "no\n")

    def on_text(self, text: bytes) -> None:
        self.texts += 1
        self.bytes += len(text)

    def on_binary(self, data: bytes) -> None:
        self.on_text(data)


class Socket:
    """A transport that is driven by hand."""

    def __init__(self, turns: Turns, limits: TransportLimits = LIMITS) -> None:
        self.handlers: list[Counter] = []
        loop = asyncio.get_running_loop()
        self.transport = WebSocketTransport(loop, self.make, limits, [None], turns=turns)
        self.wire = Wire()
        self.transport.connection_made(self.wire)

    def make(self, transport: WebSocketTransport) -> Counter:
        self.handlers.append(Counter(transport))
        return self.handlers[0]

    @property
    def counted(self) -> Counter:
        return self.handlers[0]

    def open(self) -> None:
        self.transport.data_received(HANDSHAKE)
        assert self.transport.is_open
        self.wire.written.clear()


@pytest.fixture
def turns() -> Callable[[], Turns]:
    return lambda: Turns(asyncio.get_running_loop(), Clock())


@pytest.mark.parametrize("name", FLOODS)
async def test_one_turn_takes_so_many_frames_and_bytes_of_one_socket(
    turns: Callable[[], Turns], name: str
) -> None:
    shared = turns()
    flooder, honest = Socket(shared), Socket(shared)
    flooder.open()
    honest.open()
    count = 2000
    flooder.transport.data_received(FLOODS[name] * count)
    assert flooder.counted.texts <= SLICE_FRAMES
    assert flooder.counted.bytes <= SLICE_BYTES + 16 * 1024, "at most one message more"
    assert flooder.wire.is_paused, "what has come waits; no more is read meanwhile"
    honest.transport.data_received(frame(1, b"honest"))
    assert honest.counted.texts == 1, "at once: it has done nothing"
    before = flooder.counted.texts
    for _ in range(3):
        await asyncio.sleep(0)
        assert flooder.counted.texts - before <= SLICE_FRAMES
        before = flooder.counted.texts


async def test_a_flood_comes_to_its_end_and_reading_goes_on(turns: Callable[[], Turns]) -> None:
    flooder = Socket(turns())
    flooder.open()
    count = SLICE_FRAMES * 5 + 1
    flooder.transport.data_received(FLOODS["objects"] * count)
    for _ in range(20):
        await asyncio.sleep(0)
    assert flooder.counted.texts == count
    assert not flooder.wire.is_paused


async def test_of_many_pings_in_a_slice_the_newest_are_answered(turns: Callable[[], Turns]) -> None:
    flooder = Socket(turns())
    flooder.open()
    flooder.transport.data_received(b"".join(frame(9, b"%d" % n) for n in range(SLICE_FRAMES)))
    pongs = flooder.wire.written.count(b"\x8a")
    assert pongs == ANSWERED_PINGS
    assert flooder.wire.written.endswith(b"%d" % (SLICE_FRAMES - 1))


@pytest.mark.parametrize("name", ["pings", "pongs", "empty texts"])
async def test_a_peer_that_sends_only_small_frames_is_cut(
    turns: Callable[[], Turns], name: str
) -> None:
    flooder = Socket(turns())
    flooder.open()
    assert LIMITS.small_frames_per_minute is not None
    flooder.transport.data_received(FLOODS[name] * LIMITS.small_frames_per_minute)
    for _ in range(LIMITS.small_frames_per_minute // SLICE_FRAMES + 2):
        await asyncio.sleep(0)
    assert flooder.transport.is_open
    flooder.transport.data_received(FLOODS[name] * SLICE_FRAMES)
    for _ in range(3):
        await asyncio.sleep(0)
    assert not flooder.transport.is_open
    assert struct.pack("!H", 4429) in flooder.wire.written


@pytest.mark.parametrize("is_heavy", [False, True])
async def test_a_socket_whose_handler_fails_is_cut_and_the_others_get_their_turns(
    turns: Callable[[], Turns], *, is_heavy: bool
) -> None:
    shared = turns()
    broken, honest = Socket(shared), Socket(shared)
    broken.open()
    honest.open()

    def fail(text: bytes) -> None:
        raise RuntimeError(text)

    broken.counted.on_text = fail
    for socket in (broken, honest):
        socket.transport.hold_reading()
        socket.transport.data_received(frame(1, b"a message of some length"))
        shared.wait(socket.transport, is_heavy=is_heavy)
        socket.transport.resume_reading()
    for _ in range(5):
        await asyncio.sleep(0)
    assert broken.wire.is_over
    assert honest.counted.texts == 1
    assert not honest.wire.is_over


async def test_fragments_are_worked_off_in_slices(turns: Callable[[], Turns]) -> None:
    shared = turns()
    flooder, honest = Socket(shared), Socket(shared)
    flooder.open()
    honest.open()
    flooder.transport.data_received(FRAGMENTS)
    assert flooder.wire.is_paused
    honest.transport.data_received(frame(1, b"honest"))
    assert honest.counted.texts == 1


@pytest.mark.parametrize(("size", "is_open"), [(16 * 1024, True), (16 * 1024 + 1, False)])
@pytest.mark.parametrize("is_compressed", [True, False])
async def test_before_the_join_a_message_has_a_small_limit(
    turns: Callable[[], Turns], size: int, *, is_open: bool, is_compressed: bool
) -> None:
    socket = Socket(turns())
    socket.open()
    data = b"x" * size
    message = frame(1, deflated(data), flags=COMPRESSED) if is_compressed else frame(1, data)
    socket.transport.data_received(message)
    assert socket.transport.is_open is is_open


@pytest.mark.parametrize(
    ("size", "is_open"), [(2 * 1024 * 1024, True), (2 * 1024 * 1024 + 1, False)]
)
async def test_after_the_join_a_message_has_the_whole_limit(
    turns: Callable[[], Turns], size: int, *, is_open: bool
) -> None:
    socket = Socket(turns())
    socket.open()
    socket.transport.allow_long_messages()
    socket.transport.data_received(frame(1, deflated(b"x" * size), flags=COMPRESSED))
    assert socket.transport.is_open is is_open


async def test_an_unfinished_message_that_inflates_keeps_no_more_than_the_early_limit(
    turns: Callable[[], Turns],
) -> None:
    socket = Socket(turns())
    socket.open()
    squeezed = deflated(b" " * (2 * 1024 * 1024))
    socket.transport.data_received(frame(1, squeezed, fin=False, flags=COMPRESSED))
    assert not socket.transport.is_open, "over the limit before it was inflated whole"


STATES: dict[str, bytes] = {
    "nothing": b"",
    "half a head": HANDSHAKE[:50],
    "refused": HANDSHAKE.replace(b"/ws", b"/no"),
    "no handshake": b"\0\1\2 nonsense\r\n\r\n",
    "open": HANDSHAKE,
    "a message": HANDSHAKE + frame(1, b"{}"),
    "an unfinished compressed message": HANDSHAKE
    + frame(1, deflated(b" " * 10_000), fin=False, flags=COMPRESSED),
    "too long": HANDSHAKE + frame(1, deflated(b" " * 100_000), flags=COMPRESSED),
    "a breach": HANDSHAKE + b"\xff\xff\xff\xff",
    "closed by the peer": HANDSHAKE + frame(8, struct.pack("!H", 1000)),
    "a flood": HANDSHAKE + FLOODS["objects"] * 500,
}


@pytest.mark.parametrize("state", STATES)
async def test_a_socket_that_is_gone_is_freed_without_the_collector(
    turns: Callable[[], Turns], state: str
) -> None:
    shared = turns()
    gc.collect()
    gc.disable()
    try:
        living: list[weakref.ref[object]] = []
        for _ in range(5):
            socket = Socket(shared)
            socket.transport.data_received(STATES[state])
            await asyncio.sleep(0)
            socket.transport.connection_lost(None)
            living.append(weakref.ref(socket.handlers[0]))
            living.append(weakref.ref(socket))
            del socket
        for _ in range(10):
            await asyncio.sleep(0)
        assert [ref() for ref in living] == [None] * len(living)
    finally:
        gc.enable()


def test_the_time_of_a_turn_is_a_small_part_of_the_bar() -> None:
    assert TURN_SECONDS <= 0.01
