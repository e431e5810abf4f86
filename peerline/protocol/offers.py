"""A folder that somebody offers to the session: its tree, and its files on demand.

Nothing of it is kept by the server. A file of it becomes a shared document when somebody else opens
it; what its owner's editor does not give is not there for others.
"""

# The models are frozen, so a narrower `type` is safe. pyright does not see that.
# pyright: reportIncompatibleVariableOverride=false

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from peerline.protocol.base import AnswerBase, ClientMessageBase, ServerMessageBase
from peerline.protocol.limits import MAX_FILE_CHARS, MAX_TITLE_CHARS, MAX_TREE_PAGE
from peerline.protocol.types import (
    ClientModel,
    Count,
    FilePath,
    ItemId,
    ServerModel,
    Text,
    UserId,
    workspace_path,
)

OfferName = Annotated[Text, Field(min_length=1, max_length=MAX_TITLE_CHARS)]
EntryName = Annotated[Text, Field(min_length=1, max_length=MAX_FILE_CHARS)]


def _folder(path: str) -> str:
    return workspace_path(path) if path else path


FolderPath = Annotated[str, Field(max_length=MAX_FILE_CHARS), AfterValidator(_folder)]
"""As a file's path; empty for the root."""


class EntryKind(StrEnum):
    """A file or a folder."""

    FILE = "file"
    FOLDER = "folder"


class TreeEntry(ServerModel):
    """An entry of a folder; `size` is that of a file, in bytes."""

    name: EntryName
    kind: EntryKind
    size: Count | None = None


class FileOffer(ServerModel):
    """A participant's offer: the name of the folder, and how many files it has.

    `version` is another number whenever the files have changed. `is_cut` says that the folder has
    more files than are offered.
    """

    user_id: UserId
    username: Text
    name: Text
    files: Count
    version: Count = 0
    is_cut: bool = False


class OfferData(ClientModel):
    """The name of the folder, for people, and the number of its files.

    `version` is another number whenever the files have changed, so that others look again. `is_cut`
    says that the folder has more files than are offered.
    """

    name: OfferName
    files: Count
    version: Count = 0
    is_cut: bool = False


class OfferFiles(ClientMessageBase):
    """Offer the files of my folder, or tell that they have changed.

    The offer ends with this connection, or with `withdraw_files`.
    """

    type: Literal["offer_files"] = "offer_files"
    data: OfferData


class WithdrawFiles(ClientMessageBase):
    """Offer them no longer; documents that are shared stay so."""

    type: Literal["withdraw_files"] = "withdraw_files"


class GetTree(ClientMessageBase):
    """Ask for a folder of what is offered; the answer is `tree`.

    `after` is the `next` of the page before. Of several offers the one of `user_id` is meant, or
    else that of the host, or of the one who is here longest.
    """

    type: Literal["get_tree"] = "get_tree"
    path: FolderPath = ""
    after: EntryName | None = None
    user_id: UserId | None = None


class OpenFile(ClientMessageBase):
    """Have an offered file shared, if it is not yet; the answer is `file_opened`.

    The offer is found as for `get_tree`.
    """

    type: Literal["open_file"] = "open_file"
    file: FilePath
    user_id: UserId | None = None


class Tree(AnswerBase):
    """A page of a folder's entries, by name; `next` is the start of the next one, if any.

    The root is empty, without `user_id`, where nobody offers anything.
    """

    type: Literal["tree"] = "tree"
    path: FolderPath
    user_id: UserId | None = None
    entries: list[TreeEntry]
    next: EntryName | None = None


class FileOpened(AnswerBase):
    """The file is a shared document."""

    type: Literal["file_opened"] = "file_opened"
    file: FilePath
    document_id: ItemId


class FilesOffered(ServerMessageBase):
    """The offers of the session, instead of those before. It is ephemeral."""

    type: Literal["files_offered"] = "files_offered"
    offers: list[FileOffer]


class TreeWanted(ServerMessageBase):
    """To who offers: give a page of a folder, by `tree_given` or `file_refused`."""

    type: Literal["tree_wanted"] = "tree_wanted"
    id: ItemId
    path: FolderPath
    after: EntryName | None = None


class FileWanted(ServerMessageBase):
    """To who offers: share a file, then send `file_given`, or else `file_refused`."""

    type: Literal["file_wanted"] = "file_wanted"
    id: ItemId
    file: FilePath


class GiveTree(ClientMessageBase):
    """The answer to `tree_wanted`."""

    type: Literal["tree_given"] = "tree_given"
    id: ItemId
    entries: Annotated[list[TreeEntry], Field(max_length=MAX_TREE_PAGE)]
    next: EntryName | None = None


class GiveFile(ClientMessageBase):
    """The answer to `file_wanted`: the document that the file is shared as."""

    type: Literal["file_given"] = "file_given"
    id: ItemId
    document_id: ItemId


class RefusalReason(StrEnum):
    """Why a file is not given. Others are told only that it is not there.

    `unavailable` is about no file: others are told that they can try again.
    """

    NOT_SHARED = "not_shared"
    TOO_LARGE = "too_large"
    BINARY = "binary"
    NOT_FOUND = "not_found"
    UNAVAILABLE = "unavailable"


class RefuseFile(ClientMessageBase):
    """The answer to `tree_wanted` or `file_wanted`: it is not given."""

    type: Literal["file_refused"] = "file_refused"
    id: ItemId
    reason: RefusalReason
