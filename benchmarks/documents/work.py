"""The updates that are sent, made beforehand with pycrdt, so that sending them costs little."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from benchmarks.documents.recording import Edit
from peerline.documents.delta import Delta
from peerline.documents.shared_text import SharedText

FIRST_ID: Final = 1_000
_WORDS: Final = "the place is read before the lock is taken, so it may be half done by then\n"
PIECE_CHARS: Final = 500


def typing(author: int, count: int) -> list[bytes]:
    """An update for each of the characters that an author types in a row."""
    text = SharedText(FIRST_ID + author)
    return [text.edit(Delta((number, "x"))) for number in range(count)]


def scattered(length: int) -> tuple[bytes, str]:
    """A text of a length that was written in pieces at places everywhere, and the text."""
    places = random.Random(1)  # noqa: S311 - the same places each time
    text = SharedText(FIRST_ID)
    piece = (_WORDS * 7)[:PIECE_CHARS]
    for _ in range(length // PIECE_CHARS):
        text.edit(Delta((places.randint(0, len(text.text)), piece)))
    return text.encode(), text.text


@dataclass(frozen=True, slots=True)
class Burst:
    """The updates of an author until the next one types."""

    author: int
    updates: Sequence[bytes]


def bursts(edits: Sequence[Edit]) -> list[Burst]:
    """The updates of a recorded session, each made by its author's own replica."""
    replicas = [SharedText(FIRST_ID + author) for author in range(2)]
    found: list[Burst] = []
    for author, each in groupby(edits, key=lambda edit: edit.author):
        updates = [replicas[author].edit(_delta(edit)) for edit in each]
        for update in updates:
            replicas[1 - author].apply(update)
        found.append(Burst(author, updates))
    return found


def _delta(edit: Edit) -> Delta:
    parts: list[int | str] = [edit.at]
    if edit.deleted:
        parts.append(-edit.deleted)
    if edit.inserted:
        parts.append(edit.inserted)
    return Delta(parts)


def text_of(update: bytes) -> str:
    """The text of a whole document."""
    text = SharedText()
    text.apply(update)
    return text.text
