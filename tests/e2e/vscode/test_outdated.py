"""Comments whose lines have gone: listed, and attached to other lines."""

from .conftest import CODE, Pair
from .window import OPEN, Window

LABEL = ".review-widget .review-title .filename"


def write(window: Window, file: str, text: str) -> None:
    """As another program would."""
    (window.server.workspace / file).write_text(text)


def test_outdated_comments_are_listed_and_attached_again(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    bob.comment_on(6, "Why two?")
    alice.wait(lambda: alice.page.locator(OPEN).count() == 1, "the thread")
    rewritten = "".join(f"def other_{n}(a, b):\n    yield a * b - {n}\n\n\n" for n in range(60, 99))
    for window in (alice, bob):
        write(window, "src/main.py", rewritten)
        window.wait(lambda w=window: any("other_60" in text for _, text in w.lines()), "new text")

    def is_listed() -> bool:
        alice.command("Peerline: Show Outdated Comments…")
        row = alice.page.locator(".quick-input-list .monaco-list-row", has_text="Why two?")
        if row.count():
            return True
        alice.keys("Escape")
        return False

    alice.wait(is_listed, "it is listed")
    row = alice.page.locator(".quick-input-list .monaco-list-row", has_text="Why two?")
    assert "src/main.py" in row.inner_text()
    assert "was on: return x + 2" in row.inner_text()
    alice.screenshot("outdated-dark")
    row.click()
    alice.wait(lambda: "Outdated" in alice.page.locator(LABEL).first.inner_text(), "shown")
    alice.screenshot("outdated-thread-dark")

    bob.go_to(13, 1)
    bob.keys("Shift+ArrowDown", "Shift+End")
    bob.command("Peerline: Attach Outdated Comment to Selection…")
    bob.pick("Why two?")
    bob.wait_toast("The comment is attached to src/main.py:13-14")
    alice.wait(lambda: alice.page.locator(LABEL).first.inner_text() == "1 comment", "up to date")
    bob.command("Peerline: Show Outdated Comments…")
    bob.wait_toast("No comment is outdated")

    # A pin attaches it as well, to the line of the cursor.
    for window in (alice, bob):
        write(window, "src/main.py", CODE)
        window.wait(lambda w=window: any("function_1(" in text for _, text in w.lines()), "back")
    alice.keys("Escape")
    alice.go_to(5, 1)
    alice.wait(is_listed, "it is listed again")
    row.hover()
    row.locator('a[aria-label^="Attach to src/main.py:5"]').click()
    alice.wait_toast("The comment is attached to src/main.py:5")
    alice.open_thread()
    alice.comment_action("Why two?", "Delete")
    alice.click_dialog("Delete")
    bob.wait(lambda: bob.page.locator(OPEN).count() == 0, "deleted")
