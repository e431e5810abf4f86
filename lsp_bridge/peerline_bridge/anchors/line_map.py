"""Maps the lines of a text to those of its next version. Pure.

Lines that occur once in both versions and keep their order are the same ones (patience diff, Bram
Cohen); from them equal neighbours are the same too, and what is between is compared in the same way
again. What remains between two such lines is laid over what is there now.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from peerline_bridge.anchors.alignment import align
from peerline_bridge.anchors.anchor import distinctiveness, normalise

_MAX_GAP: Final = 80
"""A longer piece of changed lines is not laid over another: that costs the product of both."""
_MAX_DEPTH: Final = 8


def map_rows(
    old: Sequence[str], new: Sequence[str], rows: Iterable[int]
) -> Mapping[int, tuple[int, float]]:
    """Map rows of `old` to rows of `new`, with similarity; rows that are gone are left out."""
    before = [normalise(line) for line in old]
    after = [normalise(line) for line in new]
    same = _same(before, after)
    result: dict[int, tuple[int, float]] = {}
    gaps: dict[tuple[int, int, int, int], list[int]] = {}
    kept = sorted(same)
    for row in set(rows):
        if row in same:
            result[row] = (same[row], 1.0)
            continue
        at = bisect_right(kept, row)
        start = kept[at - 1] + 1 if at else 0
        end = kept[at] if at < len(kept) else len(before)
        new_start = same[kept[at - 1]] + 1 if at else 0
        new_end = same[kept[at]] if at < len(kept) else len(after)
        gaps.setdefault((start, end, new_start, new_end), []).append(row)
    for (start, end, new_start, new_end), wanted in gaps.items():
        if end - start > _MAX_GAP or new_end - new_start > _MAX_GAP:
            continue
        pattern = before[start:end]
        found = align(
            pattern, [distinctiveness(line) for line in pattern], after[new_start:new_end]
        )
        for row in wanted:
            pair = found[row - start]
            if pair is not None:
                result[row] = (new_start + pair[0], pair[1])
    return result


def _same(before: Sequence[str], after: Sequence[str]) -> dict[int, int]:
    """The rows of equal lines, in order."""
    same: dict[int, int] = {}
    waiting = [(0, len(before), 0, len(after), 0)]
    while waiting:
        low, high, new_low, new_high, depth = waiting.pop()
        while low < high and new_low < new_high and before[low] == after[new_low]:
            same[low] = new_low
            low, new_low = low + 1, new_low + 1
        while low < high and new_low < new_high and before[high - 1] == after[new_high - 1]:
            high, new_high = high - 1, new_high - 1
            same[high] = new_high
        if low == high or new_low == new_high or depth == _MAX_DEPTH:
            continue
        edge, new_edge = low, new_low
        for row, new_row in _in_order(
            _unique(before, low, high), _unique(after, new_low, new_high)
        ):
            waiting.append((edge, row, new_edge, new_row, depth + 1))
            same[row] = new_row
            edge, new_edge = row + 1, new_row + 1
        if edge > low:
            waiting.append((edge, high, new_edge, new_high, depth + 1))
    return same


def _in_order(here: Mapping[str, int], there: Mapping[str, int]) -> list[tuple[int, int]]:
    """The longest rising run of lines that are there once in each piece."""
    pairs = sorted((row, there[line]) for line, row in here.items() if line and line in there)
    # Patience sorting: the last card of each pile, and for each card the one it lies on.
    tops: list[int] = []
    last: list[int] = []
    under: list[int | None] = []
    for at, (_, row) in enumerate(pairs):
        pile = bisect_right(tops, row)
        under.append(last[pile - 1] if pile else None)
        if pile == len(tops):
            tops.append(row)
            last.append(at)
        else:
            tops[pile], last[pile] = row, at
    result: list[tuple[int, int]] = []
    card = last[-1] if last else None
    while card is not None:
        result.append(pairs[card])
        card = under[card]
    return result[::-1]


def _unique(lines: Sequence[str], low: int, high: int) -> dict[str, int]:
    rows: dict[str, int] = {}
    for row in range(low, high):
        rows[lines[row]] = -1 if lines[row] in rows else row
    return {line: row for line, row in rows.items() if row >= 0}
