"""The deleted ranges of an update: whether it deletes anything that is not deleted yet. Pure."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence

from peerline.documents.byte_reader import ByteReader

Ranges = Mapping[int, Sequence[tuple[int, int]]]
"""Ranges of clocks from and up to, by client."""


def deletes_only_known(update: bytes, known: bytes) -> bool:
    """Whether an update deletes nothing beyond what another one does.

    `update` has been checked, and has no structs that are not known; `known` has no structs at all,
    as an update for the document's own state vector.
    """
    deleted = read_ranges(ByteReader(known[1:]))
    merged = {client: _merged(ranges) for client, ranges in deleted.items()}
    return all(
        _holds(merged.get(client, ()), start, end)
        for client, ranges in read_ranges(_behind_structs(update)).items()
        for start, end in ranges
    )


def read_ranges(reader: ByteReader) -> dict[int, list[tuple[int, int]]]:
    """Read the deleted ranges that an update ends with."""
    found: dict[int, list[tuple[int, int]]] = {}
    for _ in range(reader.number()):
        client = reader.number()
        ranges = found.setdefault(client, [])
        for _ in range(reader.number()):
            start = reader.number()
            ranges.append((start, start + reader.number()))
    return found


_HAS_LEFT, _HAS_RIGHT, _STRING, _COLLECTED, _CONTENT = 0x80, 0x40, 4, 0, 0x1F


def _behind_structs(update: bytes) -> ByteReader:
    """A reader at the deleted ranges of an update that was checked."""
    reader = ByteReader(update)
    for _ in range(reader.number()):
        count = reader.number()
        reader.number()
        reader.number()
        for _ in range(count):
            info = reader.byte()
            if info & _CONTENT == _COLLECTED:
                reader.number()
                continue
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
    return reader


def _merged(ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _holds(merged: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    place = bisect_right(merged, (start, 2**62)) - 1
    return place >= 0 and merged[place][0] <= start and end <= merged[place][1]
