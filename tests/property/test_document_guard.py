"""The guard takes what pycrdt writes of plain text, and pycrdt takes what the guard lets pass."""

from typing import Any

import pycrdt
from hypothesis import given, settings
from hypothesis import strategies as st

from peerline.documents.byte_reader import ByteReader
from peerline.documents.errors import UpdateError
from peerline.documents.guard import check_update
from tests.yjs_updates import deleted, insert, section, update

LETTERS = st.text(st.sampled_from("ab\nž漢🎉\u0301"), min_size=1, max_size=4)
EDITS = st.lists(
    st.one_of(
        st.tuples(st.just("insert"), st.integers(0, 2), st.integers(0, 40), LETTERS),
        st.tuples(st.just("delete"), st.integers(0, 2), st.integers(0, 40), st.integers(1, 8)),
        st.tuples(st.just("exchange"), st.integers(0, 2), st.integers(0, 2), st.none()),
    ),
    max_size=25,
)


class Writer:
    """A replica by pycrdt, whose updates are kept in order."""

    def __init__(self, client_id: int) -> None:
        self.doc: pycrdt.Doc[Any] = pycrdt.Doc(client_id=client_id)
        self.text = self.doc.get("text", type=pycrdt.Text)
        self.updates: list[bytes] = []
        self.doc.observe(lambda event: self.updates.append(event.update))

    def insert(self, at: int, text: str) -> None:
        whole = str(self.text)
        self.text.insert(len(whole[: min(at, len(whole))].encode()), text)

    def delete(self, at: int, count: int) -> None:
        whole = str(self.text)
        start, end = min(at, len(whole)), min(at + count, len(whole))
        if start < end:
            del self.text[len(whole[:start].encode()) : len(whole[:end].encode())]


def vector(doc: pycrdt.Doc[Any]) -> dict[int, int]:
    reader = ByteReader(doc.get_state())
    return {reader.number(): reader.number() for _ in range(reader.number())}


def written(edits: list[Any]) -> list[Writer]:
    writers = [Writer(7), Writer(2**32 - 5), Writer(2**53 - 9)]
    for kind, who, at, what in edits:
        if kind == "insert":
            writers[who].insert(at, what)
        elif kind == "delete":
            writers[who].delete(at, what)
        elif who != at:
            writers[who].doc.apply_update(writers[at].doc.get_update())
    return writers


@given(EDITS)
def test_whole_and_partial_states_of_pycrdt_pass(edits: list[Any]) -> None:
    writers = written(edits)
    kept = pycrdt.Doc[Any]()
    kept.get("text", type=pycrdt.Text)
    for writer in writers:
        whole = writer.doc.get_update()
        assert check_update(whole, {}, longest_deleted=2**31).clocks == vector(writer.doc)
        missing = writer.doc.get_update(kept.get_state())
        before = vector(kept)
        checked = check_update(missing, before)
        kept.apply_update(missing)
        assert vector(kept) == before | dict(checked.clocks)


@given(EDITS)
def test_each_update_passes_in_its_order(edits: list[Any]) -> None:
    for writer in written(edits):
        known: dict[int, int] = {}
        for change in writer.updates:
            checked = check_update(change, known)
            known.update(checked.clocks)
        assert known == vector(writer.doc)


@settings(max_examples=300)
@given(EDITS, st.data())
def test_a_mutated_update_is_refused_or_taken_whole(edits: list[Any], data: st.DataObject) -> None:
    writer = written(edits)[0]
    good = bytearray(writer.doc.get_update())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(good) - 1))
        good[at] = data.draw(st.integers(0, 255))
    taken_whole_or_refused(bytes(good), {})


NEIGHBOURS = st.none() | st.tuples(st.integers(1, 4), st.integers(0, 9))
STRUCTS = st.builds(insert, LETTERS, left=NEIGHBOURS, right=NEIGHBOURS)
SECTIONS = st.lists(
    st.tuples(st.integers(1, 4), st.lists(STRUCTS, min_size=1, max_size=3)),
    max_size=3,
    unique_by=lambda drawn: drawn[0],
)
RANGES = st.lists(st.tuples(st.integers(0, 9), st.integers(1, 5)), min_size=1, max_size=2)
DELETED = st.lists(
    st.tuples(st.integers(1, 4), RANGES), max_size=2, unique_by=lambda drawn: drawn[0]
)


@settings(max_examples=500)
@given(SECTIONS, DELETED)
def test_an_update_of_any_shape_is_refused_or_taken_whole(
    sections: list[tuple[int, list[bytes]]],
    deletions: list[tuple[int, list[tuple[int, int]]]],
) -> None:
    base = pycrdt.Doc[Any](client_id=1)
    text = base.get("text", type=pycrdt.Text)
    text += "abcdef"
    known = vector(base)
    data = update(
        [section(client, known.get(client, 0), *structs) for client, structs in sections],
        [deleted(client, *ranges) for client, ranges in deletions],
    )
    taken_whole_or_refused(data, known, base)


def taken_whole_or_refused(
    data: bytes, known: dict[int, int], doc: pycrdt.Doc[Any] | None = None
) -> None:
    try:
        checked = check_update(data, known)
    except UpdateError:
        return
    doc = doc or pycrdt.Doc[Any]()
    doc.get("text", type=pycrdt.Text)
    doc.apply_update(data)
    # Whatever waits for a missing part is not in the state vector.
    assert vector(doc) == known | dict(checked.clocks)
