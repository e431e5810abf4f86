"""One session, three kinds of clients: the page in a browser beside VS Code and Neovim."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, expect

from peerline.protocol.links import SessionLink
from tests.e2e.web.page import SIZES, TIMEOUT_MS, WebPage, opened
from tests.e2e.web.test_code import code, shows

from .conftest import SCREENSHOTS, Pair, delete_threads
from .test_neovim import NeovimThread, nina
from .window import OPEN

__all__ = ["nina"]

FILE: Final = "together.txt"
TEXT: Final = "one\ntwo\nthree\n"
BUFFER: Final = "return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\\n')"

PLAIN: Final = """(content) => {
    const copy = content.cloneNode(true);
    copy.querySelectorAll('.remote-caret').forEach((caret) => caret.remove());
    return copy.textContent;
}"""
"""The page's text without the names at cursors."""


@pytest.fixture
def piet(pair: Pair, nina: NeovimThread, browser: Browser, tmp_path: Path) -> Iterator[WebPage]:
    """A page, in the session in which alice shares a file that nina has open, too."""
    alice = pair.alice
    path = alice.server.workspace / FILE
    path.write_text(TEXT)
    (tmp_path / "nina" / FILE).write_text(TEXT)
    alice.open_file(FILE)
    nina.do(lambda editor: editor.edit(FILE))
    with opened(browser, tmp_path) as page:
        page.joined(SessionLink.parse(pair.server.invite("editor")).page_url, "Piet")
        alice.command("Peerline: Share This File")
        yield page
    delete_threads(pair)
    alice.open_file(FILE)
    alice.command("Peerline: Stop Sharing This File")
    alice.wait_toast(f"{FILE} is no longer shared.")
    alice.command("View: Revert and Close Editor")
    path.unlink()


def test_a_page_vscode_and_neovim_work_in_one_file(
    pair: Pair, nina: NeovimThread, piet: WebPage
) -> None:
    alice = pair.alice

    def text_in_neovim() -> str:
        return nina.do(lambda editor: str(editor.lua(BUFFER)))

    def wait_for(text: str) -> None:
        alice.wait(lambda: text in "\n".join(line for _, line in alice.lines()), f"{text} there")
        alice.wait(lambda: text in text_in_neovim(), f"{text} in Neovim")
        alice.wait(lambda: text in str(written.evaluate(PLAIN)), f"{text} in the page")

    written = shows(piet, FILE)
    expect(written).to_contain_text("three", timeout=TIMEOUT_MS)
    written.press("Control+Home")
    written.press_sequentially("from the page\n")
    wait_for("from the page")
    nina.do(lambda editor: editor.keys("Gofrom Neovim<Esc>"))
    wait_for("from Neovim")
    alice.focus_editor()
    alice.go_to(2, 4)
    alice.page.keyboard.type(" from VS Code")
    wait_for("one from VS Code")
    assert text_in_neovim() == "from the page\none from VS Code\ntwo\nthree\nfrom Neovim"

    names = code(piet).locator(".remote-name")
    expect(names.filter(has_text="alice")).to_have_count(1, timeout=TIMEOUT_MS)
    expect(names.filter(has_text="nina")).to_have_count(1)
    alice.wait(lambda: "Piet" in alice.flags(), "the page's cursor in VS Code")
    nina.do(
        lambda editor: editor.wait(
            lambda: any("Piet" in str(mark.get("virt_text")) for mark in editor.presence()),
            "the page's cursor in Neovim",
        )
    )

    piet.say("hello from the page")
    alice.wait(lambda: "hello from the page" in alice.heard(), "the message in VS Code")
    nina.do(lambda editor: editor.wait(lambda: "hello from the page" in editor.chat(), "and there"))
    nina.do(lambda editor: editor.command("Peerline chat hello Piet, from Neovim"))
    piet.sees("hello Piet, from Neovim")

    written.get_by_text("two").click()
    code(piet).get_by_role("button", name="Comment", exact=True).click()
    piet.tab.get_by_role("textbox", name="Comment", exact=True).fill("Why two?")
    piet.tab.get_by_role("button", name="Add comment").click()
    alice.wait(lambda: alice.page.locator(OPEN).count() == 1, "the thread in VS Code")
    nina.do(
        lambda editor: editor.wait(
            lambda: "Why two?" in str(editor.virtual_text("peerline_comments")), "it in Neovim"
        )
    )
    nina.do(lambda editor: editor.keys("3G"))
    nina.do(lambda editor: editor.command("Peerline reply Because of one."))
    thread = code(piet).get_by_role("region", name="Comment by Piet on line 3")
    expect(thread).to_contain_text("Because of one.", timeout=TIMEOUT_MS)
    for theme in ("dark", "light"):
        piet.tab.emulate_media(color_scheme=theme)
        piet.is_usable_at_each_size()
        for width, height in SIZES:
            piet.tab.set_viewport_size({"width": width, "height": height})
            piet.tab.screenshot(path=SCREENSHOTS / f"together-{theme}-{width}.png")
