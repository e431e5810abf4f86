"""Following: the view goes where the other one goes, in a frame, until one moves oneself."""

from .conftest import Pair
from .driver import TRY_MS
from .window import Window

FRAME_SCRIPT = """
() => [...document.querySelectorAll('.editor-group-container.active .view-overlays .cdr')]
  .map((element) => getComputedStyle(element))
  .filter((style) => style.borderLeftStyle === 'solid' && style.borderLeftWidth === '2px')
  .length
"""
FOLLOWING = '.part.statusbar .statusbar-item[id="peerline.peerline.follow"]'


def is_following(window: Window) -> bool:
    return window.page.locator(FOLLOWING).is_visible()


def follow(window: Window, name: str) -> None:
    row = window.tree_row(name)

    def press() -> None:
        row.hover(timeout=TRY_MS)
        row.locator('a[aria-label="Follow"]').click(timeout=TRY_MS)

    window.act(press, lambda: is_following(window), f"following {name}")


def sees(window: Window, text: str) -> bool:
    return any(text in line for _, line in window.lines())


def test_the_view_follows_in_a_frame_until_one_moves_oneself(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    bob.wait(lambda: len(bob.tree()) == 2, "alice in the tree")
    follow(bob, "alice")
    assert "Following alice" in bob.status_bar()
    alice.go_to(120, 1)
    bob.wait(lambda: sees(bob, "def function_30"), "bob sees where alice is")
    bob.wait(lambda: bob.page.evaluate(FRAME_SCRIPT) > 3, "the frame")
    alice.open_file("src/other.py")
    bob.wait(lambda: bob.active_tab() == "other.py", "bob is in alice's file")
    alice.open_file("src/main.py")
    bob.wait(lambda: bob.active_tab() == "main.py", "bob is back with alice")

    bob.focus_editor()
    bob.keys("ArrowDown")
    bob.wait(lambda: not is_following(bob), "no longer following")
    bob.wait(lambda: bob.page.evaluate(FRAME_SCRIPT) == 0, "the frame goes")
    # It is shown for four seconds.
    bob.wait_status("No longer following")
    follow(bob, "alice")
    bob.wait(lambda: "No longer following" not in bob.status_bar(), "it goes")
    bob.focus_editor()
    bob.keys("ArrowDown")
    bob.wait(lambda: not is_following(bob), "no longer following")
    alice.go_to(1, 1)
    alice.open_file("src/other.py")
    bob.wait(lambda: any("src/other.py" in row for row in bob.tree()), "alice has moved on")
    assert bob.active_tab() == "main.py"


def test_the_view_goes_sideways_and_into_what_is_folded(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    text = "".join(f"def f{n}():\n    return {'x' * 400 if n == 9 else n}\n\n" for n in range(40))
    for window in (alice, bob):
        (window.server.workspace / "src/wide.py").write_text(text)
        window.open_file("src/wide.py")
    bob.command("Fold All")
    bob.wait(lambda: not sees(bob, "return 3"), "folded")
    follow(bob, "alice")
    alice.go_to(29, 300)
    bob.wait(lambda: sees(bob, "return xxx"), "what was folded is seen")
    bob.wait(lambda: is_in_view(bob), "the column is seen")
    assert is_following(bob)
    assert not sees(bob, "return 12"), "the rest stays folded"
    alice.go_to(50, 1)
    bob.wait(lambda: sees(bob, "return 16"), "the next one is seen")
    bob.wait(lambda: is_in_view(bob), "the first column is seen")
    bob.focus_editor()
    bob.keys("Escape")
    bob.wait(lambda: not is_following(bob), "ended by Escape")
    for window in (alice, bob):
        (window.server.workspace / "src/wide.py").unlink()


def is_in_view(window: Window) -> bool:
    """Whether the other one's cursor is between the editor's edges."""
    box = window.page.locator(".editor-group-container.active .monaco-editor").bounding_box()
    assert box is not None
    return any(box["x"] + 60 < m["left"] < box["x"] + box["width"] for m in window.cursors())


def test_a_host_brings_everyone_along(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    alice.go_to(90, 1)
    bob.open_file("src/other.py")
    alice.command("Peerline: Bring Everyone to Me")
    bob.wait_toast("alice brought you along")
    bob.wait(lambda: is_following(bob), "following")
    bob.wait(lambda: sees(bob, "def function_23"), "bob sees where alice is")
    bob.press(bob.page.locator(FOLLOWING), lambda: not is_following(bob), "ended by a click")


def test_escape_ends_it_from_the_tree_and_after_another_file_was_opened(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    follow(bob, "alice")
    bob.keys("Escape")
    bob.wait(lambda: not is_following(bob), "ended in the tree, where it began")
    follow(bob, "alice")
    bob.focus_editor()
    alice.open_file("src/other.py")
    bob.wait(lambda: bob.active_tab() == "other.py", "bob is in alice's file")
    assert bob.page.evaluate("document.activeElement === document.body"), "the focus is nowhere"
    bob.keys("Escape")
    bob.wait(lambda: not is_following(bob), "ended by Escape")


def test_escape_and_scrolling_end_it_too(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    alice.go_to(100, 1)
    follow(bob, "alice")
    bob.wait(lambda: sees(bob, "def function_25"), "bob sees where alice is")
    bob.focus_editor()
    bob.keys("Escape")
    bob.wait(lambda: not is_following(bob), "ended by Escape")

    follow(bob, "alice")
    bob.wait(lambda: bob.page.evaluate(FRAME_SCRIPT) > 3, "the frame")
    box = bob.page.locator(".editor-group-container.active .monaco-editor").bounding_box()
    assert box is not None
    bob.page.mouse.move(box["x"] + 300, box["y"] + 300)

    def ends_by_scrolling() -> bool:
        bob.page.mouse.wheel(0, -600)
        return not is_following(bob)

    bob.wait(ends_by_scrolling, "ended by scrolling")
