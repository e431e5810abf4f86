"""File changes between bridge and plugin."""

from peerline.protocol.editor.participants import ColorIndex
from peerline.protocol.file_events import FileChange, FileEventData
from peerline.protocol.types import ClientModel, ServerModel


class EditorFileChange(ServerModel):
    """A change of a file that somebody's editor has told; `file` is relative to the workspace."""

    id: str
    user_id: str
    username: str
    color: ColorIndex
    file: str
    change: FileChange
    old_file: str | None = None
    lines_added: int | None = None
    lines_removed: int | None = None
    timestamp: str


class EditorFiles(ServerModel):
    """`peerline/files`: the last changes, oldest first, instead of those that were shown."""

    changes: list[EditorFileChange]


class FileEventArguments(ClientModel):
    """`peerline.fileEvent`; the bridge finds the paths of `uri` and `old_uri`, which win."""

    data: FileEventData
    uri: str | None = None
    old_uri: str | None = None
