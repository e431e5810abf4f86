"""Lays a few lines over a piece of text so that most of them match, in order. Pure.

Needleman and Wunsch's global alignment (1970), with free ends on the side of the text and a small
price for each line of the text that is passed over in between.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz

from peerline_bridge.anchors.sketch import loose
from peerline_bridge.anchors.thresholds import MIN_SIMILARITY

_SAME_WORDS: Final = 0.95
_MAX_LONGER: Final = 3
_SKIP_PRICE: Final = 0.01


@lru_cache(maxsize=65_536)
def similarity(one: str, other: str) -> float:
    """How much two normalised lines have in common: 1 if they are the same, else less.

    The share of the characters that are in both, in order (Indel distance, as rapidfuzz has it);
    below MIN_SIMILARITY it is 0.
    """
    if one == other:
        return 1.0
    if not one or not other:
        return 0.0
    if max(len(one), len(other)) > _MAX_LONGER * min(len(one), len(other)):
        return 0.0  # it would be below MIN_SIMILARITY
    key = loose(one)
    if key and key == loose(other):
        return _SAME_WORDS
    # What is below the cutoff is 0, which is found out sooner.
    return min(fuzz.ratio(one, other, score_cutoff=100 * MIN_SIMILARITY) / 100, _SAME_WORDS)


def align(
    pattern: Sequence[str], weights: Sequence[float], text: Sequence[str]
) -> list[tuple[int, float] | None]:
    """For each line of the pattern the index in `text` and the similarity, or None.

    The indexes rise. Of all such choices it is the one with the greatest sum of weight times
    similarity, where a similarity below MIN_SIMILARITY counts nothing. A line of the text that is
    the same as one of the pattern is that one and no other, however similar.
    """
    width = len(text)
    taken = set(pattern)
    scores = [[0.0] * (width + 1) for _ in range(len(pattern) + 1)]
    gains: list[list[float]] = []
    for row, line in enumerate(pattern):
        gains.append(
            [
                1.0 if line == other else 0.0 if other in taken else similarity(line, other)
                for other in text
            ]
        )
        above, here = scores[row], scores[row + 1]
        weight = weights[row]
        for column, gain in enumerate(gains[row]):
            best = max(above[column + 1], here[column] - (_SKIP_PRICE if row else 0.0))
            if gain:
                best = max(best, above[column] + weight * gain)
            here[column + 1] = best
    return _trace(scores, gains, weights, width)


def _trace(
    scores: Sequence[Sequence[float]],
    gains: Sequence[Sequence[float]],
    weights: Sequence[float],
    width: int,
) -> list[tuple[int, float] | None]:
    """Back along the best path; it ends in the best column of the last line."""
    result: list[tuple[int, float] | None] = [None] * len(gains)
    last = scores[-1]
    column = max(range(width + 1), key=lambda index: (last[index], -index))
    row = len(gains)
    while row > 0 and column > 0:
        gain = gains[row - 1][column - 1]
        here = scores[row][column]
        if gain and here == scores[row - 1][column - 1] + weights[row - 1] * gain:
            row, column = row - 1, column - 1
            result[row] = (column, gain)
        elif here == scores[row - 1][column]:
            row -= 1
        else:
            column -= 1
    return result
