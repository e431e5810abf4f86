"""How long the page takes to open, to join and to show a file.

Each round is cold: a context of its own, without a cache. The medians and the slowest are printed.
"""

import statistics
from typing import Final

from playwright.sync_api import Browser, Page

from benchmarks.browser.chromium import DESK, chromium, serving, share_lines
from peerline.protocol.links import SessionLink

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


def measure() -> None:
    """Measure and print."""
    with serving() as server, chromium() as browser:
        share_lines(server, "large.py", LINES)
        link = SessionLink.parse(server.invite("editor")).page_url
        rounds = [_round(browser, link, number) for number in range(ROUNDS)]
    print("| from | median ms | slowest ms |\n|---|---|---|")
    names = ("the link to the page", "Join here to people and chat", f"a file of {LINES:,} lines")
    for name, times in zip(names, zip(*rounds, strict=True), strict=True):
        print(f"| {name} | {statistics.median(times):.0f} | {max(times):.0f} |")


def _round(browser: Browser, link: str, number: int) -> tuple[float, float, float]:
    context = browser.new_context(viewport=DESK)
    page = context.new_page()
    shown, joined = opened_and_joined(page, link, f"Guest {number}")
    page.get_by_role("treeitem").wait_for()
    opened = page.evaluate(SINCE, ["[role=treeitem]", ".cm-line"])
    context.close()
    return shown, joined, opened


def opened_and_joined(page: Page, link: str, name: str) -> tuple[float, float]:
    """The milliseconds from the link to the page, and from the button to people and chat."""
    page.goto(link, wait_until="commit")
    # Since the navigation began.
    shown = page.evaluate("async () => { const see = " + SINCE + "; return see(['', 'form']) }")
    page.get_by_role("textbox", name="Your name").fill(name)
    joined = page.evaluate(SINCE, ["form button[type=submit]", ".people li"])
    return shown, joined
