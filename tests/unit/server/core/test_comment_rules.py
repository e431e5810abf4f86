"""Tests of the rules for comments."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from peerline.protocol.comments import (
    AddComment,
    Anchor,
    AnchorData,
    CodeComment,
    Comment,
    CommentData,
    CommentReattached,
    ReattachComment,
)
from peerline.protocol.participants import User
from peerline.protocol.roles import Role
from peerline.protocol.session import SessionInfo
from peerline_server.core.comment_rules import decide_comment, decide_reattach
from peerline_server.core.comments import CommentBoard
from peerline_server.core.decisions import Append, Sender
from peerline_server.core.members import Members
from peerline_server.core.records import StoredSession

NOW = datetime(2026, 1, 1, tzinfo=UTC)
S = "session1"
SENDER = Sender(User(id="bob", username="Bob", role=Role.EDITOR), Role.EDITOR, S, NOW)
ANCHOR: dict[str, Any] = {
    "file": "a.py",
    "line": 3,
    "end_line": 4,
    "column": 5,
    "end_column": 6,
    "code_snippet": "x = 1",
    "context_before": ["a"],
    "context_after": ["b"],
    "scope": ["def f():"],
    "occurrence": 1,
    "occurrences": 2,
    "sketch_before": "ab",
    "sketch_after": "cd",
    "lookalikes": "abcdefghijkl",
    "document_id": "d0",
    "generation": "g0",
    "start": (7, 3, 0),
    "end": (7, 9, -1),
}


@pytest.fixture
def members() -> Members:
    info = SessionInfo(id=S, title="T", created_at=NOW)
    return Members(StoredSession(info, "e", 0, [], [], []))


def test_the_example_has_every_field_of_an_anchor() -> None:
    assert set(ANCHOR) == set(AnchorData.model_fields) == set(Anchor.model_fields)
    assert not any(ANCHOR[name] == field.default for name, field in AnchorData.model_fields.items())


@pytest.mark.parametrize("name", ["generation", "start", "end"])
def test_a_range_in_a_shared_text_is_whole(name: str) -> None:
    with pytest.raises(ValidationError, match="generation, start and end belong together"):
        AnchorData.model_validate({key: value for key, value in ANCHOR.items() if key != name})
    rest = {key: value for key, value in ANCHOR.items() if key != "document_id"}
    assert AnchorData.model_validate(rest).document_id is None


def test_a_new_thread_has_the_whole_anchor(members: Members) -> None:
    message = AddComment(session_id=S, data=CommentData(content="why?", **ANCHOR))
    event = decide_comment(message, SENDER, members, "c1").event.message
    assert isinstance(event, CodeComment)
    assert event.comment.model_dump(include=set(ANCHOR)) == ANCHOR
    assert (event.comment.id, event.comment.user_id, event.comment.username) == ("c1", "bob", "Bob")


def test_a_reattached_thread_gets_the_whole_anchor() -> None:
    thread = Comment(
        id="c1", user_id="bob", username="Bob", content="why?", timestamp=NOW, file="b.py", line=1
    )
    message = ReattachComment(session_id=S, comment_id="c1", data=AnchorData(**ANCHOR))
    decision = decide_reattach(message, SENDER, CommentBoard([thread]))
    assert isinstance(decision, Append)
    assert isinstance(decision.event.message, CommentReattached)
    assert decision.event.message.anchor.model_dump() == ANCHOR
