"""Finds changed lines of an anchor by their surroundings. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from peerline_bridge.anchors.alignment import align, similarity
from peerline_bridge.anchors.anchor import Anchor, distinctiveness
from peerline_bridge.anchors.candidates import SLACK, Candidate, Place, share, weights_of
from peerline_bridge.anchors.text_index import TextIndex
from peerline_bridge.anchors.thresholds import (
    CLEAR,
    MIN_CONFIDENCE,
    NOTABLE,
    RELATED,
    SAME,
    SAME_OWN,
    SLIGHT,
)

_FREQUENT: Final = 40
"""A line that is there more often leads to no candidate."""
_MAX_REGIONS: Final = 5
_MAX_STRETCH: Final = 6
"""How many lines may have come in between several commented ones."""
_MAX_PIECES: Final = 6


@dataclass(frozen=True, slots=True)
class Home:
    """A place with an anchor's neighbours, and room for it in rows `low` to `high`."""

    context: float
    low: int
    high: int


def regions_of(anchor: Anchor, index: TextIndex) -> list[range]:
    """Return where the anchor's lines and neighbours are by their rare lines, best first."""
    pattern = [*anchor.before, *anchor.lines, *anchor.after]
    votes: dict[int, float] = {}
    for offset, line in enumerate(pattern):
        weight = distinctiveness(line)
        rows = index.rows_of(line)
        if not rows:
            rows, weight = index.loose_rows_of(line), 0.8 * weight
        if 0 < len(rows) <= _FREQUENT:
            for row in rows:
                start = row - offset
                votes[start] = votes.get(start, 0.0) + weight / len(rows)
    ranked = sorted(_clusters(votes), reverse=True)[:_MAX_REGIONS]
    end = len(pattern) + SLACK
    return [range(max(0, low - SLACK), min(len(index), high + end)) for _, low, high in ranked]


def _clusters(votes: dict[int, float]) -> Iterable[tuple[float, int, int]]:
    """Votes for about the same row: their sum, their lowest and highest row."""
    weight, low, high = 0.0, 0, 0
    for row in sorted(votes):
        if weight and (row - high > SLACK or row - low > 2 * SLACK):
            yield weight, low, high
            weight = 0.0
        if not weight:
            low = row
        high = row
        weight += votes[row]
    if weight:
        yield weight, low, high


def home_in(anchor: Anchor, index: TextIndex, region: range) -> Home:
    """Lays the neighbours over a region, whatever is between them."""
    texts = index.lines[region.start : region.stop]
    weights = weights_of(anchor)
    above = len(anchor.before)
    del weights[above : above + len(anchor.lines)]
    found = align([*anchor.before, *anchor.after], weights, texts)
    rows_above = [pair[0] for pair in found[:above] if pair]
    rows_below = [pair[0] for pair in found[above:] if pair]
    return Home(
        share(weights, found),
        region.start + (rows_above[-1] + 1 if rows_above else 0),
        region.start + (rows_below[0] - 1 if rows_below else len(region) - 1),
    )


def elsewhere(anchor: Anchor, places: Sequence[Place], homes: Iterable[Home]) -> float:
    """How much of the neighbours is together anywhere but around one of the places."""
    # Where a neighbour has the same text, the lines themselves may have been taken for it.
    edge = int(not {*anchor.before, *anchor.after}.isdisjoint(anchor.lines))
    others = [
        home.context
        for home in homes
        if not any(home.low - edge <= place.first <= home.high + edge for place in places)
    ]
    return max(others, default=0.0)


def changed_in(anchor: Anchor, index: TextIndex, region: range) -> Candidate | None:
    """The place in a region where the anchor's lines are, though changed."""
    texts = index.lines[region.start : region.stop]
    pattern = [*anchor.before, *anchor.lines, *anchor.after]
    weights = weights_of(anchor)
    found = align(pattern, weights, texts)
    own = slice(len(anchor.before), len(anchor.before) + len(anchor.lines))
    own_found = found[own]
    if not any(own_found):
        return None
    del weights[own], found[own]
    rows = [region.start + pair[0] for pair in own_found if pair]
    alike = [pair[1] if pair else 0.0 for pair in own_found]
    first, last = rows[0], rows[-1]
    if len(anchor.lines) == 1:
        first, alike[0] = _joined(anchor.lines[0], index, first, alike[0])
        last = first
    elif own_found[-1]:
        last += anchor.height - len(anchor.lines)  # what was too long to be sent
    if len(anchor.lines) > 1 and last - first >= anchor.height + _MAX_STRETCH:
        return None  # its last line is rather another one like it
    own_weights = [distinctiveness(line) for line in anchor.lines]
    own_share = sum(a * b for a, b in zip(alike, own_weights, strict=True)) / sum(own_weights)
    candidate = Candidate(
        Place(first, min(last, len(index) - 1)),
        own_share,
        share(weights, found),
        firm=share(weights, [pair if pair and pair[1] >= SAME else None for pair in found]),
    )
    confidence = round(min(candidate.confidence, 0.99), 2)
    return replace(candidate, place=replace(candidate.place, confidence=confidence))


def _joined(line: str, index: TextIndex, row: int, alike: float) -> tuple[int, float]:
    """The first row of what became of a line that was broken into several, and how similar."""
    best = (row, alike)
    for first in range(max(0, row - _MAX_PIECES + 1), row + 1):
        for end in range(row + 1, min(row + _MAX_PIECES, len(index)) + 1):
            if end - first > 1:
                pieces = similarity(line, "".join(index.lines[first:end]))
                if pieces > best[1] + SLIGHT:
                    best = (first, pieces)
    return best


def choose_changed(
    anchor: Anchor,
    changed: Sequence[Candidate],
    exact: Sequence[Candidate],
    homes: Sequence[Home],
) -> Place | None:
    """The place of the lines as they were changed, if its neighbours leave no doubt."""
    best = max(changed, key=lambda candidate: candidate.confidence, default=None)
    if best is None or best.confidence < MIN_CONFIDENCE:
        return None
    clear = best.context - elsewhere(anchor, [best.place], homes)
    # The same text elsewhere is expected where the author's version had it more than once.
    is_expected = anchor.occurrences is not None and len(exact) < anchor.occurrences
    if not is_expected and any(other.context > best.context - CLEAR for other in exact):
        return None
    if best.firm < RELATED:
        return None
    is_same = best.own >= SAME_OWN and best.context >= SAME and clear >= NOTABLE
    is_clear = best.context >= (RELATED if best.own >= RELATED else SAME_OWN) and clear >= CLEAR
    return best.place if is_same or is_clear else None


def overlap(one: Place, other: Place) -> bool:
    """Whether two places share a row."""
    return one.first <= other.last and other.first <= one.last
