"""Unsent messages between bridge and plugin."""

from enum import StrEnum

from peerline.protocol.types import ClientModel, ItemId, ServerModel


class PendingKind(StrEnum):
    """The kind of an unsent item."""

    CHAT = "chat"
    COMMENT = "comment"
    REPLY = "reply"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    EDIT = "edit"
    DELETE = "delete"
    REACTION = "reaction"


class EditorPendingItem(ServerModel):
    """An item of mine that is unsent or was refused; `where` is for people to read."""

    id: str
    kind: PendingKind
    content: str
    where: str | None = None
    refusal: str | None = None
    timestamp: str


class EditorPending(ServerModel):
    """The answer to `peerline.listPending`, oldest first."""

    items: list[EditorPendingItem]


class PendingArguments(ClientModel):
    """`peerline.resendPending` and `peerline.discardPending`."""

    id: ItemId
