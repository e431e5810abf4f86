"""`python -m benchmarks.pages`: the delay of cursors while browsers fetch the page, and without.

Rounds take turns in one run, so that their ratio holds whatever else the machine does. Another
process fetches the page, its script and its style, each over a connection of its own.
"""

import argparse
import asyncio
import json
import re
import sys
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from benchmarks.entry import carry_out
from benchmarks.report import percentile
from benchmarks.servers import Door, PeerlineServer, RunningServer, ServerError
from peerline_server.app import run

PAGES_A_SECOND: Final = 100
MOVES_A_SECOND: Final = 20
_ROUNDS: Final = 4
_NO_LIMIT: Final = {"PEERLINE_PAGES_PER_MINUTE_PER_ADDRESS": "100000000"}
_FILES: Final = re.compile(r'(?:src|href)="(?:\.\./)*(assets/main\.[^"]+)"')


def main() -> int:
    """Measure and print; the process' exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each round")
    parser.add_argument("--fetch", metavar="ADDRESS", help=argparse.SUPPRESS)
    options = parser.parse_args()
    return carry_out(
        lambda: run(_fetch(options.fetch) if options.fetch else _measure(options.seconds))
    )


async def _measure(seconds: float) -> None:
    quiet: list[float] = []
    busy: list[float] = []
    fetched = 0
    with tempfile.TemporaryDirectory() as directory:
        server = await PeerlineServer.prepare(Path(directory), 1, 2)
        (door,) = server.doors
        async with (
            server.run(_NO_LIMIT) as running,
            _joined(running, door, 0) as one,
            _joined(running, door, 1) as other,
        ):
            await _delays(one, other, door, seconds)
            for _ in range(_ROUNDS):
                quiet += await _delays(one, other, door, seconds)
                fetcher = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-m", "benchmarks.pages", "--fetch", running.address),
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                )
                assert fetcher.stdout is not None, "asked for"
                await fetcher.stdout.readline()
                busy += await _delays(one, other, door, seconds)
                said, _ = await fetcher.communicate(b"")
                fetched += int(said)
    print(f"pages fetched: {fetched}, {fetched / seconds / _ROUNDS:.0f} a second\n")
    print("| cursors | p50 ms | p99 ms |\n|---|---|---|")
    for name, delays in (("alone", quiet), ("beside the pages", busy)):
        p50, p99 = (percentile(sorted(delays), part) for part in (0.5, 0.99))
        print(f"| {name} | {p50 * 1e3:.1f} | {p99 * 1e3:.1f} |")
    ratios = [
        percentile(sorted(busy), part) / percentile(sorted(quiet), part) for part in (0.5, 0.99)
    ]
    print(f"| ratio | {ratios[0]:.2f} | {ratios[1]:.2f} |")


@asynccontextmanager
async def _joined(
    server: RunningServer, door: Door, number: int
) -> AsyncGenerator[ClientConnection]:
    token = door.tokens[number]
    protocols = [Subprotocol("peerline"), Subprotocol(f"bearer.{token}")]
    async with connect(f"ws://{server.address}{door.path}", subprotocols=protocols) as socket:
        if json.loads(await socket.recv())["type"] != "connected":
            raise ServerError(f"not joined: {server.log_tail()}")
        yield socket


async def _delays(
    one: ClientConnection, other: ClientConnection, door: Door, seconds: float
) -> list[float]:
    """The seconds until the other has heard of each move."""
    delays: list[float] = []
    for number in range(int(seconds * MOVES_A_SECOND)):
        began = time.perf_counter()
        cursor = {"file": "a.py", "line": number + 1, "column": 1}
        message = {"type": "cursor_update", "session_id": door.session_id, "data": cursor}
        await one.send(json.dumps(message))
        while True:
            if has_line(await other.recv(), number + 1):
                break
        delays.append(time.perf_counter() - began)
        await asyncio.sleep(max(0.0, began + 1 / MOVES_A_SECOND - time.perf_counter()))
    return delays


def has_line(message: str | bytes, line: int) -> bool:
    """Whether a message says that somebody's cursor is on a line."""
    heard: dict[str, Any] = json.loads(message)
    return heard["type"] == "presence_update" and heard["presence"]["cursor"]["line"] == line


async def _fetch(address: str) -> None:
    """Fetch the page until stdin ends, and print how often."""
    loop = asyncio.get_running_loop()
    ended = loop.run_in_executor(None, sys.stdin.read)
    files = _FILES.findall((await _get(address, "/s/any")).decode())
    paths = ["/s/any", *(f"/{file}" for file in files)]
    print("ready", flush=True)
    began, number = time.perf_counter(), 0
    tasks: set[asyncio.Task[bytes]] = set()
    while not ended.done():
        for path in paths:
            task = loop.create_task(_get(address, path))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        number += 1
        await asyncio.sleep(max(0.0, began + number / PAGES_A_SECOND - time.perf_counter()))
    await asyncio.gather(*tasks)
    print(number)


async def _get(address: str, path: str) -> bytes:
    host, _, port = address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept-Encoding: br\r\n\r\n"
    writer.write(head.encode())
    answer = await reader.read()
    writer.close()
    if b" 200 " not in answer.partition(b"\r\n")[0]:
        raise ServerError(f"{path}: {answer[:200]!r}")
    return answer


if __name__ == "__main__":
    sys.exit(main())
