"""Large updates in parts, each of which can be taken after the one before.

A text that is cut goes on as Yjs itself writes the rest of an item: attached to the last character
before the cut on its left, and on its right to what the whole was attached to.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from peerline.documents.byte_reader import ByteReader
from peerline.documents.frames import encode_number

_HAS_LEFT, _HAS_RIGHT, _STRING, _COLLECTED, _CONTENT = 0x80, 0x40, 4, 0, 0x1F
_FRAMING: Final = 64
"""Bytes of a part beside its structs: counts, a client, a clock."""


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
    structs = list(_structs(reader, limit - 2 * _FRAMING))
    parts = [_with_structs(group) for group in _grouped(structs, limit)]
    parts.extend(_deletions(reader, limit))
    return parts


def _structs(reader: ByteReader, longest: int) -> Iterator[_Struct]:
    for _ in range(reader.number()):
        count = reader.number()
        client = reader.number()
        clock = reader.number()
        for _ in range(count):
            for struct in _pieces(reader, client, clock, longest):
                yield struct
                clock += struct.length


def _pieces(reader: ByteReader, client: int, clock: int, longest: int) -> Iterator[_Struct]:
    """One struct, or several of a long text."""
    info = reader.byte()
    head = bytearray((info,))
    right = b""
    for side in (_HAS_LEFT, _HAS_RIGHT):
        if info & side:
            neighbour = encode_number(reader.number()) + encode_number(reader.number())
            head += neighbour
            right = neighbour if side == _HAS_RIGHT else right
    if info & _CONTENT != _COLLECTED and not info & (_HAS_LEFT | _HAS_RIGHT):
        head += encode_number(reader.number()) + _with_length(reader.bytes())
    if info & _CONTENT != _STRING:
        length = reader.number()
        yield _Struct(client, clock, length, bytes(head) + encode_number(length))
        return
    for piece in _cut(reader.text(), longest):
        length = len(piece.encode("utf-16-le")) // 2
        yield _Struct(client, clock, length, bytes(head) + _with_length(piece.encode()))
        clock += length
        left = encode_number(client) + encode_number(clock - 1)
        head = bytearray((_STRING | _HAS_LEFT | (info & _HAS_RIGHT),)) + left + right


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
    for _ in range(reader.number()):
        client = reader.number()
        ranges: list[bytes] = []
        size = 0
        for _ in range(reader.number()):
            one = encode_number(reader.number()) + encode_number(reader.number())
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
