"""A comment in a shared text has all that is left of its text and nothing else, or is lost."""

from collections.abc import Iterator
from itertools import count
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from peerline.documents.delta import replacement
from peerline.documents.ranges import range_at, range_of
from peerline.documents.shared_text import SharedText

_places = st.integers(0, 40)
_edits = st.tuples(
    st.sampled_from(("edit",)), st.integers(0, 1), _places, st.integers(0, 6), st.integers(0, 4)
)
_comments = st.tuples(st.sampled_from(("comment",)), st.integers(0, 1), _places, _places)
_syncs = st.tuples(st.sampled_from(("sync",)), st.integers(0, 1))


class Author:
    """One replica, in whose text each character is there once."""

    def __init__(self, client_id: int, seed: bytes) -> None:
        self.shared = SharedText(client_id)
        self.shared.apply(seed)
        self.unsent: list[bytes] = []


class Comment:
    """A range, with the characters that were in it and those that were not."""

    def __init__(self, author: Author, start: int, end: int) -> None:
        text = author.shared.text
        self.inside = set(text[start:end])
        self.outside = set(text) - self.inside
        self.range = range_at(author.shared, start, end)


def _unique() -> Iterator[str]:
    """Characters of three and four bytes, each once."""
    return (chr((0x4E00, 0x20000)[number % 2] + number // 2) for number in count())


def _check(author: Author, comment: Comment) -> None:
    assert comment.range is not None
    text = author.shared.text
    left = comment.inside & set(text)
    found = range_of(author.shared, *comment.range)
    if found is None:
        assert not left, (text, left)
        return
    marked = set(text[found[0] : found[1]])
    assert left <= marked, (text, found, left)
    assert not marked & comment.outside, (text, found, comment.outside)


@given(st.lists(st.one_of(_edits, _comments, _syncs), max_size=30))
def test_a_range_is_right_or_lost(steps: list[Any]) -> None:
    letters = _unique()
    seed = SharedText.seeded("".join(next(letters) for _ in range(12)))
    authors = [Author(1, seed), Author(2, seed)]
    comments: list[tuple[int, Comment]] = []

    def sync(number: int) -> None:
        for update in authors[number].unsent:
            authors[1 - number].shared.apply(update)
        authors[number].unsent.clear()

    for kind, number, *rest in steps:
        author = authors[number]
        length = len(author.shared.text)
        if kind == "edit":
            at, deleted, inserted = rest
            at = min(at, length)
            new = "".join(next(letters) for _ in range(inserted))
            change = replacement(at, min(deleted, length - at), new)
            if change:
                author.unsent.append(author.shared.edit(change))
        elif kind == "comment":
            start, end = sorted(min(each, length) for each in rest)
            comment = Comment(author, start, end)
            assert (comment.range is None) == (start == end)
            if comment.range is not None:
                comments.append((number, comment))
        else:
            sync(number)
        for writer, comment in comments:
            # The other one may lack the text, and says that it does not know the place.
            _check(authors[writer], comment)
    for number in (0, 1):
        sync(number)
    assert authors[0].shared.text == authors[1].shared.text
    for _, comment in comments:
        assert comment.range is not None
        one, other = (range_of(author.shared, *comment.range) for author in authors)
        assert one == other
        for author in authors:
            _check(author, comment)
