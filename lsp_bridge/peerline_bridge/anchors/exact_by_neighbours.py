"""Chooses among places with the same text, by their neighbours. Pure.

For comments that came without a sketch of their surroundings.
"""

from collections.abc import Sequence

from peerline_bridge.anchors.anchor import Anchor
from peerline_bridge.anchors.candidates import Candidate, own_weight
from peerline_bridge.anchors.changed_lines import Home, elsewhere
from peerline_bridge.anchors.thresholds import (
    CLEAR,
    ENOUGH,
    FAR,
    NOTABLE,
    SAME,
    SAME_OWN,
    SIMILAR,
    SLIGHT,
    WHOLE,
)


def choose_exact(
    anchor: Anchor, exact: Sequence[Candidate], homes: Sequence[Home]
) -> Candidate | None:
    """The exact match that is meant, if that can be told.

    It depends on how many places with this text there were in the author's version. Where there
    was one, it is the one that is here. Where one of several has gone, it may have been this one.
    """
    best = max(exact, key=lambda candidate: candidate.surroundings)
    numbered = _numbered(anchor, exact)
    if numbered is not None and numbered.surroundings + SLIGHT > best.surroundings:
        best = numbered
    surroundings = best.surroundings
    others = [other.surroundings for other in exact if other is not best]
    margin = surroundings - max(others, default=0.0)
    # Neighbours that are together without the text mean that it was deleted there.
    empty = best.context - elsewhere(anchor, [candidate.place for candidate in exact], homes)
    before = anchor.occurrences or len(exact)
    if not any(anchor.before) and not any(anchor.after):
        is_meant = len(exact) == 1
    elif before == 1 and len(exact) == 1:
        own = own_weight(anchor)
        is_certain = empty > 0 or (anchor.occurrences == 1 and own >= ENOUGH)
        is_meant = is_certain and own + best.context >= ENOUGH
    elif len(exact) < before:
        is_meant = surroundings >= WHOLE and margin >= CLEAR and empty >= FAR
    elif best.context + SLIGHT < max(other.context for other in exact):
        is_meant = False  # the neighbours say another one than the enclosing lines
    elif len(exact) > before and best.scope + SLIGHT < max(other.scope for other in exact):
        is_meant = False  # the same for a copy
    elif len(exact) > before:
        is_meant = surroundings >= WHOLE and margin >= SLIGHT and empty >= 0
    elif best is numbered:
        is_meant = empty >= 0 and (
            surroundings >= SAME
            or (surroundings >= SAME_OWN and margin >= NOTABLE)
            or (surroundings >= SIMILAR and margin >= FAR)
        )
    else:
        is_meant = surroundings >= SAME_OWN and margin >= CLEAR and empty >= FAR
    return best if is_meant else None


def _numbered(anchor: Anchor, exact: Sequence[Candidate]) -> Candidate | None:
    """The one of its number, where there are as many as in the author's version."""
    if anchor.occurrence is None or anchor.occurrences != len(exact):
        return None
    return sorted(exact, key=lambda other: other.place.first)[anchor.occurrence - 1]
