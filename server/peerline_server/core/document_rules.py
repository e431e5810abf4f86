"""The rules for shared documents: share, rename and unshare one, and report a saved file. Pure."""

import hashlib
from collections.abc import Callable

from peerline.protocol.documents import (
    DocumentRenamed,
    DocumentSaved,
    DocumentShared,
    DocumentUnshared,
    RenameDocument,
    SharedDocument,
    ShareDocument,
    TellDocumentSaved,
    UnshareDocument,
)
from peerline.protocol.errors import ErrorCode
from peerline.protocol.roles import Role
from peerline_server.core.decisions import Append, Refused, Relay, Sender, Share, Unchanged
from peerline_server.core.document_limits import DocumentLimits
from peerline_server.core.documents import DocumentList, canonical_file
from peerline_server.core.members import Members
from peerline_server.core.permissions import only_hosts
from peerline_server.core.records import NewEvent, Rejected
from peerline_server.core.refusals import REFUSALS

DocumentMessage = ShareDocument | UnshareDocument | RenameDocument | TellDocumentSaved


def decide_document(
    message: DocumentMessage,
    sender: Sender,
    documents: DocumentList,
    members: Members,
    new_id: Callable[[], str],
) -> Append | Share | Relay | Unchanged | Refused:
    """Decide on a change of what is shared; a new document gets a new id."""
    if isinstance(message, ShareDocument):
        return _decide_share(message, sender, documents, new_id)
    document = documents.get(message.document_id)
    if isinstance(message, UnshareDocument):
        return _decide_unshare(message, sender, document, members)
    if document is None:
        return no_such_document()
    if isinstance(message, RenameDocument):
        return _decide_rename(message, sender, documents, document)
    saved = DocumentSaved(
        session_id=sender.session_id,
        document_id=document.id,
        hash=message.hash,
        user_id=sender.user.id,
        username=sender.user.username,
        timestamp=sender.now,
    )
    return Relay(saved)


def text_problem(content: str, limits: DocumentLimits) -> Refused | None:
    """Why a text cannot be shared, or not go on being; None if it can."""
    if "\0" in content:
        text = "this is a binary file (it holds the character U+0000): only texts can be shared"
        return Refused(ErrorCode.INVALID_FIELD, f"data.content: {text}")
    if len(content) > limits.text_bytes or len(content.encode()) > limits.text_bytes:
        text = f"a shared text has at most {limits.text_bytes} bytes, this has more"
        return Refused(ErrorCode.DOCUMENT_TOO_LARGE, text)
    if line_count(content) > limits.text_lines:
        text = f"a shared text has at most {limits.text_lines} lines, this has more"
        return Refused(ErrorCode.DOCUMENT_TOO_LARGE, text)
    return None


def line_count(content: str) -> int:
    """The number of lines of a text; a last one without a line end counts."""
    return content.count("\n") + (not content.endswith("\n") and content != "")


def text_hash(content: str) -> str:
    """The SHA-256 of a text, as it is on the wire."""
    return f"sha256:{hashlib.sha256(content.encode()).hexdigest()}"


def no_such_document() -> Refused:
    """The document is not shared, or no longer."""
    return Refused(ErrorCode.DOCUMENT_NOT_FOUND, REFUSALS[ErrorCode.DOCUMENT_NOT_FOUND])


def already_shared(document: SharedDocument) -> Rejected:
    """The file is shared as this document."""
    text = f"{document.file} is shared already: open that document"
    return Rejected(ErrorCode.DOCUMENT_EXISTS, text, document.id)


def _decide_share(
    message: ShareDocument, sender: Sender, documents: DocumentList, new_id: Callable[[], str]
) -> Share | Refused:
    content = message.data.content
    if content is None:
        return Refused(ErrorCode.INVALID_FIELD, "data.content: the text must follow at once")
    if (problem := text_problem(content, documents.limits)) is not None:
        return problem
    file = canonical_file(message.data.file)
    refusal = None
    if (other := documents.of_file(file)) is not None:
        refusal = already_shared(other)
    elif documents.is_full:
        text = f"a session has at most {documents.limits.documents} shared documents: unshare one"
        refusal = Rejected(ErrorCode.LIMIT_EXCEEDED, text)
    shared = DocumentShared(
        session_id=sender.session_id,
        seq=0,
        document=SharedDocument(
            id=new_id(),
            file=file,
            generation=new_id(),
            shared_by=sender.user.id,
            hash=text_hash(content),
            lines=line_count(content),
        ),
        username=sender.user.username,
        timestamp=sender.now,
    )
    event = NewEvent(shared, sender.user.id, message.request_id, refusal=refusal)
    return Share(event, content)


def _decide_unshare(
    message: UnshareDocument, sender: Sender, document: SharedDocument | None, members: Members
) -> Append | Refused:
    if document is None:
        # A request that comes again is answered as the first time.
        refusal = Rejected(ErrorCode.DOCUMENT_NOT_FOUND, REFUSALS[ErrorCode.DOCUMENT_NOT_FOUND])
        file = "-"
    elif sender.role is not Role.HOST and document.shared_by != sender.user.id:
        text = only_hosts("only a host, or who shared the file, can stop sharing it", members)
        return Refused(ErrorCode.PERMISSION_DENIED, text)
    else:
        refusal, file = None, document.file
    event = DocumentUnshared(
        session_id=sender.session_id,
        seq=0,
        document_id=message.document_id,
        file=file,
        user_id=sender.user.id,
        username=sender.user.username,
        timestamp=sender.now,
    )
    return Append(NewEvent(event, sender.user.id, message.request_id, refusal=refusal))


def _decide_rename(
    message: RenameDocument, sender: Sender, documents: DocumentList, document: SharedDocument
) -> Append | Unchanged:
    file = canonical_file(message.file)
    if file == document.file:
        return Unchanged()
    other = documents.of_file(file)
    refusal = None if other is None or other.id == document.id else already_shared(other)
    event = DocumentRenamed(
        session_id=sender.session_id,
        seq=0,
        document_id=document.id,
        file=file,
        old_file=document.file,
        user_id=sender.user.id,
        username=sender.user.username,
        timestamp=sender.now,
    )
    return Append(NewEvent(event, sender.user.id, message.request_id, refusal=refusal))
