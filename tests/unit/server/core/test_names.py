"""Tests of the names in a session."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerline.protocol.text import clean_name
from peerline_server.core.names import NameBook, looks


def distinct_name(wanted: str, others: list[str], *, current: str | None = None) -> str:
    book = NameBook()
    for number, other in enumerate(others):
        book.put(f"other{number}", other)
    if current is not None:
        book.put("me", current)
    return book.name_for("me", wanted)


IMITATIONS = [
    ("alice", "аlice", "Cyrillic a"),
    ("alice", "ALICE", "capitals"),
    ("alice", "AIice", "a capital I for l"),
    ("alice", "a1ice", "a digit one"),
    ("alice", "al\u200bice", "zero width space"),
    ("alice", "\u202ealice", "bidi override"),
    ("alice", "alice\U000e0041", "a tag character"),
    ("alice", "ａｌｉｃｅ", "full width"),
    ("alice", "𝒶𝓁𝒾𝒸𝑒", "mathematical letters"),
    ("alice", "ⓐⓛⓘⓒⓔ", "in circles"),
    ("alice", "alıce", "a dotless i"),
    ("alice", "alicé", "an accent"),
    ("alice", "alice\u0337", "an overlay"),
    ("alice", " alice ", "spaces around"),
    ("Ann Lee", "Ann\u2003Lee", "a wide space"),
    ("bob", "b0b", "a zero"),
    ("bob", "bοb", "Greek omicron"),
    ("Tim", "Tirn", "r and n for m"),
    ("wanda", "vvanda", "two v for w"),
    ("ΗΛΙΑΣ", "ηλιας", "Greek capitals"),
    ("HAPAX", "НАРАХ", "Cyrillic capitals throughout"),
    ("peter.pan", "peter_pan", "a line for a dot"),
    ("ﬁona", "fiona", "a ligature"),
]


@pytest.mark.parametrize(
    ("name", "imitation"), [pair[:2] for pair in IMITATIONS], ids=[pair[2] for pair in IMITATIONS]
)
def test_names_that_look_alike_are_told_apart(name: str, imitation: str) -> None:
    given_name = distinct_name(imitation, [name])
    assert given_name == f"{imitation.rstrip()} (2)"
    assert not looks(given_name) & looks(name)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("alice", "alicia"),
        ("bob", "rob"),
        ("राम", "रीम"),
        ("李明", "李月"),
        ("🦊", "🐻"),
        ("a", "b"),
    ],
)
def test_different_names_stay_as_they_are(name: str, other: str) -> None:
    assert distinct_name(other, [name]) == other


@pytest.mark.parametrize("name", ["Peerline", "pееrline", "SERVER", "System"])
def test_nobody_speaks_for_the_server(name: str) -> None:
    assert distinct_name(name, []) == f"{name} (2)"


def test_the_first_free_number_is_taken_and_kept() -> None:
    assert distinct_name("alice", ["Alice", "alice (2)"]) == "alice (3)"
    assert distinct_name("alice", ["Alice"], current="alice (3)") == "alice (3)"
    assert distinct_name("alice", [], current="alice (3)") == "alice"
    assert distinct_name("alice", ["alice"], current="bob (3)") == "alice (2)"
    # The number of another name, of which it is only the beginning.
    assert distinct_name("alice-b", ["alice-b"], current="alice (3)") == "alice-b (2)"
    assert distinct_name("alice (2)", ["alice (2)"]) == "alice (2) (2)"


def test_a_numbered_name_is_no_longer_than_a_name_may_be() -> None:
    long = "x" * 64
    name = distinct_name(long, [long])
    assert name == "x" * 60 + " (2)"


NAMES = st.text(max_size=64).map(clean_name).filter(bool)


@given(NAMES, st.lists(NAMES, max_size=5))
def test_a_given_name_looks_like_no_other(wanted: str, others: list[str]) -> None:
    name = distinct_name(wanted, others)
    assert len(name) <= max(64, len(wanted))
    assert not any(looks(name) & looks(other) for other in others)
    assert distinct_name(name, others) == name


@given(st.lists(st.tuples(st.sampled_from("abc"), NAMES | st.none())), NAMES)
def test_a_book_knows_who_is_called_what_now(
    changes: list[tuple[str, str | None]], wanted: str
) -> None:
    book, names = NameBook(), dict[str, str]()
    for user_id, name in changes:
        if name is None:
            book.remove(user_id)
            names.pop(user_id, None)
        else:
            book.put(user_id, name)
            names[user_id] = name
    assert book.name_for("me", wanted) == distinct_name(wanted, list(names.values()))
