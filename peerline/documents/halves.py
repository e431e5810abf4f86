"""Updates that cut a character in two: its halves in UTF-16 would go to different places.

Yjs counts code units and Yrs keeps whole characters. Where a character is cut, Yrs writes a state
that it cannot read again. So a sender may neither delete one half nor insert between both.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Final, TypeAlias

from peerline.documents.byte_reader import ByteReader

Halves: TypeAlias = Mapping[int, AbstractSet[int]]
"""The clocks of second halves, by client."""
_HAS_LEFT, _HAS_RIGHT, _COLLECTED, _STRING, _CONTENT = 0x80, 0x40, 0, 4, 0x1F
_FOUR_BYTES: Final = 0xF0
"""The first byte, in UTF-8, of a character that has two halves."""
_Place: TypeAlias = tuple[int, int]


def may_have_halves(update: bytes) -> bool:
    """Whether a character with two halves may be in an update; quick, and sometimes wrongly yes."""
    return bool(update) and max(update) >= _FOUR_BYTES


def halves_in(update: bytes) -> dict[int, set[int]]:
    """The second halves in an update that was checked."""
    found: dict[int, set[int]] = {}
    for client, clock, _, _, text in _structs(ByteReader(update)):
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
    for _, _, left, right, _ in _structs(reader):
        if left is not None and left[1] + 1 in halves.get(left[0], ()):
            return True
        if right is not None and right[1] in halves.get(right[0], ()):
            return True
    for _ in range(reader.number()):
        of_client = halves.get(reader.number(), frozenset[int]())
        for _ in range(reader.number()):
            start = reader.number()
            if start in of_client or start + reader.number() in of_client:
                return True
    return False


def _structs(
    reader: ByteReader,
) -> Iterator[tuple[int, int, _Place | None, _Place | None, str | None]]:
    """Client, clock, neighbours and text of each struct; the reader is at the deletions then."""
    for _ in range(reader.number()):
        count, client, clock = reader.number(), reader.number(), reader.number()
        for _ in range(count):
            info = reader.byte()
            left = right = text = None
            if info & _CONTENT != _COLLECTED:
                left = (reader.number(), reader.number()) if info & _HAS_LEFT else None
                right = (reader.number(), reader.number()) if info & _HAS_RIGHT else None
                if left is None and right is None:
                    reader.number()
                    reader.bytes()
            if info & _CONTENT == _STRING:
                text = reader.text()
                length = len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
            else:
                length = reader.number()
            yield client, clock, left, right, text
            clock += length
