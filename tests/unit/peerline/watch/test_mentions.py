"""Tests of peerline.watch.mentions."""

import pytest

from peerline.watch.mentions import completion

NAMES = ["Bob", "alice", "Al Gore", "bob2"]


@pytest.mark.parametrize(
    ("before", "start", "candidates"),
    [
        ("@", 0, ["@Al Gore ", "@alice ", "@Bob ", "@bob2 "]),
        ("hi @AL", 3, ["@Al Gore ", "@alice "]),
        ("hi @al g", 3, ["@Al Gore "]),
        ("(@bo", 1, ["@Bob ", "@bob2 "]),
        ("one\n@bob2", 4, ["@bob2 "]),
    ],
)
def test_a_begun_name_is_completed(before: str, start: int, candidates: list[str]) -> None:
    found = completion(before, NAMES)
    assert found is not None
    assert (found.start, list(found.candidates)) == (start, candidates)


@pytest.mark.parametrize("before", ["", "bob", "a@bo", "@@bo", "@carol", "@bob\n", "@alice and"])
def test_what_begins_no_name_is_left_alone(before: str) -> None:
    assert completion(before, NAMES) is None
