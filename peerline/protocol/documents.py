"""Shared documents on the wire: texts that several people write at the same time.

Their updates travel in binary frames (`peerline.documents.frames`).
"""

# The models are frozen, so a narrower `type` is safe. pyright does not see that.
# pyright: reportIncompatibleVariableOverride=false

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from peerline.protocol.base import (
    AnswerBase,
    ClientMessageBase,
    DurableMessageBase,
    ServerMessageBase,
)
from peerline.protocol.errors import ErrorCode
from peerline.protocol.limits import MAX_DOCUMENT_BYTES, MAX_STATE_VECTOR_CHARS
from peerline.protocol.types import (
    ClientModel,
    Count,
    FilePath,
    ItemId,
    ServerModel,
    Text,
    Timestamp,
    UserId,
)

TextHash = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
"""The SHA-256 of a text as UTF-8, with LF line ends."""
StateVector = Annotated[
    str, Field(max_length=MAX_STATE_VECTOR_CHARS, pattern=r"^[A-Za-z0-9+/]*={0,2}$")
]
"""A Yjs state vector in Base64: the end of each client's structs."""
DocumentContent = Annotated[Text, Field(max_length=MAX_DOCUMENT_BYTES)]


class SharedDocument(ServerModel):
    """A text that is shared in the session.

    Attributes:
        id: Its id, the same through renames and renewals.
        file: The path by which it was shared, or that it was renamed to.
        generation: The unbroken history that its updates belong to; another one is never merged.
        shared_by: The user who shared it.
        hash: The hash of the text that the generation began with.
        lines: How many lines that text had.
    """

    id: ItemId
    file: FilePath
    generation: ItemId
    shared_by: UserId
    hash: TextHash
    lines: Count


class ShareDocumentData(ClientModel):
    """A file of mine with its text; without `content` the text follows in a binary frame."""

    file: FilePath
    content: DocumentContent | None = None


class ShareDocument(ClientMessageBase):
    """Share a text of mine: from now on everybody may open it and editors may write in it.

    A text without `content` follows this message at once, as one binary frame on channel 0.
    """

    type: Literal["share_document"] = "share_document"
    data: ShareDocumentData


class OpenDocument(ClientMessageBase):
    """Open a shared document: the answer is `document_opened`, then one frame with what I lack.

    `state` is how far I know `generation`; without it the whole document is sent. A generation
    that the document was renewed from can be read for 30 days, so that what I wrote meanwhile can
    be brought into the present one. For one that is gone the answer is GENERATION_MISMATCH.
    """

    type: Literal["open_document"] = "open_document"
    document_id: ItemId
    generation: ItemId | None = None
    state: StateVector | None = None


class CloseDocument(ClientMessageBase):
    """Send me no more of this document."""

    type: Literal["close_document"] = "close_document"
    document_id: ItemId


class UnshareDocument(ClientMessageBase):
    """End the sharing of a document, for everybody; for hosts, and for the user who shared it."""

    type: Literal["unshare_document"] = "unshare_document"
    document_id: ItemId


class RenameDocument(ClientMessageBase):
    """The file of a shared document that I have open has another name now."""

    type: Literal["rename_document"] = "rename_document"
    document_id: ItemId
    file: FilePath


class TellDocumentSaved(ClientMessageBase):
    """I saved my file of a shared document, with the text of this hash."""

    type: Literal["document_saved"] = "document_saved"
    document_id: ItemId
    hash: TextHash


class CheckDocument(ClientMessageBase):
    """Compare my text with yours; the answer is `document_checked`.

    It is answered only if the server is at this state vector: otherwise something is under way.
    """

    type: Literal["document_check"] = "document_check"
    document_id: ItemId
    state: StateVector
    hash: TextHash


class GetBlame(ClientMessageBase):
    """Ask who wrote what; the answer is `blame`."""

    type: Literal["get_blame"] = "get_blame"
    document_id: ItemId


class DocumentOpened(AnswerBase):
    """A document is open on this connection.

    Attributes:
        channel: The number that its binary frames begin with, on this connection.
        client_id: The Yjs client id under which this connection writes.
        clock: The end of the structs of that client.
        can_edit: Whether updates of this connection are taken.
    """

    type: Literal["document_opened"] = "document_opened"
    document_id: ItemId
    generation: ItemId
    channel: Count
    client_id: Count
    clock: Count
    can_edit: bool


class DocumentChecked(AnswerBase):
    """Whether the texts are equal."""

    type: Literal["document_checked"] = "document_checked"
    document_id: ItemId
    equal: bool


class Blame(AnswerBase):
    """The authors of a text, from its start on, with lengths in UTF-16 code units."""

    type: Literal["blame"] = "blame"
    document_id: ItemId
    generation: ItemId
    runs: list[tuple[int, UserId]]


class DocumentClosed(ServerMessageBase):
    """The server has closed a document on this connection, and why.

    With UPDATE_REFUSED three updates of this connection were refused; with PERMISSION_DENIED, or
    without a code, the role has changed: open it again.
    """

    type: Literal["document_closed"] = "document_closed"
    document_id: ItemId
    channel: Count
    error_code: ErrorCode | None = None
    message: str


class DocumentSaved(ServerMessageBase):
    """Somebody saved their file of a shared document. It is ephemeral."""

    type: Literal["document_saved"] = "document_saved"
    document_id: ItemId
    hash: TextHash
    user_id: UserId
    username: Text
    timestamp: Timestamp


class DocumentShared(DurableMessageBase):
    """A text is shared."""

    type: Literal["document_shared"] = "document_shared"
    document: SharedDocument
    username: Text
    timestamp: Timestamp


class DocumentUnshared(DurableMessageBase):
    """A document is no longer shared; everybody keeps the text that their editor has."""

    type: Literal["document_unshared"] = "document_unshared"
    document_id: ItemId
    file: FilePath
    user_id: UserId
    username: Text
    timestamp: Timestamp


class DocumentRenamed(DurableMessageBase):
    """A shared document has another file name."""

    type: Literal["document_renamed"] = "document_renamed"
    document_id: ItemId
    file: FilePath
    old_file: FilePath
    user_id: UserId
    username: Text
    timestamp: Timestamp


class DocumentRenewed(DurableMessageBase):
    """The text of a document goes on in a new generation, unchanged: open it again.

    `hash` and `lines` are those of the text that the generation begins with.
    """

    type: Literal["document_renewed"] = "document_renewed"
    document_id: ItemId
    generation: ItemId
    old_generation: ItemId
    hash: TextHash
    lines: Count
    timestamp: Timestamp


DocumentEvent: TypeAlias = DocumentShared | DocumentUnshared | DocumentRenamed | DocumentRenewed


def changed_documents(
    documents: Mapping[str, SharedDocument], event: DocumentEvent
) -> dict[str, SharedDocument]:
    """The shared documents by their id after an event, in the order in which they were shared."""
    changed = dict(documents)
    if isinstance(event, DocumentShared):
        changed[event.document.id] = event.document
    elif isinstance(event, DocumentUnshared):
        changed.pop(event.document_id, None)
    elif (document := changed.get(event.document_id)) is not None:
        update = (
            {"file": event.file}
            if isinstance(event, DocumentRenamed)
            else {"generation": event.generation, "hash": event.hash, "lines": event.lines}
        )
        changed[document.id] = document.model_copy(update=update)
    return changed
