"""The memory that a session with 10,000 chat messages costs the page.

First of the newest, as the page shows them; then of all, as for somebody who loads the older ones
until the first is shown. It is the memory of the page's process, with the code and the browser's
own, and the heap of its scripts after a collection.
"""

from typing import Final

from playwright.sync_api import Browser, Page

from benchmarks.browser.chromium import DESK, asked, chromium, memory_mb, renderers, serving
from peerline.protocol.chat import SendChatMessage
from peerline.protocol.links import SessionLink
from tests.e2e.vscode.participant import as_host

MESSAGES: Final = 10_000
_NO_LIMITS: Final = {
    "PEERLINE_MESSAGES_PER_MINUTE": "1000000",
    "PEERLINE_MESSAGES_PER_MINUTE_PER_ADDRESS": "1000000",
    "PEERLINE_QUERIES_PER_MINUTE": "1000000",
}
_AT_ONCE: Final = 500
_COUNT: Final = "() => document.querySelectorAll('[role=log] article').length"
_SECONDS: Final = 120


def measure() -> None:
    """Measure and print."""
    print("| messages | shown | process MB | scripts' heap MB |\n|---|---|---|---|")
    with serving(_NO_LIMITS) as server, chromium() as browser:
        for first in range(0, MESSAGES, _AT_ONCE):
            numbers = range(first, first + _AT_ONCE)
            messages = [_message(server.session, number) for number in numbers]
            as_host(server, lambda _, messages=messages: messages)
        page = browser.new_page(viewport=DESK)
        page.goto(SessionLink.parse(server.invite("editor")).page_url)
        page.get_by_role("textbox", name="Your name").fill("Reader")
        _print(browser, page, "the page before the session")
        page.get_by_role("button", name="Join here").click()
        page.get_by_text(f"number {MESSAGES - 1} ").wait_for()
        _print(browser, page, f"{MESSAGES:,} are there, the newest are shown")
        _load_all(page)
        _print(browser, page, "all are loaded")


def _message(session: str, number: int) -> SendChatMessage:
    text = f"number {number} of them: look at **the cart**, `total()` adds the tax twice"
    return SendChatMessage(session_id=session, content=text)


def _load_all(page: Page) -> None:
    beginning = page.get_by_text("This is the beginning of the chat.")
    older = page.get_by_role("button", name="Load earlier messages")
    while True:
        beginning.or_(older).wait_for(timeout=_SECONDS * 1e3)
        if beginning.is_visible():
            return
        shown = page.evaluate(_COUNT)
        older.click()
        page.wait_for_function(f"n => ({_COUNT})() > n", arg=shown, timeout=_SECONDS * 1e3)


def _print(browser: Browser, page: Page, name: str) -> None:
    session = page.context.new_cdp_session(page)
    asked(session, "HeapProfiler.collectGarbage")
    heap = asked(session, "Runtime.getHeapUsage")["usedSize"] / 1e6
    session.detach()
    memory = max(memory_mb(pid) for pid in renderers(browser))
    print(f"| {name} | {page.evaluate(_COUNT):,} | {memory:.0f} | {heap:.0f} |", flush=True)
