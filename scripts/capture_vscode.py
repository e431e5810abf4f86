"""Takes the README's picture of VS Code from the real thing: a session of three people.

Alice has VS Code (code-server in Chromium), Bob and Carol are clients of the library, the server
is `peerline serve`. Writes `docs/images/vscode.png`; `make pictures` runs it. With a folder as its
argument it writes the looks to check there instead: each theme, at 100 and 200 %.
"""

import asyncio
import shutil
import sys
import tempfile
import threading
from collections.abc import Coroutine
from contextlib import ExitStack
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final, TypeVar

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from peerline.client import Client, Credentials, LinkState
from peerline.protocol.chat import React, SendChatMessage
from peerline.protocol.comments import AddComment, CommentData, ReplyComment
from peerline.protocol.links import SessionLink
from peerline.protocol.presence import CursorData, SelectionData
from peerline.protocol.session import SessionChanges, UpdateSession
from peerline.protocol.types import Status
from tests.e2e.conftest import ServerProcess, peerline
from tests.e2e.vscode.code_server import ROOT, VSIX, CodeServer
from tests.e2e.vscode.conftest import BRIDGE, CHROMIUM, LIGHT
from tests.e2e.vscode.polling import wait_for
from tests.e2e.vscode.window import THEMES, Window

T = TypeVar("T")

PICTURE: Final = ROOT / "docs" / "images" / "vscode.png"
MAX_BYTES: Final = 200_000
COLORS: Final = 256
SIZE: Final = (1280, 800)
SCALE: Final = 2
PERCENTS: Final = (100, 200)
HOUR: Final = 10
"""Whenever it is taken, the clocks in the picture show this hour."""
SECONDS: Final = 60

FILE: Final = "src/cart.py"
QUIET: Final[dict[str, Any]] = {
    "breadcrumbs.enabled": False,
    "editor.fontSize": 14,
    "editor.guides.indentation": False,
    "editor.occurrencesHighlight": "off",
    "editor.renderLineHighlight": "gutter",
    "editor.stickyScroll.enabled": False,
    "window.commandCenter": False,
    "workbench.layoutControl.enabled": False,
    "workbench.navigationControl.enabled": False,
    "workbench.editor.editorActionsLocation": "hidden",
}
"""Settings that keep distractions out of the picture."""


class Others:
    """The people without a window: clients on a loop of their own, beside Playwright's."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._clients: list[Client] = []
        self._thread.start()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run it on their loop and wait for its end."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(SECONDS)

    def join(self, link: str, credentials: Credentials) -> Client:
        """Have someone join the session."""
        client = self.run(self._start(SessionLink.parse(link), credentials))
        self._clients.append(client)
        wait_for(lambda: client.state is LinkState.JOINED, "somebody joins")
        return client

    @staticmethod
    async def _start(link: SessionLink, credentials: Credentials) -> Client:
        client = Client(link, credentials)
        client.start()
        return client

    def select(self, client: Client, line: int, start: int, end: int) -> None:
        """Have someone select a part of a line, 1-based; the cursor is at its end."""
        selection = SelectionData(
            start_line=line, start_column=start, end_line=line, end_column=end
        )
        cursor = CursorData(
            file=FILE, line=line, column=end, selection=selection if start != end else None
        )
        self.run(self._show(client, cursor))

    @staticmethod
    async def _show(client: Client, cursor: CursorData) -> None:
        client.send_presence(status=Status.ACTIVE)
        client.send_cursor(cursor)

    def close(self) -> None:
        """Leave, and end the loop."""
        for client in self._clients:
            self.run(client.leave())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class Scene:
    """The session of the picture, step by step."""

    def __init__(self, server: ServerProcess, others: Others, alice: Window) -> None:
        self._server = server
        self._others = others
        self._alice = alice
        self._lines = (alice.server.workspace / FILE).read_text(encoding="utf-8").splitlines()
        link = f"peerline://{server.address}/{server.session}"
        self._bob = others.join(
            link, Credentials(auth_token=server.token("bob@example.com", "Bob"))
        )
        invite = SessionLink.parse(server.invite("editor")).invite
        carol = Credentials(auth_token=server.token("carol@example.com", "Carol"), invite=invite)
        self._carol = others.join(link, carol)

    def play(self) -> None:
        """Have everyone join, comment and chat."""
        changes = SessionChanges(
            status="active", token_count=48_200, token_limit=200_000, health_score=96
        )
        session = self._server.session
        self._others.run(self._bob.request(UpdateSession(session_id=session, changes=changes)))
        self._alice.open(FILE)
        self._alice.command("Peerline: Sign In with a Token…")
        self._alice.answer(self._server.address, "Server")
        self._alice.answer(self._server.token("alice@example.com", "Alice"), "Sign In")
        self._alice.join(self._server.invite("editor"))
        self._alice.command("Peerline: Focus on Chat View")
        self._alice.wait(lambda: len(self._alice.tree()) == 3, "three in the tree")  # noqa: PLR2004
        self._comment()
        # VS Code folds a thread that has just come, also when it was opened in the meantime.
        self._chat()
        self._answer()
        self._place_everyone()

    def _comment(self) -> None:
        row = self._lines.index("        total = 0")
        data = CommentData(
            file=FILE,
            line=row + 1,
            content="An empty cart gives an `int` here, but the type says `float`.",
            code_snippet=self._lines[row],
            context_before=self._lines[row - 3 : row],
            context_after=self._lines[row + 1 : row + 4],
        )
        session = self._server.session
        self._others.run(self._bob.request(AddComment(session_id=session, data=data)))

    def suggest(self) -> None:
        """Have Bob answer with a mention and a suggestion."""
        (thread,) = self._bob.replica.threads.values()
        people = self._bob.replica.participants
        alice = next(id_ for id_, person in people.items() if person.username == "Alice")
        reply = ReplyComment(
            session_id=self._server.session,
            comment_id=thread.id,
            content="@Alice like this?\n```suggestion\n        total = 0.0\n```",
            mentions=[alice],
        )
        self._others.run(self._bob.request(reply))
        self._alice.wait(lambda: len(self._alice.comments()) == 3, "the suggestion")  # noqa: PLR2004
        self._alice.command("Notifications: Clear All Notifications")

    def _answer(self) -> None:
        self._alice.open_thread()
        self._alice.reply("Right, `0.0` it is. I'll change it and add a test.")
        self._alice.wait(lambda: len(self._alice.comments()) == 2, "both comments")  # noqa: PLR2004

    def _chat(self) -> None:
        people = self._bob.replica.participants
        alice = next(id_ for id_, person in people.items() if person.username == "Alice")
        self._say(self._bob, "@Alice the agent is done with the cart, have a look?", alice)
        self._say_as_alice("Reading it now, from the top")
        self._say(self._carol, "I started at src/pricing.py:12, the rounding looks right")
        self._say_as_alice("Then I take src/cart.py:18")
        last = self._bob.replica.messages[-1].id
        for client in (self._bob, self._carol):
            react = React(session_id=self._server.session, message_id=last, emoji="👍")
            self._others.run(client.request(react))
        self._alice.wait(self._alice.chat().locator(".reaction").count, "the reactions")

    def _say(self, client: Client, text: str, *mentions: str) -> None:
        message = SendChatMessage(
            session_id=self._server.session, content=text, mentions=list(mentions)
        )
        self._others.run(client.request(message))
        self._alice.wait(lambda: text in self._alice.heard(), f"the message {text!r}")

    def _say_as_alice(self, text: str) -> None:
        self._alice.say(text)
        messages = self._bob.replica.messages
        self._alice.wait(lambda: messages[-1].content == text, f"the message {text!r}")

    def _place_everyone(self) -> None:
        self._alice.command("Notifications: Clear All Notifications")
        self._alice.go_to(12)
        # Over the status bar, where nothing answers to it.
        self._alice.page.mouse.move(SIZE[0] / 2, SIZE[1] - 10)
        for client, text in (
            (self._bob, "float"),
            (self._carol, "self.items.get(product, 0) + count"),
        ):
            row = next(row for row, line in enumerate(self._lines) if text in line)
            start = self._lines[row].index(text) + 1
            self._others.select(client, row + 1, start, start + len(text))
        self._alice.wait(lambda: {"Bob", "Carol"} <= set(self._alice.flags()), "the flags")
        self._alice.wait(self._is_settled, "everyone's place in the tree")
        self._alice.wait(lambda: not self._alice.toasts(), "no notifications")

    def _is_settled(self) -> bool:
        passing = self._alice.page.locator(
            ".monaco-progress-container.active:visible, .monaco-hover:visible"
        )
        places = [row for row in self._alice.tree() if FILE in row]
        return len(places) == 2 and not passing.count()  # noqa: PLR2004


def main(arguments: list[str]) -> int:
    """Take the picture, or the looks into a folder; the process' exit code."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        stack.callback(browser.close)
        server = start_server(folder / "server", stack)
        alice = new_window(folder / "alice", browser, stack, SIZE, {**LIGHT, **QUIET})
        others = Others()
        stack.callback(others.close)
        scene = Scene(server, others, alice)
        scene.play()
        if arguments:
            scene.suggest()
            _take_looks(alice, Path(arguments[0]))
            return 0
        picture = with_palette(alice.page.screenshot())
    if len(picture) > MAX_BYTES:
        print(f"The picture has {len(picture):,} bytes, over {MAX_BYTES:,}.", file=sys.stderr)
        return 1
    PICTURE.write_bytes(picture)
    print(f"{PICTURE.relative_to(ROOT)}: {len(picture):,} bytes")
    return 0


def _take_looks(alice: Window, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for theme in THEMES:
        alice.use_theme(theme)
        for percent in PERCENTS:
            # Twice the size of everything is half the room: the pixels of the picture are the same.
            width, height = (length * 100 // percent for length in SIZE)
            alice.page.set_viewport_size({"width": width, "height": height})
            alice.wait(lambda: not alice.toasts(), "no notifications")
            alice.page.screenshot(path=folder / f"vscode-{theme}-{percent}.png")
        alice.page.set_viewport_size({"width": SIZE[0], "height": SIZE[1]})


def start_server(folder: Path, stack: ExitStack) -> ServerProcess:
    """A server with a session of which Bob is the host."""
    folder.mkdir()
    server = ServerProcess(folder / "data")
    server.start()
    stack.callback(server.close)
    options = ("--host-user", "bob@example.com", "--data-dir", str(server.data_dir))
    server.session = peerline("session", "create", "--title", "Shopping cart", *options)
    return server


def new_window(
    folder: Path,
    browser: Browser,
    stack: ExitStack,
    size: tuple[int, int],
    looks: dict[str, Any],
) -> Window:
    """Alice's VS Code in the sample workspace, with settings for its looks."""
    workspace = folder / "shop"
    shutil.copytree(ROOT / "examples" / "workspace", workspace)
    settings = {
        "peerline.username": "Alice",
        "peerline.bridge.path": str(BRIDGE),
        "peerline.presence.nameFlagSeconds": -1,
        **looks,
    }
    server = CodeServer(folder / "home", workspace, settings)
    server.install(VSIX)
    server.start()
    stack.callback(server.close)
    screenshots = ROOT / ".cache" / "screenshots"
    window = Window(
        browser,
        server,
        "alice",
        screenshots,
        size=size,
        scale=SCALE,
        time_zone=time_zone(datetime.now(UTC)),
    )
    stack.callback(window.close)
    return window


def time_zone(now: datetime) -> str:
    """The zone where it is `HOUR` o'clock."""
    east = (HOUR - now.hour + 12) % 24 - 12
    return f"Etc/GMT{-east:+d}"


def with_palette(png: bytes) -> bytes:
    """The same picture in at most `COLORS` colors, a third of the size."""
    image = Image.open(BytesIO(png)).convert("RGB")
    image = image.quantize(COLORS, kmeans=1, dither=Image.Dither.NONE)
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
