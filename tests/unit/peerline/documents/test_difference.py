"""Differences stay small, also of large texts, and bounded in their cost."""

from peerline.documents.delta import apply, replacement
from peerline.documents.difference import difference
from peerline.protocol.client_defaults import MAX_EXACT, MAX_LINES


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


def test_a_small_change_of_each_of_many_lines_stays_small() -> None:
    """Also where most lines are the same as others, which a search for blocks takes seconds for."""
    lines = [f"    call_{number % 9}()\n" if number % 3 else "}\n" for number in range(MAX_LINES)]
    old = "".join(lines)
    assert len(old) > MAX_EXACT
    for new in ("".join(f"  {line}" for line in lines), old.replace("call", "called")):
        change = difference(old, new)
        assert apply(old, change) == new
        assert not [step for step in change if isinstance(step, int) and step < 0]
        assert sum(len(step) for step in change if isinstance(step, str)) == len(new) - len(old)


def test_lines_without_anything_in_common_are_replaced_whole() -> None:
    old, new = ("a" * MAX_EXACT + "\n") * 2, ("b" * MAX_EXACT + "\n") * 3
    change = difference(old, new)
    assert apply(old, change) == new
    assert len(change) <= 3


def test_a_difference_may_be_of_a_part_of_a_text() -> None:
    assert difference("two", "2", 4) == replacement(4, 3, "2")
    assert difference("two", "two", 4) == ()
