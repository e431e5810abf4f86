"""Links and files that the page can do nothing with: each time it says why, and goes on."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, expect

from peerline.protocol.links import SessionLink
from tests.e2e.conftest import Bridges, ServerProcess
from tests.program import run

from .conftest import serving
from .page import TIMEOUT_MS, WebPage, opened
from .test_code import code

NOT_GIVEN: Final = {
    "latin.txt": "café\n".encode("latin-1"),
    "picture.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "large.txt": b"line\n" * 1_048_576,
}
ENDS: Final = ("", "#", "#invite=", "#invite=%%%", "#invite=CODE&invite=OTHER", "#\u202e")


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[ServerProcess]:
    """A server with a session that no other test has."""
    with serving(tmp_path) as process:
        yield process


def test_a_file_that_is_not_given_says_so_where_somebody_is_followed_into_it(
    page: WebPage, link: str, bridges: Bridges, session_server: ServerProcess
) -> None:
    page.joined(link, "Ugo")
    bridge = bridges.start("ulf", {"odd/fine.txt": "fine\n"})
    for file, content in NOT_GIVEN.items():
        (bridge.workspace / "odd" / file).write_bytes(content)
    bridge.command("join", link=session_server.invite("editor"))
    bridge.command("shareFolder")
    tree = page.tab.get_by_role("tree", name="Files")
    tree.get_by_role("treeitem", name="odd").click()
    expect(tree.get_by_role("treeitem")).to_have_text(["odd", "fine.txt"])
    bridge.open("odd/fine.txt")
    bridge.cursor("odd/fine.txt", 0, 0)
    page.tab.get_by_role("button", name="Follow ulf").click()
    expect(code(page)).to_contain_text("fine", timeout=TIMEOUT_MS)
    for file, content in NOT_GIVEN.items():
        document = {"uri": bridge.uri(f"odd/{file}"), "languageId": "text", "version": 1}
        text = content.decode("latin-1")
        bridge.notify("textDocument/didOpen", {"textDocument": {**document, "text": text}})
        bridge.cursor(f"odd/{file}", 0, 0)
        said = f"odd/{file} is not shared in this session, or is gone."
        expect(page.tab.get_by_text(said)).to_be_visible(timeout=TIMEOUT_MS)
    bridge.cursor("odd/fine.txt", 0, 1)
    expect(page.tab.get_by_role("textbox", name="Text of odd/fine.txt")).to_be_visible(
        timeout=TIMEOUT_MS
    )


@pytest.mark.parametrize("end", ENDS)
def test_a_link_that_lost_its_invite_says_that_one_is_needed(
    page: WebPage, session_server: ServerProcess, end: str
) -> None:
    page.join(f"http://{session_server.address}/s/{session_server.session}{end}", "Uma")
    expect(page.tab.get_by_role("alert")).to_contain_text("link", timeout=TIMEOUT_MS)
    expect(page.tab.get_by_role("textbox", name="Your name")).to_have_value("Uma")
    expect(page.tab.get_by_role("button", name="Join here")).to_be_enabled()


def test_a_link_that_was_used_up_says_so(
    page: WebPage, session_server: ServerProcess, browser: Browser, tmp_path: Path
) -> None:
    made = run(
        *("invite", session_server.session, "--role", "viewer", "--uses", "1", "--web"),
        *("--data-dir", str(session_server.data_dir)),
    )
    link = made.stdout.strip()
    page.joined(link, "Ursula")
    with opened(browser, tmp_path) as other:
        other.join(link, "Urs")
        expect(other.tab.get_by_role("alert")).to_contain_text(
            "as often as it may be. Ask a host for a new link.", timeout=TIMEOUT_MS
        )


def test_the_end_of_a_session_is_told_then_and_to_who_comes_later(
    page: WebPage, own_server: ServerProcess
) -> None:
    link = SessionLink.parse(own_server.invite("editor")).page_url
    page.joined(link, "Udo")
    ended = run("session", "end", own_server.session, "--data-dir", str(own_server.data_dir))
    assert ended.returncode == 0, ended.stderr
    dialog = page.tab.get_by_role("dialog", name="The session has ended")
    expect(dialog).to_be_visible(timeout=TIMEOUT_MS)
    assert page.violations() == []
    page.join(link, "Udo")
    alert = page.tab.get_by_role("alert")
    expect(alert).to_contain_text("Nobody can join it again.", timeout=TIMEOUT_MS)
