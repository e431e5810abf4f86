"""A draft that several people write together in the page, before its author sends it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Locator, expect

from peerline.protocol.documents import ShareDocument, ShareDocumentData
from tests.e2e.conftest import ServerProcess
from tests.e2e.vscode.participant import as_host

from .page import TIMEOUT_MS, WebPage, opened

TEXT: Final = "".join(f"row_{number} = {number}\n" for number in range(10))


@pytest.fixture(scope="module", autouse=True)
def document(session_server: ServerProcess) -> None:
    """A shared document."""
    data = ShareDocumentData(file="together/plan.py", content=TEXT)
    as_host(session_server, lambda _: [ShareDocument(session_id=session_server.session, data=data)])


@pytest.fixture
def other(browser: Browser, tmp_path: Path) -> Iterator[WebPage]:
    """The page of somebody else."""
    (tmp_path / "other").mkdir()
    with opened(browser, tmp_path / "other") as page:
        yield page


def code(page: WebPage) -> Locator:
    """The region with the code."""
    return page.tab.get_by_role("region", name="Code", exact=True)


def shows(page: WebPage) -> Locator:
    """Open the file from the tree; its text."""
    tree = page.tab.get_by_role("tree", name="Files")
    tree.get_by_role("treeitem", name="plan.py").click()
    text = page.tab.get_by_role("textbox", name="Text of together/plan.py")
    expect(text).to_contain_text("row_0", timeout=TIMEOUT_MS)
    return text


def test_several_write_a_comment_and_its_author_sends_it(
    page: WebPage, other: WebPage, link: str
) -> None:
    page.joined(link, "Rosa")
    other.joined(link, "Sam")
    shows(page).get_by_text("row_3 ").click()
    shows(other)
    code(page).get_by_role("button", name="Comment", exact=True).click()
    page.tab.get_by_role("textbox", name="Comment", exact=True).press_sequentially("Why")
    page.tab.get_by_role("button", name="Write Together").click()
    mine = page.tab.get_by_role("textbox", name="Comment together")
    form = code(other).get_by_role("form", name="Draft by Rosa on line 4")
    theirs = form.get_by_role("textbox", name="Comment together")
    expect(theirs).to_have_value("Why", timeout=TIMEOUT_MS)
    expect(form.get_by_role("button", name="Add comment")).to_have_count(0)
    # Both at once, each at another place.
    mine.press("Control+Home")
    theirs.press("Control+End")
    theirs.press_sequentially(" is it three?")
    mine.press_sequentially("Sam: ")
    both = "Sam: Why is it three?"
    expect(mine).to_have_value(both, timeout=TIMEOUT_MS)
    expect(theirs).to_have_value(both, timeout=TIMEOUT_MS)
    # Each takes back what is their own, and the draft outlives a reload of its author. On a busy
    # machine the keys are more than one step.
    steps = 0
    while theirs.input_value() != "Sam: Why" and steps < len(" is it three?"):
        theirs.press("Control+z")
        steps += 1
    expect(mine).to_have_value("Sam: Why", timeout=TIMEOUT_MS)
    for _ in range(steps):
        theirs.press("Control+Shift+z")
    expect(mine).to_have_value(both, timeout=TIMEOUT_MS)
    page.tab.reload()
    expect(mine).to_have_value(both, timeout=TIMEOUT_MS)
    expect(page.tab.get_by_text("Written with Sam.")).to_be_visible(timeout=TIMEOUT_MS)
    assert page.violations() == []
    page.tab.get_by_role("button", name="Add comment").click()
    thread = code(other).get_by_role("region", name="Comment by Rosa on line 4")
    expect(thread).to_contain_text(both, timeout=TIMEOUT_MS)
    expect(thread).to_contain_text("Written with Sam.")
    expect(form).to_have_count(0)
    expect(mine).to_have_count(0)


def test_a_reply_is_written_together_until_its_author_writes_alone(
    page: WebPage, other: WebPage, link: str
) -> None:
    page.joined(link, "Tess")
    other.joined(link, "Uma")
    shows(page).get_by_text("row_7 ").click()
    shows(other)
    code(page).get_by_role("button", name="Comment", exact=True).click()
    page.tab.get_by_role("textbox", name="Comment", exact=True).fill("Seven?")
    page.tab.get_by_role("button", name="Add comment").click()
    thread = code(page).get_by_role("region", name="Comment by Tess on line 8")
    thread.get_by_role("textbox", name="Reply").fill("Because")
    thread.get_by_role("button", name="Write Together").click()
    theirs = other.tab.get_by_role("textbox", name="Reply together")
    expect(theirs).to_have_value("Because", timeout=TIMEOUT_MS)
    theirs.press("Control+End")
    theirs.press_sequentially(" of eight")
    mine = thread.get_by_role("textbox", name="Reply together")
    expect(mine).to_have_value("Because of eight", timeout=TIMEOUT_MS)
    thread.get_by_role("button", name="Write Alone").click()
    expect(thread.get_by_role("textbox", name="Reply", exact=True)).to_have_value(
        "Because of eight", timeout=TIMEOUT_MS
    )
    expect(theirs).to_have_count(0)
    # With its author a draft goes, too.
    thread.get_by_role("button", name="Write Together").click()
    expect(theirs).to_have_value("Because of eight", timeout=TIMEOUT_MS)
    page.tab.get_by_role("button", name="Leave", exact=True).click()
    page.tab.get_by_role("button", name="Leave and Delete").click()
    expect(theirs).to_have_count(0, timeout=TIMEOUT_MS)
