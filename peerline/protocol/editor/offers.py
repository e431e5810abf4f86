"""Shared folders between bridge and plugin: the offers, their trees, and opening a file of one."""

from peerline.protocol.editor.participants import ColorIndex
from peerline.protocol.offers import EntryKind, FolderPath
from peerline.protocol.types import ClientModel, Count, FilePath, ItemId, ServerModel, UserId


class EditorOffer(ServerModel):
    """A folder that somebody shares.

    Attributes:
        user_id: The user.
        username: Their name.
        color: Their color.
        name: The name of the folder.
        files: How many files can be had.
        version: Another number whenever the files have changed: ask for the tree again.
        is_cut: Whether the folder has more files.
        is_me: Whether it is the user's own, of this editor or another one.
    """

    user_id: str
    username: str
    color: ColorIndex
    name: str
    files: Count
    version: Count
    is_cut: bool = False
    is_me: bool = False


class EditorOffers(ServerModel):
    """`peerline/offers`: all shared folders, instead of those before.

    Attributes:
        offers: The folders, the oldest first.
        is_sharing: Whether this editor shares its folder.
    """

    offers: list[EditorOffer]
    is_sharing: bool = False


class EditorSharedFolder(ServerModel):
    """The answer to `peerline.shareFolder`.

    Attributes:
        name: The name under which others see the folder.
        files: How many files others can open.
        is_cut: Whether there are more files than can be shared.
    """

    name: str
    files: Count
    is_cut: bool = False


class ListFolderArguments(ClientModel):
    """`peerline.listFolder`, for a folder that somebody shares; the answer is an `EditorFolder`.

    Attributes:
        path: The folder; empty for the root.
        user_id: The user who shares it; else a host, or who shares one longest.
    """

    path: FolderPath = ""
    user_id: UserId | None = None


class EditorFolderEntry(ServerModel):
    """A file or a folder.

    Attributes:
        name: Its name, to be shown.
        path: Its path, for commands.
        kind: File or folder.
        size: The size of a file in bytes.
        document_id: The shared document that a file is already.
    """

    name: str
    path: str
    kind: EntryKind
    size: Count | None = None
    document_id: ItemId | None = None


class EditorFolder(ServerModel):
    """The entries of a folder, folders first.

    Attributes:
        path: The folder.
        user_id: The user who shares it; None if nobody does.
        entries: The entries.
        is_cut: Whether there are more than are shown.
    """

    path: str
    user_id: str | None = None
    entries: list[EditorFolderEntry]
    is_cut: bool = False


class OpenSharedArguments(ClientModel):
    """`peerline.openShared`, for a file of a shared folder; the answer is an `EditorOpenedFile`."""

    file: FilePath
    user_id: UserId | None = None


class EditorOpenedFile(ServerModel):
    """The file is a shared document; the editor opens it.

    Attributes:
        document_id: The document.
        file: Its path in the session.
        uri: The file of the user's own folder, or else `peerline-file://SESSION/PATH`.
        has_file: Whether it is a file of the user's folder.
    """

    document_id: ItemId
    file: str
    uri: str
    has_file: bool
