"""How an editor's text and a shared one come together: silently, or after a question."""

from collections import Counter
from dataclasses import dataclass

from peerline.documents.delta import Delta, size, transform
from peerline.documents.difference import difference
from peerline_bridge.coediting.echoes import deletes_inserted

GIT_SECONDS = 5.0
"""A file that changes on the disk this soon after git's HEAD or index is from another commit."""


@dataclass(frozen=True, slots=True)
class Merge:
    """The changes that bring both texts to the same.

    Attributes:
        local: The user's change of the shared text.
        owed: The change from the editor's text to the shared text after `local`.
    """

    local: Delta = ()
    owed: Delta = ()


def merge(base: str, editor: str, shared: str) -> Merge:
    """Bring together two texts that both come from a third one.

    Text of the user stands before text of others at the same place.
    """
    if editor == shared:
        return Merge()
    mine, theirs = difference(base, editor), difference(base, shared)
    return Merge(transform(mine, theirs, first=True), transform(theirs, mine, first=False))


def nearest(text: str, before: str, saved: str) -> str:
    """The one of two bases that a text differs from by the least: in lines, then in characters.

    Args:
        text: The text.
        before: What the editor had.
        saved: What the disk had. It is taken if the text is as near to both, and would else delete
            what came since it was saved.
    """
    change = difference(before, text)
    one = _lines_apart(before, text), size(change)
    other = _lines_apart(saved, text), size(difference(saved, text))
    if one == other:
        return saved if deletes_inserted(change, difference(saved, before)) else before
    return before if one < other else saved


def _lines_apart(one: str, other: str) -> int:
    """How many lines only one of two texts has."""
    first, second = Counter(one.split("\n")), Counter(other.split("\n"))
    return (first - second).total() + (second - first).total()


def go_on(base: str, editor: str, shared: str) -> Merge | None:
    """Bring together two texts after a break; None if the user has to be asked.

    Both may have edits of the user that the base lacks: so what one side has more is taken only if
    the other side has nothing more.
    """
    change = difference(editor, shared)
    has_text = any(isinstance(operation, str) for operation in change)
    if editor == base or (shared != base and not has_deletions(change)):
        return Merge(owed=change)
    if shared == base or not has_text:
        return Merge(local=difference(shared, editor))
    return None


def has_deletions(change: Delta) -> bool:
    """Whether a change takes text away."""
    return any(not isinstance(operation, str) and operation < 0 for operation in change)


def is_rewritten(before: str, after: str) -> bool:
    """Whether more than half of the lines differ, as in another version of a file."""
    old, new = before.splitlines(), after.splitlines()
    known: dict[str, int] = {}
    for line in old:
        known[line] = known.get(line, 0) + 1
    same = 0
    for line in new:
        if known.get(line, 0):
            known[line] -= 1
            same += 1
    return 2 * same < max(len(old), len(new))
