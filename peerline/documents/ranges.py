"""A range of a shared text that stays with its characters, for comments. Pure."""

from typing import Protocol

from peerline.protocol.types import RelativePosition

_BEFORE = 0
_BEHIND = -1


class PlacedText(Protocol):
    """A shared text that knows places that move with it."""

    def relative(self, index: int, assoc: int) -> RelativePosition:
        """The place before a character (`assoc` 0), or behind the one before it (-1)."""
        ...

    def index_of(self, position: RelativePosition) -> int | None:
        """The index of such a place now; None if its character is not known here."""
        ...


def range_at(
    text: PlacedText, start: int, end: int
) -> tuple[RelativePosition, RelativePosition] | None:
    """Return the range of the characters from `start` to `end`; None if there are none.

    What is typed at its ends later is not in it.
    """
    if start >= end:
        return None
    return text.relative(start, _BEFORE), text.relative(end, _BEHIND)


def range_of(
    text: PlacedText, start: RelativePosition, end: RelativePosition
) -> tuple[int, int] | None:
    """Return where a range is now; None if its text is deleted, or not known here."""
    first, last = text.index_of(start), text.index_of(end)
    return None if first is None or last is None or first >= last else (first, last)
