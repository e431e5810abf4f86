"""Comments whose lines have gone: listed, and attached to other lines."""

from contextlib import suppress

from playwright.sync_api import Error, Locator

from .conftest import CODE, Pair
from .driver import TRY_MS
from .window import OPEN, Window

COMMENT = "Why two?"
ROW = ".quick-input-list .monaco-list-row"
LABEL = ".review-widget .review-title .filename"
REWRITTEN = "".join(f"def other_{n}(a, b):\n    yield a * b - {n}\n\n\n" for n in range(60, 99))


def rewrite(pair: Pair, text: str) -> None:
    """Both get another text for the file that they have open, as from another program."""
    first = text.partition("(")[0]
    for window in (pair.alice, pair.bob):
        (window.server.workspace / "src/main.py").write_text(text)
        window.focus_editor()

        def shows_it(window: Window = window) -> bool:
            window.keys("Control+Home")
            return any(first in line for _, line in window.lines())

        window.wait(shows_it, "the new text")


def list_outdated(window: Window) -> Locator:
    """Open the list, and find the comment in it."""
    row = window.page.locator(ROW, has_text=COMMENT)

    def is_listed() -> bool:
        window.command("Peerline: Show Outdated Comments…")
        with suppress(Error):
            row.wait_for(timeout=2000)
        if not row.count():
            window.keys("Escape")
        return row.count() > 0

    window.wait(is_listed, "it is listed")
    return row


def test_outdated_comments_are_listed_and_attached_again(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    bob.comment_on(6, COMMENT)
    alice.wait(lambda: alice.page.locator(OPEN).count() == 1, "the thread")
    rewrite(pair, REWRITTEN)
    row = list_outdated(alice)
    assert "src/main.py" in row.inner_text()
    assert "was on: return x + 2" in row.inner_text()
    alice.press(row, lambda: "Outdated" in label(alice), "it is shown")

    bob.go_to(13, 1)
    bob.keys("Shift+ArrowDown", "Shift+End")
    bob.command("Peerline: Attach Outdated Comment to Selection…")
    bob.pick(COMMENT)
    bob.wait_toast("The comment was attached to src/main.py:13-14")
    alice.wait(lambda: label(alice) == "1 comment", "up to date")
    bob.command("Peerline: Show Outdated Comments…")
    bob.wait_toast("There are no outdated comments")

    # A pin attaches it as well, to the line of the cursor.
    rewrite(pair, "".join(f"from package_{n}(module) import name\n" for n in range(60)))
    alice.go_to(5, 1)
    row = list_outdated(alice)
    pin = row.locator('a[aria-label^="Attach to src/main.py:5"]')

    def press_pin() -> None:
        row.hover(timeout=TRY_MS)
        pin.click(timeout=TRY_MS)

    attached = "The comment was attached to src/main.py:5"
    alice.act(press_pin, lambda: any(attached in text for text in alice.told()), attached)
    alice.open_thread()
    alice.delete_comment(COMMENT)
    bob.wait(lambda: bob.page.locator(OPEN).count() == 0, "deleted")
    rewrite(pair, CODE)


def label(window: Window) -> str:
    """The text above the open thread."""
    found = window.page.locator(LABEL)
    return "".join(found.all_inner_texts()[:1])
