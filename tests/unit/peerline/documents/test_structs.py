"""The structs of an update, read one after the other."""

import pytest

from peerline.documents.errors import UpdateError
from peerline.documents.guard import check_update
from peerline.documents.shared_text import SharedText
from peerline.documents.structs import count_structs


def test_structs_are_counted_and_what_is_cut_off_is_an_error() -> None:
    shared = SharedText(7)
    shared.apply(SharedText.seeded("abcdef"))
    shared.edit((2, "x", 2, -1))
    update = shared.encode()
    assert count_structs(update) == 5
    for end in range(1, len(update) - 4):
        with pytest.raises(UpdateError):
            check_update(update[:end], {})
    with pytest.raises(UpdateError):
        count_structs(update[:10])
