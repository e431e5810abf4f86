"""Unsent items as objects of the session that can be shown. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from peerline.client.pending import PendingItem, Typed
from peerline.protocol.chat import ChatMessage, DeleteMessage, EditMessage, React, SendChatMessage
from peerline.protocol.comments import (
    AddComment,
    AnchorData,
    Comment,
    CommentReply,
    ReplyComment,
    ResolveComment,
)
from peerline.protocol.editor.pending import EditorPending, EditorPendingItem, PendingKind
from peerline_bridge import sanitize

_PREFIX: Final = "pending-"
UNKNOWN_USER: Final = "me"
"""The author's id, before the server has assigned one."""


def pending_id(request_id: str) -> str:
    """The id under which an editor knows what has none yet."""
    return _PREFIX + request_id


def request_of(item_id: str) -> str | None:
    """The request behind such an id; None for an id of the server."""
    return item_id.removeprefix(_PREFIX) if item_id.startswith(_PREFIX) else None


@dataclass(frozen=True, slots=True)
class PendingItems:
    """The items that are visible, and whose they are."""

    items: Sequence[PendingItem] = ()
    user_id: str = UNKNOWN_USER
    username: str = ""

    @property
    def waiting_count(self) -> int:
        """The number of those that will be sent."""
        return sum(item.refusal is None for item in self.items)

    @property
    def refused_count(self) -> int:
        """The number of those that will not."""
        return len(self.items) - self.waiting_count

    def refusal_of(self, item_id: str) -> str | None:
        """Why the message, comment or reply was refused; None if it was not, or waits."""
        request_id = request_of(item_id)
        for item in self.items:
            if item.request_id == request_id and item.refusal is not None:
                return sanitize.line(item.refusal.text)
        return None

    def messages(self) -> list[ChatMessage]:
        """The chat messages among them."""
        return [
            ChatMessage(
                id=pending_id(item.request_id),
                user_id=self.user_id,
                username=self.username,
                content=item.message.content,
                timestamp=item.since,
                parent_id=item.message.parent_id,
            )
            for item in self.items
            if isinstance(item.message, SendChatMessage)
        ]

    def comments(self) -> list[Comment]:
        """The comments among them, as threads."""
        return [
            self._thread(item, item.message)
            for item in self.items
            if isinstance(item.message, AddComment)
        ]

    def answered(self) -> set[str]:
        """The ids of the threads to which replies wait."""
        return {
            item.message.comment_id for item in self.items if isinstance(item.message, ReplyComment)
        }

    def over(self, thread: Comment) -> Comment:
        """The thread with the replies that wait."""
        replies = [
            self._reply(item)
            for item in self.items
            if isinstance(item.message, ReplyComment) and item.message.comment_id == thread.id
        ]
        if not replies:
            return thread
        return thread.model_copy(update={"replies": [*thread.replies, *replies]})

    def listed(self) -> EditorPending:
        """All of them, for reading."""
        return EditorPending(
            items=[
                EditorPendingItem(
                    id=pending_id(item.request_id),
                    kind=kind_of(item.message),
                    content=sanitize.block(content_of(item.message)),
                    where=_where(item.message),
                    refusal=item.refusal and sanitize.line(item.refusal.text),
                    timestamp=item.since.isoformat(timespec="seconds").replace("+00:00", "Z"),
                )
                for item in self.items
            ]
        )

    def _reply(self, item: PendingItem) -> CommentReply:
        return CommentReply(
            id=pending_id(item.request_id),
            user_id=self.user_id,
            username=self.username,
            content=content_of(item.message),
            timestamp=item.since,
        )

    def _thread(self, item: PendingItem, message: AddComment) -> Comment:
        data = message.data
        return Comment(
            id=pending_id(item.request_id),
            user_id=self.user_id,
            username=self.username,
            content=data.content,
            timestamp=item.since,
            **data.model_dump(include=set(AnchorData.model_fields)),
        )


def content_of(message: Typed) -> str:
    """Return the user's text; an emoji for a reaction, nothing for a decision."""
    match message:
        case SendChatMessage() | ReplyComment() | EditMessage():
            return message.content
        case AddComment():
            return message.data.content
        case React():
            return message.emoji
        case ResolveComment() | DeleteMessage():
            return ""


def with_content(message: Typed, content: str) -> Typed | None:
    """The message with another text; None if it has none."""
    match message:
        case SendChatMessage() | ReplyComment() | EditMessage():
            return message.model_copy(update={"content": content, "mentions": []})
        case AddComment():
            data = message.data.model_copy(update={"content": content, "mentions": []})
            return message.model_copy(update={"data": data})
        case React() | ResolveComment() | DeleteMessage():
            return None


def kind_of(message: Typed) -> PendingKind:
    """Return the kind of the message."""
    match message:
        case SendChatMessage():
            return PendingKind.CHAT
        case AddComment():
            return PendingKind.COMMENT
        case ReplyComment():
            return PendingKind.REPLY
        case ResolveComment():
            return PendingKind.RESOLVE if message.resolved else PendingKind.REOPEN
        case EditMessage():
            return PendingKind.EDIT
        case DeleteMessage():
            return PendingKind.DELETE
        case React():
            return PendingKind.REACTION


def _where(message: Typed) -> str | None:
    if isinstance(message, AddComment):
        return f"{sanitize.line(message.data.file)}:{message.data.line}"
    return None
