"""Tells an edit that a client without a plugin was asked for apart from what its user typed.

A request is for one version, so the edit can only be made directly on top of the text of that
version: what is told first behind it is the edit, or the edit was not made and never will be. When
the client answers, and what with, says nothing; nor does the shape in which it tells the change.

A client that takes no versions makes the edit on top of whatever its text has become, at the same
line and column, and so maybe at another place than the one that was meant.
"""

from collections.abc import Sequence

from peerline.documents.delta import (
    Delta,
    apply,
    compose,
    composed,
    normal,
    replacement,
    size,
)
from peerline.documents.difference import difference
from peerline_bridge.coediting.hunks import differ_in_last_newlines


def equal_echo(edit: Delta, told: Sequence[Delta]) -> int:
    """The number of changes at the beginning that together are exactly the edit; 0 without."""
    made = 0
    for number, change in enumerate(told, 1):
        made += size(change)
        if made >= size(edit):
            return number if composed(told[:number]) == edit else 0
    return 0


def exact_echo(text: str, edit: Delta, told: Sequence[Delta]) -> int | None:
    """The number of changes at the beginning that are the edit; None if they are not exactly it.

    Args:
        text: The text at the version of the request.
        edit: The edit that was requested.
        told: The changes that the client has told since.
    """
    made: Delta = ()
    for number, change in enumerate(told, 1):
        made = compose(made, change)
        # The same text may come from another change: one of several equal lines is inserted, say.
        if made == edit or _make_the_same(text, made, edit):
            return number
    return None


def _make_the_same(text: str, one: Delta, other: Delta) -> bool:
    """Whether two changes make the same text, but for newlines at the end.

    Only the part that they touch is compared: this is looked at again and again.
    """
    start = min(_first_kept(one), _first_kept(other))
    end = max(_reach(one), _reach(other))
    part = text[start:end]
    first, second = apply(part, _from(one, start)), apply(part, _from(other, start))
    if first == second:
        return True
    while end < len(text) and text[end] == "\n":
        end += 1
    return end == len(text) and differ_in_last_newlines(first, second)


def _first_kept(delta: Delta) -> int:
    return delta[0] if delta and isinstance(delta[0], int) and delta[0] > 0 else 0


def _reach(delta: Delta) -> int:
    return sum(abs(each) for each in delta if isinstance(each, int))


def _from(delta: Delta, start: int) -> Delta:
    """The same change of the text behind an offset that it keeps."""
    return normal((_first_kept(delta) - start, *delta[1:])) if start else delta


def likeliest_echo(text: str, edit: Delta, told: Sequence[Delta]) -> int:
    """The number of changes at the beginning that hold the edit, after all that is told in one go.

    A client may tell an edit and the typing behind it as one change. Then the edit was made if all
    that it inserts is there, and less is left for the user to have typed. In doubt it was not: text
    of others is rather there twice than lost.
    """
    found = exact_echo(text, edit, told)
    if found is not None:
        return found
    now = text
    for change in told:
        now = apply(now, change)
    beside = difference(apply(text, edit), now)
    is_made = size(beside) < size(difference(text, now)) and not deletes_inserted(beside, edit)
    return len(told) if is_made else 0


def deletes_inserted(change: Delta, edit: Delta) -> bool:
    """Whether a change deletes text that the edit before it has inserted."""
    inserted: set[int] = set()
    at = 0
    for each in edit:
        if isinstance(each, str):
            inserted.update(range(at, at + len(each)))
            at += len(each)
        elif each > 0:
            at += each
    at = 0
    for each in change:
        if isinstance(each, int):
            if each < 0 and not inserted.isdisjoint(range(at, at - each)):
                return True
            at += abs(each)
    return False


def misplaced_echo(text: str, edit: Delta, told: Sequence[Delta]) -> int | None:
    """The index of the change that is the edit, made at a text that typing had changed before."""
    now = text
    for index, change in enumerate(told):
        after = apply(now, change)
        if index and after == apply(now, at_same_place(text, edit, now)):
            return index
        now = after
    return None


def at_same_place(text: str, edit: Delta, now: str) -> Delta:
    """An edit of one text at the same lines and columns of another one."""
    at = _first_kept(edit)
    deleted = -sum(each for each in edit if isinstance(each, int) and each < 0)
    inserted = "".join(each for each in edit if isinstance(each, str))
    start = _offset(now, *_place(text, at))
    end = max(start, _offset(now, *_place(text, at + deleted)))
    return replacement(start, end - start, inserted)


def _place(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, at), at - text.rfind("\n", 0, at) - 1


def _offset(text: str, line: int, column: int) -> int:
    start = 0
    for _ in range(line):
        start = text.find("\n", start) + 1
        if not start:
            return len(text)
    end = text.find("\n", start)
    return min(start + column, len(text) if end < 0 else end)
