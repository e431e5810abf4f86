"""Sockets that are passed on, between two real listeners and with real clients."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from peerline.protocol.errors import CloseCode
from peerline_server.cluster.places import Elsewhere, Found
from peerline_server.relay.header import (
    CUT_OFF,
    DRAINING,
    NODE_HEADER,
    NOT_OWNER,
    RELAY_HEADER,
    STATE_HEADER,
    Handshake,
    NotBelieved,
    PassedOn,
    Signer,
)
from peerline_server.relay.relay import Arrival, Relay
from peerline_server.transport.base import (
    HandshakeRequest,
    HttpAnswer,
    SocketHandler,
    TransportLimits,
    WebSocket,
)
from peerline_server.transport.listener import WebSocketListener
from peerline_server.transport.no_handler import NoHandler

SECRET = b"s" * 32
ADDRESS = "192.0.2.7"
MEBIBYTE = 2**20
LIMITS = TransportLimits(
    max_head_bytes=16 * 1024,
    max_frame_bytes=4 * MEBIBYTE,
    max_fragments=100,
    handshake_timeout=10.0,
    ping_interval=20.0,
    ping_timeout=20.0,
    close_timeout=2.0,
    outbox_soft_bytes=256 * 1024,
    outbox_hard_bytes=4 * MEBIBYTE,
)


async def until(holds: Callable[[], object]) -> None:
    """Wait until something holds."""
    while not holds():  # noqa: ASYNC110 - a limit is the test's
        await asyncio.sleep(0.01)


@dataclass
class Counts:
    presence_left_out: int = 0
    aborted: int = 0


@dataclass
class Node:
    """One listener; an owner of sessions echoes, a front passes everything on."""

    name: str
    counts: Counts = field(default_factory=Counts)
    handlers: list[Any] = field(default_factory=list[Any])
    listener: Any = None
    make: Callable[[WebSocket], SocketHandler] | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.listener.port}"

    @property
    def place(self) -> Elsewhere:
        return Elsewhere(self.address, self.name)

    async def listen(self, limits: TransportLimits) -> None:
        self.listener = WebSocketListener(
            limits, self.counts, headers=((NODE_HEADER, self.name),), keeps_openings=True
        )
        await self.listener.listen(self._make, "127.0.0.1", 0)

    def _make(self, socket: WebSocket) -> SocketHandler:
        assert self.make is not None
        self.handlers.append(self.make(socket))
        return self.handlers[-1]

    def signer(self) -> Signer:
        return Signer(SECRET, self.name, lambda: asyncio.get_running_loop().time())


class Owner(NoHandler):
    """Echoes, says who came, and closes as it is asked."""

    def __init__(self, socket: WebSocket, signer: Signer, answer: HttpAnswer | None = None) -> None:
        self.socket = socket
        self.signer = signer
        self.answer = answer
        self.origin: PassedOn | None = None
        self.texts: list[bytes] = []
        loop = asyncio.get_running_loop()
        self.closed: asyncio.Future[int] = loop.create_future()
        self.gone: asyncio.Future[None] = loop.create_future()

    def on_request(self, request: HandshakeRequest) -> HttpAnswer | None:
        values = request.headers.get_all(RELAY_HEADER)
        key = "".join(request.headers.get_all("Sec-WebSocket-Key"))
        try:
            assert len(values) == 1, "the client's own was passed on"
            self.origin = self.signer.check(values[0], Handshake(key, request.path))
        except NotBelieved:
            return HttpAnswer(HTTPStatus.FORBIDDEN, "no\n")
        return self.answer

    def on_open(self) -> None:
        self.socket.allow_long_messages()

    def on_text(self, text: bytes) -> None:
        self.texts.append(text)
        if text.startswith(b"close "):
            self.socket.close(CloseCode.REMOVED, text.decode())
        elif text.startswith(b"not mine"):
            self.socket.close(CloseCode.TRY_AGAIN_LATER, NOT_OWNER)
        else:
            self.socket.outbox.send_text(text)

    def on_binary(self, data: bytes) -> None:
        self.socket.outbox.send_binary(data)

    def on_closed(self, code: int) -> None:
        self.closed.set_result(code)

    def on_gone(self) -> None:
        self.gone.set_result(None)


class Front(NoHandler):
    """Passes the socket on at its first message, and echoes itself if that is not possible."""

    def __init__(self, socket: WebSocket, relay: Relay, to: Elsewhere) -> None:
        self.socket = socket
        self.relay = relay
        self.to = to
        loop = asyncio.get_running_loop()
        self.found: asyncio.Future[Found] = loop.create_future()
        self.gone: asyncio.Future[None] = loop.create_future()
        self.received_after = 0

    def on_text(self, text: bytes) -> None:
        if self.found.done():
            self.received_after += 1
            self.socket.outbox.send_text(b"front: " + text)
            return
        self.socket.hold_reading()
        self.task = asyncio.create_task(self._pass_on(text))

    async def _pass_on(self, text: bytes) -> None:
        self.found.set_result(
            await self.relay.pass_on(Arrival(self.socket, ADDRESS, text), self.to)
        )
        self.socket.resume_reading()

    def on_gone(self) -> None:
        self.relay.give_up(self.socket.id)
        self.gone.set_result(None)


@dataclass
class Stage:
    stack: AsyncExitStack
    nodes: list[Node] = field(default_factory=list[Node])

    async def owner(
        self, answer: HttpAnswer | None = None, name: str = "owner", **limits: Any
    ) -> Node:
        node = Node(name)
        signer = node.signer()
        node.make = lambda socket: Owner(socket, signer, answer)
        await node.listen(replace(LIMITS, **limits))
        self.stack.callback(node.listener.close)
        self.nodes.append(node)
        return node

    async def front(self, to: Elsewhere, **limits: Any) -> Node:
        node = Node("front")
        relay = Relay(asyncio.get_running_loop(), node.signer(), join_seconds=2.0, call_seconds=0.3)
        node.make = lambda socket: Front(socket, relay, to)
        await node.listen(replace(LIMITS, **limits))
        self.stack.callback(node.listener.close)
        self.nodes.append(node)
        return node

    async def connect(self, node: Node, path: str = "/ws", **options: Any) -> ClientConnection:
        given: dict[str, Any] = {"compression": None, "max_size": None, "proxy": None, **options}
        client = await connect(f"ws://{node.address}{path}", **given)
        self.stack.callback(client.transport.abort)
        return client


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with asyncio.timeout(60):
        async with AsyncExitStack() as stack:
            stage = Stage(stack)
            yield stage
        for node in stage.nodes:
            for handler in node.handlers:
                await handler.gone


@pytest.mark.parametrize("compression", [None, "deflate"])
async def test_messages_of_all_sizes_pass_both_ways(stage: Stage, compression: str | None) -> None:
    owner = await stage.owner()
    front = await stage.front(owner.place)
    client = await stage.connect(front, compression=compression, subprotocols=["peerline.v1"])
    messages = [
        "join",
        "ä" * 50,
        "x" * 8_192,
        os.urandom(8_192),
        "y" * 70_000,
        os.urandom(MEBIBYTE),
    ]
    for message in messages:
        await client.send(message)
        assert await client.recv() == message
    for message in messages:
        await client.send(message)
    assert [await client.recv() for _ in messages] == messages
    handler = owner.handlers[0]
    assert handler.origin == PassedOn("front", ADDRESS)
    assert handler.socket.deflates == (compression == "deflate")
    assert front.handlers[0].received_after == 0


async def test_what_was_already_read_is_passed_on_in_order(stage: Stage) -> None:
    owner = await stage.owner()
    front = await stage.front(owner.place)
    reader, writer = await asyncio.open_connection(*front.address.split(":"))
    stage.stack.callback(writer.close)
    messages = [b"join", b"second", b"m" * 300, b"last"]
    mask = b"\x01\x02\x03\x04"
    frames = b""
    for message in messages:
        length = len(message)
        head = bytes([0x80 | length]) if length < 126 else b"\xfe" + length.to_bytes(2, "big")
        masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(message))
        frames += b"\x81" + head + mask + masked
    writer.write(
        b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
        b"X-Peerline-Relay: 9999999999999.x.192.0.2.9.ffff\r\n\r\n" + frames[:-3]
    )
    await reader.readuntil(b"\r\n\r\n")
    assert await reader.readexactly(6) == b"\x81\x04join"
    writer.write(frames[-3:])
    expected = b"\x81\x06second\x81\x7e\x01\x2c" + b"m" * 300 + b"\x81\x04last"
    assert await reader.readexactly(len(expected)) == expected
    assert owner.handlers[0].texts == messages


async def test_pings_of_both_ends_are_answered_by_the_other(stage: Stage) -> None:
    owner = await stage.owner(ping_interval=0.05, ping_timeout=0.2)
    # The front would cut a client that it pinged and whose answers it did not see.
    front = await stage.front(owner.place, ping_interval=0.05, ping_timeout=0.1)
    client = await stage.connect(front)
    await client.send("join")
    await client.recv()
    async with asyncio.timeout(1):
        await (await client.ping(b"are you there"))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(owner.handlers[0].closed), 0.6)
    await client.send("still here")
    assert await client.recv() == "still here"


async def test_close_codes_and_reasons_pass(stage: Stage) -> None:
    owner = await stage.owner()
    front = await stage.front(owner.place)
    client = await stage.connect(front)
    await client.send("join")
    await client.recv()
    await client.send("close because of this")
    with pytest.raises(ConnectionClosed):
        await client.recv()
    assert (client.close_code, client.close_reason) == (4410, "close because of this")
    await front.handlers[0].gone
    again = await stage.connect(front)
    await again.send("join")
    await again.recv()
    await again.close(1001, "going")
    assert await owner.handlers[1].closed == 1001
    await front.handlers[1].gone


async def test_a_client_that_vanishes_is_gone_at_the_owner(stage: Stage) -> None:
    owner = await stage.owner()
    front = await stage.front(owner.place)
    client = await stage.connect(front)
    await client.send("join")
    await client.recv()
    client.transport.abort()
    assert await owner.handlers[0].closed == 1006
    await front.handlers[0].gone


async def test_an_owner_that_vanishes_is_gone_for_the_client(stage: Stage) -> None:
    owner = await stage.owner()
    front = await stage.front(owner.place)
    client = await stage.connect(front)
    await client.send("join")
    await client.recv()
    owner.handlers[0].socket.abort()
    with pytest.raises(ConnectionClosed):
        await client.recv()
    assert client.close_code == 1006


async def test_a_slow_reader_is_cut_by_the_owner_and_costs_the_relay_nothing(stage: Stage) -> None:
    owner = await stage.owner()
    # Nothing of the owner's end can be seen while the client takes nothing of what came before it.
    front = await stage.front(owner.place, ping_interval=0.2, ping_timeout=0.2)
    deaf = stage.stack.enter_context(socket.create_connection(("127.0.0.1", front.listener.port)))
    deaf.send(
        b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        b"\x81\x84\0\0\0\0join"
    )
    await until(lambda: front.handlers and front.handlers[0].found.done())
    assert front.handlers[0].found.result() is Found.THERE
    most, sent = 0, 0
    while not owner.counts.aborted:
        for _ in range(16):
            owner.handlers[0].socket.outbox.send_text(b"x" * 8_192)
        sent += 16 * 8_192
        await asyncio.sleep(0)
        most = max(most, front.handlers[0].socket.write_buffer_bytes)
        assert sent < 64 * MEBIBYTE
    assert owner.counts.aborted == 1
    assert front.counts.aborted == 0
    assert most < MEBIBYTE
    await owner.handlers[0].closed
    await front.handlers[0].gone


async def test_a_node_without_the_session_says_so_and_the_client_does_not_notice(
    stage: Stage,
) -> None:
    owner = await stage.owner()
    front = await stage.front(owner.place)
    client = await stage.connect(front)
    await client.send("not mine, I fear")
    assert await front.handlers[0].found is Found.NOT_OWNER
    await client.send("hello")
    assert await client.recv() == "front: hello"


@pytest.mark.parametrize(
    ("status", "headers", "found"),
    [
        (HTTPStatus.SERVICE_UNAVAILABLE, ((STATE_HEADER, DRAINING),), Found.DRAINING),
        (HTTPStatus.SERVICE_UNAVAILABLE, ((STATE_HEADER, CUT_OFF),), Found.CUT_OFF),
        (HTTPStatus.SERVICE_UNAVAILABLE, (), Found.SILENT),
        (HTTPStatus.TOO_MANY_REQUESTS, (), Found.SILENT),
    ],
)
async def test_a_node_that_refuses_says_why(
    stage: Stage, status: HTTPStatus, headers: tuple[tuple[str, str], ...], found: Found
) -> None:
    owner = await stage.owner(HttpAnswer(status, "no\n", headers))
    front = await stage.front(owner.place)
    client = await stage.connect(front)
    await client.send("join")
    assert await front.handlers[0].found is found
    await client.send("hello")
    assert await client.recv() == "front: hello"


async def test_another_node_at_the_address_is_not_taken_for_the_owner(stage: Stage) -> None:
    other = await stage.owner(name="another")
    front = await stage.front(Elsewhere(other.address, "owner"))
    client = await stage.connect(front)
    await client.send("join")
    assert await front.handlers[0].found is Found.GONE


async def test_an_owner_that_is_gone_refuses(stage: Stage) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        front = await stage.front(Elsewhere(f"127.0.0.1:{unused.getsockname()[1]}", "owner"))
        client = await stage.connect(front)
        await client.send("join")
        assert await front.handlers[0].found is Found.GONE


@pytest.mark.parametrize("says", [b"", b"SSH-2.0-OpenSSH\r\n\r\n"])
async def test_a_program_that_is_no_node_is_as_nobody(stage: Stage, says: bytes) -> None:
    async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(says)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    stage.stack.callback(server.close)
    port = server.sockets[0].getsockname()[1]
    front = await stage.front(Elsewhere(f"127.0.0.1:{port}", "owner"))
    client = await stage.connect(front)
    await client.send("join")
    assert await front.handlers[0].found is Found.GONE


async def test_a_node_with_a_name_that_is_not_known_is_silent_and_that_is_said(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    front = await stage.front(Elsewhere("node.invalid:80", "owner"))
    client = await stage.connect(front)
    await client.send("join")
    assert await front.handlers[0].found is Found.SILENT
    assert "node.invalid:80" in caplog.text
    assert "PEERLINE_NODE_ADDRESS" in caplog.text


@pytest.mark.parametrize("answers", [False, True])
async def test_a_node_that_stands_still_is_silent(stage: Stage, *, answers: bool) -> None:
    """Before its answer to the handshake, or after it."""
    received = bytearray()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if answers:
            writer.write(b"HTTP/1.1 101 Switching Protocols\r\nX-Peerline-Node: owner\r\n\r\n")
        received.extend(await reader.read())
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    stage.stack.callback(server.close)
    port = server.sockets[0].getsockname()[1]
    front = await stage.front(Elsewhere(f"127.0.0.1:{port}", "owner"))
    client = await stage.connect(front)
    await client.send("join")
    assert await front.handlers[0].found is Found.SILENT
    await client.send("hello")
    assert await client.recv() == "front: hello"


async def test_an_owner_with_other_settings_ends_the_socket(stage: Stage) -> None:
    owner = await stage.owner(compression=False)
    front = await stage.front(owner.place)
    client = await stage.connect(front, compression="deflate")
    await client.send("join")
    assert await front.handlers[0].found is Found.THERE
    with pytest.raises(ConnectionClosed):
        await client.recv()
    assert client.close_code == 1012


async def test_of_a_client_that_goes_meanwhile_nothing_is_concluded(stage: Stage) -> None:
    called = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        called.set()
        await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    stage.stack.callback(server.close)
    port = server.sockets[0].getsockname()[1]
    front = await stage.front(Elsewhere(f"127.0.0.1:{port}", "owner"))
    client = await stage.connect(front)
    await client.send("join")
    await called.wait()
    front.handlers[0].socket.abort()
    assert await front.handlers[0].found is Found.SILENT
