"""The structs and the deleted ranges of an update of a plain text, one after the other.

Only for updates that the guard has let pass, or own ones: nothing is checked but their length.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple, TypeAlias

from peerline.documents.byte_reader import ByteReader

COLLECTED: Final = 0
DELETED: Final = 1
STRING: Final = 4
"""The contents that a plain text needs."""
CONTENT: Final = 0x1F
"""The part of a struct's first byte that says its content."""
HAS_LEFT: Final = 0x80
HAS_RIGHT: Final = 0x40

Place: TypeAlias = tuple[int, int]
"""A client and a clock."""


class Struct(NamedTuple):
    """A struct; `length` is in UTF-16 code units, `text` None for what is deleted or collected."""

    client: int
    clock: int
    length: int
    content: int
    left: Place | None
    right: Place | None
    text: str | None


def read_structs(reader: ByteReader) -> Iterator[Struct]:
    """Read all structs of an update; the reader is at the deleted ranges then.

    Raises:
        UpdateError: If it is cut off.
    """
    for _ in range(reader.number()):
        count, client, clock = reader.number(), reader.number(), reader.number()
        for _ in range(count):
            info = reader.byte()
            content = info & CONTENT
            left = right = text = None
            if content != COLLECTED:
                left = (reader.number(), reader.number()) if info & HAS_LEFT else None
                right = (reader.number(), reader.number()) if info & HAS_RIGHT else None
                if left is None and right is None:
                    reader.number()
                    reader.bytes()
            if content == STRING:
                text = reader.text()
                length = len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
            else:
                length = reader.number()
            yield Struct(client, clock, length, content, left, right, text)
            clock += length


def count_structs(update: bytes) -> int:
    """The number of structs in an update: a CRDT's local edits take time by them.

    Raises:
        UpdateError: If it is cut off.
    """
    return sum(1 for _ in read_structs(ByteReader(update)))


def read_ranges(reader: ByteReader) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """Read the deleted ranges that an update ends with: from and up to, by client.

    Raises:
        UpdateError: If it is cut off.
    """
    for _ in range(reader.number()):
        client = reader.number()
        ranges: list[tuple[int, int]] = []
        for _ in range(reader.number()):
            start = reader.number()
            ranges.append((start, start + reader.number()))
        yield client, ranges
