"""Tests of peerline.protocol.messages and the models behind it."""

import json
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerline.protocol.errors import ErrorCode
from peerline.protocol.limits import (
    LOOKALIKE_LINES,
    MAX_CONTENT_CHARS,
    MAX_CONTEXT_LINES,
    MAX_FILE_CHARS,
    MAX_HEALTH_REASON_CHARS,
    MAX_HEALTH_REASONS,
    MAX_LINE,
    MAX_LOOKALIKES,
    MAX_MENTIONS,
    MAX_SKETCH_LINES,
    MAX_SNIPPET_CHARS,
    MAX_USERNAME_CHARS,
)
from peerline.protocol.messages import (
    DecodeError,
    decode_client_message,
    decode_server_message,
    encode_message,
)
from peerline.protocol.participants import RemoveParticipant

S = {"session_id": "abc"}


def cursor(**data: Any) -> dict[str, Any]:
    return {**S, "type": "cursor_update", "data": {"file": "a", "line": 1, "column": 1, **data}}


def comment(**data: Any) -> dict[str, Any]:
    return {**S, "type": "add_comment", "data": {"file": "a", "line": 1, "content": "x", **data}}


def agent(**data: Any) -> dict[str, Any]:
    return {**S, "type": "agent_update", "data": {"state": "idle", **data}}


def chat(**fields: Any) -> dict[str, Any]:
    return {**S, "type": "chat_message", "content": "x", **fields}


LIMITS = [
    (lambda n: chat(content="x" * n), MAX_CONTENT_CHARS),
    (lambda n: chat(mentions=["u"] * n), MAX_MENTIONS),
    (lambda n: {**S, "type": "join_session", "username": "x" * n}, MAX_USERNAME_CHARS),
    (lambda n: cursor(file="x" * n), MAX_FILE_CHARS),
    (lambda n: cursor(line=n), MAX_LINE),
    (lambda n: comment(code_snippet="x" * n), MAX_SNIPPET_CHARS),
    (lambda n: comment(context_before=["x"] * n), MAX_CONTEXT_LINES),
    (lambda n: comment(sketch_before="aZ" * n), MAX_SKETCH_LINES),
    (lambda n: comment(sketch_after="-_" * n), MAX_SKETCH_LINES),
    (lambda n: agent(health_reasons=["x"] * n), MAX_HEALTH_REASONS),
    (lambda n: agent(health_reasons=["x" * n]), MAX_HEALTH_REASON_CHARS),
    (lambda n: comment(lookalikes="ab" * 2 * LOOKALIKE_LINES * n), MAX_LOOKALIKES),
]


@pytest.mark.parametrize(("make", "limit"), LIMITS)
def test_each_limit_holds_at_both_sides(make: Any, limit: int) -> None:
    decode_client_message(json.dumps(make(limit)))
    with pytest.raises(DecodeError) as error:
        decode_client_message(json.dumps(make(limit + 1)))
    assert error.value.code == "INVALID_FIELD"


@pytest.mark.parametrize(
    "file",
    [
        "",
        "/a",
        "../a",
        "a/../b",
        "a/..",
        "./a",
        "a//b",
        "a/",
        "C:/a",
        "a\\b",
        "a\nb",
        "a\x00",
        "..",
    ],
)
def test_a_path_that_is_not_inside_the_workspace_is_refused(file: str) -> None:
    with pytest.raises(DecodeError, match=r"data\.file"):
        decode_client_message(json.dumps(cursor(file=file)))


@pytest.mark.parametrize("file", ["a", "a/b.py", "..a", "a..b/c", "ä/🦊 x", ".git/x", "ab:c"])
def test_other_paths_are_taken(file: str) -> None:
    decode_client_message(json.dumps(cursor(file=file)))


@pytest.mark.parametrize("value", [True, "1", 1.5, None, [], 2**63, 0, -1])
def test_a_line_is_a_positive_integer_and_nothing_else(value: object) -> None:
    with pytest.raises(DecodeError) as error:
        decode_client_message(json.dumps(cursor(line=value)))
    assert error.value.text.startswith("data.line")


def test_a_range_must_not_end_before_it_starts() -> None:
    selection = {"start_line": 2, "start_column": 1, "end_line": 1, "end_column": 9}
    with pytest.raises(DecodeError, match="ends before it starts"):
        decode_client_message(json.dumps(cursor(selection=selection)))
    with pytest.raises(DecodeError, match="ends before it starts"):
        decode_client_message(json.dumps(comment(line=3, end_line=2)))


def test_an_occurrence_is_one_of_its_occurrences() -> None:
    decode_client_message(json.dumps(comment(occurrence=2, occurrences=2)))
    for wrong in ({"occurrence": 3, "occurrences": 2}, {"occurrence": 1}, {"occurrences": 1}):
        with pytest.raises(DecodeError, match="occurrence"):
            decode_client_message(json.dumps(comment(**wrong)))


@pytest.mark.parametrize(
    "wrong", [{"sketch_before": "abc"}, {"sketch_after": "a b "}, {"lookalikes": "abcd"}]
)
def test_a_sketch_is_whole_and_of_its_alphabet(wrong: dict[str, str]) -> None:
    decode_client_message(json.dumps(comment(sketch_before="", sketch_after="ab", lookalikes="")))
    with pytest.raises(DecodeError) as error:
        decode_client_message(json.dumps(comment(**wrong)))
    assert error.value.code == "INVALID_FIELD"


def test_an_error_names_the_field_and_the_request_and_never_the_content() -> None:
    message = chat(content="secret", request_id="r1", surprise="secret")
    with pytest.raises(DecodeError) as error:
        decode_client_message(json.dumps(message))
    assert error.value.code == "UNKNOWN_FIELD"
    assert error.value.request_id == "r1"
    assert "surprise" in error.value.text
    assert "secret" not in error.value.text


def test_a_message_of_a_newer_server_is_passed_over() -> None:
    assert decode_server_message('{"type":"hologram","session_id":"abc"}') is None


@pytest.mark.parametrize("revoke_invite", [False, True])
def test_a_field_that_older_servers_refuse_is_sent_only_if_it_is_set(
    *, revoke_invite: bool
) -> None:
    message = RemoveParticipant(session_id="abc", user_id="u", revoke_invite=revoke_invite)
    sent = encode_message(message)
    assert ("revoke_invite" in json.loads(sent)) is revoke_invite
    assert decode_client_message(sent) == message


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
TYPES = st.sampled_from(["cursor_update", "chat_message", "add_comment", "join_session"])


@given(st.binary() | st.text())
def test_whatever_comes_is_decoded_or_refused(frame: bytes | str) -> None:
    with pytest.raises(DecodeError):
        decode_client_message(frame)


@given(TYPES, st.dictionaries(st.sampled_from(["data", "content", "invite", "x"]), JSON))
def test_whatever_structure_comes_is_decoded_or_refused(kind: str, fields: Any) -> None:
    with suppress(DecodeError):
        decode_client_message(json.dumps({"type": kind, "session_id": "abc", **fields}))


@given(
    st.sampled_from(["type", "session_id", "data", "request_id", "more"]),
    st.sampled_from([None, 1, 0, -1, "", "s", "cursor_update", "chat_message", {}, [], 2**63]),
    st.sampled_from(["file", "line", "column", "selection", "more", None]),
    st.booleans(),
)
def test_the_short_way_of_cursor_updates_says_what_the_union_says(
    field: str, value: object, inner: str | None, is_compact: bool
) -> None:
    message: dict[str, Any] = {
        "type": "cursor_update",
        "session_id": "s",
        "data": {"file": "a.py", "line": 1, "column": 1},
    }
    if inner is None:
        message[field] = value
    else:
        message["data"][inner] = value
    separators = (",", ":") if is_compact else None
    quick = json.dumps(message, separators=separators).encode()
    # With a space in front it goes the long way.
    assert outcome(b" " + quick) == outcome(quick)


def outcome(frame: bytes) -> object:
    try:
        return decode_client_message(frame)
    except DecodeError as error:
        return (error.code, error.text, error.request_id)


def test_an_error_passes_through_a_context_manager() -> None:
    @contextmanager
    def room() -> Generator[None]:
        yield

    with pytest.raises(DecodeError, match="INVALID_JSON: no"), room():
        raise DecodeError(ErrorCode.INVALID_JSON, "no")
