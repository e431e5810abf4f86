"""Finds text that doubles at each turn: edits whose echoes are not what they should be."""

from typing import Final

from peerline.documents.delta import Delta

WINDOW_SECONDS = 2.0
"""The time in which what is mended is added up."""
LEAST = 10_000
"""Code points that may always be mended in that time."""
JUMPED: Final = (
    "the editor made something else of the edits of others again and again. Your text stays as it "
    "is; close the file and open it again to join it"
)


class Jumps:
    """Adds up what an editor's text had more than it should have after an edit of others."""

    __slots__ = ("_added", "_since")

    def __init__(self) -> None:
        """Begin with nothing."""
        self._since = float("-inf")
        self._added = 0

    def mended(self, inserted: int, length: int, now: float) -> bool:
        """Count inserted code points in a text of a length; whether it is to be stopped."""
        if now - self._since > WINDOW_SECONDS:
            self._since, self._added = now, 0
        self._added += inserted
        return self._added > max(LEAST, length)


def inserted(change: Delta) -> int:
    """The number of code points that a change inserts."""
    return sum(len(each) for each in change if isinstance(each, str))
