"""Drafts of comments that several people write together: shared texts without a file.

A draft is opened as a shared document is, by its id. The server keeps it in memory only: it is gone
when it is sent or discarded, when its author has left, and when the server ends.
"""

# The models are frozen, so a narrower `type` is safe. pyright does not see that.
# pyright: reportIncompatibleVariableOverride=false

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from peerline.protocol.base import ClientMessageBase, ServerMessageBase
from peerline.protocol.comments import Anchor, AnchorData
from peerline.protocol.limits import MAX_CONTENT_CHARS
from peerline.protocol.types import ClientModel, ItemId, ServerModel, Text, UserId

DraftContent = Annotated[Text, Field(max_length=MAX_CONTENT_CHARS)]


class SharedDraft(ServerModel):
    """A comment or reply that its author lets others write in.

    Attributes:
        id: Its id, by which it is opened as a document.
        generation: The unbroken history that its updates belong to.
        user_id: The author, who sends it.
        username: The author's name.
        comment_id: The thread that a reply is for.
        anchor: The lines that a comment is about.
    """

    id: ItemId
    generation: ItemId
    user_id: UserId
    username: Text
    comment_id: ItemId | None = None
    anchor: Anchor | None = None


class DraftData(ClientModel):
    """A draft of mine, with its text: a reply has `comment_id`, a comment has `anchor`.

    I choose the id, so that the same draft is never there twice.
    """

    id: ItemId
    content: DraftContent = ""
    comment_id: ItemId | None = None
    anchor: AnchorData | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.comment_id is None) == (self.anchor is None):
            raise ValueError("a draft has either comment_id or anchor")
        return self


class ShareDraft(ClientMessageBase):
    """Let everybody who may comment write in my draft. It is acknowledged."""

    type: Literal["share_draft"] = "share_draft"
    data: DraftData


class EndDraft(ClientMessageBase):
    """A draft is sent or discarded: nobody writes in it any more; for its author, and for hosts."""

    type: Literal["end_draft"] = "end_draft"
    draft_id: ItemId


class DraftsShared(ServerMessageBase):
    """The drafts that people write together, instead of those before. It is ephemeral."""

    type: Literal["drafts_shared"] = "drafts_shared"
    drafts: list[SharedDraft]
