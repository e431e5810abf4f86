"""`python -m benchmarks.keystrokes`: what typing costs the bridge, from notification to socket.

A bridge as a process, spoken to as an editor does: thirty times a second a change of an open file
of 5 MB and the cursor behind it. The other end of its socket is here, too: the time is taken from
before the change is written to the pipe until the cursor's message is read from the socket. The
bridge's CPU time is the process' own. Half of the changes are letters, the others line breaks
and whole words that are deleted.
"""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from websockets.asyncio.server import ServerConnection, serve

from benchmarks.cpu import Usage
from benchmarks.report import percentile
from tests.e2e.bridge_process import BridgeProcess

_BYTES: Final = 5_000_000
_PER_SECOND: Final = 30
_SECONDS: Final = 10.0
_STARVED: Final = 0.02
"""The bridge was ready but without a core for more of the time: the delays are the machine's."""
_FILE: Final = "big.txt"
_NOW: Final = "2026-01-01T00:00:00.000Z"
_LINE: Final = "    total += price_of(product) * count  # %06d"


@dataclass(frozen=True, slots=True)
class _Case:
    name: str
    lines: Sequence[str]
    row: int
    column: int
    comments: int = 0
    people: int = 0


@dataclass(frozen=True, slots=True)
class _Seen:
    """Delays in seconds, sorted; the bridge's share of a core, and how long it wanted for one."""

    delays: Sequence[float]
    cpu: float
    waited: float


class _Socket:
    """The server's side: lets anybody in, and notes when each place of the cursor comes."""

    def __init__(self, case: _Case) -> None:
        self._case = case
        self.arrived: dict[tuple[int, int], float] = {}

    async def handle(self, socket: ServerConnection) -> None:
        await socket.recv()
        await socket.send(json.dumps(_connected(self._case)))
        moving = asyncio.create_task(self._move(socket))
        async for frame in socket:
            now = time.perf_counter()
            message = json.loads(frame)
            if message["type"] == "cursor_update":
                data = message["data"]
                self.arrived.setdefault((data["line"], data["column"]), now)
        moving.cancel()

    async def _move(self, socket: ServerConnection) -> None:
        """Everybody moves ten times a second, within the file."""
        line = 1
        while self._case.people:
            await asyncio.sleep(0.1)
            line += 1
            for number in range(self._case.people):
                cursor = {"file": _FILE, "line": line, "col": 1}
                message = {
                    "type": "presence_update",
                    "session_id": "s",
                    "user_id": f"u{number}",
                    "presence": {"status": "active", "cursor": cursor},
                }
                await socket.send(json.dumps(message))


def main() -> int:
    """Measure and print; the process' exit code."""
    if sys.platform != "linux":
        print("benchmarks: they read /proc, so they run on Linux only", file=sys.stderr)
        return 2
    count = _BYTES // (len(_LINE % 0) + 1)
    plain = [_LINE % number for number in range(count)]
    one = ["".join(f"f({number});" for number in range(_BYTES // 10))[:_BYTES]]
    foxes = [f"    größe = «{number:06d} 🦊 漢字»  # ünïcode" for number in range(_BYTES // 50)]
    small = plain[:20_000]
    for case in (
        _Case("5 MB in short lines", plain, count // 2, 4),
        _Case("5 MB, not ASCII", foxes, len(foxes) // 2, 4),
        _Case("5 MB in one line", one, 0, _BYTES // 2),
        _Case("10,000 comments in 20,000 lines", small, 10_000, 4, comments=10_000),
        _Case("500 others who move in the file", small, 10_000, 4, people=500),
    ):
        seen = asyncio.run(_measure(case))
        print(
            f"{case.name}: CPU of the bridge {seen.cpu:.1%}, notification to socket "
            f"p50 {percentile(seen.delays, 0.5) * 1e3:.1f} ms, "
            f"p99 {percentile(seen.delays, 0.99) * 1e3:.1f} ms ({len(seen.delays)} changes"
            f"{', starved of a core' if seen.waited > _STARVED else ''})",
            flush=True,
        )
    return 0


async def _measure(case: _Case) -> _Seen:
    server_side = _Socket(case)
    with tempfile.TemporaryDirectory() as directory, ExitStack() as stack:
        folder = Path(directory)
        (folder / _FILE).write_text("\n".join(case.lines) + "\n", encoding="utf-8")
        async with serve(server_side.handle, "127.0.0.1", 0, max_size=None) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            bridge = BridgeProcess(folder)
            stack.callback(bridge.close)
            link = f"peerline://127.0.0.1:{port}/s?invite=x"
            sent, used = await asyncio.to_thread(_type, bridge, link, case)
            await asyncio.sleep(0.5)
    arrived = server_side.arrived
    delays = sorted(arrived[place] - began for place, began in sent.items() if place in arrived)
    if len(delays) < 0.9 * len(sent):
        print(f"  only {len(delays)} of {len(sent)} cursors arrived", flush=True)
    return _Seen(delays, used.cpu / _SECONDS, used.waited / _SECONDS)


def _type(
    bridge: BridgeProcess, link: str, case: _Case
) -> tuple[dict[tuple[int, int], float], Usage]:
    bridge.initialize("utf-16", {"username": "alice", "commentChanges": True})
    bridge.open(_FILE)
    bridge.command("join", link=link)
    bridge.plain_command("listParticipants")  # all before this is done
    pid = bridge.process.pid
    before = Usage.of(pid)
    sent: dict[tuple[int, int], float] = {}
    row, column = case.row, case.column
    began = time.perf_counter()
    for number in range(int(_SECONDS * _PER_SECOND)):
        time.sleep(max(0.0, began + number / _PER_SECOND - time.perf_counter()))
        text, removed = (("x", 0), ("word", 0), ("y", 0), ("", 4))[number % 4]
        if number % 10 == 9:  # noqa: PLR2004 - every tenth
            text, removed = "\n    ", 0
        start = {"line": row, "character": column - removed}
        change = {"range": {"start": start, "end": {"line": row, "character": column}}}
        uri = bridge.uri(_FILE)
        now = time.perf_counter()
        bridge.notify(
            "textDocument/didChange",
            {
                "textDocument": {"uri": uri, "version": number + 2},
                "contentChanges": [{**change, "text": text}],
            },
        )
        if "\n" in text:
            row, column = row + 1, 4
        else:
            column += len(text) - removed
        bridge.cursor(_FILE, row, column)
        sent.setdefault((row + 1, column + 1), now)
    return sent, Usage.of(pid) - before


def _connected(case: _Case) -> dict[str, Any]:
    me = {"id": "me", "username": "alice", "role": "editor"}
    people = [
        {"id": f"u{n}", "username": f"user {n}", "role": "editor"} for n in range(case.people)
    ]
    step = max(1, len(case.lines) // max(1, case.comments))
    return {
        "type": "connected",
        "session_id": "s",
        "user": me,
        "role": "editor",
        "connection_id": "c",
        "session": {"id": "s", "title": "T", "created_at": _NOW},
        "participants": [{**person, "joined_at": _NOW} for person in (me, *people)],
        "comments": [
            {
                "id": f"c{number}",
                "user_id": "u0",
                "username": "bob",
                "file": _FILE,
                "line": number * step + 1,
                "content": "why?",
                "code_snippet": case.lines[number * step],
                "timestamp": _NOW,
            }
            for number in range(case.comments)
        ],
        "seq": 1,
        "epoch": "e",
        "resumed": False,
        "limits": {
            "max_message_bytes": 65536,
            "max_content_chars": 8000,
            "messages_per_minute": 100,
            "presence_interval_ms": 50,
            "snapshot_messages": 100,
            "heartbeat_seconds": 20,
        },
    }


if __name__ == "__main__":
    sys.exit(main())
