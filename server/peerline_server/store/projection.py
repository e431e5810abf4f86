"""The effect of an event on the tables of sessions, users, participants and messages. Pure."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from peerline.protocol.agents import AgentEvent, searched_text
from peerline.protocol.chat import (
    ChatMessage,
    ChatMessageSent,
    Item,
    ItemChange,
    MessageEdited,
    changed_item,
)
from peerline.protocol.comments import (
    CodeComment,
    Comment,
    CommentReplied,
    CommentReply,
    CommentResolved,
)
from peerline.protocol.events import DurableMessage
from peerline.protocol.participants import UserJoined
from peerline.protocol.roles import Role

Row = dict[str, Any]
_PLACE = set(Comment.model_fields) - set(Item.model_fields) - {"replies"}
_COLUMNS = frozenset({"id", "user_id", "content", "timestamp", "deleted_at"})
_CHANGED_LATER = frozenset({"edited_at", "reactions"})
_KEPT = set(Item.model_fields) - _COLUMNS - _CHANGED_LATER
"""Fields of an item that its row keeps as metadata from the start."""


def time_of(message: DurableMessage) -> datetime:
    """When the event happened."""
    match message:
        case ChatMessageSent():
            return message.message.timestamp
        case CodeComment():
            return message.comment.timestamp
        case CommentReplied():
            return message.reply.timestamp
        case _:
            return message.timestamp


def message_row(message: DurableMessage) -> Row | None:
    """The row of session_messages that the event adds, if it adds one."""
    match message:
        case ChatMessageSent(message=chat):
            return _row(message, chat, "chat", chat.parent_id, {})
        case CodeComment(comment=comment):
            place = comment.model_dump(mode="json", include=_PLACE)
            return _row(message, comment, "comment", None, place)
        case CommentReplied(reply=reply):
            return _row(message, reply, "comment", message.comment_id, {})
        case AgentEvent():
            return _event_row(message)
        case _:
            return None


def chat_from_row(row: Row) -> ChatMessage:
    """The chat message that a row holds."""
    return ChatMessage(**_author(row), parent_id=row["parent_id"], seq=row["seq"])


def threads_from_rows(rows: list[Row]) -> list[Comment]:
    """The threads that the comment rows of a session hold, in the order of the rows.

    Deleted replies are left out, and deleted comments that have no replies.
    """
    replies: dict[str, list[CommentReply]] = {}
    for row in rows:
        gather_reply(row, replies)
    return [thread for row in rows if (thread := thread_from_row(row, replies.get(row["id"], [])))]


def gather_reply(row: Row, replies: dict[str, list[CommentReply]]) -> None:
    """Add the reply of a row to those of its comment, if it is one and was not deleted."""
    if row["parent_id"] is not None and row["deleted_at"] is None:
        replies.setdefault(row["parent_id"], []).append(CommentReply(**_author(row)))


def thread_from_row(row: Row, replies: list[CommentReply]) -> Comment | None:
    """The thread of a row, if there is anything left of it."""
    if row["parent_id"] is not None or (row["deleted_at"] is not None and not replies):
        return None
    return Comment.model_validate(
        {
            **{key: value for key, value in row["metadata"].items() if key in _PLACE},
            **_author(row),
            "replies": replies,
        }
    )


def item_from_row(row: Row) -> Item:
    """The changeable part of the chat message, comment or reply of a row."""
    return Item(**_author(row))


def change_row(row: Row, event: ItemChange) -> Row:
    """The columns that the event changes in the row of its item."""
    item = changed_item(item_from_row(row), event)
    edits = row["metadata"].get("edits", [])
    if isinstance(event, MessageEdited):
        edits = [*edits, event.seq]
    changes = item.model_dump(mode="json", include={"mentions", "reactions", "edited_at"})
    return {
        "content": item.content,
        "deleted_at": item.deleted_at,
        "updated_at": event.timestamp,
        "metadata": {**row["metadata"], **changes, "edits": edits},
    }


def resolved_metadata(row: Row, event: CommentResolved) -> Row:
    """The metadata of a thread's row after it was resolved or reopened."""
    return {
        **row["metadata"],
        "resolved": event.resolved,
        "resolved_by": event.user_id if event.resolved else None,
        "resolved_at": event.timestamp.isoformat() if event.resolved else None,
    }


def redacted(event: DurableMessage) -> DurableMessage:
    """The event that said or edited something, without what it said."""
    match event:
        case ChatMessageSent():
            gone = event.message.model_copy(update={"content": "", "mentions": []})
            return event.model_copy(update={"message": gone})
        case CodeComment():
            gone = event.comment.model_copy(update={"content": "", "mentions": []})
            return event.model_copy(update={"comment": gone})
        case CommentReplied():
            gone = event.reply.model_copy(update={"content": "", "mentions": []})
            return event.model_copy(update={"reply": gone})
        case MessageEdited():
            return event.model_copy(update={"content": "", "mentions": []})
        case _:
            return event


def participant_row(message: UserJoined, invite_id: str | None) -> Row:
    """The participant that a join makes or brings back."""
    return {
        "session_id": message.session_id,
        "user_id": message.user.id,
        "role": message.user.role.value,
        "joined_at": message.timestamp,
        "left_at": None,
        "is_active": True,
        "last_seen": message.timestamp,
        "removed_at": None,
        "invite_id": invite_id,
        "username": message.user.username,
    }


def user_row(message: UserJoined) -> Row:
    """The user that a join makes or brings up to date."""
    return {
        "id": message.user.id,
        "username": message.user.username,
        "avatar": message.user.avatar,
        "is_guest": is_guest(message.user.id),
        "created_at": message.timestamp,
        "last_seen": message.timestamp,
        "agent": None
        if message.user.agent is None
        else message.user.agent.model_dump(exclude_none=True),
    }


def is_guest(user_id: str) -> bool:
    """Whether a user has no account."""
    return user_id.startswith("guest_")


def rises(role: Role, before: Role | None) -> bool:
    """Whether an invite of `role` changes anything for a participant of the role `before`."""
    return before is None or role.rank > before.rank


def _row(
    message: DurableMessage,
    item: ChatMessage | Comment | CommentReply,
    kind: str,
    parent_id: str | None,
    extra: Row,
) -> Row:
    return {
        "id": item.id,
        "session_id": message.session_id,
        "user_id": item.user_id,
        "message_type": kind,
        "content": item.content,
        # The name is the one that the author had then: a snapshot shows what was sent.
        "metadata": {**item.model_dump(mode="json", include=_KEPT), **extra},
        "parent_id": parent_id,
        "seq": message.seq,
        "created_at": item.timestamp,
    }


def _event_row(message: AgentEvent) -> Row | None:
    """The row of session_messages by which an event of an agent is found, if it has a text."""
    text = searched_text(message.data)
    if not text.strip():
        return None
    return {
        "id": sha256(f"agent {message.session_id} {message.seq}".encode()).hexdigest()[:32],
        "session_id": message.session_id,
        "user_id": message.user_id,
        "message_type": "agent",
        "content": text,
        "metadata": {"username": message.username, "kind": message.data.kind},
        "parent_id": None,
        "seq": message.seq,
        "created_at": message.timestamp,
    }


def _author(row: Row) -> Row:
    return {
        "id": row["id"],
        "user_id": row["user_id"],
        "content": row["content"],
        "timestamp": row["created_at"],
        "deleted_at": row["deleted_at"],
        **{
            key: value
            for key, value in row["metadata"].items()
            if key in _KEPT or key in _CHANGED_LATER
        },
    }
