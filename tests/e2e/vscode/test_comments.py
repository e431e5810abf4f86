"""Comments on lines, by VS Code's own comment widgets."""

from collections.abc import Iterator

import pytest

from .conftest import Pair
from .window import OPEN, Window

RESOLVED = ".comment-range-glyph.comment-thread"


@pytest.fixture
def pair(pair: Pair) -> Iterator[Pair]:
    yield pair
    # The next test begins with a file without threads.
    for window in (pair.alice, pair.bob):
        window.keys("Escape")
    pair.alice.command("Comments: Collapse All Comments")
    pair.bob.command("Comments: Collapse All Comments")


def reactions(window: Window) -> list[str]:
    found = window.page.locator(".comment-reactions a:not(.codicon)").all_inner_texts()
    return [text.replace("\n", "") for text in found]


def test_a_thread_from_gutter_to_resolution(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    alice.comment_on(6, "Could be `faster`")
    alice.wait(lambda: alice.comments() == ["Could be faster"], "alice's own thread")
    bob.wait(lambda: bob.page.locator(OPEN).count() == 1, "the thread's sign at bob")
    bob.open_thread()
    assert bob.comments() == ["Could be faster"]
    bob.reply("Not for me")
    for window in (alice, bob):
        window.wait(lambda w=window: w.comments() == ["Could be faster", "Not for me"], "the reply")
    alice.wait_toast("bob replied: Not for me")

    bob.page.locator(".review-comment .toolbar-toggle-pickReactions").first.click()
    bob.page.locator(".monaco-menu .action-menu-item", has_text="🎉").first.click()
    alice.wait(lambda: reactions(alice) == ["🎉1"], "the reaction")
    bob.page.locator(".comment-reactions a:not(.codicon)").first.click()
    alice.wait(lambda: reactions(alice) == [], "the reaction is taken back")

    bob.comment_action("Not for me", "Edit")
    bob.page.locator(".review-comment .edit-container .monaco-editor").click()
    bob.keys("Control+A")
    bob.page.keyboard.insert_text("Not for us")
    bob.form_action("Save")
    alice.wait(lambda: "Not for us" in alice.comments(), "the edited reply")

    alice.thread_action("Resolve")
    for window in (alice, bob):
        window.wait(lambda w=window: w.page.locator(RESOLVED).count() == 1, "resolved")
        assert window.page.locator(OPEN).count() == 0
    bob.open_thread()
    bob.thread_action("Reopen")
    alice.wait(lambda: alice.page.locator(OPEN).count() == 1, "open again")

    alice.open_thread()
    for comment in ("Not for us", "Could be faster"):
        alice.comment_action(comment, "Delete")
        alice.click_dialog("Delete")
        bob.wait(lambda text=comment: text not in bob.comments(), f"{comment} is deleted")
    bob.wait(lambda: bob.page.locator(OPEN).count() == 0, "the thread has gone")
