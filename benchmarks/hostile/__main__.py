"""`python -m benchmarks.hostile`: floods from one socket and from ten, with an honest chat beside.

The server runs on one core; the flooding clients and the measured one share another, the measured
with priority. A flooder that is cut comes back at once. Then rounds of sockets that each leave an
unfinished compressed frame behind: what stays of the memory. Readers read all that there is, as
fast as they are answered, in a session with a long history.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from benchmarks.cpu import Usage
from benchmarks.entry import carry_out
from benchmarks.hostile import honest, long_history
from benchmarks.hostile.floods import FLOODS, Flood, bomb
from benchmarks.hostile.readers import JOINS, READERS
from benchmarks.placing import pin, prefer, resident_mb
from benchmarks.report import percentile
from benchmarks.servers import Door, PeerlineServer, RunningServer, ServerError
from benchmarks.wire import handshake
from peerline.protocol.roles import Role
from peerline_server.admin.offline import create_invite
from peerline_server.app import run
from peerline_server.auth.secret import load_secret
from peerline_server.auth.tokens import TokenIssuer

RESULTS: Final = Path(__file__).parents[1] / "results" / "hostile.json"
_NO_LIMIT: Final = {"PEERLINE_MESSAGES_PER_MINUTE": "100000000"}
_OF_READERS: Final = _NO_LIMIT | {
    "PEERLINE_QUERIES_PER_MINUTE": "100000000",
    # So that sessions leave the memory between two joins.
    "PEERLINE_LEAVE_GRACE_SECONDS": "0.1",
}
_WRITERS: Final = 2
_COLD_SESSIONS: Final = 10
_NOTHING: Final = "nothing"
"""The session with a long history alone."""
_MEMORY_ROUNDS: Final = 10
_MEMORY_SOCKETS: Final = 200
_SETTLE_SECONDS: Final = 1.0
_NICE: Final = (-15, -20)
"""Of the server and of who is measured, if that is allowed; who floods has none."""
HEADER: Final = (
    "| flood | sockets | ack p50 ms | ack p99 ms | healthz max ms | server CPU % | RSS MB "
    "| flooders |\n|---|---|---|---|---|---|---|---|"
)


@dataclass(frozen=True, slots=True)
class Result:
    """One flood from some sockets; milliseconds, percent of a core and megabytes."""

    flood: str
    sockets: int
    ack_p50: float
    ack_p99: float
    health_max: float
    cpu: float
    waited: float
    """Percent of the time in which the server was ready, but without a core."""
    resident: float
    ended: Mapping[str, int]
    alive: int
    answers: int | None = None
    """Of readers: what they were answered."""

    def row(self) -> str:
        """A row of the table."""
        ends = ", ".join(f"{code}: {count}" for code, count in sorted(self.ended.items()))
        fate = f"{self.alive} alive" + (f"; ended {ends}" if ends else "")
        if self.answers is not None:
            fate = f"{self.answers} answers"
        starved = " *" if self.waited > 5 else ""  # noqa: PLR2004 - as the other benchmarks
        return (
            f"| {self.flood}{starved} | {self.sockets} | {self.ack_p50:.1f} | {self.ack_p99:.1f} "
            f"| {self.health_max:.0f} | {self.cpu:.0f} | {self.resident:.0f} | {fate} |"
        )


def main() -> int:
    """Measure and print; the process' exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hostile")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each flood")
    parser.add_argument("--flood", action="append", help="only those with this in their names")
    parser.add_argument("--no-memory", action="store_true", help="without the rounds of memory")
    options = parser.parse_args()
    names: list[str] = options.flood or [""]
    floods: list[Flood | str] = [
        flood for flood in FLOODS if any(part in flood.name for part in names)
    ]
    floods += [kind for kind in READERS if any(part in f"reading {kind}" for part in names)]
    return carry_out(
        lambda: run(_measure_all(floods, options.seconds, has_memory=not options.no_memory))
    )


async def _measure_all(floods: Sequence[Flood | str], seconds: float, *, has_memory: bool) -> None:
    cores = sorted(os.sched_getaffinity(0))
    results: list[Result] = []
    with tempfile.TemporaryDirectory() as directory:
        prepared = Path(directory)
        room = await _Room.prepare(prepared / "quiet", 1)
        long = room
        if any(isinstance(flood, str) for flood in floods):
            long = await _Room.prepare(prepared / "long", 1 + _COLD_SESSIONS)
        pin(os.getpid(), cores[-1])
        print(HEADER, flush=True)
        rows: list[tuple[int, Flood | str | None]] = [(0, None)]
        for flood in floods:
            if isinstance(flood, str) and (0, _NOTHING) not in rows:
                rows.append((0, _NOTHING))
            rows += [(1, flood), (10, flood)]
        for sockets, flood in rows:
            at = long if isinstance(flood, str) else room
            settings = _OF_READERS if isinstance(flood, str) else _NO_LIMIT
            async with at.server.run(settings) as running:
                pin(running.pid, cores[0])
                prefer(running.pid, _NICE[0])
                prefer(os.getpid(), _NICE[1])
                result = await _measure(running, at, flood, sockets, seconds)
            results.append(result)
            print(result.row(), flush=True)
        memory: list[float] = []
        if has_memory:
            async with room.server.run() as running:
                memory = await _memory(running)
            steps = ", ".join(f"{megabytes:+.1f}" for megabytes in memory)
            print(f"\nMB after each round of {_MEMORY_SOCKETS} unfinished frames: {steps}")
    RESULTS.parent.mkdir(exist_ok=True)
    figures = {"at": datetime.now(UTC).isoformat(), "floods": list(map(asdict, results))}
    text = json.dumps({**figures, "memory": memory}, indent=2) + "\n"
    RESULTS.write_text(text, encoding="utf-8")


@dataclass(frozen=True, slots=True)
class _Room:
    """Sessions to measure in, and how viewers join each of them."""

    server: PeerlineServer
    viewers: Sequence[Door]

    @classmethod
    async def prepare(cls, directory: Path, sessions: int) -> "_Room":
        """Make them; more than one get a long history."""
        await asyncio.to_thread(directory.mkdir)
        server = await PeerlineServer.prepare(directory, sessions, _WRITERS)
        if sessions > 1:
            for door in server.doors:
                await long_history.fill(directory, door.session_id, "bench-host")
        return cls(server, [await _viewers(directory, door) for door in server.doors])


async def _viewers(prepared: Path, door: Door) -> Door:
    """How viewers join the session of the door."""
    link = await create_invite(
        prepared, door.session_id, Role.VIEWER, address="127.0.0.1:1", lifetime=timedelta(days=1)
    )
    issuer, now = TokenIssuer(load_secret(prepared)), datetime.now(UTC)
    users = [f"viewer{number}" for number in range(10)]
    tokens = [issuer.issue(user, user, 86_400, now) for user in users]
    return Door(door.session_id, f"/ws/session/{door.session_id}?invite={link.invite}", tokens)


async def _measure(
    server: RunningServer, room: _Room, flood: Flood | str | None, sockets: int, seconds: float
) -> Result:
    door = room.server.doors[0]
    writers = [await honest.join(server, door, number) for number in range(_WRITERS)]
    flooder = None
    if flood is not None and sockets:
        flooder = await _begin(server, flood, sockets, room.viewers)
    before, began = Usage.of(server.pid), time.perf_counter()
    delays = await honest.measure(server, writers, seconds)
    used, elapsed = Usage.of(server.pid) - before, time.perf_counter() - began
    memory = resident_mb(server.pid)
    fate: dict[str, Any] = {}
    if flooder is not None:
        fate = json.loads((await flooder.communicate(b""))[0].splitlines()[-1])
    for writer in writers:
        writer.leave()
    acks = sorted(delays.acks)
    return Result(
        "none" if flood is None else f"reading {flood}" if isinstance(flood, str) else flood.name,
        sockets,
        ack_p50=percentile(acks, 0.5) * 1e3,
        ack_p99=percentile(acks, 0.99) * 1e3,
        health_max=max(delays.health) * 1e3,
        cpu=used.cpu / elapsed * 100,
        waited=used.waited / elapsed * 100,
        resident=memory,
        ended=fate.get("ended", {}),
        alive=fate.get("alive", 0),
        answers=fate.get("answers"),
    )


async def _begin(
    server: RunningServer, flood: Flood | str, sockets: int, viewers: Sequence[Door]
) -> asyncio.subprocess.Process:
    """Start the process that floods; returns when its sockets are open."""
    if isinstance(flood, str):
        is_cold = flood != JOINS and flood.startswith(JOINS)
        doors = viewers[1:] if is_cold else viewers[:1]
        each = [[(door.path, door.tokens[n]) for door in doors] for n in range(sockets)]
        program, arguments = "readers", [flood, server.address, json.dumps(each)]
    else:
        viewer = viewers[0]
        path, token = (viewer.path, viewer.tokens[0] or "") if flood.is_viewer else ("/ws", "")
        program = "flooder"
        arguments = [flood.name, str(sockets), server.address, viewer.session_id, path, token]
    process = await asyncio.create_subprocess_exec(
        "nice",
        "-n",
        str(-_NICE[1]),
        sys.executable,
        "-m",
        f"benchmarks.hostile.{program}",
        *arguments,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None, "asked for"
    if (await process.stdout.readline()).strip() != b"ready":
        raise ServerError(f"no flood of {flood}: {server.log_tail()}")
    return process


async def _memory(server: RunningServer) -> list[float]:
    """The growth of the server's memory after each round, when its sockets are closed."""
    host, _, port = server.address.rpartition(":")
    request = handshake(server.address, "/ws", None).removesuffix(b"\r\n")
    request += b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
    unfinished = bomb(is_final=False)

    async def leave_behind() -> asyncio.StreamWriter:
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(request)
        await reader.readuntil(b"\r\n\r\n")
        writer.write(unfinished)
        await writer.drain()
        return writer

    first = resident_mb(server.pid)
    after: list[float] = []
    for _ in range(_MEMORY_ROUNDS):
        writers = [await leave_behind() for _ in range(_MEMORY_SOCKETS)]
        await asyncio.sleep(_SETTLE_SECONDS)
        for writer in writers:
            writer.transport.abort()
        await asyncio.sleep(_SETTLE_SECONDS)
        after.append(resident_mb(server.pid) - first)
    return after


if __name__ == "__main__":
    sys.exit(main())
