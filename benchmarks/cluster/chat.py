"""Chat through one server and two, and the time until a message is acknowledged.

Each writer has a few messages under way; a message is counted when it is acknowledged. The writers
are this one process, which shares the machine's cores with what it measures: see the CPU.
"""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from websockets.asyncio.client import ClientConnection, connect

from benchmarks.cluster.nodes import Nodes, nodes, postgres_cpu
from benchmarks.cpu import Usage
from benchmarks.report import percentile
from benchmarks.servers import Door, RunningServer

SESSIONS: Final = 40
WRITERS: Final = 2
"""In each session."""
WINDOW: Final = 5
"""Messages of a writer that are under way."""
ACKS: Final = 200
_US: Final = 1e6


@dataclass
class Rate:
    """Chat through a number of servers; CPU in microseconds for each message."""

    servers: int
    per_second: list[float] = field(default_factory=list[float])
    node: list[float] = field(default_factory=list[float])
    postgres: list[float] = field(default_factory=list[float])


@dataclass
class Chat:
    """The measurements."""

    rates: list[Rate]
    acks: dict[str, list[float]]
    """Milliseconds until a message is acknowledged, sorted, by the way to the owner."""


class Talker:
    """A writer whose messages are counted when they are acknowledged."""

    def __init__(self, socket: ClientConnection, session_id: str) -> None:
        self._socket = socket
        self._session_id = session_id
        self._number = 0
        self.acknowledged = 0

    async def talk(self, is_over: asyncio.Event) -> None:
        """Write until it is over, and wait for what is under way."""
        for _ in range(WINDOW):
            await self._say()
        while self.acknowledged < self._number:
            await self._hear()
            if not is_over.is_set():
                await self._say()

    async def acks(self, count: int) -> list[float]:
        """The milliseconds that each of some messages takes, one after the other."""
        times: list[float] = []
        for _ in range(count):
            began = time.perf_counter()
            await self._say()
            await self._hear()
            times.append((time.perf_counter() - began) * 1e3)
        return sorted(times)

    async def _say(self) -> None:
        self._number += 1
        message = {
            "type": "chat_message",
            "session_id": self._session_id,
            "content": "a line of chat as people write it",
            "request_id": f"{id(self)}-{self._number}",
        }
        await self._socket.send(json.dumps(message))

    async def _hear(self) -> None:
        while True:
            message = json.loads(await self._socket.recv())
            assert message["type"] != "error", message
            if message["type"] == "ack":
                self.acknowledged += 1
                return


async def measure_chat(url: str, rounds: int, seconds: float) -> Chat:
    """Measure; `url` is an empty database."""
    rates = [Rate(1), Rate(2)]
    async with nodes(url, rooms=2 * SESSIONS + 1, clients=WRITERS) as running:
        doors = running.prepared.doors
        for turn in range(rounds):
            for rate in rates if turn % 2 == 0 else reversed(rates):
                # A session stays where it was first joined: each of the two has its own.
                own = doors[:SESSIONS] if rate.servers == 1 else doors[SESSIONS : 2 * SESSIONS]
                await _measure_rate(rate, own, running, seconds)
        acks = await _measure_acks(running, doors[-1])
    return Chat(rates, acks)


def print_chat(chat: Chat) -> None:
    """The tables."""
    print(f"| chat, {SESSIONS} sessions | messages/s | servers, us | Postgres, us |")
    print("|---|---|---|---|")
    for rate in chat.rates:
        servers = "one server" if rate.servers == 1 else "two servers"
        print(
            f"| {servers} | {median(rate.per_second):.0f} | {median(rate.node):.0f} "
            f"| {median(rate.postgres):.0f} |"
        )
    one, two = chat.rates
    ratios = [a / b for a, b in zip(two.per_second, one.per_second, strict=True)]
    print(f"two servers to one: {median(ratios):.2f}")
    print("| a message until it is acknowledged | p50 ms | p99 ms |")
    print("|---|---|---|")
    for way, times in chat.acks.items():
        print(f"| {way} | {percentile(times, 0.5):.1f} | {percentile(times, 0.99):.1f} |")


async def _measure_rate(rate: Rate, doors: Sequence[Door], running: Nodes, seconds: float) -> None:
    used = running.servers[: rate.servers]
    sockets: list[ClientConnection] = []
    talkers: list[Talker] = []
    for number, door in enumerate(doors):
        for token in door.tokens:
            socket = await _join(used[number % len(used)].address, door, token)
            sockets.append(socket)
            talkers.append(Talker(socket, door.session_id))
    is_over = asyncio.Event()
    before = _cpu(used), postgres_cpu()
    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for talker in talkers:
            group.create_task(talker.talk(is_over))
        await asyncio.sleep(seconds)
        is_over.set()
    took = time.perf_counter() - began
    count = sum(talker.acknowledged for talker in talkers)
    rate.per_second.append(count / took)
    rate.node.append((_cpu(used) - before[0]) / count * _US)
    rate.postgres.append((postgres_cpu() - before[1]) / count * _US)
    for socket in sockets:
        await socket.close()


async def _measure_acks(running: Nodes, door: Door) -> dict[str, list[float]]:
    owner, other = running.servers
    routes = {
        "at its owner": owner.address,
        "through nginx": running.nginx(owner).address,
        "through another server": other.address,
    }
    found: dict[str, list[float]] = {}
    # The owner is the server that is joined first, and keeps the session while somebody is there.
    async with _talker(owner.address, door, door.tokens[1]):
        for route, address in routes.items():
            async with _talker(address, door, door.tokens[0]) as talker:
                found[route] = await talker.acks(ACKS)
    return found


@asynccontextmanager
async def _talker(address: str, door: Door, token: str | None) -> AsyncGenerator[Talker]:
    socket = await _join(address, door, token)
    yield Talker(socket, door.session_id)
    await socket.close()


async def _join(address: str, door: Door, token: str | None) -> ClientConnection:
    socket = await connect(
        f"ws://{address}{door.path}",
        additional_headers={"Authorization": f"Bearer {token}"},
        compression=None,
        max_queue=None,
        proxy=None,
    )
    first = json.loads(await socket.recv())
    assert first["type"] == "connected", first
    return socket


def _cpu(servers: Sequence[RunningServer]) -> float:
    return sum(Usage.of(server.pid).cpu for server in servers)
