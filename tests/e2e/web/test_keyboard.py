"""The page by the keyboard alone, in forced colours, and with a server that is killed under it."""

import re
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from peerline.protocol.documents import ShareDocument, ShareDocumentData
from tests.e2e.conftest import ServerProcess
from tests.e2e.vscode.participant import as_host

from .page import TIMEOUT_MS, WebPage, agreed, opened

TEXT: Final = "first = 1\nsecond = 2\n"
MOST_TABS: Final = 60


@pytest.fixture(scope="module", autouse=True)
def document(session_server: ServerProcess) -> None:
    """A shared document."""
    data = ShareDocumentData(file="keys/main.py", content=TEXT)
    as_host(session_server, lambda _: [ShareDocument(session_id=session_server.session, data=data)])


def tab_to(tab: Page, target: Locator) -> None:
    """Press Tab until an element has the focus."""
    for _ in range(MOST_TABS):
        if target.evaluate("element => element === document.activeElement"):
            return
        tab.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {target}")


def focus_of(tab: Page) -> str:
    """The element that has the focus, to be told with a failure."""
    return f"focus: {tab.evaluate('document.activeElement.outerHTML.slice(0, 200)')}"


def text_of(page: WebPage) -> Locator:
    """The text of the shared file."""
    return page.tab.get_by_role("textbox", name="Text of keys/main.py")


def shows(page: WebPage) -> Locator:
    """Open the file; its text."""
    page.tab.get_by_role("treeitem", name="main.py").click()
    expect(text_of(page)).to_contain_text("first", timeout=TIMEOUT_MS)
    return text_of(page)


def test_everything_is_done_without_a_mouse(page: WebPage, link: str) -> None:
    tab = page.tab
    tab.goto(link)
    tab.get_by_role("textbox", name="Your name").wait_for()
    tab_to(tab, tab.get_by_role("textbox", name="Your name"))
    tab.keyboard.type("Vera")
    tab.keyboard.press("Enter")
    tab.get_by_role("button", name="Share").wait_for(timeout=TIMEOUT_MS)
    # A tree that is still being read has no last item to go to.
    tab.get_by_role("treeitem", name="main.py").wait_for(timeout=TIMEOUT_MS)
    items = tab.get_by_role("treeitem")
    tab_to(tab, items.first)
    tab.keyboard.press("End")
    expect(items.last, focus_of(tab)).to_be_focused()
    # The session has the files of other tests, too.
    file = tab.get_by_role("treeitem", name="main.py")
    for _ in range(items.count()):
        if not file.evaluate("element => element === document.activeElement"):
            tab.keyboard.press("ArrowUp")
    expect(file, focus_of(tab)).to_be_focused()
    tab.keyboard.press("Enter")
    text = text_of(page)
    expect(text).to_be_focused(timeout=TIMEOUT_MS)
    tab.keyboard.press("Control+End")
    tab.keyboard.type("third = 3")
    expect(text).to_contain_text("third = 3")
    tab.keyboard.press("Control+Alt+m")
    field = tab.get_by_role("textbox", name="Comment", exact=True)
    expect(field).to_be_focused()
    tab.keyboard.type("By keys alone")
    tab.keyboard.press("Control+Enter")
    thread = tab.get_by_role("region", name=re.compile("Comment by Vera"))
    expect(thread).to_contain_text("By keys alone", timeout=TIMEOUT_MS)
    tab_to(tab, page.composer)
    tab.keyboard.type("and the chat")
    tab.keyboard.press("Enter")
    page.sees("and the chat")
    tab.keyboard.press("Shift+Tab")
    leave = tab.get_by_role("button", name="Leave", exact=True)
    tab_to(tab, leave)
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("button", name="Join here")).to_be_visible(timeout=TIMEOUT_MS)


def test_it_can_be_used_in_forced_colours(browser: Browser, link: str, tmp_path: Path) -> None:
    context = browser.new_context(forced_colors="active", reduced_motion="reduce")
    page = WebPage(context.new_page())
    try:
        page.tab.goto(link)
        page.tab.get_by_role("textbox", name="Your name").wait_for()
        assert page.violations() == []
        page.joined(link, "Wren")
        shows(page).get_by_text("second").click()
        page.tab.get_by_role("button", name="Comment", exact=True).click()
        expect(page.tab.get_by_role("textbox", name="Comment", exact=True)).to_be_focused()
        assert page.violations() == []
        # The focus is seen, and the file that is shown is told from the others.
        field = page.tab.get_by_role("textbox", name="Comment", exact=True)
        outline = "element => getComputedStyle(element).outlineStyle"
        assert field.evaluate(outline) != "none"
        assert page.tab.get_by_role("treeitem", name="main.py").evaluate(outline) == "solid"
        page.tab.get_by_role("button", name="Activity").click()
        expect(page.tab.get_by_role("dialog", name="Activity")).to_be_visible()
        assert page.violations() == []
        assert page.problems == []
    except BaseException:
        page.tab.screenshot(path=tmp_path / "failed.png")
        raise
    finally:
        context.close()


def test_a_killed_server_costs_no_edit_of_the_page_and_doubles_none(
    page: WebPage, link: str, session_server: ServerProcess, browser: Browser, tmp_path: Path
) -> None:
    with opened(browser, tmp_path) as other:
        page.joined(link, "Xaver")
        other.joined(link, "Yara")
        mine, theirs = shows(page), shows(other)
        for text in (mine, theirs):
            # The last part of the page to be loaded, while there is a server.
            expect(text.locator(".tok-number").first).to_be_visible(timeout=TIMEOUT_MS)
        mine.press("Control+Home")
        theirs.press("Control+End")
        mine.press_sequentially("# before the kill\n")
        session_server.kill()
        mine.press_sequentially("# by Xaver\n")
        theirs.press_sequentially("# by Yara\n")
        session_server.start()
        page.tab.reload()  # what waits outlives the reload, too
        for text in (mine, theirs):
            for line in ("# before the kill", "# by Xaver", "# by Yara"):
                expect(text.locator(".cm-line", has_text=line)).to_have_count(1, timeout=TIMEOUT_MS)
        agreed(mine, theirs)
