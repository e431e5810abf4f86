"""Changes whose insertions need to be there once only."""

import pytest

from peerline.documents.delta import Delta
from peerline_bridge.coediting.once import is_once


@pytest.mark.parametrize(
    "change", [(3, "\n"), ("    ",), (2, "\t", -4), ("a", 3, "b"), (1, "\n  ", 5, " ", -1)]
)
def test_white_space_and_text_at_several_places_is_needed_once(change: Delta) -> None:
    assert is_once(change)


@pytest.mark.parametrize("change", [(), (3, -2), (3, "x"), ("a b",), (4, "one\ntwo\n", -3)])
def test_text_at_one_place_is_each_users_own(change: Delta) -> None:
    assert not is_once(change)
