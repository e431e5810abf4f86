"""Shared documents: bytes with what they are read as, and the edits that a changed text makes."""

from dataclasses import fields
from typing import Any, TypeAlias

from peerline.client.documents.collection import OpenedDocuments
from peerline.client.documents.kept import KeptDocument, decode_kept, encode_kept
from peerline.client.documents.local_text import LocalText
from peerline.client.documents.opened import OpenedDocument
from peerline.documents.delta import Delta, apply, compose
from peerline.documents.difference import difference
from peerline.documents.errors import UpdateError
from peerline.documents.frames import (
    AccessDenied,
    Awareness,
    DocumentMessage,
    Persisted,
    QueryAwareness,
    SyncStep1,
    SyncStep2,
    Update,
    decode_frame,
    encode_frame,
)
from peerline.documents.shared_text import SharedText
from peerline.protocol.client_defaults import MAX_EXACT, MAX_LINES

_MESSAGES: list[tuple[int, DocumentMessage]] = [
    (1, SyncStep1(b"\0")),
    (127, SyncStep2(b"\0\0")),
    (128, Update(b"x" * 300)),
    (2**32, Update(b"")),
    (3, Awareness(b"\x01\x02")),
    (4, QueryAwareness()),
    (5, AccessDenied("no: é 😀")),
    (6, Persisted(0)),
    (6, Persisted(2**53 - 1)),
]
_BROKEN = ["", "01", "0100", "010002", "01000205ff", "010003", "0104", "010201", "0170", "01030f"]
_TOO_LARGE = "01" + "70" + "ff" * 8 + "01"
_NO_TEXT = "0502000201ff"
_KEPT = [
    KeptDocument("d1", "g1", b"\0\0", ()),
    KeptDocument("d2", "g2", b"s" * 200, (b"", b"one", b"two" * 100)),
]
_Pieces: TypeAlias = list[tuple[str, int]]
_BLOCK = "}\ncall_1(é🦊)\ncall_2(é🦊)\n"
_BLOCKS: _Pieces = [(_BLOCK, 700)]
_SHORT: list[tuple[str, str]] = [
    ("", ""),
    ("", "x"),
    ("x", ""),
    ("aaa", "aaaa"),
    ("abcabba", "cbabac"),
    ("one two three", "one 2 three"),
    ("the quick brown fox", "a quicker brawn fax"),
    ("  x = 1\n  y = 2\n", "    x = 1\n    y = 3\n"),
    ("one\ntwo\nthree\n", "zero\none\nTwo\nthree"),
    ("a🦊b🦋", "a🦋b🦊"),
    ("🦊", "🦋"),
    ("x🦊", "🦊🦊x"),
    ("ab" * 40, "ba" * 37 + "c"),
]
"""Texts before and after a change."""
_LONG: list[tuple[_Pieces, _Pieces]] = [
    # Compared line by line, and lines one by one where none is the same.
    (_BLOCKS, [(_BLOCK.replace("}", "  }"), 20), (_BLOCK, 500), (_BLOCK.replace("2", ""), 180)]),
    (_BLOCKS, [("  " + _BLOCK.replace("\nc", "\n  c"), 700)]),
    # Replaced as a whole: too many lines, or a line that is too long.
    ([("é\n", MAX_LINES + 1), ("=", MAX_EXACT)], [("🦊\n", 3), ("=", 9)]),
    ([("ab", MAX_EXACT // 4), ("c", 1)], [("c", 1), ("d", MAX_EXACT // 2)]),
    ([("a", MAX_EXACT // 2)], [("b", MAX_EXACT // 2)]),
]
"""Long ones, each as pieces with how often they are there in a row."""
_REPLACED: list[tuple[str, str, str]] = [
    ("one two three\n", "two", "2"),
    (
        "# 🦊\ndef first():\n    return 1\n",
        "def first():\n    return 1",
        "def last():\n    return 10",
    ),
    ("aé🦊b", "é🦊", "🦊é"),
    ("one two\n", "two", "two"),
    ("one two two\n", "two", "2"),
    ("aaa", "aa", "b"),
    ("one two\n", "three", "3"),
    ("one two\n", "", "3"),
]
"""Texts, and in each a piece that an agent replaces by another one."""

_JSON = '{"a":[1]} 🦊'
_FORMATTED: Delta = (1, "\n  ", 4, " ", 1, "\n    ", 1, "\n  ", 1, "\n")
_TWINS: list[tuple[str, list[Delta], list[Delta], bool]] = [
    ("one", [(3, "\n")], [(3, "\n")], True),
    ("one", [(3, "\n")], [(3, "\n")], False),
    ("one 🦊", [(3, " "), (4, " ")], [(3, " ")], True),
    ("one 🦊", [(3, "\n"), (4, "x")], [(3, "\n")], True),
    ("one 🦊", [(3, "\n")], [(3, "\n"), (4, "x")], True),
    ("one", [(3, " more"), (8, "\n")], [(3, "\n")], True),
    ("one", [(3, "\n")], [(3, " more\n")], True),
    (_JSON, [_FORMATTED], [_FORMATTED], True),
    (_JSON, [_FORMATTED], [_FORMATTED, (3, "x")], True),
    ("one two 🦊", [(3, "s", 4, "s")], [(3, "s", 4, "z")], True),
]
"""Texts, own changes of each, and those that somebody else makes without knowing of them; whether
the own insertions need to be there once only."""


def twins() -> list[Any]:
    """Insertions that clients take back where somebody else has made the same at once."""
    return [_twin_case(*each, client) for each in _TWINS for client in (2, 9)]


def differences() -> list[Any]:
    """The changes from texts to others, which begin at a place of a longer text."""
    short = [([(before, 1)], [(after, 1)], at) for before, after in _SHORT for at in (0, 7)]
    return [_difference_case(*case) for case in (*short, *((*each, 0) for each in _LONG))]


def replacements() -> list[Any]:
    """The edits of clients that replace a piece of a text."""
    return [_replacement_case(*case) for case in _REPLACED]


def frames() -> list[Any]:
    """Frames of the session's socket."""
    whole = [encode_frame(channel, message).hex() for channel, message in _MESSAGES]
    return [_frame_case(frame) for frame in [*whole, *_BROKEN, _TOO_LARGE, _NO_TEXT]]


def kept() -> list[Any]:
    """Documents that were kept, whole and cut off."""
    whole = [encode_kept(document) for document in _KEPT]
    broken = [b"", b"something else", whole[0][:-1], whole[1] + b"x", whole[0][:20], whole[0][:21]]
    return [_kept_case(data) for data in [*whole, *broken]]


def _frame_case(frame: str) -> dict[str, Any]:
    try:
        channel, message = decode_frame(bytes.fromhex(frame))
    except UpdateError as error:
        return {"frame": frame, "error": str(error)}
    name = type(message).__name__
    read = {field.name: _shown(getattr(message, field.name)) for field in fields(message)}
    kind = name[0].lower() + name[1:]
    return {"frame": frame, "channel": channel, "message": {"kind": kind, **read}}


def _kept_case(data: bytes) -> dict[str, Any]:
    try:
        document = decode_kept(data)
    except UpdateError as error:
        return {"data": data.hex(), "error": str(error)}
    read = {
        "documentId": document.document_id,
        "generation": document.generation,
        "state": document.state.hex(),
        "updates": [update.hex() for update in document.updates],
    }
    return {"data": data.hex(), "kept": read}


def _difference_case(before: _Pieces, after: _Pieces, at: int) -> dict[str, Any]:
    old, new = ("".join(text * times for text, times in pieces) for pieces in (before, after))
    delta = difference(old, new, at)
    assert apply(" " * at + old, delta) == " " * at + new
    return {"before": before, "after": after, "at": at, "delta": delta}


class _Recorded(OpenedDocument):
    """A document that is open without a connection, and its edits."""

    def __init__(self, text: str) -> None:
        self.edits: list[Delta] = []
        kept = encode_kept(KeptDocument("d", "g", SharedText.seeded(text), ()))
        documents = OpenedDocuments("s", lambda: 0.0, lambda: "r", lambda: None)
        super().__init__("d", documents, _no_check, kept=kept)

    def edit(self, delta: Delta, *, is_once: bool = False) -> None:
        self.edits.append(delta)
        super().edit(delta, is_once=is_once)


async def _no_check(document_id: str, state: bytes, text_hash: str) -> bool | None:
    """There is no server."""
    del document_id, state, text_hash


def _replacement_case(text: str, old: str, new: str) -> dict[str, Any]:
    case = {"text": text, "old": old, "new": new}
    document = _Recorded(text)
    try:
        document.replace(old, new)
    except ValueError as error:
        return case | {"error": str(error)}
    assert [apply(text, delta) for delta in document.edits] == [document.text]
    return case | {"delta": document.edits[0]}


def _twin_case(
    text: str, own: list[Delta], others: list[Delta], is_once: bool, client: int
) -> dict[str, Any]:
    seed = SharedText(1).edit((text,))
    other = SharedText(5)
    other.apply(seed)
    updates = [other.edit(delta) for delta in others]
    local = LocalText("g", client, seed)
    for delta in own:
        local.edit(delta, 0, is_once=is_once)
    before, changes = local.text, list[Delta]()
    for update in updates:
        changes.append(compose(local.take(update), local.take_back_twins(update, 0)))
        before = apply(before, changes[-1])
        assert before == local.text
    return {
        "seed": seed.hex(),
        "client": client,
        "own": own,
        "isOnce": is_once,
        "updates": [update.hex() for update in updates],
        "changes": changes,
        "after": local.text,
    }


def _shown(value: object) -> object:
    return value.hex() if isinstance(value, bytes) else value
