"""Changes that are made late are made all the same."""

from peerline_bridge.coediting.late_text import MOST_OPERATIONS, LateText


def test_the_text_has_all_changes() -> None:
    text = LateText("one")
    text.change((3, " two"))
    text.change(("zero ",))
    assert text.text == "zero one two"
    text.change((-5,))
    assert text.text == "one two"


def test_many_changes_are_made_too() -> None:
    text = LateText("x" * 2 * MOST_OPERATIONS)
    for at in range(MOST_OPERATIONS):
        text.change((3 * at, "y"))
    assert text.text.startswith("yxxyxxy")
    assert text.text.count("y") == MOST_OPERATIONS
