"""`python -m benchmarks.browser`: how long the page takes in Chromium, on this machine.

Each round is cold: a context of its own, without a cache. The medians and the slowest are printed.
"""

import statistics
import sys
import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, sync_playwright

from peerline.protocol.documents import ShareDocument, ShareDocumentData
from peerline.protocol.links import SessionLink
from tests.e2e.conftest import ServerProcess
from tests.e2e.vscode.conftest import CHROMIUM
from tests.e2e.vscode.participant import as_host

ROUNDS: Final = 7
LINES: Final = 5_000
SINCE: Final = """async ([press, seen]) => {
    const began = performance.now();
    if (press !== '') document.querySelector(press).click();
    while (!document.querySelector(seen)?.textContent) {
        await new Promise(requestAnimationFrame);
    }
    return press === '' ? performance.now() : performance.now() - began;
}"""


def main() -> int:
    """Measure and print; the process' exit code."""
    with tempfile.TemporaryDirectory() as directory, sync_playwright() as playwright:
        server = ServerProcess(Path(directory) / "data")
        server.start()
        try:
            server.create_session()
            text = "".join(f"n = {number}\n" for number in range(LINES))
            data = ShareDocumentData(file="large.py", content=text)
            as_host(server, lambda _: [ShareDocument(session_id=server.session, data=data)])
            link = SessionLink.parse(server.invite("editor")).page_url
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
            rounds = [_round(browser, link, number) for number in range(ROUNDS)]
            browser.close()
        finally:
            server.close()
    print("| from | median ms | slowest ms |\n|---|---|---|")
    names = ("the link to the page", "Join here to people and chat", f"a file of {LINES:,} lines")
    for name, times in zip(names, zip(*rounds, strict=True), strict=True):
        print(f"| {name} | {statistics.median(times):.0f} | {max(times):.0f} |")
    return 0


def _round(browser: Browser, link: str, number: int) -> tuple[float, float, float]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page: Page = context.new_page()
    page.goto(link, wait_until="commit")
    # Since the navigation began.
    shown = page.evaluate("async () => { const see = " + SINCE + "; return see(['', 'form']) }")
    page.get_by_role("textbox", name="Your name").fill(f"Guest {number}")
    joined = page.evaluate(SINCE, ["form button[type=submit]", ".people li"])
    page.get_by_role("treeitem").wait_for()
    opened = page.evaluate(SINCE, ["[role=treeitem]", ".cm-line"])
    context.close()
    return shown, joined, opened


if __name__ == "__main__":
    sys.exit(main())
