"""A person's writing in the page stays theirs: on reconnects, refusals, and when they leave."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Locator, WebSocketRoute, expect

from peerline.client import Client
from peerline.protocol.documents import ShareDocument, ShareDocumentData, UnshareDocument
from peerline.protocol.limits import MAX_CONTENT_CHARS
from peerline.protocol.roles import Role
from tests.e2e.conftest import ServerProcess
from tests.e2e.vscode.participant import as_host, give_role

from .page import TIMEOUT_MS, WebPage, opened

TEXT: Final = "".join(f"row_{number} = {number}\n" for number in range(30))
FILES: Final = ("kept/one.py", "kept/two.py", "kept/three.py")


@pytest.fixture(scope="module", autouse=True)
def documents(session_server: ServerProcess) -> None:
    """Some shared documents."""
    as_host(
        session_server,
        lambda _: [
            ShareDocument(
                session_id=session_server.session, data=ShareDocumentData(file=file, content=TEXT)
            )
            for file in FILES
        ],
    )


class Line:
    """The line between a page and the server, which can be cut."""

    def __init__(self, page: WebPage) -> None:
        self._is_cut = False
        self._is_held = False
        self._sockets: list[WebSocketRoute] = []
        page.tab.route_web_socket(re.compile("/ws/"), self._opened)

    def _opened(self, socket: WebSocketRoute) -> None:
        if self._is_cut:
            socket.close()
            return
        server = socket.connect_to_server()

        def pass_on(to: WebSocketRoute) -> Callable[[str | bytes], None]:
            return lambda message: None if self._is_held else to.send(message)

        socket.on_message(pass_on(server))
        server.on_message(pass_on(socket))
        self._sockets.append(socket)

    def hold(self) -> None:
        """Lose what either side says; neither notices, and for the server the page is there."""
        self._is_held = True

    def cut(self) -> None:
        """Nothing passes any more."""
        self._is_cut = True
        for socket in self._sockets:
            socket.close()
        self._sockets.clear()

    def mend(self) -> None:
        """The next connection is one."""
        self._is_cut = self._is_held = False


def code(page: WebPage) -> Locator:
    """The region with the code."""
    return page.tab.get_by_role("region", name="Code", exact=True)


def text_of(page: WebPage, file: str) -> Locator:
    """The text of a shared file that is shown."""
    return page.tab.get_by_role("textbox", name=f"Text of kept/{file}")


def shows(page: WebPage, file: str) -> Locator:
    """Open a file from the tree; its text."""
    tree = page.tab.get_by_role("tree", name="Files")
    tree.get_by_title(f"kept/{file}").click()  # others may have a file of that name
    text = text_of(page, file)
    expect(text).to_contain_text("row_0", timeout=TIMEOUT_MS)
    return text


def unshare(server: ServerProcess, *files: str) -> None:
    """A host ends the sharing of files."""

    def messages(client: Client) -> list[UnshareDocument]:
        return [
            UnshareDocument(session_id=server.session, document_id=document.id)
            for document in client.replica.documents.values()
            if document.file in files
        ]

    as_host(server, messages)


def is_away(page: WebPage) -> None:
    """Wait until the page knows that the server is away."""
    expect(page.tab.locator(".banner.is-reconnecting")).to_be_visible(timeout=TIMEOUT_MS)


def is_back(page: WebPage) -> None:
    """Wait until it is there again."""
    expect(page.tab.locator(".banner.is-reconnecting")).to_be_hidden(timeout=TIMEOUT_MS)


def test_a_reconnect_takes_neither_the_focus_nor_the_place(page: WebPage, link: str) -> None:
    line = Line(page)
    page.joined(link, "Kim")
    shows(page, "three.py").press("Control+End")
    shows(page, "three.py")  # asked for again while it is open
    text_of(page, "three.py").press("Control+End")
    page.composer.click()
    page.composer.press_sequentially("be")
    line.cut()
    is_away(page)
    page.composer.press_sequentially("fo")
    scrolled = page.tab.locator(".cm-scroller").evaluate("element => element.scrollTop")
    line.mend()
    is_back(page)
    expect(code(page).get_by_text("Offline")).to_have_count(0, timeout=TIMEOUT_MS)
    page.tab.keyboard.type("re")
    expect(page.composer).to_be_focused()
    expect(page.composer).to_have_value("before")
    assert page.tab.locator(".cm-scroller").evaluate("element => element.scrollTop") == scrolled


def test_edits_of_files_that_are_no_longer_shared_are_offered_each(
    page: WebPage, link: str, session_server: ServerProcess
) -> None:
    line = Line(page)
    page.joined(link, "Lea")
    for file in ("one.py", "two.py"):
        shows(page, file)
    line.cut()
    is_away(page)
    for file in ("one.py", "two.py"):
        text = shows(page, file)
        text.press("Control+Home")
        text.press_sequentially(f"# mine in {file}\n")
    unshare(session_server, "kept/one.py", "kept/two.py")
    line.mend()
    texts = page.tab.get_by_role("textbox", name="Your text")
    expect(texts).to_have_count(2, timeout=TIMEOUT_MS)
    page.tab.reload()
    expect(texts).to_have_count(2, timeout=TIMEOUT_MS)
    assert {"# mine in one.py", "# mine in two.py"} == {
        text.input_value().split("\n")[0] for text in texts.all()
    }
    assert page.violations() == []
    with page.tab.expect_download() as download:
        page.tab.get_by_role("button", name="Download").first.click()
    assert "# mine in one.py" in Path(download.value.path()).read_text(encoding="utf-8")
    page.tab.get_by_role("button", name="Delete").first.click()
    expect(texts).to_have_count(1)


@pytest.mark.parametrize(("name", "is_reloaded"), [("Lou", False), ("Levi", True)])
def test_what_was_typed_when_the_role_is_taken_is_offered(
    page: WebPage, link: str, session_server: ServerProcess, name: str, *, is_reloaded: bool
) -> None:
    line = Line(page)
    page.joined(link, name)
    text = shows(page, "three.py")
    line.hold()
    text.press("Control+Home")
    text.press_sequentially("# as an editor\n")
    give_role(session_server, name, Role.VIEWER)
    line.cut()
    is_away(page)
    if is_reloaded:
        page.tab.reload()
    line.mend()
    mine = page.tab.get_by_role("textbox", name="Your text")
    expect(mine).to_have_value(re.compile("^# as an editor\n"), timeout=TIMEOUT_MS)
    if is_reloaded:
        shows(page, "three.py")
    expect(text_of(page, "three.py")).not_to_contain_text("as an editor")
    expect(mine).to_have_count(1)


def test_a_draft_stays_with_its_lines_while_others_write_above(
    page: WebPage, link: str, browser: Browser, tmp_path: Path
) -> None:
    with opened(browser, tmp_path) as other:
        page.joined(link, "Mia")
        other.joined(link, "Ned")
        shows(page, "three.py").get_by_text("row_4 ").click()
        code(page).get_by_role("button", name="Comment", exact=True).click()
        field = page.tab.get_by_role("textbox", name="Comment", exact=True)
        expect(field).to_be_focused()
        field.press_sequentially("About")
        theirs = shows(other, "three.py")
        theirs.press("Control+Home")
        theirs.press_sequentially("# one\n# two\n")
        expect(text_of(page, "three.py")).to_contain_text("# two", timeout=TIMEOUT_MS)
        field.press_sequentially(" four")
        expect(page.tab.get_by_role("form", name="Comment on line 7")).to_be_visible(
            timeout=TIMEOUT_MS
        )
        page.tab.reload()
        theirs.press("Control+Home")
        theirs.press_sequentially("# three\n")
        expect(page.tab.get_by_role("form", name="Comment on line 8")).to_be_visible(
            timeout=TIMEOUT_MS
        )
        expect(field).to_have_value("About four")
        page.tab.get_by_role("button", name="Add comment").click()
        thread = code(other).get_by_role("region", name="Comment by Mia on line 8")
        expect(thread).to_contain_text("About four", timeout=TIMEOUT_MS)


def test_a_refused_comment_has_its_reason_and_is_sent_again(page: WebPage, link: str) -> None:
    page.joined(link, "Ona")
    shows(page, "three.py").get_by_text("row_9 ").click()
    code(page).get_by_role("button", name="Comment", exact=True).click()
    page.tab.get_by_role("textbox", name="Comment", exact=True).fill("x" * (MAX_CONTENT_CHARS + 1))
    page.tab.get_by_role("button", name="Add comment").click()
    refused = code(page).get_by_role("form", name="Comment that was not sent")
    expect(refused.get_by_role("alert")).not_to_be_empty(timeout=TIMEOUT_MS)
    # Another one does not take its place.
    text_of(page, "three.py").get_by_text("row_12 ").click()
    code(page).get_by_role("button", name="Comment", exact=True).click()
    page.tab.get_by_role("textbox", name="Comment", exact=True).fill("another")
    page.tab.reload()
    field = refused.get_by_role("textbox", name="Comment to send again")
    expect(field).to_have_value(re.compile("^x+$"), timeout=TIMEOUT_MS)
    assert page.violations() == []
    field.fill("shorter")
    refused.get_by_role("button", name="Send Again").click()
    thread = code(page).get_by_role("region", name="Comment by Ona")
    expect(thread).to_contain_text("shorter", timeout=TIMEOUT_MS)
    expect(page.tab.get_by_role("textbox", name="Comment", exact=True)).to_have_value("another")


def test_who_leaves_is_asked_and_leaves_nothing_to_the_next(page: WebPage, link: str) -> None:
    line = Line(page)
    page.joined(link, "Pam")
    page.say("sent before")
    page.sees("sent before")
    line.cut()
    is_away(page)
    page.say("never sent")
    page.sees("never sent")
    page.composer.fill("a draft of Pam")
    leave = page.tab.get_by_role("button", name="Leave", exact=True)
    leave.click()
    dialog = page.tab.get_by_role("dialog", name="Leave the session?")
    expect(dialog).to_contain_text("1 message and 1 draft")
    expect(dialog.get_by_role("button", name="Stay")).to_be_focused()
    assert page.violations() == []
    page.tab.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    page.sees("never sent")
    leave.click()
    dialog.get_by_role("button", name="Leave and Delete").click()
    line.mend()
    page.joined(link, "Quinn")
    page.sees("sent before")
    page.say("from Quinn")
    page.sees("from Quinn")
    page.sees("never sent", times=0)
    expect(page.composer).to_have_value("")
    kept: list[str] = page.tab.evaluate("() => Object.values(sessionStorage)")
    assert not [text for text in kept if "Pam" in text or "never sent" in text]
    leave.click()
    expect(page.tab.get_by_role("button", name="Join here")).to_be_visible(timeout=TIMEOUT_MS)
