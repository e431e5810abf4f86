"""Rows keep every field of the messages and comments that they are made of."""

from datetime import UTC, datetime
from typing import Any

from peerline.protocol.chat import ChatMessage, ChatMessageSent
from peerline.protocol.comments import CodeComment, Comment, CommentReplied, CommentReply
from peerline_server.store.projection import chat_from_row, message_row, threads_from_rows

WHEN = datetime(2026, 11, 29, 9, 30, tzinfo=UTC)
ITEM: dict[str, Any] = {
    "id": "m1",
    "user_id": "ann",
    "username": "Ann",
    "content": "@bob look",
    "mentions": ["bob"],
    "timestamp": WHEN,
}
ANCHOR: dict[str, Any] = {
    "file": "src/a.py",
    "line": 3,
    "end_line": 4,
    "column": 1,
    "end_column": 2,
    "code_snippet": "x = 1",
    "context_before": ["a"],
    "context_after": ["b"],
    "scope": ["def f():"],
    "occurrence": 1,
    "occurrences": 2,
    "sketch_before": "AAAA",
    "sketch_after": "BBBB",
    "lookalikes": "CCCC" * 3,
    "document_id": "d1",
    "generation": "g1",
    "start": [7, 1, 0],
    "end": [7, 4, -1],
}
LATER = {"edited_at", "deleted_at", "reactions"}
"""Fields that only a later event sets; the tests of changes have them."""


def row_of(message: ChatMessageSent | CodeComment | CommentReplied) -> dict[str, Any]:
    row = message_row(message)
    assert row is not None
    return {"deleted_at": None, **row}


def test_a_chat_message_comes_back_with_every_field() -> None:
    chat = ChatMessage.model_validate({**ITEM, "parent_id": "m0", "seq": 7})
    assert set(ChatMessage.model_fields) - chat.model_fields_set == LATER
    sent = ChatMessageSent(session_id="s", seq=7, message=chat)
    assert chat_from_row(row_of(sent)) == chat


def test_a_comment_and_its_reply_come_back_with_every_field() -> None:
    comment = Comment.model_validate(
        {**ITEM, **ANCHOR, "resolved": True, "resolved_by": "bob", "resolved_at": WHEN}
    )
    assert set(Comment.model_fields) - comment.model_fields_set == LATER | {"replies"}
    reply = CommentReply.model_validate({**ITEM, "id": "m2"})
    assert set(CommentReply.model_fields) - reply.model_fields_set == LATER
    rows = [
        row_of(CodeComment(session_id="s", seq=1, comment=comment)),
        row_of(CommentReplied(session_id="s", seq=2, comment_id="m1", reply=reply)),
    ]
    assert threads_from_rows(rows) == [comment.model_copy(update={"replies": [reply]})]
