"""Loads a server with rooms of moving cursors, and measures what each client learns of the others.

A state is delivered when a client other than its sender receives it: each (receiver, state) counts
once. A state's latency is from the sender's write to the receiver's read, in this one process and
so on one clock.
"""

import asyncio
import gc
import os
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from benchmarks.cpu import Usage
from benchmarks.dialects import Dialect
from benchmarks.report import Case, Round
from benchmarks.servers import Door, RunningServer, ServerError
from benchmarks.wire import (
    CLOSE,
    PING,
    PONG,
    FrameReader,
    HeadReader,
    WireError,
    client_frame,
    handshake,
    read_cursors,
)

_TICK_SECONDS: Final = 0.001
_SETTLE_SECONDS: Final = 0.3
_JOIN_SECONDS: Final = 60.0
_JOINS_AT_ONCE: Final = 20
MAX_READERS: Final = 40
"""In a bigger room, this many clients read what comes; the others only take it from the socket."""


@dataclass(slots=True)
class Tally:
    """Events since the window began; times in seconds."""

    sent: int = 0
    expected: int = 0
    delivered: int = 0
    latencies: list[float] = field(default_factory=list[float])
    lags: list[float] = field(default_factory=list[float])
    """How late each update was sent."""
    fault: str | None = None
    """The first thing that went wrong."""


class Client(asyncio.Protocol):
    """One participant: joins, may move its cursor, and notes the states of others."""

    def __init__(self, load: "Load", room: "list[Client]", request: bytes, session_id: str) -> None:
        """Becomes the last of `room`; its place there, from 1 on, names it in what it sends."""
        self.joined: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._load = load
        room.append(self)
        self._room = room
        self._number = len(room)
        self._request = request
        self._session_id = session_id
        self._dialect = load.dialect
        self._reads = self._number <= MAX_READERS
        self._head = HeadReader()
        self._frames = FrameReader()
        self._transport: asyncio.Transport | None = None
        self._sent_at: list[float] = []
        self._latest: dict[int, int] = {}
        self._is_leaving = False

    def move(self) -> None:
        """Send the next cursor update."""
        assert self._transport is not None, "joined"
        frame = self._dialect.move(self._session_id, len(self._sent_at) + 1, self._number)
        self._sent_at.append(time.perf_counter())
        self._transport.write(frame)

    def leave(self) -> None:
        """Close the socket."""
        self._is_leaving = True
        if self._transport is not None:
            self._transport.abort()

    # --- asyncio.Protocol ------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask to join."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Read the answer to the handshake, then frames."""
        if self._head.is_open:
            rest = self._head.feed(data)
            if rest is None:
                return
            if not self._head.is_accepted:
                self._fail(f"the handshake was refused: {data.decode(errors='replace')}")
                return
            data = rest
            if hello := self._dialect.hello(self._session_id):
                assert self._transport is not None, "data came over it"
                self._transport.write(hello)
        elif self.joined.done() and not self._reads:
            return
        try:
            frames = self._frames.feed(data)
        except WireError as error:
            self._fail(f"unreadable: {error}")
            return
        now = time.perf_counter()
        for opcode, payload in frames:
            if opcode == PING:
                assert self._transport is not None, "data came over it"
                self._transport.write(client_frame(PONG, payload))
            elif opcode == CLOSE:
                self._fail(f"the server closed: {payload!r}")
            else:
                self._take(payload, now)

    def connection_lost(self, exc: Exception | None) -> None:
        """A client that did not leave was thrown out."""
        self._transport = None
        if not self._is_leaving:
            self._fail(f"the connection was lost: {exc or 'end of stream'}")

    # --- inside ----------------------------------------------------------------------------

    def _take(self, payload: bytes, now: float) -> None:
        if not self.joined.done():
            if self._dialect.is_welcome(payload):
                self.joined.set_result(None)
            elif b'"type":"error"' in payload:
                self._fail(f"not admitted: {payload.decode(errors='replace')}")
            return
        states = read_cursors(payload)
        if not states and b'"type":"error"' in payload:
            self._fail(f"the server refused: {payload.decode(errors='replace')}")
        tally = self._load.tally
        for sequence, sender in states:
            other = self._room[sender - 1]
            if other is self or sequence <= self._latest.get(sender, 0):
                continue
            if sequence > other.sent:
                continue  # of the round before, on a server that goes on
            self._latest[sender] = sequence
            tally.delivered += 1
            tally.latencies.append(now - other.sent_at(sequence))

    @property
    def sent(self) -> int:
        """The number of updates."""
        return len(self._sent_at)

    def sent_at(self, sequence: int) -> float:
        """When the update of that number was sent."""
        return self._sent_at[sequence - 1]

    def _fail(self, text: str) -> None:
        if not self.joined.done():
            self.joined.set_exception(ServerError(text))
        elif self._load.tally.fault is None:
            self._load.tally.fault = text


class Load:
    """All clients of all rooms on one server."""

    def __init__(self, case: Case, dialect: Dialect, seed: int) -> None:
        self.tally = Tally()
        self.dialect = dialect
        self._case = case
        self._random = random.Random(seed)  # noqa: S311 - phases, not secrets
        self._rooms: list[list[Client]] = []

    async def join(self, address: str, doors: Sequence[Door]) -> None:
        """Bring everybody in.

        Raises:
            ServerError: if somebody is not admitted.
        """
        loop = asyncio.get_running_loop()
        host, _, port = address.rpartition(":")
        turnstile = asyncio.Semaphore(_JOINS_AT_ONCE)

        async def enter(room: list[Client], request: bytes, session_id: str) -> None:
            client = Client(self, room, request, session_id)
            async with turnstile:
                await loop.create_connection(lambda: client, host, int(port))
                await client.joined

        async with asyncio.timeout(_JOIN_SECONDS), asyncio.TaskGroup() as group:
            for door in doors:
                room: list[Client] = []
                self._rooms.append(room)
                for token in door.tokens:
                    request = handshake(address, door.path, token)
                    group.create_task(enter(room, request, door.session_id))

    async def move(self, seconds: float) -> None:
        """Have every mover send at its rate, each in a phase of its own.

        Raises:
            ServerError: if the server refused something or closed a connection.
        """
        period = 1 / self._case.rate
        start = time.perf_counter()
        others = self._case.clients - 1
        movers = [client for room in self._rooms for client in room[: self._case.movers]]
        due = sorted(
            (start + self._random.random() * period, number, client)
            for number, client in enumerate(movers)
        )
        # All have the same period, so the order of the first turn is that of all turns.
        turn, position = 0, 0
        while (now := time.perf_counter()) < start + seconds:
            tally = self.tally
            while (at := due[position][0] + turn * period) <= now:
                due[position][2].move()
                tally.sent += 1
                tally.expected += others
                tally.lags.append(time.perf_counter() - at)
                position += 1
                if position == len(due):
                    turn, position = turn + 1, 0
            if tally.fault is not None:
                raise ServerError(tally.fault)
            await asyncio.sleep(_TICK_SECONDS)

    def leave(self) -> None:
        """Close every socket."""
        for room in self._rooms:
            for client in room:
                client.leave()


async def measure(  # noqa: PLR0913 - what a round consists of
    case: Case,
    server: RunningServer,
    doors: Sequence[Door],
    dialect: Dialect,
    *,
    warm_up: float,
    window: float,
    seed: int,
) -> Round:
    """Join, let it run for `warm_up` seconds, then measure for `window` seconds.

    Raises:
        ServerError: if the server refused something or closed a connection.
    """
    load = Load(case, dialect, seed)
    try:
        await load.join(server.address, doors)
        await load.move(warm_up)
        gc.collect()
        gc.disable()
        # What came during the collection was read late: it must not count.
        await load.move(_SETTLE_SECONDS)
        load.tally = tally = Tally()
        began = time.perf_counter()
        server_before, own_before = Usage.of(server.pid), Usage.of(os.getpid())
        await load.move(window)
        server_usage = Usage.of(server.pid) - server_before
        own_usage = Usage.of(os.getpid()) - own_before
        elapsed = time.perf_counter() - began
    except* (ServerError, OSError, TimeoutError) as errors:
        first = _first(errors)
        text = str(first) or type(first).__name__
        raise ServerError(f"{text}\n{server.log_tail()}") from first
    finally:
        gc.enable()
        load.leave()
    if not tally.delivered:
        raise ServerError(f"nothing was delivered\n{server.log_tail()}")
    # The readers stand for all: every state has one receiver fewer than there are clients.
    readers = min(case.clients, MAX_READERS)
    scale = case.clients / readers
    return Round(
        seconds=elapsed,
        expected=tally.expected,
        delivered=round(tally.delivered * scale),
        latencies=sorted(tally.latencies),
        lags=sorted(tally.lags),
        server=server_usage,
        generator=own_usage,
    )


def _first(errors: BaseExceptionGroup[Exception]) -> Exception:
    error: BaseException = errors
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    assert isinstance(error, Exception), "only such were caught"
    return error
