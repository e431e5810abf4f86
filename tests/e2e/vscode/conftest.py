"""Two people with VS Code in one session, kept for all tests of this folder."""

import sys
from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

from peerline.client import Client
from peerline.protocol.chat import DeleteMessage
from peerline.protocol.roles import Role
from tests.e2e.conftest import ServerProcess

from .code_server import ROOT, VSIX, CodeServer
from .panel import Panel
from .participant import as_host, give_role
from .window import THEMES, Window

CHROMIUM: Final = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"),
]
CODE: Final = "".join(f"def function_{n}(x):\n    return x + {n}\n\n\n" for n in range(1, 40))
FILES: Final = {"src/main.py": CODE, "src/other.py": "import main\n", "notes.txt": "one\ntwo\n"}
DARK: Final = {"workbench.colorTheme": THEMES["dark"][0]}
LIGHT: Final = {"workbench.colorTheme": THEMES["light"][0]}
SCREENSHOTS: Final = ROOT / ".cache" / "screenshots"
THREADS: Final = ".comment-range-glyph[class*=comment-thread]"
BRIDGE: Final = Path(sys.executable).with_name("peerline")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """They take longer than others: a VS Code starts in them."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.timeout(600))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure leaves a picture of each window, and the next test two people who are new."""
    report = yield
    editors = item.config.stash.get(EDITORS, None)
    if report.failed and editors is not None:
        editors.has_failed = True
        for window in editors.windows:
            with suppress(Error):
                window.screenshot(f"failed-{item.name}-{window.name}")
    return report


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield browser
        browser.close()


class Editors:
    """Starts VS Code for people."""

    def __init__(self, browser: Browser, folder: Path, stack: ExitStack) -> None:
        self._browser = browser
        self._folder = folder
        self._stack = stack
        self._started: Counter[str] = Counter()
        self.windows: list[Window] = []
        self.has_failed = False

    def workspace(self, name: str) -> Path:
        """The folder in which the next VS Code of this person works."""
        return self._home(name) / "workspace"

    def _home(self, name: str) -> Path:
        # A test that runs again begins with nothing, too.
        return self._folder / f"{name}-{self._started[name]}"

    def start(self, name: str, *extensions: Path, **settings: object) -> Window:
        """A window of a VS Code with the extension installed, not loaded yet."""
        return self.start_with({}, name, *extensions, **settings)

    def start_with(
        self,
        environment: Mapping[str, str],
        name: str,
        /,
        *extensions: Path,
        **settings: object,
    ) -> Window:
        """The same, with other variables of the environment."""
        workspace = self.workspace(name)
        for file, text in FILES.items():
            path = workspace / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        given = {
            "peerline.username": name,
            "peerline.bridge.path": str(BRIDGE),
            "peerline.server.listen": "computer",
            **settings,
        }
        server = CodeServer(self._home(name) / "home", workspace, given, environment)
        self._started[name] += 1
        server.install(VSIX)
        for extension in extensions:
            server.install(extension)
        server.start()
        self._stack.callback(server.close)
        return self.window(server, name)

    def window(self, server: CodeServer, name: str) -> Window:
        """Another window of a VS Code that runs."""
        window = Window(self._browser, server, name, SCREENSHOTS)
        self._stack.callback(window.close)
        self.windows.append(window)
        return window


@pytest.fixture(scope="package")
def editors(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Editors]:
    assert VSIX.exists(), "run `make vsix` first"
    with ExitStack() as stack:
        editors = Editors(browser, tmp_path_factory.mktemp("vscode"), stack)
        request.config.stash[EDITORS] = editors
        yield editors
        del request.config.stash[EDITORS]


EDITORS: Final = pytest.StashKey[Editors]()


@dataclass
class Pair:
    """Two people in one session: alice is its host, bob an editor."""

    alice: Window
    bob: Window
    server: ServerProcess


class Pairs:
    """Alice and Bob, the same two for all tests until one fails."""

    def __init__(self, editors: Editors, folders: pytest.TempPathFactory) -> None:
        self._editors = editors
        self._folders = folders
        self._pair: Pair | None = None
        self._stack = ExitStack()

    def current(self) -> Pair:
        """The two of the test before, or new ones if it failed: nobody knows what it has left."""
        if self._editors.has_failed:
            self.end()
            self._editors.has_failed = False
        if self._pair is None:
            self._pair = self._start()
        return self._pair

    def end(self) -> None:
        """Close their windows and their session's server."""
        self._pair = None
        self._stack.close()

    def _start(self) -> Pair:
        # Nobody has left who needs a while to come back to a server that was started again.
        grace = {"PEERLINE_LEAVE_GRACE_SECONDS": "30"}
        server = ServerProcess(self._folders.mktemp("server") / "data", grace)
        self._stack.callback(server.close)
        server.start()
        server.create_session()
        alice = self._window("alice", {"peerline.presence.nameFlagSeconds": -1, **DARK})
        bob = self._window("bob", {"peerline.presence.nameFlagSeconds": 8, **LIGHT})
        alice.command("Peerline: Sign In with a Token…")
        alice.answer(server.address, "Server")
        alice.answer(server.token("host", "alice"), "Sign In")
        alice.wait_toast("Signed in.")
        alice.join(f"peerline://{server.address}/{server.session}")
        bob.join(server.invite("editor"))
        for window in (alice, bob):
            window.command("Peerline: Focus on Chat View")
            window.wait(lambda window=window: len(window.tree()) == 2, "both in the tree")
        return Pair(alice, bob, server)

    def _window(self, name: str, settings: Mapping[str, object]) -> Window:
        window = self._editors.start(name, **settings)
        self._stack.callback(window.server.close)
        self._stack.callback(window.close)
        window.open("src/main.py")
        return window


@pytest.fixture(scope="package")
def pairs(editors: Editors, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pairs]:
    pairs = Pairs(editors, tmp_path_factory)
    yield pairs
    pairs.end()


@pytest.fixture
def joined(pairs: Pairs) -> Pair:
    """Both in the session, as the test before has left them."""
    return pairs.current()


@pytest.fixture
def themed(pair: Pair) -> Iterator[Pair]:
    """Both may have any theme; afterwards alice has the dark one and bob the light one again."""
    yield pair
    pair.alice.use_theme("dark")
    pair.bob.use_theme("light")


@pytest.fixture
def pair(joined: Pair) -> Pair:
    """Both in the same file, in their roles, with nothing in the way and nothing written."""
    for window in (joined.alice, joined.bob):
        window.wait(lambda window=window: "2 people" in window.status(), "both in the session")
    reset_roles(joined)
    for window in (joined.alice, joined.bob):
        window.close_quick_input()
        window.keys("Escape", "Escape")
        reset_drafts(window)
        window.clear()
        window.open_file("src/main.py")
        window.go_to_start()
    if any(window.page.locator(THREADS).count() for window in (joined.alice, joined.bob)):
        delete_threads(joined)
    return joined


def reset_roles(pair: Pair) -> None:
    """Bob is an editor again. Alice is the host by her account, whatever was done to her."""
    if "you are an editor" not in pair.bob.status():
        give_role(pair.server, "bob", Role.EDITOR)
        pair.bob.wait(lambda: "you are an editor" in pair.bob.status(), "bob is an editor")
    assert "you are a host" in pair.alice.status(), pair.alice.status()


def reset_drafts(window: Window) -> None:
    """Nothing is written in the chat, and no message of the last test waits or was refused."""
    panel = Panel(window).open()
    if panel.field().input_value():
        panel.write("")
    cancel = panel.frame.get_by_role("button", name="Cancel reply")
    if cancel.count():
        window.press(cancel, lambda: not cancel.count(), "no reply is begun")
    unsent = panel.frame.locator(".unsent").get_by_role("button", name="Discard")
    while unsent.count():
        before = unsent.count()
        confirm = panel.frame.locator("fieldset.confirm").get_by_role("button", name="Discard")
        window.press(unsent.first, confirm.count, "the question whether to discard it")
        window.press(confirm, lambda before=before: unsent.count() < before, "it is discarded")


def delete_threads(pair: Pair) -> None:
    """Away with the comments of the test before."""

    def deletions(client: Client) -> list[DeleteMessage]:
        session = pair.server.session
        # A thread stays for its replies: they go first.
        ids = [
            item.id
            for thread in client.replica.threads.values()
            for item in (*reversed(thread.replies), thread)
        ]
        return [DeleteMessage(session_id=session, message_id=item_id) for item_id in ids]

    as_host(pair.server, deletions)
    for window in (pair.alice, pair.bob):
        glyphs = window.page.locator(THREADS)
        window.wait(lambda glyphs=glyphs: glyphs.count() == 0, "no threads")
