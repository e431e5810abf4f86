"""`python -m benchmarks.documents`: shared documents beside other servers, in one run.

All servers do the same work for the same clients, which speak y-protocols on raw sockets and send
updates that were made beforehand. The server runs on one core, the clients on another. Peerline has
each update on the disk before it sends it on; the others, as they are set up here and by default,
keep documents in memory.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.cpu import Usage
from benchmarks.documents import recording, work
from benchmarks.documents.client import DocumentClient, Seen
from benchmarks.documents.servers import OtherServer, Peerline, Running, servers
from benchmarks.entry import carry_out
from benchmarks.placing import pin, prefer, resident_mb
from benchmarks.report import percentile
from peerline.documents.guard import check_update
from peerline_server.app import run

RESULTS: Final = Path(__file__).parents[1] / "results" / "documents.json"
_RELAYS: Final = 10
_WRITERS: Final = 5
_PER_SECOND: Final = 20
_LOADED: Final = 100
_LOADED_CHARS: Final = 100_000
_LARGE_CHARS: Final = 1_000_000
_OPENINGS: Final = 20
_SETTLE_SECONDS: Final = 1.0
HEADER: Final = (
    "| server | CPU an update, us | p50 ms | p99 ms | a document of 100 KB, MB "
    "| 1 MB opened, p50 ms | recorded session, s | CPU an edit, us |\n"
    "|---|---|---|---|---|---|---|---|"
)


@dataclass(frozen=True, slots=True)
class Result:
    """One server; microseconds of its CPU, milliseconds, megabytes and seconds."""

    server: str
    cpu_us: float
    """For an update that is taken and sent on to the other writers of its document."""
    p50: float
    p99: float
    """From sending an update until another writer has it."""
    waited: float
    """Percent of the time in which the server was ready, but without a core."""
    document_mb: float
    opened_ms: float
    replay_seconds: float
    replay_cpu_us: float

    def row(self) -> str:
        """A row of the table."""
        starved = " *" if self.waited > 5 else ""  # noqa: PLR2004 - as the other benchmarks
        return (
            f"| {self.server}{starved} | {self.cpu_us:.0f} | {self.p50:.1f} | {self.p99:.1f} "
            f"| {self.document_mb:.2f} | {self.opened_ms:.0f} | {self.replay_seconds:.1f} "
            f"| {self.replay_cpu_us:.0f} |"
        )


def main() -> int:
    """Measure and print; the process' exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.documents")
    parser.add_argument("--seconds", type=float, default=5.0, help="of typing")
    parser.add_argument("--server", action="append", help="only those")
    options = parser.parse_args()
    wanted = [each for each in servers() if each.name in (options.server or [each.name])]
    return carry_out(lambda: run(_measure_all(wanted, options.seconds)))


async def _measure_all(wanted: list[Peerline | OtherServer], seconds: float) -> None:
    cores = sorted(os.sched_getaffinity(0))
    edits = recording.load()
    made = Work(
        typing=[work.typing(author, int(seconds * _PER_SECOND)) for author in range(_WRITERS)],
        loaded=work.scattered(_LOADED_CHARS),
        large=work.scattered(_LARGE_CHARS),
        bursts=work.bursts(edits),
        text=recording.replay(edits),
    )
    print(f"guard: {_guard(made):.1f} us at the median of the recorded updates\n")
    pin(os.getpid(), cores[-1])
    print(HEADER, flush=True)
    results: list[Result] = []
    names = [*(f"relay{n}" for n in range(_RELAYS)), *(f"loaded{n}" for n in range(_LOADED))]
    for server in wanted:
        async with server.run([*names, "large", "recorded"]) as running:
            pin(running.server.pid, cores[0])
            prefer(running.server.pid, -15)
            prefer(os.getpid(), -20)
            result = await _measure(server.name, running, made)
        results.append(result)
        print(result.row(), flush=True)
    RESULTS.parent.mkdir(exist_ok=True)
    figures = {"at": datetime.now(UTC).isoformat(), "servers": list(map(asdict, results))}
    RESULTS.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Work:
    """The work that each server is given."""

    typing: list[list[bytes]]
    loaded: tuple[bytes, str]
    large: tuple[bytes, str]
    bursts: list[work.Burst]
    text: str
    """In the end of the recorded session."""


def _guard(made: Work) -> float:
    """The microseconds that checking takes for an update of the recorded session."""
    times: list[float] = []
    known: dict[int, int] = {}
    for burst in made.bursts:
        for update in burst.updates:
            began = time.perf_counter()
            checked = check_update(update, known)
            times.append(time.perf_counter() - began)
            known |= checked.clocks
    return statistics.median(times) * 1e6


async def _measure(name: str, running: Running, made: Work) -> Result:
    pid = running.server.pid
    await asyncio.sleep(_SETTLE_SECONDS)
    before, began = Usage.of(pid), time.perf_counter()
    seen = await _type(running, made)
    typed, elapsed = Usage.of(pid) - before, time.perf_counter() - began
    delays = sorted(seen.delays)
    first = resident_mb(pid)
    clients = await _load(running, made)
    await asyncio.sleep(_SETTLE_SECONDS)
    document_mb = (resident_mb(pid) - first) / _LOADED
    for client in clients:
        client.close()
    opened_ms = await _open(running, made)
    before, began = Usage.of(pid), time.perf_counter()
    count = await _replay(running, made)
    replay_seconds = time.perf_counter() - began
    replayed = Usage.of(pid) - before
    return Result(
        name,
        cpu_us=typed.cpu / seen.sent * 1e6,
        p50=percentile(delays, 0.5) * 1e3,
        p99=percentile(delays, 0.99) * 1e3,
        waited=typed.waited / elapsed * 100,
        document_mb=document_mb,
        opened_ms=opened_ms,
        replay_seconds=replay_seconds,
        replay_cpu_us=replayed.cpu / count * 1e6,
    )


async def _type(running: Running, made: Work) -> Seen:
    """Writers who type in each of some documents."""
    seen = Seen()
    rooms: list[list[DocumentClient]] = []
    for number in range(_RELAYS):
        ways = running.ways[f"relay{number}"]
        watching = [seen.watch(work.FIRST_ID + n, number) for n in range(_WRITERS)]
        rooms.append([await DocumentClient.open(ways[n], watching[n]) for n in range(_WRITERS)])
    began = time.perf_counter()
    turns = [(room, author) for author in range(_WRITERS) for room in range(_RELAYS)]
    for number in range(len(made.typing[0])):
        for place, (room, author) in enumerate(turns):
            due = began + (number + place / len(turns)) / _PER_SECOND
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            update = made.typing[author][number]
            seen.sends(update, room)
            rooms[room][author].send(update)
    await seen.until(seen.sent * (_WRITERS - 1))
    for number, room in enumerate(rooms):
        await _compare(running, f"relay{number}", length=sum(map(len, made.typing)))
        for client in room:  # now: others forget a document that nobody has open
            client.close()
    return seen


async def _load(running: Running, made: Work) -> list[DocumentClient]:
    """Open documents with a text in each."""
    update, text = made.loaded
    clients: list[DocumentClient] = []
    for number in range(_LOADED):
        ways = running.ways[f"loaded{number}"]
        client = await DocumentClient.open(ways[number % len(ways)])
        client.send(update)
        clients.append(client)
    for number in (0, _LOADED - 1):
        await _compare(running, f"loaded{number}", text=text)
    return clients


async def _open(running: Running, made: Work) -> float:
    """Milliseconds from connecting until a new client has a large document."""
    update, text = made.large
    ways = running.ways["large"]
    first = await DocumentClient.open(ways[0])
    first.send(update)
    await _compare(running, "large", text=text)
    times: list[float] = []
    for _ in range(_OPENINGS):
        began = time.perf_counter()
        client = await DocumentClient.open(ways[1])
        times.append(time.perf_counter() - began)
        client.close()
    first.close()
    return statistics.median(times) * 1e3


async def _replay(running: Running, made: Work) -> int:
    """The recorded session as fast as the other author and a reader get it; its edits."""
    ways = running.ways["recorded"]
    seen = Seen()
    ids = [work.FIRST_ID + n for n in range(2)]
    authors = [await DocumentClient.open(ways[n], seen.watch(ids[n])) for n in range(2)]
    reader = await DocumentClient.open(ways[2], seen.watch(0))
    count = 0
    for burst in made.bursts:
        for update in burst.updates:
            seen.sends(update)
            authors[burst.author].send(update)
        count += len(burst.updates)
        # The next author has it all before they go on, as when it was recorded.
        await seen.until(seen.sent * 2)
    await _compare(running, "recorded", text=made.text)
    for client in (*authors, reader):
        client.close()
    return count


async def _compare(
    running: Running, name: str, *, text: str | None = None, length: int | None = None
) -> None:
    """Wait until a new client gets the text, or one of a length."""
    async with asyncio.timeout(60):
        while True:
            client = await DocumentClient.open(running.ways[name][-1])
            found = work.text_of(await client.synced)
            client.close()
            if (found == text) if text is not None else (len(found) == length):
                return
            await asyncio.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main())
