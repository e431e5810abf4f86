"""Measurements without a counterpart elsewhere: idle connections, joins, durable chat, start-up."""

import asyncio
import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast

from benchmarks.cpu import Usage
from benchmarks.report import percentile
from benchmarks.servers import Door, PeerlineServer, RunningServer
from benchmarks.wire import TEXT, FrameReader, HeadReader, client_frame, handshake

_IDLE_ROOMS: Final = 40
_IDLE_CLIENTS: Final = 50
_CHAT_ROOMS: Final = 100
_CHAT_CLIENTS: Final = 5
_CHAT_SECONDS: Final = 5.0
_NO_LIMIT: Final = {"PEERLINE_MESSAGES_PER_MINUTE": "100000000"}


class _Member(asyncio.Protocol):
    """Joins; then perhaps says one thing after the other, each when the last is acknowledged."""

    def __init__(self, request: bytes, session_id: str) -> None:
        self.joined: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.delays: list[float] = []
        self._request = request
        self._session_id = session_id
        self._frames = FrameReader()
        self._head = HeadReader()
        self._transport: asyncio.Transport | None = None
        self._said_at = 0.0
        self._says = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask to join."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Wait to be admitted, then for acknowledgements."""
        if self._head.is_open:
            rest = self._head.feed(data)
            if rest is None:
                return
            data = rest
        for _, payload in self._frames.feed(data):
            if not self.joined.done():
                if b'"type":"connected"' in payload:
                    self.joined.set_result(None)
                else:
                    self.joined.set_exception(RuntimeError(payload.decode(errors="replace")))
            elif payload.startswith(b'{"type":"ack"'):
                self.delays.append(time.perf_counter() - self._said_at)
                if self._says:
                    self._say()

    def begin(self) -> None:
        """Talk."""
        self._says = True
        self._say()

    def stop(self) -> None:
        """Say no more."""
        self._says = False

    def leave(self) -> None:
        """Close the socket."""
        if self._transport is not None:
            self._transport.abort()

    def _say(self) -> None:
        assert self._transport is not None, "joined"
        self._said_at = time.perf_counter()
        message = {
            "type": "chat_message",
            "session_id": self._session_id,
            "content": "a line of chat as people write it",
            "request_id": f"r{len(self.delays)}-{id(self)}",
        }
        self._transport.write(client_frame(TEXT, json.dumps(message).encode()))


async def measure_single(results: Path) -> None:
    """Measure, print, and write the figures as JSON."""
    figures = {**await _start_up(), **await _idle(), **await _chat()}
    for name, value in figures.items():
        print(f"{name:<40}{value:>12,.2f}")
    text = json.dumps(figures, indent=2) + "\n"
    results.write_text(text, encoding="utf-8")  # noqa: ASYNC240 - nothing else runs


async def _start_up() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as directory:
        server = await PeerlineServer.prepare(Path(directory), 1, 1)
        seconds: list[float] = []
        cpu = 0.0
        for _ in range(3):
            began = time.perf_counter()
            async with server.run() as running:
                seconds.append(time.perf_counter() - began)
                cpu = Usage.of(running.pid).cpu
    return {"start to listening, s": min(seconds), "start, CPU s": cpu}


async def _idle() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as directory:
        server = await PeerlineServer.prepare(Path(directory), _IDLE_ROOMS, _IDLE_CLIENTS)
        async with server.run() as running:
            before, began = _resident_kb(running.pid), time.perf_counter()
            cpu = Usage.of(running.pid).cpu
            members = await _join(running, server.doors)
            elapsed = time.perf_counter() - began
            count = len(members)
            figures = {
                "joins/s": count / elapsed,
                "CPU us per join": (Usage.of(running.pid).cpu - cpu) / count * 1e6,
                "KB per idle connection, joined": (_resident_kb(running.pid) - before) / count,
            }
            for member in members:
                member.leave()
            return figures


async def _chat() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as directory:
        server = await PeerlineServer.prepare(Path(directory), _CHAT_ROOMS, _CHAT_CLIENTS)
        async with server.run(_NO_LIMIT) as running:
            members = await _join(running, server.doors)
            cpu, began = Usage.of(running.pid).cpu, time.perf_counter()
            for member in members:
                member.begin()
            await asyncio.sleep(_CHAT_SECONDS)
            for member in members:
                member.stop()
            elapsed, cpu = time.perf_counter() - began, Usage.of(running.pid).cpu - cpu
            delays = sorted(delay for member in members for delay in member.delays)
            for member in members:
                member.leave()
            return {
                "acknowledged messages/s, 500 writers": len(delays) / elapsed,
                "CPU us per message": cpu / len(delays) * 1e6,
                "chat p50, ms": percentile(delays, 0.5) * 1e3,
                "chat p99, ms": percentile(delays, 0.99) * 1e3,
            }


async def _join(running: RunningServer, doors: Sequence[Door]) -> list[_Member]:
    loop = asyncio.get_running_loop()
    host, _, port = running.address.rpartition(":")
    members: list[_Member] = []
    for door in doors:
        room = [
            _Member(handshake(running.address, door.path, token), door.session_id)
            for token in door.tokens
        ]
        for member in room:
            await loop.create_connection(lambda member=member: member, host, int(port))
        await asyncio.gather(*(member.joined for member in room))
        members += room
    return members


def _resident_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0])
