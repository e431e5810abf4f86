"""Runs each promise of `peerline_server.transport.base` over every implementation."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from peerline_server.transport.base import TransportLimits, WebSocket

from .implementations import (
    IMPLEMENTATIONS,
    LIMITS,
    LOOPS,
    Counts,
    Driven,
    Implementation,
    Recorder,
    handshake,
    loop_factory,
)


@dataclass
class Stage:
    """A server on a free port."""

    implementation: Implementation
    counts: Counts
    close: Callable[[], None]
    """Accepts no more connections."""
    handlers: list[Recorder] = field(default_factory=list[Recorder])
    port: int = 0

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/echo"

    def make_handler(self, socket: WebSocket) -> Recorder:
        self.handlers.append(Recorder(socket))
        return self.handlers[-1]

    def unsent(self, handler: Recorder) -> int:
        return self.implementation.unsent_bytes(handler.socket)

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A raw connection whose handshake is done."""
        reader, writer = await self.connect()
        writer.write(handshake())
        assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
        return reader, writer


Scenario = Callable[[Stage], Coroutine[Any, Any, None]]
Run = Callable[..., None]
Drive = Callable[..., list[Driven]]


@pytest.fixture(params=IMPLEMENTATIONS, ids=lambda implementation: implementation.name)
def implementation(request: pytest.FixtureRequest) -> Implementation:
    return request.param


@pytest.fixture(params=LOOPS)
def run(request: pytest.FixtureRequest, implementation: Implementation) -> Run:
    """Runs a scenario beside a server with other limits, if need be, on each event loop."""

    async def main(scenario: Scenario, limits: TransportLimits) -> None:
        counts = Counts()
        listener = implementation.make_listener(limits, counts)
        stage = Stage(implementation, counts, listener.close)
        await listener.listen(stage.make_handler, "127.0.0.1", 0)
        stage.port = listener.port
        try:
            async with asyncio.timeout(30):
                await scenario(stage)
        finally:
            listener.close()

    def start(scenario: Scenario, **limits: Any) -> None:
        with asyncio.Runner(loop_factory=loop_factory(request.param)) as runner:
            runner.run(main(scenario, replace(LIMITS, **limits)))

    return start


@pytest.fixture
async def drive(implementation: Implementation) -> Drive:
    """Makes sockets of one server that are driven by hand."""

    def make(count: int, limits: TransportLimits) -> list[Driven]:
        shared = implementation.make_shared(asyncio.get_running_loop())
        return [Driven(implementation, limits, shared) for _ in range(count)]

    return make


async def read_to_end(reader: asyncio.StreamReader) -> bytes:
    """Read until the peer ends the connection, one way or another."""
    try:
        return await reader.read()
    except ConnectionError:
        return b""
