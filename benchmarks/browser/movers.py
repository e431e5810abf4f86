"""`python -m benchmarks.browser.movers`: people whose cursors move, in a process of their own.

It joins with one link, prints `ready`, and moves everybody once; then it reads `move` and `still`
from stdin. At its end it prints as JSON when the first of them, the probe, was sent to which line.
The others move in the same lines.
"""

import argparse
import asyncio
import json
import sys
import time
from typing import Final

from websockets.asyncio.client import ClientConnection, connect

from benchmarks.servers import ServerError
from peerline.protocol.links import SessionLink
from peerline_server.app import run

FILE: Final = "large.py"
LINES: Final = 30
"""The lines in which they move: those in sight."""


def main() -> int:
    """Move; the process' exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.browser.movers")
    parser.add_argument("link")
    parser.add_argument("--people", type=int, required=True)
    parser.add_argument("--rate", type=float, default=10.0, help="of each, a second")
    options = parser.parse_args()
    run(_move(SessionLink.parse(options.link), options.people, options.rate))
    return 0


async def _move(link: SessionLink, people: int, rate: float) -> None:
    names = [probe(people), *(f"mover{people}-{number}" for number in range(1, people))]
    sockets = [await _joined(link, name) for name in names]
    loop = asyncio.get_running_loop()
    readers = [loop.create_task(_read(socket)) for socket in sockets]
    sent: list[tuple[int, float]] = []
    orders = _Orders()
    loop.add_reader(sys.stdin, orders.read)
    began, turn = time.perf_counter(), 0
    while not orders.are_over:
        for number, socket in enumerate(sockets):
            # Each in a phase of its own.
            at = began + (turn + number / people) / rate
            await asyncio.sleep(max(0.0, at - time.perf_counter()))
            line = (turn + number) % LINES + 1
            cursor = {"file": FILE, "line": line, "column": turn % 4 + 1}
            message = {"type": "cursor_update", "session_id": link.session_id, "data": cursor}
            if number == 0:
                sent.append((line, time.time() * 1e3))
            await socket.send(json.dumps(message))
        turn += 1
        if turn == 1:
            print("ready", flush=True)
        if not orders.moves.is_set() and not orders.are_over:
            await orders.moves.wait()
            began = time.perf_counter() - turn / rate
    for reader, socket in zip(readers, sockets, strict=True):
        reader.cancel()
        await socket.close()
    print(json.dumps(sent))


class _Orders:
    """The lines of stdin."""

    def __init__(self) -> None:
        self.moves = asyncio.Event()
        self.are_over = False

    def read(self) -> None:
        """Obey the next line, which has come."""
        order = sys.stdin.readline().strip()
        if order == "still":
            self.moves.clear()
        else:
            self.moves.set()
            self.are_over = order == ""
            if self.are_over:
                asyncio.get_running_loop().remove_reader(sys.stdin)


def probe(people: int) -> str:
    """The name of the one that is watched: none of a crowd before."""
    return f"probe{people}"


async def _joined(link: SessionLink, name: str) -> ClientConnection:
    socket = await connect(link.websocket_url, proxy=None)
    join = {"type": "join_session", "session_id": link.session_id, "invite": link.invite}
    await socket.send(json.dumps({**join, "username": name}))
    answer = json.loads(await socket.recv())
    if answer["type"] != "connected":
        raise ServerError(f"{name} is not admitted: {answer}")
    return socket


async def _read(socket: ClientConnection) -> None:
    """Take what comes, so that nobody is a slow reader."""
    async for message in socket:
        if json.loads(message)["type"] == "error":
            sys.exit(f"the server refused: {message!r}")


if __name__ == "__main__":
    sys.exit(main())
