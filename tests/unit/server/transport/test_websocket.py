"""Tests of server.transport over real sockets, on asyncio and, where there is one, on uvloop."""

import asyncio
import importlib.util
import os
import struct
from collections.abc import Callable, Coroutine
from contextlib import suppress
from http import HTTPStatus
from typing import Any, cast

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request

from peerline.protocol.errors import CloseCode
from peerline_server.transport.frames import SharedFrame, text_frame
from peerline_server.transport.websocket import HttpAnswer, TransportLimits, WebSocketTransport

LIMITS = TransportLimits(
    max_frame_bytes=10_000,
    max_fragments=4,
    max_head_bytes=2_000,
    handshake_timeout=2.0,
    ping_interval=0.2,
    ping_timeout=1.0,
    close_timeout=1.0,
)
HANDSHAKE = (
    b"GET /echo HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
TEXT, BINARY, CLOSE, PING = 1, 2, 8, 9


class Echo:
    """Sends every text back and remembers what happened."""

    def __init__(self, transport: WebSocketTransport) -> None:
        self.transport = transport
        self.events: list[str] = []
        self.received = 0
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.closed: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def on_connect(self, address: str) -> None:
        assert address == "127.0.0.1"

    def on_received(self, amount: int) -> None:
        self.received += amount

    def on_gone(self) -> None:
        self.gone.set_result(None)

    def on_request(self, request: Request) -> HttpAnswer | None:
        return None if request.path == "/echo" else HttpAnswer(HTTPStatus.NOT_FOUND, "no\n")

    def on_open(self) -> None:
        self.events.append("open")

    def on_text(self, text: bytes) -> None:
        self.transport.write_frames(text_frame(text))

    def on_binary(self, data: bytes) -> None:  # noqa: ARG002 - the interface
        self.events.append("binary")

    def on_writable(self) -> None:
        self.events.append("writable")

    def on_closed(self, code: int) -> None:
        self.closed.set_result(code)


class EchoServer:
    def __init__(self) -> None:
        self.handlers: list[Echo] = []
        self.port = 0

    def make(self, transport: WebSocketTransport) -> Echo:
        self.handlers.append(Echo(transport))
        return self.handlers[-1]


def frame(opcode: int, payload: bytes, *, fin: bool = True) -> bytes:
    """A masked client frame with the mask 0."""
    assert len(payload) < 2**16
    size = len(payload)
    length = bytes([0x80 | size]) if size < 126 else b"\xfe" + struct.pack("!H", size)
    return bytes([(0x80 if fin else 0) | opcode]) + length + bytes(4) + payload


Scenario = Callable[[EchoServer], Coroutine[Any, Any, None]]
LOOPS = ["asyncio", *(["uvloop"] if importlib.util.find_spec("uvloop") else [])]


@pytest.fixture(params=LOOPS)
def run(request: pytest.FixtureRequest) -> Callable[[Scenario], None]:
    """Runs a scenario beside an echo server on each event loop."""

    async def main(scenario: Scenario) -> None:
        loop = asyncio.get_running_loop()
        echo = EchoServer()
        server = await loop.create_server(
            lambda: WebSocketTransport(loop, echo.make, LIMITS, [None]), "127.0.0.1", 0
        )
        echo.port = server.sockets[0].getsockname()[1]
        try:
            await asyncio.wait_for(scenario(echo), 20)
        finally:
            server.close()

    def start(scenario: Scenario) -> None:
        if request.param == "uvloop":
            import uvloop  # noqa: PLC0415 - not on Windows

            factory: Any = uvloop.new_event_loop
        else:
            factory = asyncio.new_event_loop
        with asyncio.Runner(loop_factory=factory) as runner:
            runner.run(main(scenario))

    return start


async def open_raw(echo: EchoServer) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", echo.port)
    writer.write(HANDSHAKE)
    assert b"101" in await reader.readuntil(b"\r\n\r\n")
    return reader, writer


Run = Callable[[Scenario], None]


def test_text_is_delivered_whole_however_it_is_cut(run: Run) -> None:
    async def scenario(echo: EchoServer) -> None:
        async with connect(f"ws://127.0.0.1:{echo.port}/echo") as client:
            for text in ("", "é" * 4_000, "z"):
                await client.send(text)
                assert await client.recv() == text
            await client.send(["a", "b", "c"])
            assert await client.recv() == "abc"
            await client.send(b"binary")
            await client.send("after")
            assert await client.recv() == "after"
        handler = echo.handlers[0]
        assert handler.events == ["open", "binary"]
        assert await handler.closed == 1000

    run(scenario)


def test_a_byte_at_a_time_is_read_too(run: Run) -> None:
    async def scenario(echo: EchoServer) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", echo.port)
        for byte in HANDSHAKE + frame(TEXT, b"slow"):
            writer.write(bytes([byte]))
            await writer.drain()
        await reader.readuntil(b"\r\n\r\n")
        assert await reader.readexactly(6) == text_frame(b"slow")
        writer.close()

    run(scenario)


def test_another_path_gets_an_http_answer(run: Run) -> None:
    async def scenario(echo: EchoServer) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", echo.port)
        writer.write(b"GET /other HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 404")
        writer.close()

    run(scenario)


@pytest.mark.parametrize(
    "start",
    [b"", b"GET /echo HTTP/1.1\r\nHost: x\r\n", b"GET / HTTP/1.1\r\nX: " + b"x" * 20_000],
    ids=["silent", "half a request", "an endless header"],
)
def test_a_handshake_that_does_not_end_is_cut(run: Run, start: bytes) -> None:
    async def scenario(echo: EchoServer) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", echo.port)
        writer.write(start)
        with_end = await_end(reader)
        await with_end
        writer.close()

    run(scenario)


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "in pieces"])
@pytest.mark.parametrize(("size", "status"), [(2_000, b"101"), (2_001, b"431")])
def test_the_head_of_a_request_is_limited_at_both_sides(
    run: Run, *, size: int, status: bytes, at_once: bool
) -> None:
    async def scenario(echo: EchoServer) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", echo.port)
        line = b"Sec-WebSocket-Extensions: "
        padding = size - len(HANDSHAKE) - len(line) - 2
        head = HANDSHAKE.removesuffix(b"\r\n") + line + b"a" * padding + b"\r\n\r\n"
        assert len(head) == size
        for piece in [head] if at_once else [head[at : at + 700] for at in range(0, size, 700)]:
            writer.write(piece)
            await writer.drain()
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 " + status)
        if status == b"431":
            assert await await_end(reader) == b"The request's head is too large.\n"
            assert echo.handlers[0].events == []
        writer.close()

    run(scenario)


def test_no_head_is_read_beyond_its_limit(run: Run) -> None:
    async def scenario(echo: EchoServer) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", echo.port)
        # Read as a whole these would take a second.
        offers = b"Sec-WebSocket-Extensions: " + b", ".join([b"a"] * 2_700) + b"\r\n"
        with suppress(ConnectionError):
            writer.write(HANDSHAKE.removesuffix(b"\r\n") + offers * 100 + b"\r\n")
            await writer.drain()
        await await_end(reader)
        await echo.handlers[0].gone
        assert echo.handlers[0].events == []
        writer.close()

    run(scenario)


async def await_end(reader: asyncio.StreamReader) -> bytes:
    """Read until the peer ends the connection, one way or another."""
    try:
        return await reader.read()
    except ConnectionError:
        return b""


@pytest.mark.parametrize(("count", "survives"), [(4, True), (5, False)])
def test_fragments_are_limited_at_both_sides(run: Run, *, count: int, survives: bool) -> None:
    async def scenario(echo: EchoServer) -> None:
        reader, writer = await open_raw(echo)
        writer.write(frame(TEXT, b"x", fin=False))
        for _ in range(count - 2):
            writer.write(frame(0, b"", fin=False))
        writer.write(frame(0, b"y"))
        first = await reader.readexactly(1)
        assert first == (b"\x81" if survives else b"\x88")
        writer.close()
        await echo.handlers[0].gone

    run(scenario)


@pytest.mark.parametrize(("size", "survives"), [(10_000, True), (10_001, False)])
def test_the_size_of_a_message_is_limited_at_both_sides(
    run: Run, *, size: int, survives: bool
) -> None:
    async def scenario(echo: EchoServer) -> None:
        reader, writer = await open_raw(echo)
        writer.write(frame(TEXT, b"x" * size))
        answer = await reader.readexactly(4)
        if survives:
            assert answer[0] == 0x81
        else:
            assert answer[0] == 0x88
            assert struct.unpack("!H", answer[2:4]) == (CloseCode.MESSAGE_TOO_BIG,)
        writer.close()

    run(scenario)


def test_a_peer_that_answers_no_ping_is_cut(run: Run) -> None:
    async def scenario(echo: EchoServer) -> None:
        reader, writer = await open_raw(echo)
        data = await await_end(reader)
        assert data[:2] == b"\x89\x00", "a ping came first"
        assert await echo.handlers[0].closed == 1006
        writer.close()

    run(scenario)


def test_a_peer_that_answers_pings_stays(run: Run) -> None:
    async def scenario(echo: EchoServer) -> None:
        async with connect(f"ws://127.0.0.1:{echo.port}/echo", ping_interval=None) as client:
            start = asyncio.get_running_loop().time()
            while asyncio.get_running_loop().time() - start < 1.0:
                with_timeout = asyncio.wait_for(client.recv(), 0.1)
                try:
                    await with_timeout
                except TimeoutError:
                    continue
            await client.send("alive")
            assert await client.recv() == "alive"

    run(scenario)


def test_a_flood_of_pings_from_a_peer_that_does_not_read_stays_bounded(run: Run) -> None:
    async def scenario(echo: EchoServer) -> None:
        _, writer = await open_raw(echo)
        cast("asyncio.Transport", writer.transport).pause_reading()
        flood = frame(PING, os.urandom(125)) * 100
        handler = echo.handlers[0]
        most = 0
        try:
            for _ in range(5_000):
                writer.write(flood)
                await asyncio.wait_for(writer.drain(), 0.5)
                most = max(most, handler.transport.write_buffer_bytes)
        except (TimeoutError, ConnectionError):
            pass
        most = max(most, handler.transport.write_buffer_bytes)
        assert most < 1_000_000
        writer.transport.abort()
        await handler.closed

    run(scenario)


def test_closing_ends_whatever_the_peer_does(run: Run) -> None:
    async def scenario(echo: EchoServer) -> None:
        reader, writer = await open_raw(echo)
        handler = echo.handlers[0]
        handler.transport.close(CloseCode.SHUTDOWN, "é" * 200)
        data = await await_end(reader)
        assert struct.unpack("!H", data[2:4]) == (CloseCode.SHUTDOWN,)
        assert data[1] <= 125
        await handler.closed
        writer.close()

    run(scenario)


@pytest.mark.parametrize(
    "broken",
    [b"\x81\x01x", b"\xc1\x80\0\0\0\0", b"\x83\x80\0\0\0\0", b"\x80\x80\0\0\0\0"],
    ids=["not masked", "reserved bit", "reserved opcode", "a continuation of nothing"],
)
def test_a_breach_of_the_protocol_is_answered_with_1002(run: Run, broken: bytes) -> None:
    async def scenario(echo: EchoServer) -> None:
        reader, writer = await open_raw(echo)
        writer.write(broken)
        data = await await_end(reader)
        assert struct.unpack("!H", data[2:4]) == (1002,)
        writer.close()

    run(scenario)


def test_a_client_is_told_why_it_was_closed(run: Run) -> None:
    async def scenario(echo: EchoServer) -> None:
        async with connect(f"ws://127.0.0.1:{echo.port}/echo") as client:
            await client.send("x")
            await client.recv()
            echo.handlers[0].transport.close(CloseCode.REMOVED, "removed")
            with pytest.raises(ConnectionClosed) as closed:
                await client.recv()
            assert closed.value.rcvd is not None
            assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4410, "removed")

    run(scenario)


def test_compression_is_shared_and_kept_to_one_message(run: Run) -> None:
    async def scenario(echo: EchoServer) -> None:
        url = f"ws://127.0.0.1:{echo.port}/echo"
        async with connect(url) as first, connect(url, compression=None) as second:
            assert "permessage-deflate" in str(first.response and first.response.headers)
            frame = SharedFrame(b"text " * 100)
            for handler in echo.handlers:
                handler.transport.write_frames(frame.bytes_for(deflates=handler.transport.deflates))
            for _ in range(2):
                await first.send("compressed " * 50)
                await second.send("plain " * 50)
            for client, own in ((first, "compressed "), (second, "plain ")):
                assert [await client.recv() for _ in range(3)] == [
                    "text " * 100,
                    own * 50,
                    own * 50,
                ]
            assert [handler.transport.deflates for handler in echo.handlers] == [True, False]

    run(scenario)


def test_a_message_that_grows_past_the_limit_is_refused(run: Run) -> None:
    async def scenario(echo: EchoServer) -> None:
        async with connect(f"ws://127.0.0.1:{echo.port}/echo") as client:
            await client.send("a" * 1_000_000)
            with pytest.raises(ConnectionClosed):
                await client.recv()
            assert client.close_code == CloseCode.MESSAGE_TOO_BIG

    run(scenario)


@pytest.mark.parametrize("broken", [b"\xff", b"\xed\xa0\x80", b"cut \xc3"])
def test_text_that_is_not_utf_8_fails_the_connection(run: Run, broken: bytes) -> None:
    async def scenario(echo: EchoServer) -> None:
        reader, writer = await open_raw(echo)
        writer.write(frame(TEXT, broken))
        head = await reader.readexactly(4)
        assert head[0] == 0x80 | CLOSE
        assert int.from_bytes(head[2:], "big") == 1007
        writer.close()

    run(scenario)
