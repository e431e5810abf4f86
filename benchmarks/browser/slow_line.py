"""How long the page takes to open and to join over a line of 1.6 Mbit/s and 150 ms, cold.

A relay before the server delays each byte by half of the 150 ms, lets through as much as the line
carries, for all connections together, and takes a whole turn for a new connection, as TCP does.
So the WebSocket is as slow as the files, which Chromium's own throttling does not promise.
"""

import asyncio
import statistics
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from benchmarks.browser.chromium import DESK, chromium, serving
from benchmarks.browser.opening import opened_and_joined
from peerline.protocol.links import SessionLink

DELAY_SECONDS: Final = 0.150
"""There and back."""
DOWN_BYTES_A_SECOND: Final = 1_600_000 / 8
UP_BYTES_A_SECOND: Final = 750_000 / 8
_ROUNDS: Final = 5
_PIECE: Final = 1_460
"""Of one packet."""


def measure() -> None:
    """Measure and print."""
    rounds: list[tuple[float, float]] = []
    with serving() as server, _relay(server.address) as address, chromium() as browser:
        link = SessionLink.parse(server.invite("editor", address)).page_url
        for number in range(_ROUNDS):
            context = browser.new_context(viewport=DESK)
            rounds.append(opened_and_joined(context.new_page(), link, f"Guest {number}"))
            context.close()
    print("| from | median ms | slowest ms |\n|---|---|---|")
    sums = [sum(times) for times in rounds]
    names = ("the link to the page", "Join here to people and chat", "both")
    for name, times in zip(names, [*zip(*rounds, strict=True), sums], strict=True):
        print(f"| {name} | {statistics.median(times):.0f} | {max(times):.0f} |")


class _Direction:
    """One way of the line: a byte leaves after those before it, and arrives half a turn later."""

    def __init__(self, bytes_a_second: float) -> None:
        self._rate = bytes_a_second
        self._free_at = 0.0

    def arrival(self, size: int) -> float:
        """When a packet that is sent now arrives, by the loop's clock."""
        self._free_at = max(asyncio.get_running_loop().time(), self._free_at) + size / self._rate
        return self._free_at + DELAY_SECONDS / 2


async def _copy(
    source: asyncio.StreamReader, target: asyncio.StreamWriter, direction: _Direction
) -> None:
    loop = asyncio.get_running_loop()
    under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def deliver() -> None:
        while True:
            at, data = await under_way.get()
            await asyncio.sleep(max(0.0, at - loop.time()))
            if not data:
                target.close()
                return
            target.write(data)

    async with asyncio.TaskGroup() as group:
        group.create_task(deliver())
        while True:
            try:
                data = await source.read(_PIECE)
            except ConnectionError:
                data = b""  # the browser has left
            under_way.put_nowait((direction.arrival(len(data)), data))
            if not data:
                return


@contextmanager
def _relay(server: str) -> Generator[str]:
    """The address of the line's other end; it runs in a loop of its own, beside Playwright's."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    host, _, port = server.rpartition(":")
    down, up = _Direction(DOWN_BYTES_A_SECOND), _Direction(UP_BYTES_A_SECOND)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(DELAY_SECONDS)
        from_server, to_server = await asyncio.open_connection(host, int(port))
        async with asyncio.TaskGroup() as group:
            group.create_task(_copy(reader, to_server, up))
            group.create_task(_copy(from_server, writer, down))

    async def listen() -> asyncio.Server:
        return await asyncio.start_server(connected, "127.0.0.1", 0)

    listener = asyncio.run_coroutine_threadsafe(listen(), loop).result()
    try:
        yield f"127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    finally:
        listener.close()
        asyncio.run_coroutine_threadsafe(_end_others(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end_others() -> None:
    """End what the connections left behind."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
