"""Finds the place of an anchor in a version of a text: exact, moved, fuzzy, or not at all. Pure.

A place has two kinds of evidence: its own text, and its neighbours. Every candidate comes from the
index, by lines that the anchor and the text share, so the text is never gone through line by line.
The best candidate wins if it is good enough and clearly better than the next one. Otherwise the
anchor is lost, which is honest, where a guess might be wrong.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from lsp_bridge.alignment import align, similarity
from lsp_bridge.anchors import Anchor, normalise, scope_of, tell
from lsp_bridge.text_index import TextIndex

MIN_CONFIDENCE: Final = 0.6
"""Below it a place is not shown."""
_OWN_SHARE: Final = 0.55
"""What the lines' own text counts for the confidence; the rest is the neighbours'."""
_SCOPE_SHARE: Final = 0.3
"""What the enclosing lines count among the surroundings; the rest is the neighbours'."""
# How much of the surroundings is there. `benchmarks/anchors` shows what these numbers do.
_WHOLE: Final = 0.99
_SAME: Final = 0.95
_SIMILAR: Final = 0.8
_RELATED: Final = 0.6
_ENOUGH: Final = 0.4
_MIN_CONTEXT: Final = 0.2
# How much more of them is here than elsewhere.
_FAR: Final = 0.3
_CLEAR: Final = 0.2
_NOTABLE: Final = 0.1
_SLIGHT: Final = 0.02
_SAME_OWN: Final = 0.9
_DECAY: Final = (1.0, 0.85, 0.7, 0.6, 0.5)
"""What a neighbour counts, by its distance."""
_SLACK: Final = 8
"""How many lines may have come in between an anchor and its neighbours."""
_FREQUENT: Final = 40
"""A line that is there more often leads to no candidate."""
_MAX_EXACT: Final = 64
_MAX_REGIONS: Final = 5
_MAX_REFINED: Final = 8
_MAX_PIECES: Final = 6


@dataclass(frozen=True, slots=True)
class Place:
    """Where an anchor is: rows `first` to `last`, both inclusive.

    Confidence 1 means the same text; below it the text was changed.
    """

    first: int
    last: int
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class _Candidate:
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
        return (1 - _SCOPE_SHARE) * self.context + _SCOPE_SHARE * self.scope

    @property
    def confidence(self) -> float:
        return _OWN_SHARE * self.own + (1 - _OWN_SHARE) * self.context


@dataclass(frozen=True, slots=True)
class _Home:
    """Where neighbours of an anchor are together, with room for it in rows `low` to `high`."""

    context: float
    low: int
    high: int


def locate(anchor: Anchor, index: TextIndex) -> Place | None:
    """The place of the anchor in the text; None if it cannot be told for sure."""
    if not anchor.has_text:
        # Whoever sent no text gave nothing to check the line by.
        last = anchor.row + anchor.height - 1
        return Place(anchor.row, last) if last < len(index) else None
    exact = _exact(anchor, index)
    if len(exact) == 1 and anchor.occurrences == 1:
        context = exact[0].context
        if context >= _SAME or (context >= _MIN_CONTEXT and _says(anchor) >= _ENOUGH):
            return exact[0].place
    if len(exact) == anchor.occurrences and len(exact) > 1:
        best, second = sorted(exact, key=lambda found: -found.context)[:2]
        if best.context >= _WHOLE and second.context < _RELATED:
            return best.place
    regions = _regions(anchor, index)
    homes = [_home(anchor, index, region) for region in regions]
    if exact:
        exact = _refined(anchor, index, exact)
        chosen = _choose(anchor, exact, homes)
        if chosen is not None:
            return chosen.place
    changed = [found for region in regions if (found := _changed(anchor, index, region))]
    return _choose_changed(anchor, changed, exact, homes)


def _choose(
    anchor: Anchor, exact: Sequence[_Candidate], homes: Sequence[_Home]
) -> _Candidate | None:
    """The exact match that is meant, if that can be told.

    It depends on how many places with this text there were in the author's version. Where there
    was one, it is the one that is here. Where one of several has gone, it may have been this one.
    """
    best = max(exact, key=lambda candidate: candidate.surroundings)
    numbered = _numbered(anchor, exact)
    if numbered is not None and numbered.surroundings + _SLIGHT > best.surroundings:
        best = numbered
    surroundings = best.surroundings
    others = [other.surroundings for other in exact if other is not best]
    margin = surroundings - max(others, default=0.0)
    # Neighbours that are together without the text mean that it was deleted there.
    empty = best.context - _elsewhere(anchor, [candidate.place for candidate in exact], homes)
    before = anchor.occurrences or len(exact)
    if not any(anchor.before) and not any(anchor.after):
        is_meant = len(exact) == 1
    elif before == 1 and len(exact) == 1:
        says = _says(anchor)
        is_certain = empty > 0 or (anchor.occurrences == 1 and says >= _ENOUGH)
        is_meant = is_certain and says + best.context >= _ENOUGH
    elif len(exact) < before:
        is_meant = surroundings >= _WHOLE and margin >= _CLEAR and empty >= _FAR
    elif best.context + _SLIGHT < max(other.context for other in exact):
        is_meant = False  # the neighbours say another one than the enclosing lines
    elif len(exact) > before and best.scope + _SLIGHT < max(other.scope for other in exact):
        is_meant = False  # the same for a copy
    elif len(exact) > before:
        is_meant = surroundings >= _WHOLE and margin >= _SLIGHT and empty >= 0
    elif best is numbered:
        is_meant = empty >= 0 and (
            surroundings >= _SAME
            or (surroundings >= _SAME_OWN and margin >= _NOTABLE)
            or (surroundings >= _SIMILAR and margin >= _FAR)
        )
    else:
        is_meant = surroundings >= _SAME_OWN and margin >= _CLEAR and empty >= _FAR
    return best if is_meant else None


def _says(anchor: Anchor) -> float:
    """How much the lines say by themselves, from 0 to 1."""
    return min(1.0, sum(tell(line) for line in anchor.lines))


def _numbered(anchor: Anchor, exact: Sequence[_Candidate]) -> _Candidate | None:
    """The one of its number, where there are as many as in the author's version."""
    if anchor.occurrence is None or anchor.occurrences != len(exact):
        return None
    return sorted(exact, key=lambda other: other.place.first)[anchor.occurrence - 1]


def _elsewhere(anchor: Anchor, places: Sequence[Place], homes: Iterable[_Home]) -> float:
    """How much of the neighbours is together anywhere but around one of the places."""
    # Where a neighbour has the same text, the lines themselves may have been taken for it.
    edge = int(not {*anchor.before, *anchor.after}.isdisjoint(anchor.lines))
    others = [
        home.context
        for home in homes
        if not any(home.low - edge <= place.first <= home.high + edge for place in places)
    ]
    return max(others, default=0.0)


def _exact(anchor: Anchor, index: TextIndex) -> list[_Candidate]:
    """Every place with the same text, unless these are too many to tell them apart."""
    lines = anchor.lines
    pivot = min(range(len(lines)), key=lambda number: len(index.rows_of(lines[number])))
    rows = index.rows_of(lines[pivot])
    if len(rows) > _MAX_EXACT:
        rows = sorted(_hinted(anchor, index).intersection(rows))[: 4 * _MAX_EXACT]
    count = len(lines)
    result: list[_Candidate] = []
    for row in rows:
        first = row - pivot
        if first >= 0 and tuple(index.lines[first : first + count]) == lines:
            last = min(first + anchor.height, len(index)) - 1
            place = Place(first, max(first, last))
            context = _context(anchor, index, first, first + count)
            result.append(_Candidate(place, 1.0, context))
    return result


def _hinted(anchor: Anchor, index: TextIndex) -> set[int]:
    """The rows that a close neighbour leads to: all if each neighbour is as frequent."""
    neighbours = [
        *((line, distance) for distance, line in enumerate(reversed(anchor.before), start=1)),
        *((line, -distance - len(anchor.lines)) for distance, line in enumerate(anchor.after)),
    ]
    telling = [(line, offset) for line, offset in neighbours if tell(line) > _MIN_CONTEXT]
    rows = [(index.rows_of(line), offset) for line, offset in telling or neighbours]
    rows = sorted((found for found in rows if found[0]), key=lambda found: len(found[0]))[:3]
    return {
        row + offset + shift for found, offset in rows for row in found for shift in range(-2, 3)
    }


def _context(anchor: Anchor, index: TextIndex, first: int, end: int) -> float:
    """The share of the neighbours that are around rows `first` to `end`, in order."""
    lines = index.lines
    above = lines[max(0, first - _SLACK - len(anchor.before)) : first]
    below = lines[end : end + _SLACK + len(anchor.after)]
    found = total = 0.0
    for neighbours, around in (
        (anchor.before[::-1], above[::-1]),
        (anchor.after, below),
    ):
        at = 0
        for distance, line in enumerate(neighbours):
            weight = _weight(line, distance)
            total += weight
            for place in range(at, min(at + _SLACK, len(around))):
                if around[place] == line:
                    found += weight * (1 - 0.06 * (place - at))
                    at = place + 1
                    break
    return found / total if total else 1.0


def _weight(line: str, distance: int) -> float:
    return tell(line) * _DECAY[min(distance, len(_DECAY) - 1)]


def _regions(anchor: Anchor, index: TextIndex) -> list[range]:
    """Where the anchor's lines and its neighbours are, as far as rare lines tell, best first."""
    pattern = [*anchor.before, *anchor.lines, *anchor.after]
    votes: dict[int, float] = {}
    for offset, line in enumerate(pattern):
        says = tell(line)
        rows = index.rows_of(line)
        if not rows:
            rows, says = index.loose_rows_of(line), 0.8 * says
        if 0 < len(rows) <= _FREQUENT:
            for row in rows:
                start = row - offset
                votes[start] = votes.get(start, 0.0) + says / len(rows)
    ranked = sorted(_clusters(votes), reverse=True)[:_MAX_REGIONS]
    end = len(pattern) + _SLACK
    return [range(max(0, low - _SLACK), min(len(index), high + end)) for _, low, high in ranked]


def _clusters(votes: dict[int, float]) -> Iterable[tuple[float, int, int]]:
    """Votes for about the same row: their sum, their lowest and highest row."""
    weight, low, high = 0.0, 0, 0
    for row in sorted(votes):
        if weight and (row - high > _SLACK or row - low > 2 * _SLACK):
            yield weight, low, high
            weight = 0.0
        if not weight:
            low = row
        high = row
        weight += votes[row]
    if weight:
        yield weight, low, high


def _weights(anchor: Anchor) -> list[float]:
    before = [_weight(line, at) for at, line in enumerate(reversed(anchor.before))]
    own = [1.0 + tell(line) for line in anchor.lines]
    return [*reversed(before), *own, *(_weight(line, at) for at, line in enumerate(anchor.after))]


def _home(anchor: Anchor, index: TextIndex, region: range) -> _Home:
    """Lays the neighbours over a region, whatever is between them."""
    texts = index.lines[region.start : region.stop]
    weights = _weights(anchor)
    above = len(anchor.before)
    del weights[above : above + len(anchor.lines)]
    found = align([*anchor.before, *anchor.after], weights, texts)
    rows_above = [pair[0] for pair in found[:above] if pair]
    rows_below = [pair[0] for pair in found[above:] if pair]
    return _Home(
        _share(weights, found),
        region.start + (rows_above[-1] + 1 if rows_above else 0),
        region.start + (rows_below[0] - 1 if rows_below else len(region) - 1),
    )


def _refined(anchor: Anchor, index: TextIndex, exact: Sequence[_Candidate]) -> list[_Candidate]:
    """The best exact matches, with changed neighbours and enclosing lines counted too."""
    ranked = sorted(exact, key=lambda candidate: -candidate.context)
    weights = _weights(anchor)
    above, below = len(anchor.before), len(anchor.before) + len(anchor.lines)
    refined: list[_Candidate] = []
    for candidate in ranked[:_MAX_REFINED]:
        first = candidate.place.first
        end = first + len(anchor.lines)
        context = candidate.context
        if context < 1.0:
            over = index.lines[max(0, first - above - _SLACK) : first]
            under = index.lines[end : end + len(anchor.after) + _SLACK]
            found = align(anchor.before, weights[:above], over)
            found += align(anchor.after, weights[below:], under)
            context = max(context, _share([*weights[:above], *weights[below:]], found))
        scope = _scope(anchor, index, first) if len(exact) > 1 else 1.0
        refined.append(replace(candidate, context=context, scope=scope))
    # Where the enclosing lines were changed for all, they speak for none.
    most = max((candidate.scope for candidate in refined), default=0.0)
    refined = [
        replace(found, scope=min(1.0, found.scope / most) if most else 1.0) for found in refined
    ]
    return [*refined, *ranked[_MAX_REFINED:]]


def _scope(anchor: Anchor, index: TextIndex, row: int) -> float:
    weights = [tell(line) for line in anchor.scope]
    here = [normalise(line) for line in scope_of(index.texts, row)]
    return _share(weights, align(anchor.scope, weights, here))


def _share(weights: Sequence[float], found: Sequence[tuple[int, float] | None]) -> float:
    """How much of what the lines count was found; all, if there are none."""
    total = sum(weights)
    pairs = zip(weights, found, strict=True)
    counted = sum(weight * _counted(pair[1]) for weight, pair in pairs if pair)
    return counted / total if total else 1.0


def _counted(alike: float) -> float:
    """What a neighbour counts that was changed: half as similar is not at all."""
    return max(0.0, 2 * alike - 1) ** 2


def _changed(anchor: Anchor, index: TextIndex, region: range) -> _Candidate | None:
    """The place in a region where the anchor's lines are, though changed."""
    texts = index.lines[region.start : region.stop]
    pattern = [*anchor.before, *anchor.lines, *anchor.after]
    weights = _weights(anchor)
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
    says = [tell(line) for line in anchor.lines]
    own_share = sum(a * b for a, b in zip(alike, says, strict=True)) / sum(says)
    candidate = _Candidate(
        Place(first, min(last, len(index) - 1)),
        own_share,
        _share(weights, found),
        firm=_share(weights, [pair if pair and pair[1] >= _SAME else None for pair in found]),
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
                if pieces > best[1] + _SLIGHT:
                    best = (first, pieces)
    return best


def _choose_changed(
    anchor: Anchor,
    changed: Sequence[_Candidate],
    exact: Sequence[_Candidate],
    homes: Sequence[_Home],
) -> Place | None:
    """The place of the lines as they were changed, if its neighbours leave no doubt."""
    changed = [
        candidate
        for candidate in changed
        if not any(_overlap(candidate.place, other.place) for other in exact)
    ]
    best = max(changed, key=lambda candidate: candidate.confidence, default=None)
    if best is None or best.confidence < MIN_CONFIDENCE:
        return None
    clear = best.context - _elsewhere(anchor, [best.place], homes)
    # The same text elsewhere is expected where the author's version had it more than once.
    is_expected = anchor.occurrences is not None and len(exact) < anchor.occurrences
    if not is_expected and any(other.context > best.context - _CLEAR for other in exact):
        return None
    if best.firm < _RELATED:
        return None
    is_same = best.own >= _SAME_OWN and best.context >= _SAME and clear >= _NOTABLE
    is_clear = best.context >= (_RELATED if best.own >= _RELATED else _SAME_OWN) and clear >= _CLEAR
    return best.place if is_same or is_clear else None


def _overlap(one: Place, other: Place) -> bool:
    return one.first <= other.last and other.first <= one.last
