"""Takes the README's picture of the page from the real thing: a guest in Chromium, without a copy.

Dora has the page; Bob and Carol are clients of the library, the server is `peerline serve`. Bob
shares the files of the sample workspace. Writes `docs/images/page.png`; `make pictures` runs it.
"""

import sys
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from peerline.client import Client, Credentials
from peerline.protocol.chat import React, SendChatMessage
from peerline.protocol.comments import AddComment, CommentData
from peerline.protocol.documents import ShareDocument, ShareDocumentData
from peerline.protocol.links import SessionLink
from scripts.capture_vscode import (
    FILE,
    MAX_BYTES,
    SCALE,
    SIZE,
    Others,
    start_server,
    time_zone,
    with_palette,
)
from tests.e2e.conftest import ServerProcess
from tests.e2e.vscode.code_server import ROOT
from tests.e2e.vscode.conftest import CHROMIUM

PICTURE: Final = ROOT / "docs" / "images" / "page.png"
WORKSPACE: Final = ROOT / "examples" / "workspace"
TIMEOUT_MS: Final = 60_000


class Scene:
    """The session of the picture, step by step."""

    def __init__(self, server: ServerProcess, others: Others, page: Page) -> None:
        self._server = server
        self._others = others
        self._page = page
        self._lines = (WORKSPACE / FILE).read_text(encoding="utf-8").splitlines()
        link = f"peerline://{server.address}/{server.session}"
        self._bob = others.join(
            link, Credentials(auth_token=server.token("bob@example.com", "Bob"))
        )
        invite = SessionLink.parse(server.invite("editor")).invite
        carol = Credentials(auth_token=server.token("carol@example.com", "Carol"), invite=invite)
        self._carol = others.join(link, carol)

    def play(self) -> None:
        """Have everyone join, share, comment, chat and write."""
        for path in sorted(WORKSPACE.rglob("*.*")):
            file = path.relative_to(WORKSPACE).as_posix()
            data = ShareDocumentData(file=file, content=path.read_text(encoding="utf-8"))
            self._others.run(
                self._bob.request(ShareDocument(session_id=self._server.session, data=data))
            )
        self._comment()
        self._say(self._bob, "The cart is shared: write in it as you like")
        text = self._join()
        self._say(self._carol, "I am at src/cart.py:18 until lunch")
        self._say_as_dora("Reading it on my tablet, without a checkout")
        react = React(
            session_id=self._server.session,
            message_id=self._bob.replica.messages[-1].id,
            emoji="👍",
        )
        self._others.run(self._bob.request(react))
        self._write(text)
        self._place_everyone(text)

    def _join(self) -> Locator:
        page = self._page
        page.goto(SessionLink.parse(self._server.invite("editor")).page_url)
        page.get_by_role("textbox", name="Your name").fill("Dora")
        page.get_by_role("button", name="Join here").click()
        page.get_by_role("tree", name="Files").get_by_role("treeitem", name="cart.py").click()
        text = page.get_by_role("textbox", name=f"Text of {FILE}")
        expect(text).to_contain_text("A shopping cart", timeout=TIMEOUT_MS)
        thread = page.get_by_role("region", name="Comment by Bob on line 20")
        expect(thread).to_be_visible(timeout=TIMEOUT_MS)
        return text

    def _comment(self) -> None:
        row = self._lines.index("        total = 0")
        data = CommentData(
            file=FILE,
            line=row + 1,
            content="An empty cart gives an int here, but the type says float.",
            code_snippet=self._lines[row],
            context_before=self._lines[row - 3 : row],
            context_after=self._lines[row + 1 : row + 4],
        )
        session = self._server.session
        self._others.run(self._bob.request(AddComment(session_id=session, data=data)))

    def _say(self, client: Client, text: str) -> None:
        message = SendChatMessage(session_id=self._server.session, content=text)
        self._others.run(client.request(message))

    def _say_as_dora(self, text: str) -> None:
        composer = self._page.get_by_role("textbox", name="Message", exact=True)
        composer.fill(text)
        composer.press("Enter")
        sent = self._page.get_by_role("log", name="Chat").get_by_text(text)
        expect(sent).to_be_visible(timeout=TIMEOUT_MS)

    def _write(self, text: Locator) -> None:
        text.get_by_text('cart.add("cup")').click()
        text.press("End")
        text.press("Enter")
        text.press_sequentially('cart.add("bread", 3)')
        expect(text).to_contain_text('cart.add("bread", 3)')
        # Without a frame around the code, and with the beginning of the file in sight.
        text.press("Control+Home")
        self._page.get_by_role("textbox", name="Message", exact=True).focus()

    def _place_everyone(self, text: Locator) -> None:
        for client, code in (
            (self._bob, "dict[str, int]"),
            (self._carol, "self.items.get(product, 0) + count"),
        ):
            row = next(row for row, line in enumerate(self._lines) if code in line)
            start = self._lines[row].index(code) + 1
            self._others.select(client, row + 1, start, start + len(code))
        expect(text.locator(".remote-name")).to_have_count(2, timeout=TIMEOUT_MS)
        expect(self._page.get_by_role("list", name="Participants")).to_contain_text("cart.py")


def new_page(browser: Browser, stack: ExitStack) -> Page:
    """A window of Dora's browser."""
    context = browser.new_context(
        viewport={"width": SIZE[0], "height": SIZE[1]},
        device_scale_factor=SCALE,
        color_scheme="light",
        reduced_motion="reduce",
        timezone_id=time_zone(datetime.now(UTC)),
    )
    stack.callback(context.close)
    page = context.new_page()
    page.set_default_timeout(TIMEOUT_MS)
    return page


def main() -> int:
    """Take the picture; the process' exit code."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        stack.callback(browser.close)
        server = start_server(folder / "server", stack)
        page = new_page(browser, stack)
        others = Others()
        stack.callback(others.close)
        Scene(server, others, page).play()
        picture = with_palette(page.screenshot())
    if len(picture) > MAX_BYTES:
        print(f"The picture has {len(picture):,} bytes, over {MAX_BYTES:,}.", file=sys.stderr)
        return 1
    PICTURE.write_bytes(picture)
    print(f"{PICTURE.relative_to(ROOT)}: {len(picture):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
