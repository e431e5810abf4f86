"""The words of a text as SQLite's FTS5 finds them, for a database that has no such parser.

FTS5 itself is asked, once for each character: which are parts of words, and which count as the
same (unicode61 without diacritics, https://sqlite.org/fts5.html#unicode61_tokenizer).
"""

import sqlite3
from collections.abc import Iterable
from functools import cache
from typing import Final

MAX_WORD_BYTES: Final = 2_000
"""Postgres takes words of up to 2,046 bytes; of a longer one only the beginning counts."""
MAX_POSITION: Final = 16_383
"""The last place in a text that Postgres tells from those after it."""


class _Characters(dict[int, str]):
    """For `str.translate`: what FTS5 takes a character for; a space if it parts words."""

    def __init__(self) -> None:
        super().__init__()
        self._fts5 = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self._fts5.execute(
            "CREATE VIRTUAL TABLE texts USING fts5("
            'content, tokenize="unicode61 remove_diacritics 2")'
        )
        self._fts5.execute("CREATE VIRTUAL TABLE words USING fts5vocab(texts, row)")

    def __missing__(self, character: int) -> str:
        self._fts5.execute("DELETE FROM texts")
        self._fts5.execute("INSERT INTO texts VALUES (?)", (f"a{chr(character)}b",))
        found = [word for (word,) in self._fts5.execute("SELECT term FROM words")]
        folded = str(found[0])[1:-1] if len(found) == 1 else " "
        self[character] = folded
        return folded


@cache
def _characters() -> _Characters:
    return _Characters()


def words_of(text: str) -> list[str]:
    """The words in their order, folded."""
    return [_shortened(word) for word in text.translate(_characters()).split(" ") if word]


def as_vector(text: str) -> str:
    """The words of a text and their places as the text of a tsvector.

    https://www.postgresql.org/docs/current/datatype-textsearch.html
    """
    return " ".join(
        f"{_quoted(word)}:{min(place, MAX_POSITION)}"
        for place, word in enumerate(words_of(text), start=1)
    )


def as_query(terms: Iterable[str]) -> str | None:
    """The tsquery for all terms, the last as a beginning; None if there is no word in them.

    A term that is several words, such as `foo.bar`, is looked for as a phrase.
    """
    phrases = [" <-> ".join(map(_quoted, words)) for term in terms if (words := words_of(term))]
    return f"{' & '.join(phrases)}:*" if phrases else None


def _shortened(word: str) -> str:
    return word.encode()[:MAX_WORD_BYTES].decode(errors="ignore")


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
