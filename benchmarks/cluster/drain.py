"""A server with many sessions stops behind nginx: its time, and that for which people are away."""

import asyncio
import os
import signal
import time
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlsplit

from benchmarks.cluster.nodes import nodes, resident_mb
from benchmarks.cpu import Usage
from benchmarks.report import percentile
from peerline.client import Credentials
from peerline.protocol.links import SessionLink
from peerline_server.settings import Settings
from tests.cluster.writing import Writer
from tests.reliability.clients import until

SESSIONS: Final = 200
DRAIN_SECONDS: Final = Settings().drain_seconds


@dataclass
class Drained:
    """The measurements; times in seconds."""

    handed_over: float
    away: list[float]
    other_cpu: float
    """Of the server that all come to."""
    process_mb: float
    """The memory of the server before anybody came."""
    session_kb: float
    """The memory that a session with one person adds."""


async def measure_drain(url: str) -> Drained:
    """Measure; `url` is an empty database."""
    async with nodes(url, SESSIONS, 1, drain_seconds=DRAIN_SECONDS) as running:
        owner, other = running.servers
        nginx = running.nginx(owner)
        empty = resident_mb(owner.pid)
        writers: list[Writer] = []
        for door in running.prepared.doors:
            (invite,) = parse_qs(urlsplit(door.path).query)["invite"]
            link = SessionLink(nginx.address, door.session_id, None)
            writer = Writer(link, Credentials(auth_token=door.tokens[0], invite=invite))
            writer.client.start()
            writers.append(writer)
            await until(lambda writer=writer: writer.joined, "joined")
        full = resident_mb(owner.pid)
        nginx.use([owner.address, other.address])
        before = Usage.of(other.pid).cpu
        began = time.monotonic()
        os.kill(owner.pid, signal.SIGTERM)
        await until(lambda: not _lives(owner.pid), "handed over")
        handed_over = time.monotonic() - began
        await until(lambda: all(writer.away for writer in writers), "everybody is back")
        cpu = Usage.of(other.pid).cpu - before
        shown = [each for writer in writers for each in writer.shown()]
        assert shown == [], shown
        await asyncio.gather(*(writer.client.close() for writer in writers))
    away = sorted(seconds for writer in writers for seconds in writer.away)
    per_session = (full - empty) * 1e3 / SESSIONS
    return Drained(handed_over, away, cpu, empty, per_session)


def print_drain(found: Drained) -> None:
    """The table."""
    print(f"| {SESSIONS} sessions are handed over | |")
    print("|---|---|")
    print(f"| until the server has ended | {found.handed_over:.1f} s |")
    print(f"| away, p50 | {percentile(found.away, 0.5):.2f} s |")
    print(f"| away, p99 | {percentile(found.away, 0.99):.2f} s |")
    print(f"| CPU of the other server | {found.other_cpu:.2f} s |")
    print(f"| memory of a server with nobody | {found.process_mb:.0f} MB |")
    print(f"| memory for a session with one person | {found.session_kb:.0f} kB |")


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
