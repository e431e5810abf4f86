"""Differences stay small, also of large texts, and bounded in their cost."""

from peerline.documents.delta import apply, replacement
from peerline.documents.difference import MAX_EXACT, MAX_LINES, difference


def test_one_change_is_found_exactly() -> None:
    assert difference("one two three", "one 2 three") == replacement(4, 3, "2")
    assert difference("aaa", "aaaa") == replacement(3, 0, "a")
    assert difference("", "x") == ("x",)
    assert difference("x", "") == (-1,)


def test_two_changes_far_apart_in_a_large_text_stay_two() -> None:
    lines = [f"line {number}\n" for number in range(MAX_LINES - 1)]
    old = "".join(lines)
    new = "".join(["first " + lines[0], *lines[1:-1], lines[-1] + "last\n"])
    change = difference(old, new)
    assert apply(old, change) == new
    assert len(old) > MAX_EXACT
    assert sum(len(step) for step in change if isinstance(step, str)) == len("first last\n")


def test_a_text_with_more_lines_is_replaced_between_its_common_ends() -> None:
    old = "same\n" + "a\n" * (MAX_EXACT // 2) + "end"
    new = "same\n" + "b\n" * (MAX_EXACT // 2) + "end"
    change = difference(old, new)
    assert apply(old, change) == new
    assert len(change) == 3
