"""The evidence for a place of an anchor: its own lines, its neighbours, its scope. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from peerline_bridge.anchors.alignment import align
from peerline_bridge.anchors.anchor import Anchor, distinctiveness, normalise, scope_of
from peerline_bridge.anchors.text_index import TextIndex
from peerline_bridge.anchors.thresholds import MIN_CONTEXT

_OWN_SHARE: Final = 0.55
"""The weight of the lines' own text in the confidence; the rest is the neighbours'."""
_SCOPE_SHARE: Final = 0.3
"""The weight of the enclosing lines among the surroundings; the rest is the neighbours'."""
_DECAY: Final = (1.0, 0.85, 0.7, 0.6, 0.5)
"""The weight of a neighbour, by its distance."""
SLACK: Final = 8
"""How many lines may have come in between an anchor and its neighbours."""
_MAX_EXACT: Final = 64
MAX_HINTING: Final = 1_000
"""A neighbour that is in more places leads nowhere, and to follow it takes seconds."""
_MAX_REFINED: Final = 8


@dataclass(frozen=True, slots=True)
class Place:
    """The place of an anchor: rows `first` to `last`, both inclusive.

    Confidence 1 means the same text; below it the text was changed.
    """

    first: int
    last: int
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that may be the anchor's, and what speaks for it."""

    place: Place
    own: float
    """How similar the lines themselves are, from 0 to 1."""
    context: float
    """The share of the neighbours that are around it, from 0 to 1."""
    scope: float = 1.0
    """The share of the enclosing lines that enclose it, from 0 to 1."""
    firm: float = 1.0
    """The share of the neighbours that are around it unchanged, from 0 to 1."""

    @property
    def surroundings(self) -> float:
        """How much of what is around it is there, from 0 to 1."""
        return (1 - _SCOPE_SHARE) * self.context + _SCOPE_SHARE * self.scope

    @property
    def confidence(self) -> float:
        """How sure it is that this is the place, from 0 to 1."""
        return _OWN_SHARE * self.own + (1 - _OWN_SHARE) * self.context


def exact_matches(anchor: Anchor, index: TextIndex) -> list[Candidate]:
    """Every place with the same text, unless these are too many to tell them apart."""
    lines = anchor.lines
    pivot = min(range(len(lines)), key=lambda number: len(index.rows_of(lines[number])))
    rows = index.rows_of(lines[pivot])
    if len(rows) > _MAX_EXACT:
        hinted = _hinted(anchor, index)
        rows = sorted(hinted.intersection(rows))[: 4 * _MAX_EXACT] if hinted else []
    count = len(lines)
    result: list[Candidate] = []
    for row in rows:
        first = row - pivot
        if first >= 0 and tuple(index.lines[first : first + count]) == lines:
            last = min(first + anchor.height, len(index)) - 1
            place = Place(first, max(first, last))
            context = context_share(anchor, index, first, first + count)
            result.append(Candidate(place, 1.0, context))
    return result


def _hinted(anchor: Anchor, index: TextIndex) -> set[int]:
    """The rows that a close neighbour leads to: none if each neighbour is too frequent."""
    neighbours = [
        *((line, distance) for distance, line in enumerate(reversed(anchor.before), start=1)),
        *((line, -distance - len(anchor.lines)) for distance, line in enumerate(anchor.after)),
    ]
    distinctive = [
        (line, offset) for line, offset in neighbours if distinctiveness(line) > MIN_CONTEXT
    ]
    rows = [(index.rows_of(line), offset) for line, offset in distinctive or neighbours]
    found_here = (found for found in rows if 0 < len(found[0]) <= MAX_HINTING)
    rows = sorted(found_here, key=lambda found: len(found[0]))[:3]
    return {
        row + offset + shift for found, offset in rows for row in found for shift in range(-2, 3)
    }


def context_share(anchor: Anchor, index: TextIndex, first: int, end: int) -> float:
    """The share of the neighbours that are around rows `first` to `end`, in order."""
    lines = index.lines
    above = lines[max(0, first - SLACK - len(anchor.before)) : first]
    below = lines[end : end + SLACK + len(anchor.after)]
    found = total = 0.0
    for neighbours, around in (
        (anchor.before[::-1], above[::-1]),
        (anchor.after, below),
    ):
        at = 0
        for distance, line in enumerate(neighbours):
            weight = _weight(line, distance)
            total += weight
            for place in range(at, min(at + SLACK, len(around))):
                if around[place] == line:
                    found += weight * (1 - 0.06 * (place - at))
                    at = place + 1
                    break
    return found / total if total else 1.0


def _weight(line: str, distance: int) -> float:
    return distinctiveness(line) * _DECAY[min(distance, len(_DECAY) - 1)]


def weights_of(anchor: Anchor) -> list[float]:
    """Return the weight of each line: neighbours above, the lines themselves, neighbours below."""
    before = [_weight(line, at) for at, line in enumerate(reversed(anchor.before))]
    own = [1.0 + distinctiveness(line) for line in anchor.lines]
    return [*reversed(before), *own, *(_weight(line, at) for at, line in enumerate(anchor.after))]


def refined(anchor: Anchor, index: TextIndex, exact: Sequence[Candidate]) -> list[Candidate]:
    """The best exact matches, with changed neighbours and enclosing lines counted too."""
    ranked = sorted(exact, key=lambda candidate: -candidate.context)
    weights = weights_of(anchor)
    above, below = len(anchor.before), len(anchor.before) + len(anchor.lines)
    refined: list[Candidate] = []
    for candidate in ranked[:_MAX_REFINED]:
        first = candidate.place.first
        end = first + len(anchor.lines)
        context = candidate.context
        if context < 1.0:
            over = index.lines[max(0, first - above - SLACK) : first]
            under = index.lines[end : end + len(anchor.after) + SLACK]
            found = align(anchor.before, weights[:above], over)
            found += align(anchor.after, weights[below:], under)
            context = max(context, share([*weights[:above], *weights[below:]], found))
        scope = _scope(anchor, index, first) if len(exact) > 1 else 1.0
        refined.append(replace(candidate, context=context, scope=scope))
    # Where the enclosing lines were changed for all, they speak for none.
    most = max((candidate.scope for candidate in refined), default=0.0)
    refined = [
        replace(found, scope=min(1.0, found.scope / most) if most else 1.0) for found in refined
    ]
    return [*refined, *ranked[_MAX_REFINED:]]


def _scope(anchor: Anchor, index: TextIndex, row: int) -> float:
    weights = [distinctiveness(line) for line in anchor.scope]
    here = [normalise(line) for line in scope_of(index.texts, row)]
    return share(weights, align(anchor.scope, weights, here))


def share(weights: Sequence[float], found: Sequence[tuple[int, float] | None]) -> float:
    """How much of what the lines count was found; all, if there are none."""
    total = sum(weights)
    pairs = zip(weights, found, strict=True)
    counted = sum(weight * _counted(pair[1]) for weight, pair in pairs if pair)
    return counted / total if total else 1.0


def _counted(alike: float) -> float:
    """Return the weight of a changed neighbour: half as similar is not at all."""
    return max(0.0, 2 * alike - 1) ** 2


def own_weight(anchor: Anchor) -> float:
    """The distinctiveness of the lines without their neighbours, from 0 to 1."""
    return min(1.0, sum(distinctiveness(line) for line in anchor.lines))
