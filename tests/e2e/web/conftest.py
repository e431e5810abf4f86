"""The page of a real server in a real Chromium."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from peerline.protocol.links import SessionLink
from tests.e2e.conftest import ServerProcess
from tests.e2e.vscode.conftest import CHROMIUM

from .page import WebPage, opened


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield browser
        browser.close()


@contextmanager
def serving(folder: Path) -> Generator[ServerProcess]:
    """A running server with a session."""
    process = ServerProcess(folder / "data")
    process.start()
    try:
        process.create_session()
        yield process
    finally:
        process.close()


@pytest.fixture(scope="package")
def session_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """The server with the session of all tests."""
    with serving(tmp_path_factory.mktemp("server")) as process:
        yield process


@pytest.fixture
def link(session_server: ServerProcess) -> str:
    """A link for editors, as the page has it."""
    return SessionLink.parse(session_server.invite("editor")).page_url


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[WebPage]:
    """A page in a context of its own, at which no violation and no error may happen."""
    with opened(browser, tmp_path) as page:
        yield page
