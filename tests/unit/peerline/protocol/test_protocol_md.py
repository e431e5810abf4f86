"""PROTOCOL.md says what the models say."""

import json
import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from peerline.protocol.comments import Comment, CommentData
from peerline.protocol.errors import CloseCode, ErrorCode, may_reconnect
from peerline.protocol.messages import (
    CLIENT_MESSAGE_TYPES,
    SERVER_MESSAGE_TYPES,
    decode_client_message,
    decode_server_message,
    encode_message,
)
from peerline.protocol.presence import (
    Cursor,
    CursorData,
    Selection,
    SelectionData,
    Viewport,
    ViewportData,
)
from peerline.protocol.roles import ALLOWED, Action, Role

TEXT = (Path(__file__).parents[4] / "PROTOCOL.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```json (client|server)\n(.*?)\n```", TEXT, re.DOTALL)


@pytest.mark.parametrize(("side", "example"), EXAMPLES)
def test_every_example_is_valid_and_survives_a_round_trip(side: str, example: str) -> None:
    decode = decode_client_message if side == "client" else decode_server_message
    message = decode(example)
    assert message is not None
    written = json.loads(encode_message(message))
    assert _holds(written, json.loads(example))


def _holds(written: object, expected: object) -> bool:
    """Whether everything expected was written; defaults may be added."""
    if isinstance(expected, dict) and isinstance(written, dict):
        return all(key in written and _holds(written[key], expected[key]) for key in expected)
    if isinstance(expected, list) and isinstance(written, list):
        return all(_holds(*pair) for pair in zip(written, expected, strict=True))
    return written == expected


@pytest.mark.parametrize(
    ("side", "kind"),
    [("client", model.model_fields["type"].default) for model in CLIENT_MESSAGE_TYPES]
    + [("server", model.model_fields["type"].default) for model in SERVER_MESSAGE_TYPES],
)
def test_no_message_lacks_an_example(side: str, kind: str) -> None:
    assert f"\n### {kind}\n" in TEXT
    assert any(
        example_side == side and json.loads(example)["type"] == kind
        for example_side, example in EXAMPLES
    )


@pytest.mark.parametrize("code", ErrorCode)
def test_no_error_code_is_missing(code: ErrorCode) -> None:
    assert f"\n| `{code}` |" in TEXT


@pytest.mark.parametrize("code", CloseCode)
def test_no_close_code_is_missing(code: CloseCode) -> None:
    assert f"\n| {int(code)} |" in TEXT


@pytest.mark.parametrize("action", Action)
def test_the_matrix_is_the_one_that_is_enforced(action: Action) -> None:
    start = {Action.EDIT_SESSION: "edit the session"}.get(action, action.replace("_", " "))
    (row,) = re.findall(rf"^\| {start}(?::[^|]*)? \|.*$", TEXT, re.MULTILINE)
    cells = [cell.strip() for cell in row.split("|")[2:5]]
    roles = (Role.HOST, Role.EDITOR, Role.VIEWER)
    assert cells == ["yes" if role in ALLOWED[action] else "no" for role in roles]


@pytest.mark.parametrize(
    ("place", "sent", "received"),
    [
        ("a cursor's column", CursorData, Cursor),
        ("visible lines", ViewportData, Viewport),
        ("a selection", SelectionData, Selection),
        ("a comment's lines", CommentData, Comment),
    ],
)
def test_the_table_of_places_names_the_fields_of_the_models(
    place: str, sent: type[BaseModel], received: type[BaseModel]
) -> None:
    (row,) = re.findall(rf"^\| {re.escape(place)} \|.*$", TEXT, re.MULTILINE)
    cells = [re.sub(r"\(.*\)", "", cell) for cell in row.split("|")[2:4]]
    from_client, from_server = (re.findall(r"`(\w+)`", cell) for cell in cells)
    assert from_client
    assert set(from_client) <= set(sent.model_fields)
    assert set(from_server or from_client) <= set(received.model_fields)
    assert from_server or cells[1].strip() == "the same"


@pytest.mark.parametrize(
    ("code", "expected"), [(4399, True), (4400, False), (4499, False), (4500, True), (1006, True)]
)
def test_close_codes_say_whether_to_come_back(*, code: int, expected: bool) -> None:
    assert may_reconnect(code) is expected
