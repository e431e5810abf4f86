"""Chooses among places with the same text, by a sketch of the surroundings. Pure.

Each place gets a score: how much of the nearest lines is there, how far all lines agree without a
break, whether the enclosing lines are the same, and whether it looks like one of the other places
of its text in the author's version. The best one is taken if it is likely enough to be right, which
is estimated from its score, its distance to the next one, and how many places there were and are.
Both are logistic models; `python -m benchmarks.anchors.fit` gives their weights from edits whose
truth is known.
"""

from collections.abc import Sequence
from math import exp, log2
from typing import Final

from rapidfuzz.distance import LCSseq

from peerline.protocol.limits import LOOKALIKE_LINES, MAX_SKETCH_LINES
from peerline_bridge.anchors.anchor import Anchor, Sketch, distinctiveness, normalise, scope_of
from peerline_bridge.anchors.candidates import Candidate, Place
from peerline_bridge.anchors.sketch import around, distinctive_codes
from peerline_bridge.anchors.text_index import TextIndex
from peerline_bridge.anchors.thresholds import MIN_AGREE, MIN_BESIDE, MIN_OWN, MIN_PROBABILITY

SCORE: Final[dict[str, float]] = {
    "near": -0.45,
    "far": 0.75,
    "agree": 0.85,
    "rival": -7.66,
    "stranger": -3.61,
    "scope": 1.18,
    "numbered": 0.87,
    "copied_scope": 2.32,
    "copied_head": 3.17,
}
"""The weights of a place's features (a conditional logit)."""
CERTAINTY: Final[dict[str, float]] = {
    "constant": 0.64,
    "margin": 0.62,
    "near": 0.04,
    "far": 0.34,
    "agree": 0.31,
    "rival": -3.33,
    "stranger": -3.45,
    "scope": 0.79,
    "gone": -2.50,
    "copied": -1.41,
    "lone": -3.51,
    "numbered": 0.07,
    "gone_rival": -4.17,
    "gone_near": 2.08,
    "copied_behind": 0.92,
}
"""The weights of the evidence that the best one is right (a logistic regression)."""
_MAX_STRETCH: Final = 3
"""How many lines may have come in between several commented ones."""
_NEAR: Final = 4
_NEAR_SLACK: Final = 5
_FAR_SLACK: Final = 12
"""How many lines may have come in between."""
_WORDLESS: Final = 0.2
"""The weight of a line without words, beside one with words."""
_UNKNOWN_SCOPE: Final = 0.5
_MAX_MARGIN: Final = 10.0
_MAX_SCORED: Final = 12
"""The number of the best-looking places that are examined closely."""

Features = dict[str, float]


def choose_by_sketch(anchor: Anchor, index: TextIndex, places: Sequence[Place]) -> Place | None:
    """The place that is meant, of all that have the anchor's text; None if it cannot be told."""
    scored = features_of(anchor, index, places)
    for number, features in scored:
        if features["numbered"] and features["agree"] == _all_agree(anchor):
            return places[number]  # as if nothing had happened, also among lines all the same
    best, certainty = certainty_of(anchor, scored, count_of(anchor, index, places))
    if certainty["numbered"] and certainty["near"] == certainty["scope"] == 1.0:
        return places[best]  # its number, its neighbours and what encloses it agree
    total = sum(CERTAINTY[name] * value for name, value in certainty.items())
    return places[best] if 1 / (1 + exp(-total)) >= MIN_PROBABILITY else None


def is_another(anchor: Anchor, index: TextIndex, place: Place) -> bool:
    """Whether a place holds lines that were next to the anchor in the author's version."""
    assert anchor.sketch is not None, "checked by the caller"
    known = anchor.sketch.above + anchor.sketch.below
    here = distinctive_codes(index.codes(place.first, place.last + 1))
    return bool(here) and all(code in known for code in here)


def vouched_for(anchor: Anchor, index: TextIndex, changed: Sequence[Candidate]) -> Place | None:
    """The changed lines that stand exactly where the anchor's were, if that is beyond doubt."""
    assert anchor.sketch is not None, "checked by the caller"
    best = max(changed, key=lambda found: found.own, default=None)
    if best is None or best.own < MIN_OWN:
        return None
    first, end = best.place.first, best.place.last + 1
    above = _agree(anchor.sketch.above, index.codes(first - MAX_SKETCH_LINES, first)[::-1])
    below = _agree(anchor.sketch.below, index.codes(end, end + MAX_SKETCH_LINES))
    if anchor.height > 1 and (
        end - first > anchor.height + _MAX_STRETCH
        or index.lines[first] != anchor.lines[0]
        or index.lines[end - 1] != anchor.lines[-1]
    ):
        return None  # where several lines begin and end would be a guess
    is_between = min(above, below) >= MIN_BESIDE and above + below >= MIN_AGREE
    return best.place if is_between else None


def _all_agree(anchor: Anchor) -> float:
    assert anchor.sketch is not None, "checked by the caller"
    return log2(1 + len(anchor.sketch.above)) + log2(1 + len(anchor.sketch.below))


def count_of(anchor: Anchor, index: TextIndex, places: Sequence[Place]) -> int:
    """How many places there are: of a line that is there very often only some are looked at."""
    return max(len(places), len(index.rows_of(anchor.lines[0])) if len(anchor.lines) == 1 else 0)


def features_of(
    anchor: Anchor, index: TextIndex, places: Sequence[Place]
) -> list[tuple[int, Features]]:
    """The features of the places that look best, each with its number among all."""
    sketch = anchor.sketch
    assert sketch is not None, "checked by the caller"
    scored: list[tuple[int, Features]] = []
    count = count_of(anchor, index, places)
    numbered = -1
    if count == anchor.occurrences and anchor.occurrence is not None:
        of_all = index.rows_of(anchor.lines[0])
        rows = [place.first for place in places] if count == len(places) else of_all
        numbered = rows[anchor.occurrence - 1]
    for number, place in enumerate(places):
        features = _around(sketch, index, place)
        features["numbered"] = float(place.first == numbered)
        scored.append((number, features))
    if len(scored) > _MAX_SCORED:
        scored.sort(key=lambda one: -score_of(one[1]))
        del scored[_MAX_SCORED:]
    is_copied = count > (anchor.occurrences or 0)
    for number, features in scored:
        _add_scope(features, anchor, index, places[number].first, is_copied=is_copied)
    return scored


def score_of(features: Features) -> float:
    """How much speaks for a place."""
    return sum(SCORE[name] * value for name, value in features.items())


def certainty_of(
    anchor: Anchor, scored: Sequence[tuple[int, Features]], count: int
) -> tuple[int, Features]:
    """The number of the best place of `count`, and what speaks for it being the right one."""
    ranked = sorted(
        ((score_of(features), -number, features) for number, features in scored),
        key=lambda one: one[:2],
        reverse=True,
    )
    score, minus, best = ranked[0]
    margin = _MAX_MARGIN
    before = anchor.occurrences or 0
    behind = 0.0
    if len(ranked) > 1:
        margin = min(margin, score - ranked[1][0])
        behind = min(0.0, best["scope"] - max(other["scope"] for _, _, other in ranked[1:]))
    gone, copied = float(count < before), float(count > before)
    return -minus, {
        "constant": 1.0,
        "margin": margin,
        **{name: best[name] for name in ("near", "far", "agree", "rival", "stranger", "scope")},
        "gone": gone,
        "copied": copied,
        "lone": float(len(scored) == 1),
        "numbered": best["numbered"],
        "gone_rival": gone * best["rival"],
        "gone_near": gone * best["near"],
        "copied_behind": copied * behind,
    }


def _around(sketch: Sketch, index: TextIndex, place: Place) -> Features:
    first, end = place.first, place.last + 1
    reach = MAX_SKETCH_LINES + _FAR_SLACK
    above = index.codes(first - reach, first)[::-1]
    below = index.codes(end, end + reach)
    here = around(
        index.codes(first - LOOKALIKE_LINES, first), index.codes(end, end + LOOKALIKE_LINES)
    )
    rival = max((_alike(other, here) for other in sketch.lookalikes), default=0.0)
    own = around(sketch.above[:LOOKALIKE_LINES][::-1], sketch.below[:LOOKALIKE_LINES])
    return {
        "near": (
            _found(sketch.above[:_NEAR], above[: _NEAR + _NEAR_SLACK])
            + _found(sketch.below[:_NEAR], below[: _NEAR + _NEAR_SLACK])
        )
        / 2,
        "far": (_found(sketch.above, above) + _found(sketch.below, below)) / 2,
        "agree": log2(1 + _agree(sketch.above, above)) + log2(1 + _agree(sketch.below, below)),
        "rival": rival,
        "stranger": max(0.0, rival - _alike(own, here)),
    }


def _found(wanted: str, here: str) -> float:
    """The share of the wanted lines that are here, in order."""
    with_words = distinctive_codes(wanted)
    total = len(with_words) + _WORDLESS * (len(wanted) - len(with_words))
    if not total:
        return 1.0
    words = LCSseq.similarity(with_words, distinctive_codes(here)) if with_words else 0
    lines = LCSseq.similarity(wanted, here)
    return (words + _WORDLESS * max(0, lines - words)) / total


def _agree(wanted: str, here: str) -> int:
    """How many lines are the same, up to the first that is not."""
    for count, (one, other) in enumerate(zip(wanted, here, strict=False)):
        if one != other:
            return count
    return min(len(wanted), len(here))


def _alike(one: str, other: str) -> float:
    return sum(map(str.__eq__, one, other)) / (2 * LOOKALIKE_LINES)


def _add_scope(
    features: Features, anchor: Anchor, index: TextIndex, row: int, *, is_copied: bool
) -> None:
    here = [normalise(line) for line in scope_of(index.texts, row)]
    if anchor.scope:
        weights = [distinctiveness(line) for line in anchor.scope]
        pairs = zip(weights, anchor.scope, strict=True)
        scope = sum(weight for weight, line in pairs if line in here) / sum(weights)
        head = float(here[:1] == list(anchor.scope[:1]))
    else:
        scope, head = (_UNKNOWN_SCOPE, 0.0) if here else (1.0, 1.0)
    features["scope"] = scope
    features["copied_scope"] = scope if is_copied else 0.0
    features["copied_head"] = head if is_copied else 0.0
