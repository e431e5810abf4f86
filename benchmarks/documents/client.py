"""A client of one document that speaks y-protocols on a socket, with as little work as possible."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self, cast

from benchmarks.awareness import authentication, varbytes, varuint
from benchmarks.servers import ServerError
from benchmarks.wire import BINARY, PING, PONG, FrameReader, HeadReader, client_frame, handshake
from peerline.documents.byte_reader import ByteReader
from peerline.documents.structs import read_structs

_SYNC: Final = 0
_STEP_1: Final = 0
_STEP_2: Final = 1
_UPDATE: Final = 2
_AUTH: Final = 2
_SYNC_REPLY: Final = 4
"""Hocuspocus' own number for the same messages."""
_NOTHING: Final = b"\x00\x00"
"""An update without structs and deletions; as a state vector its first byte means the same."""
_PATIENCE_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Way:
    """How to get to a document: the address, the path, and what the dialect wants before."""

    address: str
    path: str
    token: str | None = None
    hocuspocus_name: str | None = None
    """Hocuspocus has the name before each message, and waits to be given a token."""


def read_varuint(data: bytes, at: int) -> tuple[int, int]:
    """The number at a place, and the place after it."""
    number = shift = 0
    while True:
        byte = data[at]
        number |= (byte & 0x7F) << shift
        at += 1
        shift += 7
        if byte < 0x80:  # noqa: PLR2004 - the last byte of a number
            return number, at


class DocumentClient(asyncio.Protocol):
    """Has a document open; counts the updates of others."""

    def __init__(self, way: Way, on_update: Callable[[bytes], None]) -> None:
        self._way = way
        self._on_update = on_update
        self._head = HeadReader()
        self._frames = FrameReader()
        name = way.hocuspocus_name
        self._prefix = b"" if name is None else varbytes(name.encode())
        self._transport: asyncio.Transport | None = None
        self._has_asked = False
        self.synced: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        """The whole document, as an update."""

    @classmethod
    async def open(cls, way: Way, on_update: Callable[[bytes], None] = lambda _: None) -> Self:
        """A client that has the document."""
        host, _, port = way.address.rpartition(":")
        loop = asyncio.get_running_loop()
        _, client = await loop.create_connection(lambda: cls(way, on_update), host, int(port))
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await client.synced
        return client

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Shake hands."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(handshake(self._way.address, self._way.path, self._way.token))

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell those who wait."""
        if not self.synced.done():
            self.synced.set_exception(ServerError(f"the connection was closed: {exc}"))

    def data_received(self, data: bytes) -> None:
        """Take the handshake's answer, then messages."""
        if self._head.is_open:
            rest = self._head.feed(data)
            if rest is None:
                return
            data = rest
            name = self._way.hocuspocus_name
            if name is None:
                self._ask()
            else:
                self._write(client_frame(BINARY, authentication(name.encode())))
        for opcode, payload in self._frames.feed(data):
            if opcode == PING:
                self._write(client_frame(PONG, payload))
            elif opcode == BINARY:
                self._take(payload.removeprefix(self._prefix))

    def _take(self, message: bytes) -> None:
        kind, at = read_varuint(message, 0)
        if kind == _AUTH and self._prefix and not self._has_asked:
            self._ask()
        if kind not in {_SYNC, _SYNC_REPLY}:
            return
        step, at = read_varuint(message, at)
        size, at = read_varuint(message, at)
        update = message[at : at + size]
        if step == _STEP_1:
            self._send(_STEP_2, _NOTHING)
        elif step == _STEP_2 and not self.synced.done():
            self.synced.set_result(update)
        elif step == _UPDATE:
            self._on_update(update)

    def _ask(self) -> None:
        self._has_asked = True
        self._send(_STEP_1, _NOTHING[:1])

    def send(self, update: bytes) -> None:
        """Send an own update."""
        self._send(_UPDATE, update)

    def _send(self, step: int, data: bytes) -> None:
        message = self._prefix + varuint(_SYNC) + varuint(step) + varbytes(data)
        self._write(client_frame(BINARY, message))

    def _write(self, data: bytes) -> None:
        assert self._transport is not None, "connected"
        self._transport.write(data)

    def close(self) -> None:
        """Cut the connection."""
        if self._transport is not None:
            self._transport.abort()


class Seen:
    """The moments at which structs were sent, and the delays until each was seen by each other."""

    def __init__(self) -> None:
        self.delays: list[float] = []
        self.sent = 0
        self._at: dict[tuple[int, int, int], float] = {}

    def sends(self, update: bytes, room: int = 0) -> None:
        """It is sent now; one that only deletes is not looked for."""
        at = 0
        values: list[int] = []
        for _ in range(4):
            value, at = read_varuint(update, at)
            values.append(value)
        if values[0]:
            self.sent += 1
            self._at[room, values[2], values[3]] = time.perf_counter()

    def watch(self, own: int, room: int = 0) -> Callable[[bytes], None]:
        """Return the callback of a client; some servers join updates, or send back one's own."""
        known: dict[int, int] = {}

        def take(update: bytes) -> None:
            now = time.perf_counter()
            for struct in read_structs(ByteReader(update)):
                end = struct.clock + struct.length
                for clock in range(max(struct.clock, known.get(struct.client, 0)), end):
                    sent = self._at.get((room, struct.client, clock))
                    if sent is not None and struct.client != own:
                        self.delays.append(now - sent)
                known[struct.client] = max(known.get(struct.client, 0), end)

        return take

    async def until(self, count: int) -> None:
        """Wait until as many were seen."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while len(self.delays) < count:  # noqa: ASYNC110 - callbacks count
                await asyncio.sleep(0.002)
