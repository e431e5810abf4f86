"""Tests of peerline_bridge.anchors.candidates: no text makes finding a place take long."""

import pytest

from peerline_bridge.anchors.anchor import Anchor
from peerline_bridge.anchors.candidates import MAX_HINTING, exact_matches
from peerline_bridge.anchors.text_index import TextIndex


@pytest.mark.parametrize(("count", "is_followed"), [(MAX_HINTING, True), (MAX_HINTING + 1, False)])
def test_a_neighbour_in_too_many_places_leads_nowhere(count: int, *, is_followed: bool) -> None:
    anchor = Anchor(row=1, height=1, lines=("same",), before=("neighbour",))
    found = exact_matches(anchor, TextIndex(["neighbour\n", "same\n"] * count))
    assert bool(found) is is_followed


def test_a_rare_neighbour_leads_to_the_place_among_many() -> None:
    lines = ["neighbour\n", "same\n"] * (2 * MAX_HINTING)
    lines[1001] = "the only one\n"
    anchor = Anchor(
        row=1003, height=1, lines=("same",), before=("the only one", "neighbour"), after=()
    )
    assert 1003 in {found.place.first for found in exact_matches(anchor, TextIndex(lines))}
