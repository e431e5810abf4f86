"""Finds the place of an anchor in a version of a text: exact, moved, fuzzy, or not at all. Pure.

A place has two kinds of evidence: its own text, and its surroundings. Every candidate comes from
the index, by lines that the anchor and the text share, so the text is never gone through line by
line. The best candidate wins if it is good enough and clearly better than the next one. Otherwise
the anchor is lost, which is honest, where a guess might be wrong. The numbers are in `thresholds`.
"""

from collections.abc import Sequence

from peerline_bridge.anchors.anchor import Anchor
from peerline_bridge.anchors.candidates import Candidate, Place, exact_matches, own_weight, refined
from peerline_bridge.anchors.changed_lines import (
    changed_in,
    choose_changed,
    home_in,
    overlap,
    regions_of,
)
from peerline_bridge.anchors.exact_by_neighbours import choose_exact
from peerline_bridge.anchors.exact_by_sketch import choose_by_sketch, is_another, vouched_for
from peerline_bridge.anchors.text_index import TextIndex
from peerline_bridge.anchors.thresholds import A_WORD, ENOUGH, MIN_CONTEXT, RELATED, SAME, WHOLE


def as_written(anchor: Anchor) -> Place:
    """The lines of the anchor's author, where there is no text to look for it in."""
    return Place(anchor.row, anchor.row + anchor.height - 1)


def locate(anchor: Anchor, index: TextIndex) -> Place | None:
    """The place of the anchor in the text; None if it cannot be told for sure."""
    if not anchor.has_text:
        # Without a text there is nothing to check the line by.
        last = anchor.row + anchor.height - 1
        return Place(anchor.row, last) if last < len(index) else None
    exact = exact_matches(anchor, index)
    is_only = len(exact) == 1 and anchor.occurrences == 1
    if is_only:
        context = exact[0].context
        if context >= SAME or (context >= MIN_CONTEXT and own_weight(anchor) >= ENOUGH):
            return exact[0].place
        if anchor.sketch is not None and own_weight(anchor) >= A_WORD:
            return exact[0].place
    weighs = anchor.sketch is not None and anchor.occurrences is not None and not is_only
    if exact and weighs:
        place = choose_by_sketch(anchor, index, [found.place for found in exact])
        if place is not None:
            return place
    elif len(exact) == anchor.occurrences and len(exact) > 1:
        best, second = sorted(exact, key=lambda found: -found.context)[:2]
        if best.context >= WHOLE and second.context < RELATED:
            return best.place
    return _among_neighbours(anchor, index, exact, is_decided=weighs)


def _among_neighbours(
    anchor: Anchor, index: TextIndex, exact: Sequence[Candidate], *, is_decided: bool
) -> Place | None:
    """The place between the neighbours, changed or not; `is_decided` if no exact one is meant."""
    regions = regions_of(anchor, index)
    homes = [home_in(anchor, index, region) for region in regions]
    if exact:
        exact = refined(anchor, index, exact)
        chosen = None if is_decided else choose_exact(anchor, exact, homes)
        if chosen is not None:
            return chosen.place
    changed = [
        found
        for region in regions
        if (found := changed_in(anchor, index, region))
        and not any(overlap(found.place, other.place) for other in exact)
    ]
    if anchor.sketch is not None:
        changed = [found for found in changed if not is_another(anchor, index, found.place)]
    place = choose_changed(anchor, changed, exact, homes)
    if place is None and anchor.sketch is not None:
        return vouched_for(anchor, index, changed)
    return place
