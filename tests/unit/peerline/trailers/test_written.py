"""Tests of peerline.trailers.written."""

from hypothesis import given
from hypothesis import strategies as st

from peerline.client import AuthorRun
from peerline.trailers.written import Written, authors


def runs(*pieces: tuple[int, str]) -> list[AuthorRun]:
    return [AuthorRun(length, user_id) for length, user_id in pieces]


def test_only_what_a_commit_adds_has_authors() -> None:
    before = "one\ntwo\n"
    after = "one\ntwo and a half\nthree\n"
    shared = Written(before, after, after, runs((7, "sharer"), (11, "bob"), (6, "ann")))
    assert authors([shared]) == {"bob": len("andahalf"), "ann": len("three")}


def test_a_file_that_the_commit_before_did_not_have_is_new_as_a_whole() -> None:
    new = Written("", "a b\n", "a b\n", runs((4, "ann")))
    assert authors([new, new]) == {"ann": 4}


def test_text_that_was_not_shared_or_is_not_staged_has_no_author() -> None:
    mine = Written("", "mine\nbob's\n", "bob's\nlater\n", runs((6, "bob"), (6, "cleo")))
    assert authors([mine]) == {"bob": 5}


def test_what_the_changed_lines_had_before_is_nobodys_whichever_way_texts_are_compared() -> None:
    before, after = "x = sum(items)\n", "x = sum(item.price for item in items)\n"
    for kept in range(len("x = sum("), len("x = sum(item") + 1):
        behind = len("x = sum(items)\n") - kept
        written = len(after) - kept - behind
        found = authors(
            [Written(before, after, after, runs((kept, "ann"), (written, "bob"), (behind, "ann")))]
        )
        assert list(found) == ["bob"], kept


def test_white_space_makes_nobody_an_author() -> None:
    assert authors([Written("a", "a \n\n", "a \n\n", runs((1, "ann"), (3, "bob")))]) == {}


def test_runs_of_an_older_or_a_newer_text_are_no_error() -> None:
    assert authors([Written("", "abc", "abc", runs((1, "ann")))]) == {"ann": 1}
    assert authors([Written("", "abc", "abc", runs((9, "ann")))]) == {"ann": 3}
    assert authors([Written("", "abc", "abc", ())]) == {}


texts = st.text("ab\n", max_size=30)


@given(texts, texts, texts)
def test_nobody_gets_more_than_was_added(before: str, after: str, shared: str) -> None:
    half = len(shared) // 2
    written = Written(before, after, shared, runs((half, "ann"), (len(shared) - half, "bob")))
    assert authors([written]).total() <= len(after)
    assert authors([Written(after, after, shared, written.runs)]) == {}


@given(texts)
def test_the_author_of_a_new_shared_text_gets_all_of_it(text: str) -> None:
    found = authors([Written("", text, text, runs((len(text), "ann")))])
    assert found.total() == len("".join(text.split()))
