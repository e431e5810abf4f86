"""Large updates in parts, each of which can be taken after the one before.

A text that is cut goes on as Yjs itself writes the rest of an item: attached to the last character
before the cut on its left, and on its right to what the whole was attached to.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from peerline.documents.byte_reader import ByteReader
from peerline.documents.frames import encode_number
from peerline.documents.guard import ROOT_NAME
from peerline.documents.structs import (
    COLLECTED,
    HAS_LEFT,
    HAS_RIGHT,
    Place,
    read_ranges,
    read_structs,
)

_FRAMING: Final = 64
"""Bytes of a part beside its structs: counts, a client, a clock."""
_ROOT: Final = b"\x01" + encode_number(len(ROOT_NAME)) + ROOT_NAME.encode()
"""A struct without neighbours says that it is in the root type."""


@dataclass(frozen=True, slots=True)
class _Struct:
    client: int
    clock: int
    length: int
    data: bytes


def split_update(update: bytes, limit: int) -> list[bytes]:
    """The update in parts of at most `limit` bytes each; itself if it is not longer.

    Args:
        update: An update that the guard has let pass, or an own one.
        limit: In bytes, at least 256.

    Raises:
        UpdateError: If it is cut off.
    """
    if len(update) <= limit:
        return [update]
    assert limit >= 4 * _FRAMING, "a part has room for one struct"
    reader = ByteReader(update)
    structs = list(_pieces(reader, limit - 2 * _FRAMING))
    parts = [_with_structs(group) for group in _grouped(structs, limit)]
    parts.extend(_deletions(reader, limit))
    return parts


def _pieces(reader: ByteReader, longest: int) -> Iterator[_Struct]:
    """All structs as they are written, those with a long text in several."""
    for client, clock, length, content, left, right, text in read_structs(reader):
        if text is None:
            data = _head(content, left, right) + encode_number(length)
            yield _Struct(client, clock, length, data)
            continue
        at, before = clock, left
        for piece in _cut(text, longest):
            size = len(piece.encode("utf-16-le")) // 2
            data = _head(content, before, right) + _with_length(piece.encode())
            yield _Struct(client, at, size, data)
            at += size
            before = (client, at - 1)


def _head(content: int, left: Place | None, right: Place | None) -> bytes:
    """The beginning of a struct: its content, and its neighbours or the root that it is in."""
    if content == COLLECTED:
        return bytes((COLLECTED,))
    info, places = content, b""
    for side, place in ((HAS_LEFT, left), (HAS_RIGHT, right)):
        if place is not None:
            info |= side
            places += encode_number(place[0]) + encode_number(place[1])
    return bytes((info,)) + (places or _ROOT)


def _cut(text: str, longest: int) -> Iterator[str]:
    """Pieces of at most `longest` bytes of UTF-8, cut between characters."""
    data = text.encode()
    start = 0
    while len(data) - start > longest:
        end = start + longest
        while data[end] & 0xC0 == 0x80:  # noqa: PLR2004 - bytes that go on
            end -= 1
        yield data[start:end].decode()
        start = end
    yield data[start:].decode()


def _grouped(structs: list[_Struct], limit: int) -> Iterator[list[_Struct]]:
    group: list[_Struct] = []
    size = 0
    for struct in structs:
        is_other = bool(group) and group[-1].client != struct.client
        if group and (is_other or size + len(struct.data) > limit - _FRAMING):
            yield group
            group, size = [], 0
        group.append(struct)
        size += len(struct.data)
    if group:
        yield group


def _with_structs(group: list[_Struct]) -> bytes:
    """The update with structs of one client, which follow each other."""
    first = group[0]
    numbers = (1, len(group), first.client, first.clock)
    return b"".join(map(encode_number, numbers)) + b"".join(struct.data for struct in group) + b"\0"


def _deletions(reader: ByteReader, limit: int) -> Iterator[bytes]:
    """Updates with deleted ranges only."""
    for client, deleted in read_ranges(reader):
        ranges: list[bytes] = []
        size = 0
        for start, end in deleted:
            one = encode_number(start) + encode_number(end - start)
            if size + len(one) > limit - _FRAMING:
                yield _with_ranges(client, ranges)
                ranges, size = [], 0
            ranges.append(one)
            size += len(one)
        if ranges:
            yield _with_ranges(client, ranges)


def _with_ranges(client: int, ranges: list[bytes]) -> bytes:
    return b"\0" + b"".join(map(encode_number, (1, client, len(ranges)))) + b"".join(ranges)


def _with_length(data: bytes) -> bytes:
    return encode_number(len(data)) + data
