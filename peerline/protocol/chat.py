"""Chat on the wire: messages, edits, deletions, reactions and history."""

# The models are frozen, so a narrower `type` is safe. pyright does not see that.
# pyright: reportIncompatibleVariableOverride=false

from typing import Annotated, Literal, TypeVar

from pydantic import Field

from peerline.protocol.base import AnswerBase, ClientMessageBase, DurableMessageBase
from peerline.protocol.limits import DEFAULT_PAGE, MAX_MENTIONS, MAX_REACTIONS
from peerline.protocol.types import (
    Content,
    Emoji,
    ItemId,
    PageSize,
    Seq,
    ServerModel,
    Text,
    Timestamp,
    UserId,
)


class Reaction(ServerModel):
    """The users who reacted with one emoji, in that order; at least one."""

    emoji: Emoji
    user_ids: list[UserId]


class Item(ServerModel):
    """The common fields of chat messages, comments and replies: they can be edited and so on.

    The `content` of a deleted item is empty; `edited_at` and `deleted_at` are absent otherwise.
    """

    id: ItemId
    user_id: UserId
    username: Text
    content: Text
    mentions: list[UserId] = []
    timestamp: Timestamp
    edited_at: Timestamp | None = None
    deleted_at: Timestamp | None = None
    reactions: list[Reaction] = []


class ChatMessage(Item):
    """One message of the session's chat; `parent_id` is the message that it answers.

    `seq` is absent in the event `chat_message`, which has it itself.
    """

    parent_id: ItemId | None = None
    seq: Seq | None = None


class MessageEdited(DurableMessageBase):
    """An author changed a chat message, comment or reply; `comment_id` is its thread, if any."""

    type: Literal["message_edited"] = "message_edited"
    message_id: ItemId
    comment_id: ItemId | None = None
    content: Text
    mentions: list[UserId] = []
    user_id: UserId
    timestamp: Timestamp


class MessageDeleted(DurableMessageBase):
    """A chat message, comment or reply was deleted by its author or a host.

    A chat message stays, with nothing in it. A reply goes. A comment goes with its thread, unless
    it has replies: then it stays with nothing in it until they are deleted too.
    """

    type: Literal["message_deleted"] = "message_deleted"
    message_id: ItemId
    comment_id: ItemId | None = None
    deleted_by: UserId
    timestamp: Timestamp


class ReactionChanged(DurableMessageBase):
    """Somebody reacted, or took the reaction back."""

    type: Literal["reaction"] = "reaction"
    message_id: ItemId
    comment_id: ItemId | None = None
    user_id: UserId
    emoji: Emoji
    is_removed: bool = False
    timestamp: Timestamp


ItemChange = MessageEdited | MessageDeleted | ReactionChanged


_Item = TypeVar("_Item", bound=Item)


class ChatMessageSent(DurableMessageBase):
    """Somebody said something."""

    type: Literal["chat_message"] = "chat_message"
    message: ChatMessage


def said(event: ChatMessageSent) -> ChatMessage:
    """The new chat message, which knows its place."""
    return event.message.model_copy(update={"seq": event.seq})


def _reacted(reactions: list[Reaction], event: ReactionChanged) -> list[Reaction]:
    found = next((entry for entry in reactions if entry.emoji == event.emoji), None)
    users = [] if found is None else [who for who in found.user_ids if who != event.user_id]
    if not event.is_removed:
        users.append(event.user_id)
    if found is None:
        return [*reactions, Reaction(emoji=event.emoji, user_ids=users)] if users else reactions
    changed = Reaction(emoji=event.emoji, user_ids=users)
    return [
        changed if entry is found else entry for entry in reactions if entry is not found or users
    ]


def changed_item(item: _Item, event: ItemChange) -> _Item:
    """The chat message, comment or reply after the event."""
    match event:
        case MessageEdited():
            update: dict[str, object] = {
                "content": event.content,
                "mentions": event.mentions,
                "edited_at": event.timestamp,
            }
        case MessageDeleted():
            update = {
                "content": "",
                "mentions": [],
                "reactions": [],
                "edited_at": None,
                "deleted_at": event.timestamp,
            }
        case ReactionChanged():
            update = {"reactions": _reacted(item.reactions, event)}
    return item.model_copy(update=update)


def may_react(item: Item, emoji: str) -> bool:
    """Whether the item takes this emoji: one that is there, or another as long as there is room."""
    known = {entry.emoji for entry in item.reactions}
    return emoji in known or len(known) < MAX_REACTIONS


def has_reacted(item: Item, user_id: str, emoji: str) -> bool:
    """Whether the user's reaction is there."""
    return any(entry.emoji == emoji and user_id in entry.user_ids for entry in item.reactions)


class SendChatMessage(ClientMessageBase):
    """Say something to everybody; `parent_id` answers a message."""

    type: Literal["chat_message"] = "chat_message"
    content: Content
    mentions: Annotated[list[UserId], Field(max_length=MAX_MENTIONS)] = []
    parent_id: ItemId | None = None


class EditMessage(ClientMessageBase):
    """Change what I wrote: `message_id` is that of a chat message, a comment or a reply."""

    type: Literal["edit_message"] = "edit_message"
    message_id: ItemId
    content: Content
    mentions: Annotated[list[UserId], Field(max_length=MAX_MENTIONS)] = []


class DeleteMessage(ClientMessageBase):
    """Delete what I wrote, or as a host what anybody wrote; `message_id` as in `edit_message`."""

    type: Literal["delete_message"] = "delete_message"
    message_id: ItemId


class React(ClientMessageBase):
    """Add my reaction, or with `remove` take it back; `message_id` as in `edit_message`."""

    type: Literal["react"] = "react"
    message_id: ItemId
    emoji: Emoji
    remove: bool = False


class GetHistory(ClientMessageBase):
    """The chat before the event `before`, or the latest of it; the answer is `history`."""

    type: Literal["get_history"] = "get_history"
    before: Seq | None = None
    limit: PageSize = DEFAULT_PAGE


class History(AnswerBase):
    """Chat messages, oldest first, and whether there are more before them."""

    type: Literal["history"] = "history"
    messages: list[ChatMessage]
    has_more: bool
