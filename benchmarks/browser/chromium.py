"""A real server with a session, a Chromium, and what its page's process has used."""

import tempfile
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, CDPSession, Page, ViewportSize, sync_playwright

from benchmarks.cpu import Usage
from peerline.protocol.documents import ShareDocument, ShareDocumentData
from tests.e2e.conftest import ServerProcess
from tests.e2e.vscode.conftest import CHROMIUM
from tests.e2e.vscode.participant import as_host

DESK: Final[ViewportSize] = {"width": 1440, "height": 900}


@contextmanager
def chromium() -> Generator[Browser]:
    """Run Debian's Chromium, as the tests do."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def serving(environment: Mapping[str, str] | None = None) -> Generator[ServerProcess]:
    """Run a server with a session, with settings by the names of the environment."""
    with tempfile.TemporaryDirectory() as directory:
        server = ServerProcess(Path(directory) / "data", environment)
        server.start()
        try:
            server.create_session()
            yield server
        finally:
            server.close()


def share_lines(server: ServerProcess, file: str, lines: int) -> None:
    """Share a file of short lines."""
    text = "".join(f"n = {number}\n" for number in range(lines))
    data = ShareDocumentData(file=file, content=text)
    as_host(server, lambda _: [ShareDocument(session_id=server.session, data=data)])


def renderers(browser: Browser) -> list[int]:
    """The processes for pages: those of pages, and one that waits for the next and does nothing."""
    session = browser.new_browser_cdp_session()
    try:
        found = asked(session, "SystemInfo.getProcessInfo")["processInfo"]
    finally:
        session.detach()
    return [process["id"] for process in found if process["type"] == "renderer"]


def usage_of_pages(browser: Browser) -> Usage:
    """The usage of all pages since their processes began."""
    used = [Usage.of(pid) for pid in renderers(browser)]
    return Usage(sum(each.cpu for each in used), sum(each.waited for each in used))


def memory_mb(pid: int) -> float:
    """The memory of a process, with its share of what it shares with others."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("the kernel gives no Pss")


@contextmanager
def main_thread(page: Page) -> Generator[Callable[[], float]]:
    """The CPU seconds of the page's main thread since here, of all that runs in it."""
    session = page.context.new_cdp_session(page)
    asked(session, "Performance.enable", {"timeDomain": "threadTicks"})

    def used() -> float:
        metrics = asked(session, "Performance.getMetrics")["metrics"]
        return next(each["value"] for each in metrics if each["name"] == "TaskDuration")

    yield used
    session.detach()


def asked(
    session: CDPSession, method: str, parameters: dict[str, str] | None = None
) -> dict[str, Any]:
    """The answer of Chromium to a request of its own protocol."""
    return session.send(method, parameters)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
