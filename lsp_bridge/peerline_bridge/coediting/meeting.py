"""How an editor's text and a shared one come together: silently, or after a question."""

from dataclasses import dataclass

from peerline.documents.delta import Delta, transform
from peerline.documents.difference import difference

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
    if editor == base:
        return Merge(owed=difference(editor, shared))
    if shared == base:
        return Merge(local=difference(shared, editor))
    mine, theirs = difference(base, editor), difference(base, shared)
    return Merge(
        local=transform(mine, theirs, first=True), owed=transform(theirs, mine, first=False)
    )


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
