"""`python -m benchmarks.key_to_text`: from a key in one Neovim to its text in another one.

Both have a shared file open, over a real server. In turns within one run the same keys go the
shortest way there is: Neovim's own channel tells this process of the changed lines, which writes
them into the other Neovim. The ratio of both holds whatever else the machine does.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from benchmarks.entry import carry_out
from benchmarks.report import percentile
from tests.e2e.neovim import Neovim
from tests.e2e.writing_pair import Pair, settled

KEYS: Final = 100
"""Of each way in a round."""
ROUNDS: Final = 5
PAUSE_SECONDS: Final = 0.03
"""Between two keys: what is measured is one key, not how many fit into a second."""
LINES: Final = 200
WAIT_SECONDS: Final = 30.0
WATCH: Final = """
_G.changed_at = nil
vim.api.nvim_buf_attach(0, false, { on_lines = function()
  _G.changed_at = _G.changed_at or vim.uv.hrtime()
end })
"""
"""Note when the buffer changes; the clock is that of `time.monotonic_ns`."""
TELL: Final = """
local channel = ...
vim.api.nvim_buf_attach(0, false, { on_lines = function(_, buffer, _, first, last, new)
  vim.rpcnotify(channel, 'lines', first, last, vim.api.nvim_buf_get_lines(buffer, first, new, true))
end })
"""

Send = Callable[[], None]


def main() -> int:
    """Measure and print; the process' exit code."""
    return carry_out(_measure)


def _measure() -> None:
    shared: list[float] = []
    bare: list[float] = []
    ratios: list[float] = []
    with tempfile.TemporaryDirectory() as directory, ExitStack() as stack:
        pair = Pair(Path(directory), stack)
        text = "a line of code\n" * LINES
        open_shared = _opened_shared(pair, text)
        open_bare, relay = _opened_bare(pair, text)
        for _ in range(ROUNDS):
            open_shared()
            by_peerline = _delays(pair, lambda: None)
            open_bare()
            by_channel = _delays(pair, relay)
            ratios.append(statistics.median(by_peerline) / statistics.median(by_channel))
            shared += by_peerline
            bare += by_channel
    print("| from a key to its text in the other Neovim | p50 ms | p95 ms |\n|---|---|---|")
    for name, delays in (("a shared file", shared), ("Neovim's own channel", bare)):
        found = sorted(delays)
        print(f"| {name} | {percentile(found, 0.5):.1f} | {percentile(found, 0.95):.1f} |")
    low, high = min(ratios), max(ratios)
    print(f"ratio of the medians: {statistics.median(ratios):.1f} ({low:.1f} to {high:.1f})")


def _opened_shared(pair: Pair, text: str) -> Callable[[], None]:
    """Share a file; the way to have it shown in both."""
    file = pair.share(text)
    pair.bob.lua(WATCH)
    return lambda: _show(pair, file)


def _opened_bare(pair: Pair, text: str) -> tuple[Callable[[], None], Send]:
    """Open a file that is not shared; the way to have it shown, and to pass on one change."""
    file = "bare.py"
    for editor in (pair.alice, pair.bob):
        pair.file(editor, file, text)
    pair.bob.lua(WATCH)
    pair.alice.lua(TELL, pair.alice.api.channel_id)

    def relay() -> None:
        message: Any = pair.alice.api.next_message()
        first, last, lines = message[2]
        pair.bob.api.current.buffer[first:last] = lines

    return lambda: _show(pair, file), relay


def _show(pair: Pair, file: str) -> None:
    for editor in (pair.alice, pair.bob):
        editor.command(f"silent update | edit {file}")
    if file != "bare.py":
        for editor in (pair.alice, pair.bob):
            settled(editor)


def _delays(pair: Pair, relay: Send) -> list[float]:
    """Type keys in the middle of the text; the milliseconds that each took to be in the other."""
    alice, bob = pair.alice, pair.bob
    alice.keys(f"{LINES // 2}G0i")
    delays: list[float] = []
    for number in range(KEYS):
        bob.lua("_G.changed_at = nil")
        began = time.monotonic_ns()
        alice.keys("abcdefghij"[number % 10])
        relay()
        delays.append((_changed_at(bob) - began) / 1e6)
        time.sleep(PAUSE_SECONDS)
    alice.keys("<Esc>")
    return delays


def _changed_at(editor: Neovim) -> int:
    deadline = time.monotonic() + WAIT_SECONDS
    while (at := editor.lua("return _G.changed_at")) is None:
        if time.monotonic() > deadline:
            raise TimeoutError("the text did not come")
        # Asked without a pause, Neovim would have less time for its bridge.
        time.sleep(0.002)
    return at


if __name__ == "__main__":
    sys.exit(main())
