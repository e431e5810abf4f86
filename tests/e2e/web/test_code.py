"""Code in the page: writing together, comments, following, and what a phone shows of it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

import pytest
from playwright.sync_api import Browser, Locator, expect

from peerline.protocol.documents import ShareDocument, ShareDocumentData
from peerline.protocol.links import SessionLink
from tests.e2e.bridge_process import BridgeProcess
from tests.e2e.conftest import Bridges, ServerProcess, held_up
from tests.e2e.vscode.participant import as_host

from .page import TIMEOUT_MS, WebPage, agreed, lines, opened

TEXT: Final = "retries = 3\n\n\ndef total(items):\n    return sum(items)\n"
FILLER: Final = "".join(f"line_{number} = {number}\n" for number in range(300))


@pytest.fixture(scope="module", autouse=True)
def documents(session_server: ServerProcess) -> None:
    """Two shared documents."""
    as_host(
        session_server,
        lambda _: [
            ShareDocument(
                session_id=session_server.session, data=ShareDocumentData(file=file, content=text)
            )
            for file, text in (("src/cart.py", TEXT), ("src/long.py", FILLER))
        ],
    )


@pytest.fixture
def other(browser: Browser, tmp_path: Path) -> Iterator[WebPage]:
    """The page of somebody else."""
    (tmp_path / "other").mkdir()
    with opened(browser, tmp_path / "other") as page:
        yield page


def code(page: WebPage) -> Locator:
    """The region with the code."""
    return page.tab.get_by_role("region", name="Code", exact=True)


def shows(page: WebPage, file: str) -> Locator:
    """Open a file from the tree; its text."""
    tree = page.tab.get_by_role("tree", name="Files")
    tree.get_by_role("treeitem", name=file).click()
    text = page.tab.get_by_role("textbox", name=re.compile(f"Text of .*{file}"))
    # It is there, and takes no key, before its text has come.
    expect(text).not_to_be_empty(timeout=TIMEOUT_MS)
    return text


def comments(page: WebPage) -> Locator:
    """The list of comments."""
    return page.tab.get_by_role("list", name="Comments", exact=True)


def test_two_pages_write_in_one_document(page: WebPage, other: WebPage, link: str) -> None:
    page.joined(link, "Ada")
    other.joined(link, "Ben")
    mine, theirs = shows(page, "cart.py"), shows(other, "cart.py")
    expect(mine).to_contain_text("retries")
    expect(theirs).to_contain_text("retries")
    mine.press("Control+Home")
    mine.press_sequentially("# from Ada\n")
    expect(theirs).to_contain_text("# from Ada", timeout=TIMEOUT_MS)
    expect(theirs.locator(".remote-name")).to_have_text("Ada", timeout=TIMEOUT_MS)
    theirs.press("Control+End")
    theirs.press_sequentially("# from Ben\n")
    expect(mine).to_contain_text("# from Ben", timeout=TIMEOUT_MS)
    # Each takes back what is their own; on a busy machine the keys are more than one step.
    for _ in "# from Ada\n":
        if "# from Ada" in mine.inner_text():
            mine.press("Control+z")
    expect(theirs).not_to_contain_text("# from Ada", timeout=TIMEOUT_MS)
    expect(mine).to_contain_text("# from Ben")


def test_what_two_pages_insert_at_one_place_at_once_is_there_whole(
    page: WebPage, other: WebPage, link: str, session_server: ServerProcess
) -> None:
    page.joined(link, "Una")
    other.joined(link, "Uwe")
    mine, theirs = shows(page, "cart.py"), shows(other, "cart.py")
    for text in (mine, theirs):
        expect(text).to_contain_text("retries")
        text.press("Control+Home")
    with held_up(session_server):
        # Neither has seen anything of the other when both have written.
        mine.press_sequentially("# one of Una\n# two of Una\n")
        theirs.press_sequentially("# one of Uwe\n# two of Uwe\n")
    for text, others in ((mine, "Uwe"), (theirs, "Una")):
        expect(text).to_contain_text(f"# two of {others}", timeout=TIMEOUT_MS)
    written = agreed(mine, theirs)
    una, uwe = (["# one of " + name, "# two of " + name] for name in ("Una", "Uwe"))
    assert written[:4] in (una + uwe, uwe + una)
    assert not [line for line in written[4:] if " of U" in line]
    # Each undoes what is their own, and no letter of the other.
    for text, left in ((mine, uwe + written[4:]), (theirs, written[4:])):
        for _ in range(40):
            if lines(text) != left:
                text.press("Control+z")
        assert lines(text) == left
        agreed(mine, theirs, left)


def test_a_comment_is_below_its_line_for_everybody(
    page: WebPage, other: WebPage, link: str
) -> None:
    page.joined(link, "Cara")
    other.joined(link, "Dan")
    shows(page, "cart.py").get_by_text("total").click()
    shows(other, "cart.py")
    code(page).get_by_role("button", name="Comment", exact=True).click()
    field = page.tab.get_by_role("textbox", name="Comment", exact=True)
    field.fill("Is a list of numbers meant?")
    page.tab.reload()
    expect(field).to_have_value("Is a list of numbers meant?", timeout=TIMEOUT_MS)
    page.tab.get_by_role("button", name="Add comment").click()
    entry = comments(other).get_by_text("Is a list of numbers meant?")
    expect(entry).to_be_visible(timeout=TIMEOUT_MS)
    thread = code(other).get_by_role("region", name="Comment by Cara on line 4")
    expect(thread).to_contain_text("Is a list of numbers meant?", timeout=TIMEOUT_MS)
    thread.get_by_role("textbox", name="Reply").fill("Yes.")
    thread.get_by_role("button", name="Reply").click()
    there = code(page).get_by_role("region", name="Comment by Cara")
    expect(there).to_contain_text("Yes.", timeout=TIMEOUT_MS)
    there.get_by_role("button", name="Resolve").click()
    expect(entry).to_have_count(0, timeout=TIMEOUT_MS)
    expect(thread).to_have_count(0)


def test_somebody_is_followed_until_escape(page: WebPage, other: WebPage, link: str) -> None:
    page.joined(link, "Eve")
    other.joined(link, "Finn")
    text = shows(other, "long.py")
    page.tab.get_by_role("button", name="Follow Finn").click()
    expect(code(page).get_by_text("Following Finn")).to_be_visible(timeout=TIMEOUT_MS)
    expect(code(page)).to_contain_text("line_1 = 1", timeout=TIMEOUT_MS)
    text.press("Control+End")
    expect(code(page)).to_contain_text("line_299 = 299", timeout=TIMEOUT_MS)
    page.tab.keyboard.press("Escape")
    expect(code(page).get_by_text("Following Finn")).to_have_count(0)
    mine = page.tab.get_by_role("textbox", name=re.compile("Text of .*long.py"))
    mine.press("Control+Home")
    mark = code(page).get_by_role("button", name="Go to Finn, line 301")
    expect(mark).to_have_text("↓ Finn, line 301", timeout=TIMEOUT_MS)
    cursors = code(page).get_by_role("combobox", name="Cursors of others")
    cursors.select_option("none")
    expect(mark).to_be_hidden()
    cursors.select_option("moved")
    mark.click()
    expect(code(page)).to_contain_text("line_299 = 299")
    expect(mark).to_have_count(0)
    cursors.select_option("named")
    expect(code(page).locator(".remote-name")).to_have_css("clip-path", "none")
    shows(other, "cart.py")
    expect(other.people).to_contain_text("long.py:", timeout=TIMEOUT_MS)
    # A press goes to where the page knows Finn to be.
    finn = page.people.get_by_role("listitem").filter(has_text="Finn")
    expect(finn).to_contain_text("cart.py:", timeout=TIMEOUT_MS)
    expect(code(page)).to_contain_text("line_299 = 299")
    page.people.get_by_role("button", name="Finn", exact=False).first.click()
    expect(code(page)).to_contain_text("retries", timeout=TIMEOUT_MS)


def test_a_file_of_an_offered_folder_opens_from_the_tree(
    page: WebPage, link: str, bridges: Bridges, session_server: ServerProcess
) -> None:
    page.joined(link, "Ida")
    bridge = bridges.start("iris", {"shop/offered.py": "price = 3\n", "shop/.env": "TOKEN=1\n"})
    bridge.command("join", link=session_server.invite("editor"))
    bridge.command("shareFolder")
    tree = page.tab.get_by_role("tree", name="Files")
    tree.get_by_role("treeitem", name="shop").click()
    text = shows(page, "offered.py")
    expect(tree.get_by_role("treeitem", name=".env")).to_have_count(0)
    expect(text).to_contain_text("price = 3", timeout=TIMEOUT_MS)
    text.press("Control+Home")
    text.press_sequentially("# from Ida\n")
    expect(text).to_contain_text("# from Ida")
    expect(tree.get_by_role("treeitem", name="offered.py")).to_have_count(1)
    bridge.command("stopSharingFolder")
    expect(page.tab.get_by_text("offered by iris")).to_have_count(0, timeout=TIMEOUT_MS)


def test_an_open_file_outlives_the_bridge_that_offered_it_and_the_folder_comes_back(
    page: WebPage, link: str, bridges: Bridges, session_server: ServerProcess
) -> None:
    page.joined(link, "Ingrid")
    tab = page.tab
    tree = tab.get_by_role("tree", name="Files")

    def share() -> BridgeProcess:
        bridge = bridges.start(
            "oleg", {"store/till.py": "one = 1\n", "store/shelf.py": "two = 2\n"}
        )
        bridge.command("join", link=session_server.invite("editor"))
        bridge.command("shareFolder")
        expect(tab.get_by_text("offered by oleg")).to_be_visible(timeout=TIMEOUT_MS)
        return bridge

    first = share()
    tree.get_by_role("treeitem", name="store").click()
    text = shows(page, "till.py")
    text.press("Control+Home")
    text.press_sequentially("# before\n")
    first.close()
    expect(tab.get_by_text("offered by oleg")).to_have_count(0, timeout=TIMEOUT_MS)
    # What is open is a shared document by now, and needs nobody who offers it.
    text.press_sequentially("# without\n")
    expect(text).to_contain_text("# without")
    expect(tree.get_by_role("treeitem", name="shelf.py")).to_have_count(0)

    share()
    text.press_sequentially("# after\n")
    for words in ("# before", "# without", "# after", "one = 1"):
        expect(text).to_contain_text(words)
    folder = tree.get_by_role("treeitem", name="store")
    expect(folder).to_be_visible(timeout=TIMEOUT_MS)
    if folder.get_attribute("aria-expanded") != "true":
        folder.click()
    expect(shows(page, "shelf.py")).to_contain_text("two = 2", timeout=TIMEOUT_MS)


def test_a_viewer_reads(page: WebPage, session_server: ServerProcess) -> None:
    page.joined(SessionLink.parse(session_server.invite("viewer")).page_url, "Gina")
    text = shows(page, "cart.py")
    expect(code(page)).to_contain_text("Read-only")
    before = text.inner_text()
    text.press("Control+Home")
    text.press_sequentially("not for me")
    assert text.inner_text() == before
    expect(code(page).get_by_role("button", name="Comment", exact=True)).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_code_can_be_seen_and_used_by_everybody(
    browser: Browser, link: str, tmp_path: Path, theme: Literal["light", "dark"]
) -> None:
    with opened(browser, tmp_path, size=(390, 844), theme=theme) as page:
        page.joined(link, f"Hal {theme}")
        page.tab.get_by_role("button", name="Code", exact=True).click()
        shows(page, "cart.py")
        code(page).get_by_role("button", name="Comment", exact=True).click()
        expect(page.tab.get_by_role("textbox", name="Comment", exact=True)).to_be_visible()
        page.is_usable_at_each_size()
        splitter = page.tab.get_by_role("separator", name="Width of the chat")
        splitter.press("ArrowLeft")
        expect(splitter).to_have_attribute("aria-valuenow", "380")
        expect(page.tab.locator(".frame-chat")).to_have_css("width", "380px")
        page.tab.set_viewport_size({"width": 390, "height": 844})
        page.tab.get_by_role("button", name="People", exact=True).click()
        expect(page.people).to_contain_text(f"Hal {theme}")
        assert page.violations() == []
