"""The deleted ranges of an update: whether it deletes anything that is not deleted yet. Pure."""

from bisect import bisect_right
from collections.abc import Sequence

from peerline.documents.byte_reader import ByteReader
from peerline.documents.structs import read_ranges, read_structs


def deletes_only_known(update: bytes, known: bytes) -> bool:
    """Whether an update deletes nothing beyond what another one does.

    `update` has been checked, and has no structs that are not known; `known` has no structs at all,
    as an update for the document's own state vector.
    """
    deleted = read_ranges(ByteReader(known[1:]))
    merged = {client: _merged(ranges) for client, ranges in deleted}
    return all(
        _holds(merged.get(client, ()), start, end)
        for client, ranges in read_ranges(_behind_structs(update))
        for start, end in ranges
    )


def _behind_structs(update: bytes) -> ByteReader:
    """A reader at the deleted ranges of an update that was checked."""
    reader = ByteReader(update)
    for _ in read_structs(reader):
        pass
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
