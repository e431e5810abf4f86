"""The honest side: somebody who chats, and a load balancer that asks for health, both in time."""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from benchmarks.servers import Door, RunningServer, ServerError
from benchmarks.wire import PING, PONG, TEXT, FrameReader, HeadReader, client_frame, handshake

_CHAT_SECONDS: Final = 0.02
_HEALTH_SECONDS: Final = 0.1
_PATIENCE_SECONDS: Final = 30.0


@dataclass(slots=True)
class Delays:
    """Seconds until an answer came, each."""

    acks: list[float] = field(default_factory=list[float])
    health: list[float] = field(default_factory=list[float])


class Writer(asyncio.Protocol):
    """A participant who writes a line of chat every 20 ms, whether the last is acknowledged."""

    def __init__(self, request: bytes, session_id: str) -> None:
        self.joined: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._request = request
        self._session_id = session_id
        self._frames = FrameReader()
        self._head = HeadReader()
        self._transport: asyncio.Transport | None = None
        self._sent: dict[str, float] = {}
        self._count = 0
        self._delays: list[float] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask to join."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Wait until joined, then for acknowledgements."""
        if self._head.is_open:
            rest = self._head.feed(data)
            if rest is None:
                return
            data = rest
        for opcode, payload in self._frames.feed(data):
            if opcode == PING and self._transport is not None:
                self._transport.write(client_frame(PONG, payload))
            elif not self.joined.done():
                self._welcome(payload)
            elif payload.startswith(b'{"type":"ack"'):
                began = self._sent.pop(json.loads(payload)["request_id"])
                self._delays.append(time.perf_counter() - began)

    def _welcome(self, payload: bytes) -> None:
        if b'"type":"connected"' in payload:
            self.joined.set_result(None)
        else:
            self.joined.set_exception(ServerError(payload.decode(errors="replace")))

    async def chat(self, seconds: float) -> list[float]:
        """Write for a time; the delays of the acknowledgements, and of those that never came."""
        self._delays = []
        began = time.perf_counter()
        number = 0
        while (due := began + number * _CHAT_SECONDS) < began + seconds:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            self._say()
            number += 1
        deadline = time.perf_counter() + _PATIENCE_SECONDS
        while self._sent and time.perf_counter() < deadline:  # noqa: ASYNC110 - there is no event for it
            await asyncio.sleep(_CHAT_SECONDS)
        late = [time.perf_counter() - sent for sent in self._sent.values()]
        self._sent.clear()
        return self._delays + late

    def _say(self) -> None:
        assert self._transport is not None, "joined"
        self._count += 1
        request_id = f"r{self._count}"
        message = {
            "type": "chat_message",
            "session_id": self._session_id,
            "content": "a line of chat as people write it",
            "request_id": request_id,
        }
        self._sent[request_id] = time.perf_counter()
        self._transport.write(client_frame(TEXT, json.dumps(message).encode()))

    def leave(self) -> None:
        """Close the socket."""
        if self._transport is not None:
            self._transport.abort()


async def join(server: RunningServer, door: Door, number: int) -> Writer:
    """A participant who has joined."""
    host, _, port = server.address.rpartition(":")
    request = handshake(server.address, door.path, door.tokens[number])
    _, writer = await asyncio.get_running_loop().create_connection(
        lambda: Writer(request, door.session_id), host, int(port)
    )
    await writer.joined
    return writer


async def health(server: RunningServer, seconds: float) -> list[float]:
    """Ask for `/healthz` for a time, one after the other; the delays."""
    host, _, port = server.address.rpartition(":")
    delays: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        began = time.perf_counter()
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = await reader.read()
        writer.close()
        if b" 200 " not in answer:
            raise ServerError(f"/healthz: {answer!r}")
        delays.append(time.perf_counter() - began)
        await asyncio.sleep(_HEALTH_SECONDS)
    return delays


async def measure(server: RunningServer, writers: Sequence[Writer], seconds: float) -> Delays:
    """All of them for the same time."""
    *acks, healthy = await asyncio.gather(
        *(writer.chat(seconds) for writer in writers), health(server, seconds)
    )
    return Delays([delay for each in acks for delay in each], healthy)
