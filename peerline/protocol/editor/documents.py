"""Shared documents between bridge and plugin: the handshake, the list, questions, commands.

The bridge requests an edit for exactly one version of the editor's document. The editor makes all
of it in one go if its document is at that version, and nothing otherwise; `didChange` tells
everything else. A plugin does nothing more: no queue, no flag, no transformation.
"""

from enum import StrEnum

from peerline.protocol.documents import TextHash
from peerline.protocol.editor.base import Range
from peerline.protocol.editor.participants import ColorIndex
from peerline.protocol.types import ClientModel, Count, ItemId, ServerModel

EDIT_REQUEST = "peerline/edit"
"""A request of the bridge: `EditorEdit`, answered with `EditAnswer`."""
TEXT_REQUEST = "peerline/text"
"""A request of the bridge for the real text of a buffer: `DocumentUri`, answered with
`TextAnswer`."""
APPLYING_NOTIFICATION = "peerline/applying"
"""Of the plugin, just before it makes an edit: `ApplyingEdit`. Only with `marks_edits`."""
READY_NOTIFICATION = "peerline/ready"
"""Of the plugin: an edit that it answered with `later` can be made now. `DocumentUri`."""
CHECK_NOTIFICATION = "peerline/check"
"""Of the plugin, after quiet: the hash of the real buffer. `TextCheck`."""
UNDO_STEP_NOTIFICATION = "peerline/undoStep"
"""Of the plugin: the next edit begins a new step of undo (InsertLeave). `DocumentUri`."""


class DocumentUri(ClientModel):
    """A document of the editor."""

    uri: str


class TextEdit(ServerModel):
    """LSP TextEdit, in the position encoding of the connection; lines end as in the document."""

    range: Range
    newText: str  # noqa: N815 - LSP's name


class EditorEdit(ServerModel):
    """`peerline/edit`: edits for exactly this version, the last place first.

    With `is_own_step` it undoes or redoes an edit of the user: the cursor goes there.
    """

    id: Count
    uri: str
    version: int
    edits: list[TextEdit]
    is_own_step: bool = False


class EditAnswer(ClientModel):
    """The answer to `peerline/edit`: whether it was made, and the document's version now.

    With `later` the editor is in a mode in which text of others would do harm (a selection, a
    pending operator): it sends `peerline/ready` when that ends.
    """

    applied: bool
    version: int
    later: bool = False


class TextAnswer(ClientModel):
    """The answer to `peerline/text`: the buffer's text with LF line ends, at a version."""

    version: int
    text: str


class ApplyingEdit(ClientModel):
    """`peerline/applying`."""

    id: Count


class TextCheck(ClientModel):
    """`peerline/check`: the hash of the buffer's text with LF line ends, at a version."""

    uri: str
    version: int
    hash: TextHash


class DocumentState(StrEnum):
    """How the editor's text of a shared document stands to the shared text."""

    CLOSED = "closed"
    """It is not open here."""
    OPENING = "opening"
    DIFFERENT = "different"
    """The texts differ, and the user has not said yet what is to be done."""
    EQUAL = "equal"
    WAITING = "waiting"
    """Text of others is on its way into the editor, or waits for it."""
    OFFLINE = "offline"
    """There is no connection; edits are kept and sent later."""
    DETACHED = "detached"
    """Sharing has stopped here; the editor keeps its text."""


class DocumentReader(ServerModel):
    """A participant who has a shared document open."""

    user_id: str
    username: str
    color: ColorIndex


class EditorDocument(ServerModel):
    """One shared document.

    Attributes:
        document_id: Its id.
        generation: Its generation.
        file: Its path in the session.
        uri: The open document of this editor that it is, if there is one; else the file of the
            user's folder, if there is one; else `peerline-file://SESSION/PATH`.
        is_open: Whether this editor has it open.
        has_file: Whether the user has a file of that path.
        state: How the editor's text stands to the shared one.
        reason: Why it is detached or waits.
        pending: Own updates that the server has not confirmed yet.
        can_edit: Whether the user may write in it.
        can_unshare: Whether the user may end its sharing.
        shared_by: The user who shared it.
        shared_by_name: Their name.
        open_by: Who else has it open.
    """

    document_id: ItemId
    generation: ItemId
    file: str
    uri: str
    is_open: bool
    has_file: bool
    state: DocumentState
    reason: str | None = None
    pending: int = 0
    can_edit: bool = True
    can_unshare: bool = False
    shared_by: str
    shared_by_name: str
    open_by: list[DocumentReader] = []


class EditorDocuments(ServerModel):
    """`peerline/documents`: all shared documents of the session, instead of those before."""

    documents: list[EditorDocument]


class QuestionKind(StrEnum):
    """Why the user is asked about a shared document."""

    JOIN = "join"
    """The own text differs from the shared one."""
    DISK = "disk"
    """The file has changed on the disk, by more than somebody types."""


class DocumentChoice(StrEnum):
    """The answers to a question about different texts."""

    SHARED = "shared"
    """Use the shared text; the own version is kept in a file first."""
    MINE = "mine"
    """Offer mine: the difference becomes my edits."""
    LATER = "later"
    """Not now; for `disk` this stops sharing here."""


class EditorDocumentQuestion(ServerModel):
    """`peerline/documentQuestion`: texts differ; answered by `peerline.answerDocument`.

    `diff` is a unified diff from the shared text to the own one. A question of the same `uri` takes
    the place of the one before; with `is_settled` none is open any longer.
    """

    uri: str
    document_id: ItemId
    file: str
    kind: QuestionKind
    diff: str
    lines_added: int
    lines_removed: int
    shared_by_name: str
    can_offer: bool
    """Whether `mine` may be chosen: viewers have no edits."""
    is_settled: bool = False


class ShareDocumentArguments(ClientModel):
    """`peerline.shareDocument`, for an open document; the answer has `document_id` and `shared_by`.

    The user in `shared_by` is another one if somebody was faster.
    """

    uri: str


class UnshareDocumentArguments(ClientModel):
    """`peerline.unshareDocument`."""

    uri: str


class AnswerDocumentArguments(ClientModel):
    """`peerline.answerDocument`."""

    uri: str
    choice: DocumentChoice


class UndoArguments(ClientModel):
    """`peerline.undo` and `peerline.redo`: take back, or make again, the last step of one's own.

    The answer says whether there was one.
    """

    uri: str


class PullDocumentArguments(ClientModel):
    """`peerline.pullDocument`: ask the editor again to make the edits of others.

    For an editor without a plugin that refuses edits that it did not ask for. The answer says
    whether it has made all of them.
    """

    uri: str


class ReadDocumentArguments(ClientModel):
    """`peerline.readDocument`: the answer is an `EditorDocumentText`.

    For an editor that opens a shared document without a file of its own.
    """

    document_id: ItemId


class EditorDocumentText(ServerModel):
    """The text of a shared document now, with LF line ends."""

    document_id: ItemId
    file: str
    uri: str
    text: str
    can_edit: bool


class BlameArguments(ClientModel):
    """`peerline.blame`, for an open shared document; the answer is an `EditorBlame`."""

    uri: str


class BlameRun(ServerModel):
    """A piece of the text with its author."""

    range: Range
    user_id: str
    username: str
    color: ColorIndex


class EditorBlame(ServerModel):
    """The authors of the text, at this version of the editor's document."""

    version: int
    runs: list[BlameRun]


class EditorDocumentSaved(ServerModel):
    """`peerline/documentSaved`: somebody saved their file of a shared document."""

    document_id: ItemId
    file: str
    uri: str
    user_id: str
    username: str
    is_equal: bool
    """Whether the text that was saved is the one that this editor has."""
