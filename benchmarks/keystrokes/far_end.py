"""The server's side of the bridge's socket, in a process of its own: notes when a cursor comes.

It admits anybody, says who is there, and sends their moves as the real server does: the states of
all in one write. Started with the number of the case, it prints its port; when its input ends, it
prints what it saw.
"""

import asyncio
import json
import sys
import time
from typing import Any

from websockets.asyncio.server import ServerConnection, serve

from benchmarks.keystrokes.cases import FILE, Typing, all_cases, connected
from peerline_server.transport.frames import text_frame


class FarEnd:
    """One socket's other side."""

    def __init__(self, case: Typing) -> None:
        self._case = case
        self._welcome = json.dumps(connected(case))
        self.arrived: dict[str, float] = {}
        """The first arrival of each "line:column", on the clock of the whole machine."""
        self.sent = 0

    async def handle(self, socket: ServerConnection) -> None:
        """Talk to one bridge."""
        await socket.recv()
        await socket.send(self._welcome)
        moving = asyncio.create_task(self._move(socket))
        async for frame in socket:
            now = time.perf_counter()
            message = json.loads(frame)
            if message["type"] == "cursor_update":
                data = message["data"]
                self.arrived.setdefault(f"{data['line']}:{data['column']}", now)
        moving.cancel()

    async def _move(self, socket: ServerConnection) -> None:
        case = self._case
        if not case.people:
            return
        interval = max(case.flush_seconds, 1 / case.moves_per_second)
        line = 1
        while True:
            await asyncio.sleep(interval)
            line += 1
            frames = [_state(number, line) for number in range(case.people)]
            self.sent += len(frames)
            socket.transport.write(b"".join(frames))


def _state(number: int, line: int) -> bytes:
    presence: dict[str, Any] = {
        "status": "active",
        "cursor": {"file": FILE, "line": line + number, "col": 1},
        "viewport": {"file": FILE, "start": line, "end": line + 60},
    }
    message = {
        "type": "presence_update",
        "session_id": "s",
        "user_id": f"u{number}",
        "presence": presence,
    }
    return text_frame(json.dumps(message, separators=(",", ":")).encode())


async def _main(case: Typing) -> None:
    end = FarEnd(case)
    async with serve(end.handle, "127.0.0.1", 0, max_size=None, compression=None) as server:
        print(next(iter(server.sockets)).getsockname()[1], flush=True)
        await asyncio.to_thread(sys.stdin.read)
    print(json.dumps({"arrived": end.arrived, "sent": end.sent}), flush=True)


if __name__ == "__main__":
    asyncio.run(_main(all_cases(float(sys.argv[2]))[int(sys.argv[1])]))
