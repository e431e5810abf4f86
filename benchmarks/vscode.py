"""`python -m benchmarks.vscode`: from a key in one VS Code to the cursor drawn in another.

Two windows of a real VS Code in one session. The time of each key is taken in the page of the one
who moves, the time of the mark in the page of the other, at the frame in which it has moved: both
pages read the clock of the same machine. Also how long the extension's activation takes.
"""

import re
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

from benchmarks.report import percentile
from tests.e2e.conftest import ServerProcess
from tests.e2e.vscode.conftest import CHROMIUM, Editors
from tests.e2e.vscode.window import Window

_MOVES: Final = 100
_KEYS: Final = """
() => {
  window.keyTimes = [];
  addEventListener(
    'keydown',
    (event) => {
      const at = performance.timeOrigin + event.timeStamp;
      if (event.key.startsWith('Arrow')) window.keyTimes.push(at);
    },
    true,
  );
}
"""
_MARKS: Final = """
() => {
  window.markTimes = [];
  let last;
  const look = () => {
    for (const span of document.querySelectorAll('.view-line span[class*="ced-"]')) {
      const top = span.parentElement.parentElement.style.top;
      if (getComputedStyle(span, '::before').position === 'absolute' && top !== last) {
        last = top;
        window.markTimes.push(performance.timeOrigin + performance.now());
      }
    }
    requestAnimationFrame(look);
  };
  look();
}
"""


def main() -> int:
    """Measure and print; the process' exit code."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        server = ServerProcess(folder / "server" / "data")
        (folder / "server").mkdir()
        server.start()
        stack.callback(server.close)
        server.create_session()
        editors = Editors(browser, folder, stack)
        alice, bob = (editors.start(name) for name in ("alice", "bob"))
        for window in (alice, bob):
            window.open("src/main.py")
            window.join(server.invite("editor"))
        delays = _measure(alice, bob)
        activation = _activation(alice)
    print(
        f"a key in one VS Code to the cursor in the other: p50 {percentile(delays, 0.5):.0f} ms, "
        f"p95 {percentile(delays, 0.95):.0f} ms ({len(delays)} moves)"
    )
    print(f"activation of the extension: {activation} ms")
    return 0


def _measure(alice: Window, bob: Window) -> list[float]:
    """The delays in milliseconds, in order."""
    alice.go_to(10, 1)
    bob.wait(lambda: "alice" in bob.flags(), "alice's cursor")
    alice.page.evaluate(_KEYS)
    bob.page.evaluate(_MARKS)
    for move in range(_MOVES):
        seen = bob.page.evaluate("window.markTimes.length")
        alice.keys("ArrowDown" if move % 2 == 0 else "ArrowUp")
        bob.wait(lambda seen=seen: bob.page.evaluate("window.markTimes.length") > seen, "the move")
    pressed = alice.page.evaluate("window.keyTimes")
    # The first mark is the one that was there before.
    moved = bob.page.evaluate("window.markTimes")[1:]
    return sorted(seen - at for at, seen in zip(pressed, moved, strict=True))


def _activation(window: Window) -> str:
    window.command("Peerline: Show Diagnostics")
    window.wait(lambda: any("activation" in line for _, line in window.lines()), "diagnostics")
    line = next(line for _, line in window.lines() if "activation" in line)
    found = re.search(r"(\d+) ms", line)
    assert found is not None
    return found[1]


if __name__ == "__main__":
    sys.exit(main())
