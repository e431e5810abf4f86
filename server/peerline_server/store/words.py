"""The words of a text as SQLite's FTS5 finds them, for a database that has no such parser.

FTS5 itself is asked about each character: which are parts of words, and which count as the
same (unicode61 without diacritics, https://sqlite.org/fts5.html#unicode61_tokenizer).
"""

import sqlite3
from collections.abc import Iterable
from functools import cache
from typing import Final

MAX_WORD_BYTES: Final = 2_000
"""Postgres takes words of up to 2,046 bytes; of a longer one only the beginning counts."""
MAX_CHARACTERS: Final = 100_000
"""Remembered; a text of yet others, which nobody writes by hand, makes it start again."""
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
        self._fts5.execute("CREATE VIRTUAL TABLE words USING fts5vocab(texts, instance)")

    def learn(self, text: str) -> None:
        """Ask about all characters of a text that are not known, at once."""
        unknown = set(map(ord, set(text))) - self.keys()
        if not unknown:
            return
        if len(self) + len(unknown) > MAX_CHARACTERS:
            self.clear()
            unknown = set(map(ord, set(text)))
        self._fts5.execute("BEGIN")
        self._fts5.execute(
            "INSERT INTO texts (rowid, content) "
            "SELECT value + 1, 'a' || char(value) || 'b' FROM json_each(?)",
            (str(sorted(unknown)),),
        )
        # A character that is no part of a word leaves two.
        found = self._fts5.execute("SELECT doc - 1, min(term), count(*) FROM words GROUP BY doc")
        for character, word, words in found:
            self[character] = str(word)[1:-1] if words == 1 else " "
        self._fts5.execute("ROLLBACK")


@cache
def _characters() -> _Characters:
    return _Characters()


def words_of(text: str) -> list[str]:
    """The words in their order, folded."""
    characters = _characters()
    characters.learn(text)
    return [_shortened(word) for word in text.translate(characters).split(" ") if word]


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
