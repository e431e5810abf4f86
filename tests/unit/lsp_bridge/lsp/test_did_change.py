"""Notifications read by hand equal those that pygls would read."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types
from pygls.protocol import default_converter

from peerline_bridge.lsp.did_change import read_change

CONVERTER = default_converter()
NUMBER = st.integers(0, 2**31 - 1)
POSITION = st.fixed_dictionaries({"line": NUMBER, "character": NUMBER})
RANGE = st.fixed_dictionaries({"start": POSITION, "end": POSITION})
EVENT = st.fixed_dictionaries({"text": st.text(max_size=5)}, optional={"range": RANGE})
PARAMS = st.fixed_dictionaries(
    {
        "textDocument": st.fixed_dictionaries(
            {"uri": st.text(max_size=5), "version": st.integers(-(2**31), 2**31 - 1)}
        ),
        "contentChanges": st.lists(EVENT, max_size=3),
    }
)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["text", "range", "start", "line", "uri"]), inner)
    ),
    max_leaves=5,
)


@given(PARAMS)
def test_a_change_is_read_as_pygls_reads_it(params: dict[str, Any]) -> None:
    read = read_change(params)
    theirs = CONVERTER.structure(params, types.DidChangeTextDocumentParams)
    assert read is not None
    assert (read.uri, read.version) == (theirs.text_document.uri, theirs.text_document.version)
    assert len(read.changes) == len(theirs.content_changes)
    for mine, other in zip(read.changes, theirs.content_changes, strict=True):
        assert mine.text == other.text
        where = getattr(other, "range", None)
        assert (mine.range is None) == (where is None)
        if mine.range is not None and where is not None:
            # A position that cannot be is moved to the nearest.
            assert mine.range.start.line == min(where.start.line, 2**31 - 2)
            assert mine.range.end.character == min(where.end.character, 2**31 - 2)


@given(PARAMS, st.sampled_from(["textDocument", "contentChanges", "version", "event"]), JUNK)
def test_what_makes_no_sense_is_left_to_pygls(
    params: dict[str, Any], where: str, junk: object
) -> None:
    match where:
        case "version":
            params["textDocument"]["version"] = junk
        case "event":
            params["contentChanges"] = [*params["contentChanges"], junk]
        case _:
            params[where] = junk
    read = read_change(params)
    if read is not None:
        structured = CONVERTER.structure(params, types.DidChangeTextDocumentParams)
        assert read.version == structured.text_document.version
        assert [change.text for change in read.changes] == [
            change.text for change in structured.content_changes
        ]
