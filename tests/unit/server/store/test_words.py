"""The words of a text, the same as those of FTS5."""

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerline_server.store.words import MAX_POSITION, MAX_WORD_BYTES, as_query, as_vector, words_of


@pytest.fixture(scope="module")
def fts5() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute(
        'CREATE VIRTUAL TABLE texts USING fts5(content, tokenize="unicode61 remove_diacritics 2")'
    )
    connection.execute("CREATE VIRTUAL TABLE words USING fts5vocab(texts, instance)")
    yield connection
    connection.close()


_TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
_LATIN = st.text(st.sampled_from("aÁß éÅ'-_.·İıﬁ①²x\u0301日本й"), max_size=40)


@given(text=_TEXTS | _LATIN)
def test_the_words_are_those_of_fts5(fts5: sqlite3.Connection, text: str) -> None:
    fts5.execute("DELETE FROM texts")
    fts5.execute("INSERT INTO texts VALUES (?)", (text,))
    found = fts5.execute("SELECT term FROM words ORDER BY offset").fetchall()
    assert words_of(text) == [word for (word,) in found]


def test_the_places_of_words_end_at_the_last_that_postgres_knows() -> None:
    words = as_vector("a " * (MAX_POSITION + 1)).split(" ")
    assert words[-2:] == [f"'a':{MAX_POSITION}"] * 2
    assert words[-3] == f"'a':{MAX_POSITION - 1}"


def test_of_a_word_that_postgres_would_not_take_the_beginning_counts() -> None:
    assert words_of("é" * MAX_WORD_BYTES) == ["e" * MAX_WORD_BYTES]
    assert words_of("日" * MAX_WORD_BYTES) == ["日" * (MAX_WORD_BYTES // 3)]


def test_a_query_asks_for_all_terms_and_the_beginning_of_the_last() -> None:
    assert as_query(["Foo.bar", "bÁ"]) == "'foo' <-> 'bar' & 'ba':*"
    assert as_query(["...", "_"]) is None
    assert as_query([]) is None
