"""Chat between bridge and plugin."""

from typing import Annotated, Literal

from pydantic import Field

from peerline.protocol.editor.participants import ColorIndex
from peerline.protocol.types import ClientModel, Content, Emoji, ItemId, Seq, ServerModel


class EditorReaction(ServerModel):
    """One emoji and the names of those who reacted with it."""

    emoji: str
    names: list[str]
    is_mine: bool


class EditorChatMessage(ServerModel):
    """One line of the chat; kind "system" reports joins, leaves and changes.

    One with the `id` of a message that is shown replaces it. A deleted one has no content.
    """

    id: str
    kind: Literal["chat", "system"]
    user_id: str
    username: str
    color: ColorIndex
    content: str
    mentions: list[str] = []
    mentions_me: bool = False
    is_me: bool = False
    is_edited: bool = False
    is_deleted: bool = False
    reactions: list[EditorReaction] = []
    parent_id: str | None = None
    is_pending: bool = False
    """I wrote it and it has not been sent yet; with a `refusal`, it will not be."""
    refusal: str | None = None
    timestamp: str
    seq: int | None = None
    """The place in the session's events."""


class EditorChat(ServerModel):
    """`peerline/chat`: messages to append; with `reset`, to show instead of what is there.

    With `prepend` they are older than those that are shown. `has_more` comes with both: whether
    `peerline.loadHistory` may bring older ones. `removed` are ids of pending messages that are to
    be taken away: they were sent, and come as messages, or were discarded.
    """

    reset: bool = False
    prepend: bool = False
    has_more: bool | None = None
    messages: list[EditorChatMessage]
    removed: list[str] = []


class SendChatArguments(ClientModel):
    """`peerline.sendChat`."""

    content: Content
    parent_id: ItemId | None = None


class LoadHistoryArguments(ClientModel):
    """`peerline.loadHistory`: chat older than `before`, or than all that was shown."""

    before: Annotated[int, Field(ge=1)] | None = None
    """A message's place in the session's events: the oldest that the editor still has."""


class EditMessageArguments(ClientModel):
    """`peerline.editMessage`: a chat message, a comment or a reply of mine."""

    message_id: ItemId
    content: Content


class DeleteMessageArguments(ClientModel):
    """`peerline.deleteMessage`: as `peerline.editMessage`; hosts delete what anybody wrote."""

    message_id: ItemId


class ReactArguments(ClientModel):
    """`peerline.react`: to a chat message, a comment or a reply."""

    message_id: ItemId
    emoji: Emoji
    remove: bool = False


class SearchArguments(ClientModel):
    """`peerline.search`: `before` is the `seq` of the last result of the page before."""

    query: Content
    before: Seq | None = None
