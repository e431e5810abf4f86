"""The load: clients that send cursors at a rate and note when which state arrives."""

import asyncio
import json
import random
import re
import resource
import time
from dataclasses import dataclass, field

from benchmarks.servers import Running, Seat
from benchmarks.wire import handshake, masked_text, split_frames

_STATE = re.compile(rb'"type":\s*"presence_update".*?"line":\s*(\d+),\s*"col":\s*(\d+)')


@dataclass(slots=True)
class Tally:
    """What arrived while it was counted."""

    sent_at: dict[tuple[int, int], float] = field(default_factory=dict[tuple[int, int], float])
    delays: list[float] = field(default_factory=list[float])
    is_counting: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """One round. Times are in seconds."""

    deliveries: int
    cpu: float
    waited: float
    load_cpu: float
    seconds: float
    delays: list[float]


class LoadClient(asyncio.Protocol):
    """One participant. Its line is its number, its column counts its updates."""

    def __init__(self, number: int, seat: Seat, host: str, tally: Tally) -> None:
        self._number = number
        self._seat = seat
        self._host = host
        self._tally = tally
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None
        self._is_open = False
        self._updates = 0
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the handshake."""
        self._transport = transport  # pyright: ignore[reportAttributeAccessIssue] - uvloop's has the interface
        assert self._transport is not None
        self._transport.write(handshake(self._host, self._seat.path, self._seat.token))

    def data_received(self, data: bytes) -> None:
        """Count the states of others."""
        self._buffer += data
        if not self._is_open:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            if b" 101 " not in self._buffer[:20]:
                self.ready.set_exception(ConnectionError(bytes(self._buffer[:80]).decode()))
                return
            del self._buffer[: end + 4]
            self._is_open = True
            if self._seat.token is None:
                self.ready.set_result(None)
        now = time.perf_counter()
        tally = self._tally
        for payload in split_frames(self._buffer):
            if not self.ready.done() and b'"connected"' in payload[:40]:
                self.ready.set_result(None)
            found = _STATE.search(payload)
            if found and tally.is_counting:
                sent = tally.sent_at.get((int(found[1]), int(found[2])))
                if sent is not None:
                    tally.delays.append(now - sent)

    def connection_lost(self, exc: Exception | None) -> None:
        """A client that cannot join must not hang the benchmark."""
        if not self.ready.done():
            self.ready.set_exception(exc or ConnectionError("closed before it had joined"))

    def send_cursor(self, session_id: str) -> None:
        """Move by one column."""
        self._updates += 1
        line, column = self._number + 1, self._updates
        message = {
            "type": "cursor_update",
            "session_id": session_id,
            "data": {"file": "src/main.py", "line": line, "column": column},
        }
        self._tally.sent_at[line, column] = time.perf_counter()
        assert self._transport is not None
        self._transport.write(masked_text(json.dumps(message).encode()))

    def close(self) -> None:
        """End the connection."""
        if self._transport is not None:
            self._transport.abort()


async def run_round(
    server: Running, *, rate: float, seconds: float, movers: int | None = None
) -> Result:
    """Join everybody, warm up, then measure; `movers` of each room move, or all."""
    loop = asyncio.get_running_loop()
    tally = Tally()
    clients: list[tuple[LoadClient, str, bool]] = []
    for room in server.rooms:
        for index, seat in enumerate(room):
            client = LoadClient(len(clients), seat, server.host, tally)
            await loop.create_connection(lambda client=client: client, server.host, server.port)
            session = seat.path.partition("?")[0].rpartition("/")[2]
            clients.append((client, session, movers is None or index < movers))
    await asyncio.wait_for(asyncio.gather(*(client.ready for client, _, _ in clients)), 30)
    moving = [(client, session) for client, session, moves in clients if moves]
    tasks = [asyncio.create_task(_move(client, session, rate)) for client, session in moving]
    await asyncio.sleep(1.0)
    tally.is_counting = True
    start, cpu, waited = time.perf_counter(), server.cpu_seconds(), server.waited_seconds()
    own = _own_cpu()
    await asyncio.sleep(seconds)
    tally.is_counting = False
    result = Result(
        deliveries=len(tally.delays),
        cpu=server.cpu_seconds() - cpu,
        waited=server.waited_seconds() - waited,
        load_cpu=_own_cpu() - own,
        seconds=time.perf_counter() - start,
        delays=sorted(tally.delays),
    )
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for client, _, _ in clients:
        client.close()
    return result


async def _move(client: LoadClient, session: str, rate: float) -> None:
    await asyncio.sleep(random.random() / rate)  # noqa: S311 - spreads the load
    while True:
        client.send_cursor(session)
        await asyncio.sleep(1 / rate)


def _own_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
