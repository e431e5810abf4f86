"""Updates that cut a character in two: its halves in UTF-16 would go to different places.

Yjs counts code units and Yrs keeps whole characters. Where a character is cut, Yrs writes a state
that it cannot read again. So a sender may neither delete one half nor insert between both.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Final, TypeAlias

from peerline.documents.byte_reader import ByteReader
from peerline.documents.structs import read_ranges, read_structs

Halves: TypeAlias = Mapping[int, AbstractSet[int]]
"""The clocks of second halves, by client."""
_FOUR_BYTES: Final = 0xF0
"""The first byte, in UTF-8, of a character that has two halves."""


def may_have_halves(update: bytes) -> bool:
    """Whether a character with two halves may be in an update; quick, and sometimes wrongly yes."""
    return bool(update) and max(update) >= _FOUR_BYTES


def halves_in(update: bytes) -> dict[int, set[int]]:
    """The second halves in an update that was checked."""
    found: dict[int, set[int]] = {}
    for client, clock, _, _, _, _, text in read_structs(ByteReader(update)):
        if text is None or text.isascii():
            continue
        at = clock
        for char in text:
            if char > "\uffff":
                found.setdefault(client, set()).add(at + 1)
                at += 1
            at += 1
    return found


def cuts_a_character(update: bytes, halves: Halves) -> bool:
    """Whether an update that was checked inserts or deletes within a character."""
    reader = ByteReader(update)
    for _, _, _, _, left, right, _ in read_structs(reader):
        if left is not None and left[1] + 1 in halves.get(left[0], ()):
            return True
        if right is not None and right[1] in halves.get(right[0], ()):
            return True
    for client, ranges in read_ranges(reader):
        of_client = halves.get(client, frozenset[int]())
        if any(start in of_client or end in of_client for start, end in ranges):
            return True
    return False
