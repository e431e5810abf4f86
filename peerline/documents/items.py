"""Counts the items of an update, which is what a CRDT's local edits take time by."""

from peerline.documents.byte_reader import ByteReader

_HAS_LEFT, _HAS_RIGHT, _STRING, _COLLECTED, _CONTENT = 0x80, 0x40, 4, 0, 0x1F


def count_items(update: bytes) -> int:
    """The number of structs in an update of a plain text.

    Raises:
        UpdateError: If it is cut off.
    """
    reader = ByteReader(update)
    items = 0
    for _ in range(reader.number()):
        count = reader.number()
        reader.number()
        reader.number()
        items += count
        for _ in range(count):
            _skip(reader)
    return items


def _skip(reader: ByteReader) -> None:
    info = reader.byte()
    if info & _CONTENT == _COLLECTED:
        reader.number()
        return
    for side in (_HAS_LEFT, _HAS_RIGHT):
        if info & side:
            reader.number()
            reader.number()
    if not info & (_HAS_LEFT | _HAS_RIGHT):
        reader.number()
        reader.bytes()
    if info & _CONTENT == _STRING:
        reader.bytes()
    else:
        reader.number()
