"""Drafts that plain LSP clients write in the code."""

from peerline.protocol.editor.base import LineIndex, Range
from peerline.protocol.types import ClientModel, ItemId


class WriteDraftArguments(ClientModel):
    """`peerline.writeDraft`: puts an empty draft above the lines `line` to `end_line`, 0-based."""

    uri: str
    line: LineIndex
    end_line: LineIndex | None = None


class SendDraftArguments(ClientModel):
    """`peerline.sendDraft`: the draft that the line is part of.

    As a reply if there is a `comment_id`, else to the chat or as a comment on the line below it.
    """

    uri: str
    line: LineIndex
    comment_id: ItemId | None = None
    to_chat: bool = False


class SendSelectionArguments(ClientModel):
    """`peerline.sendSelection`: to the chat."""

    uri: str
    range: Range
