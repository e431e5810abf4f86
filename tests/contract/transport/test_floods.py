"""One socket's flood is worked off in slices, with the turns of others in between.

The tests count, and measure no time. The floods come in one piece, as an event loop would bring
them.
"""

import asyncio
import gc
import struct
import weakref
from dataclasses import replace

import pytest

from peerline_server.transport.budget import ANSWERED_PINGS, SLICE_BYTES, SLICE_FRAMES
from tests.collector import collector_off

from .conftest import Drive, Run, Stage
from .implementations import COMPRESSED, deflated, frame, handshake
from .implementations import LIMITS as SMALL

pytestmark = pytest.mark.long

LIMITS = replace(
    SMALL,
    max_frame_bytes=2 * 1024 * 1024,
    max_early_frame_bytes=16 * 1024,
    max_fragments=1000,
    small_frames_per_minute=6000,
    handshake_timeout=30.0,
    ping_interval=30.0,
    ping_timeout=30.0,
    close_timeout=30.0,
)
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


@pytest.mark.parametrize("name", FLOODS)
async def test_one_turn_takes_a_slice_of_frames_and_bytes_of_one_socket(
    drive: Drive, name: str
) -> None:
    flooder, honest = drive(2, LIMITS)
    flooder.open()
    honest.open()
    count = 2000
    flooder.receive(FLOODS[name] * count)
    assert flooder.handler.messages <= SLICE_FRAMES
    assert flooder.handler.bytes <= SLICE_BYTES + 16 * 1024, "at most one message more"
    assert flooder.wire.is_paused, "what has come waits; no more is read meanwhile"
    honest.receive(frame(1, b"honest"))
    assert honest.handler.messages == 1, "at once: it has done nothing"
    before = flooder.handler.messages
    for _ in range(3):
        await asyncio.sleep(0)
        assert flooder.handler.messages - before <= SLICE_FRAMES
        before = flooder.handler.messages


async def test_a_flood_comes_to_its_end_and_reading_goes_on(drive: Drive) -> None:
    (flooder,) = drive(1, LIMITS)
    flooder.open()
    count = SLICE_FRAMES * 5 + 1
    flooder.receive(FLOODS["objects"] * count)
    for _ in range(20):
        await asyncio.sleep(0)
    assert flooder.handler.messages == count
    assert not flooder.wire.is_paused


async def test_of_many_pings_in_a_slice_the_newest_are_answered(drive: Drive) -> None:
    (flooder,) = drive(1, LIMITS)
    flooder.open()
    flooder.receive(b"".join(frame(9, b"%d" % n) for n in range(SLICE_FRAMES)))
    pongs = flooder.wire.written.count(b"\x8a")
    assert pongs == ANSWERED_PINGS
    assert flooder.wire.written.endswith(b"%d" % (SLICE_FRAMES - 1))


@pytest.mark.parametrize("name", ["pings", "pongs", "empty texts"])
async def test_a_peer_that_sends_only_small_frames_is_cut(drive: Drive, name: str) -> None:
    (flooder,) = drive(1, LIMITS)
    flooder.open()
    assert LIMITS.small_frames_per_minute is not None
    flooder.receive(FLOODS[name] * LIMITS.small_frames_per_minute)
    for _ in range(LIMITS.small_frames_per_minute // SLICE_FRAMES + 2):
        await asyncio.sleep(0)
    assert flooder.socket.is_open
    flooder.receive(FLOODS[name] * SLICE_FRAMES)
    for _ in range(3):
        await asyncio.sleep(0)
    assert not flooder.socket.is_open
    assert struct.pack("!H", 4429) in flooder.wire.written


async def test_a_socket_whose_handler_fails_is_cut_and_the_others_get_their_turns(
    drive: Drive,
) -> None:
    broken, honest = drive(2, LIMITS)
    broken.open()
    honest.open()

    def fail(text: bytes) -> None:
        raise RuntimeError(text)

    broken.handler.on_text = fail
    for socket in (broken, honest):
        socket.socket.hold_reading()
        socket.receive(frame(1, b"a message of some length"))
        socket.socket.resume_reading()
    for _ in range(5):
        await asyncio.sleep(0)
    assert broken.wire.is_over
    assert honest.handler.messages == 1
    assert not honest.wire.is_over


async def test_fragments_are_worked_off_in_slices(drive: Drive) -> None:
    flooder, honest = drive(2, LIMITS)
    flooder.open()
    honest.open()
    flooder.receive(FRAGMENTS)
    assert flooder.wire.is_paused
    honest.receive(frame(1, b"honest"))
    assert honest.handler.messages == 1


@pytest.mark.parametrize(("size", "is_open"), [(16 * 1024, True), (16 * 1024 + 1, False)])
@pytest.mark.parametrize("is_compressed", [True, False])
async def test_before_the_join_a_message_has_a_small_limit(
    drive: Drive, size: int, *, is_open: bool, is_compressed: bool
) -> None:
    (socket,) = drive(1, LIMITS)
    socket.open()
    data = b"x" * size
    message = frame(1, deflated(data), flags=COMPRESSED) if is_compressed else frame(1, data)
    socket.receive(message)
    assert socket.socket.is_open is is_open


@pytest.mark.parametrize(
    ("size", "is_open"), [(2 * 1024 * 1024, True), (2 * 1024 * 1024 + 1, False)]
)
async def test_after_the_join_a_message_has_the_whole_limit(
    drive: Drive, size: int, *, is_open: bool
) -> None:
    (socket,) = drive(1, LIMITS)
    socket.open()
    socket.socket.allow_long_messages()
    socket.receive(frame(1, deflated(b"x" * size), flags=COMPRESSED))
    assert socket.socket.is_open is is_open


async def test_an_unfinished_message_that_inflates_keeps_no_more_than_the_early_limit(
    drive: Drive,
) -> None:
    (socket,) = drive(1, LIMITS)
    socket.open()
    squeezed = deflated(b" " * (2 * 1024 * 1024))
    socket.receive(frame(1, squeezed, fin=False, flags=COMPRESSED))
    assert not socket.socket.is_open, "over the limit before it was inflated whole"


HANDSHAKE = handshake(deflate=True)
STATES: dict[str, bytes] = {
    "nothing": b"",
    "half a head": HANDSHAKE[:50],
    "a head that is too long": HANDSHAKE[:50] + b"x" * 3_000,
    "refused": handshake("/no"),
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
    drive: Drive, state: str
) -> None:
    with collector_off():
        living: list[weakref.ref[object]] = []
        for _ in range(5):
            (socket,) = drive(1, LIMITS)
            socket.receive(STATES[state])
            await asyncio.sleep(0)
            socket.lose()
            living.append(weakref.ref(socket.handler))
            living.append(weakref.ref(socket))
            del socket
        for _ in range(10):
            await asyncio.sleep(0)
        assert [ref() for ref in living] == [None] * len(living)


@pytest.mark.parametrize("path", ["/echo", "/no"])
def test_a_real_socket_that_is_gone_is_freed_without_the_collector(run: Run, path: str) -> None:
    async def scenario(stage: Stage) -> None:
        with collector_off():
            reader, writer = await stage.connect()
            writer.write(handshake(path) + frame(1, b"hello"))
            await reader.readuntil(b"\r\n\r\n")
            kind, gone = type(stage.handlers[0].socket), stage.handlers[0].gone
            handler = weakref.ref(stage.handlers[0])
            stage.handlers.clear()
            writer.transport.abort()
            await gone

            def is_freed() -> bool:
                return not handler() and not any(isinstance(it, kind) for it in gc.get_objects())

            while not is_freed():  # noqa: ASYNC110 - reference counts cannot be waited for
                await asyncio.sleep(0.01)

    run(scenario)
