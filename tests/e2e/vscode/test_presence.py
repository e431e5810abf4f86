"""Where others are, as a person sees it: cursors, flags, selections, tree, badges."""

from .conftest import Pair
from .window import Window


def flag(window: Window, name: str, line: str) -> bool:
    """Whether the flag of somebody is at a line with this text."""
    return name in window.flags() and line in window.flags()[name]["line"]


def test_a_cursor_with_a_name_moves_with_its_owner(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    alice.go_to(5, 5)
    bob.wait(lambda: flag(bob, "alice", "def function_2"), "alice's flag at line 5")
    shown = bob.flags()["alice"]
    (cursor,) = [mark for mark in bob.cursors() if mark["line"] == shown["line"]]
    assert cursor["border"] == shown["background"]
    assert shown["opacity"] == "1"
    alice.go_to(6, 1)
    bob.wait(lambda: flag(bob, "alice", "return x + 2"), "alice's flag at line 6")
    bob.screenshot("presence-dark")
