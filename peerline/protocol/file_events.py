"""File events on the wire: changes of files that an AI session reports."""

# The models are frozen, so a narrower `type` is safe. pyright does not see that.
# pyright: reportIncompatibleVariableOverride=false

from enum import StrEnum
from typing import Literal, Self

from pydantic import model_validator

from peerline.protocol.base import ClientMessageBase, DurableMessageBase
from peerline.protocol.types import (
    ClientModel,
    Count,
    FilePath,
    ItemId,
    Text,
    Timestamp,
    UserId,
)


class FileChange(StrEnum):
    """The kind of a file event."""

    CREATED = "created"
    MODIFIED = "modified"
    DELETED = "deleted"
    RENAMED = "renamed"


class FileEventData(ClientModel):
    """A change of a file in the sender's workspace; `old_file` is for renames only.

    `tool_call_id` is the `id` of the tool call by which an agent made it.
    """

    file: FilePath
    change: FileChange
    old_file: FilePath | None = None
    lines_added: Count | None = None
    lines_removed: Count | None = None
    tool_call_id: ItemId | None = None

    @model_validator(mode="after")
    def _whence(self) -> Self:
        if (self.old_file is not None) != (self.change is FileChange.RENAMED):
            raise ValueError("old_file belongs to a rename, and a rename needs it")
        return self


class TellFileEvent(ClientMessageBase):
    """A file of my workspace changed."""

    type: Literal["file_event"] = "file_event"
    data: FileEventData


class FileEvent(DurableMessageBase):
    """A file in somebody's workspace changed."""

    type: Literal["file_event"] = "file_event"
    user_id: UserId
    username: Text
    data: FileEventData
    timestamp: Timestamp
