"""`python -m benchmarks.editor`: from editor to editor, and what a crowd costs a real Neovim.

Two bridges as processes, as editors start them: from a `peerline/cursor` notification written to
one to the `peerline/presence` notification read from the other. Then a real Neovim in a room with
200 others, and with 500, who move ten times a second: how long it takes to answer, and the CPU time
of it and of its bridge, beside the same Neovim alone.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.cpu import Usage
from benchmarks.entry import carry_out
from benchmarks.load import Load
from benchmarks.report import Case, percentile
from benchmarks.servers import Door, PeerlineServer
from tests.e2e.bridge_process import BridgeProcess
from tests.e2e.neovim import Neovim

_CROWDS: Final = (200, 500)
_MOVES: Final = 100
_SECONDS: Final = 8.0
_FILE: Final = "src/main.py"


@dataclass(frozen=True, slots=True)
class _Seen:
    """How an editor fared; times in seconds."""

    answers: Sequence[float]
    editor_cpu: float
    bridge_cpu: float


def main() -> int:
    """Measure and print; the process' exit code."""
    return carry_out(_measure)


def _measure() -> None:
    asyncio.run(_bridges())
    for peers in _CROWDS:
        asyncio.run(_neovim(peers))


async def _bridges() -> None:
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        server = await PeerlineServer.prepare(_made(root / "data"), 1, 2)
        async with server.run() as running:
            link = _link(running.address, server.doors[0])
            delays = await asyncio.to_thread(_editor_to_editor, root, link)
    print(
        f"editor to editor through two bridges: p50 {percentile(delays, 0.5) * 1e3:.1f} ms, "
        f"p99 {percentile(delays, 0.99) * 1e3:.1f} ms ({len(delays)} moves)"
    )


def _editor_to_editor(root: Path, link: str) -> list[float]:
    with ExitStack() as stack:
        editors: list[BridgeProcess] = []
        for name in ("alice", "bob"):
            _write_file(root / name)
            bridge = BridgeProcess(root / name)
            stack.callback(bridge.close)
            bridge.initialize("utf-16", {"username": name})
            bridge.open(_FILE)
            bridge.command("join", link=link)
            bridge.wait_notification("peerline/state", lambda state: state["state"] == "joined")
            editors.append(bridge)
        alice, bob = editors
        delays: list[float] = []
        for move in range(_MOVES):
            sent = time.perf_counter()
            alice.cursor(_FILE, move + 1, 0)
            bob.wait_notification("peerline/presence", lambda shown, at=move + 1: _is_at(shown, at))
            delays.append(time.perf_counter() - sent)
            bob.received.clear()
            # Typing pace: what is measured is one move, not how many fit into a second.
            time.sleep(0.05)
        return sorted(delays)


def _is_at(shown: dict[str, Any], line: int) -> bool:
    cursors = [update.get("cursor") for update in shown.get("updates", [])]
    return any(cursor is not None and cursor["line"] == line for cursor in cursors)


async def _neovim(peers: int) -> None:
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        server = await PeerlineServer.prepare(_made(root / "data"), 1, peers)
        async with server.run() as running:
            link = _link(running.address, server.doors[0])
            _write_file(root / "work")
            editor = await asyncio.to_thread(_joined, root / "work", link)
            try:
                alone = await asyncio.to_thread(_watch, editor)
                load = Load(Case("crowd", 1, peers, peers), server.dialect, seed=1)
                await load.join(running.address, server.doors)
                moving = asyncio.create_task(load.move(_SECONDS + 4))
                await asyncio.sleep(2)
                crowded = await asyncio.to_thread(_watch, editor)
                await moving
                load.leave()
            finally:
                await asyncio.to_thread(editor.close)
    for name, seen in (("alone", alone), (f"with {peers} who move", crowded)):
        print(
            f"Neovim {name}: answers in p50 {percentile(seen.answers, 0.5) * 1e3:.1f} ms, "
            f"p99 {percentile(seen.answers, 0.99) * 1e3:.1f} ms; CPU of Neovim "
            f"{seen.editor_cpu / _SECONDS:.0%}, of its bridge {seen.bridge_cpu / _SECONDS:.0%}"
        )


def _joined(folder: Path, link: str) -> Neovim:
    editor = Neovim(folder, username="editor")
    editor.edit(_FILE)
    editor.join(link)
    return editor


def _watch(editor: Neovim) -> _Seen:
    """Type and see how long each key takes until Neovim has done it and answers."""
    editor_pid = editor.lua("return vim.fn.getpid()")
    # Only a running Neovim knows the process of its language server.
    bridge_pid = editor.lua("return vim.api.nvim_get_proc_children(vim.fn.getpid())[1]")
    editor_before, bridge_before = Usage.of(editor_pid), Usage.of(bridge_pid)
    end = time.perf_counter() + _SECONDS
    answers: list[float] = []
    while (began := time.perf_counter()) < end:
        editor.keys("jk")
        editor.lua("return 1")
        answers.append(time.perf_counter() - began)
        time.sleep(0.02)
    editor_used = Usage.of(editor_pid) - editor_before
    bridge_used = Usage.of(bridge_pid) - bridge_before
    return _Seen(sorted(answers), editor_used.cpu, bridge_used.cpu)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def _write_file(folder: Path) -> None:
    path = folder / _FILE
    path.parent.mkdir(parents=True)
    path.write_text("a line of code\n" * 1_000, encoding="utf-8")


def _link(address: str, door: Door) -> str:
    return f"peerline://{address}/{door.session_id}?{door.path.partition('?')[2]}"


if __name__ == "__main__":
    sys.exit(main())
