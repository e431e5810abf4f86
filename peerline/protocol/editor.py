"""The notifications between bridge and editor plugins (`peerline/…`) and the commands' arguments.

Positions here are those of LSP: 0-based lines, 0-based characters in the negotiated position
encoding (LSP 3.17, section "Position"). Documents are named by URI.
"""

from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field

from peerline.protocol.errors import ErrorCode
from peerline.protocol.palette import COLOR_COUNT
from peerline.protocol.payloads import (
    Arrival,
    Ban,
    FileChange,
    FileEventData,
    Invite,
    Limits,
    PendingJoin,
    SessionChanges,
    SessionInfo,
    SessionTitle,
)
from peerline.protocol.roles import Role
from peerline.protocol.types import (
    MAX_TOKEN_CHARS,
    ClientModel,
    ColumnNumber,
    Content,
    Emoji,
    FilePath,
    ItemId,
    LineNumber,
    Seq,
    ServerModel,
    Status,
    UserId,
)

LineIndex = Annotated[int, Field(strict=True, ge=0, le=2_147_483_646)]
ColorIndex = Annotated[int, Field(ge=0, lt=COLOR_COUNT)]


class Position(ClientModel):
    """LSP Position."""

    line: LineIndex
    character: LineIndex


class Range(ClientModel):
    """LSP Range; the end is exclusive."""

    start: Position
    end: Position


class LineRange(ClientModel):
    """Whole lines, 0-based, both inclusive."""

    start: LineIndex
    end: LineIndex


# --- bridge → plugin -----------------------------------------------------------------------


class ConnectionState(StrEnum):
    """Where the bridge is with its session."""

    OFFLINE = "offline"
    CONNECTING = "connecting"
    WAITING = "waiting"
    """A host must let the user in."""
    JOINED = "joined"
    RECONNECTING = "reconnecting"


class EditorState(ServerModel):
    """`peerline/state`: connection and session, sent whole on every change."""

    state: ConnectionState
    reason: str | None = None
    session_id: str | None = None
    title: str | None = None
    user_id: str | None = None
    username: str | None = None
    role: Role | None = None
    following: str | None = None
    participants: int = 0
    session: SessionInfo | None = None
    limits: Limits | None = None
    pending: int = 0
    """How much of what I wrote waits to be sent."""
    refused: int = 0
    """How much of it was refused and is kept: see `peerline.listPending`."""


class EditorParticipant(ServerModel):
    """One row of the participants list; `line` is 1-based, for reading.

    `uri` is the file in this workspace, if it is there.
    """

    user_id: str
    username: str
    role: Role
    color: ColorIndex
    status: Status
    is_me: bool
    is_followed: bool
    is_writing: bool = False
    """A message for the chat."""
    avatar: str | None = None
    file: str | None = None
    line: int | None = None
    uri: str | None = None


class EditorParticipants(ServerModel):
    """`peerline/participants`: everybody who is here, in the order of joining."""

    participants: list[EditorParticipant]


class EditorPresence(ServerModel):
    """Where another participant is; without `uri`: in no file of this workspace."""

    user_id: str
    username: str
    color: ColorIndex
    status: Status
    uri: str | None = None
    cursor: Position | None = None
    selection: Range | None = None
    viewport: LineRange | None = None
    viewport_uri: str | None = None


class EditorPresenceUpdate(ServerModel):
    """`peerline/presence`: changed marks, each whole; `removed` are user ids that have gone."""

    updates: list[EditorPresence] = []
    removed: list[str] = []


class EditorReaction(ServerModel):
    """One emoji and the names of those who reacted with it."""

    emoji: str
    names: list[str]
    is_mine: bool


class EditorChatMessage(ServerModel):
    """One line of the chat; kind "system" reports joins, leaves and changes.

    One with the `id` of a message that is shown replaces it. A deleted one has no content.
    """

    id: str
    kind: Literal["chat", "system"]
    user_id: str
    username: str
    color: ColorIndex
    content: str
    mentions: list[str] = []
    mentions_me: bool = False
    is_me: bool = False
    is_edited: bool = False
    is_deleted: bool = False
    reactions: list[EditorReaction] = []
    parent_id: str | None = None
    is_pending: bool = False
    """I wrote it and it has not been sent yet; with a `refusal`, it will not be."""
    refusal: str | None = None
    timestamp: str
    seq: int | None = None
    """The place in the session's events."""


class EditorChat(ServerModel):
    """`peerline/chat`: messages to append; with `reset`, to show instead of what is there.

    With `prepend` they are older than those that are shown. `has_more` comes with both: whether
    `peerline.loadHistory` may bring older ones. `removed` are ids of pending messages that are to
    be taken away: they were sent, and come as messages, or were discarded.
    """

    reset: bool = False
    prepend: bool = False
    has_more: bool | None = None
    messages: list[EditorChatMessage]
    removed: list[str] = []


class EditorReply(ServerModel):
    """One reply in a thread."""

    id: str
    user_id: str
    username: str
    color: ColorIndex
    content: str
    mentions_me: bool = False
    is_me: bool = False
    is_edited: bool = False
    reactions: list[EditorReaction] = []
    is_pending: bool = False
    refusal: str | None = None
    timestamp: str


class EditorThread(ServerModel):
    """A comment thread with its place in this editor's text of the file.

    An outdated one has no place here: `line` is its author's, and `code_snippet` shows what it was
    about. With a `confidence` below 1 the lines were changed, and are taken for the same ones.
    `is_pending` and `refusal` are as those of a chat message. A comment that was deleted while it
    has replies has no content.
    """

    id: str
    line: LineIndex
    end_line: LineIndex
    user_id: str
    username: str
    color: ColorIndex
    content: str
    mentions_me: bool = False
    is_me: bool = False
    is_edited: bool = False
    is_deleted: bool = False
    reactions: list[EditorReaction] = []
    code_snippet: str
    resolved: bool
    outdated: bool
    confidence: float = 1.0
    is_pending: bool = False
    refusal: str | None = None
    timestamp: str
    replies: list[EditorReply]


class EditorComments(ServerModel):
    """`peerline/comments`: all threads of one document, instead of those that were shown."""

    uri: str
    threads: list[EditorThread]


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


class EditorThreadPlace(ServerModel):
    """Where a thread is now; nothing else about it has changed."""

    id: str
    line: LineIndex
    end_line: LineIndex
    outdated: bool
    confidence: float = 1.0


class EditorCommentChanges(ServerModel):
    """`peerline/commentChanges`: what has changed in a document since `peerline/comments`.

    For editors that ask for it (`commentChanges` in the initializationOptions); to others all
    threads are sent again. `threads` are new or changed, `removed` the ids of those that have gone.
    """

    uri: str
    threads: list[EditorThread] = []
    moved: list[EditorThreadPlace] = []
    removed: list[str] = []


class EditorListedThread(EditorThread):
    """A thread of any file; without `uri` the file is not in this workspace."""

    file: str
    uri: str | None = None


class EditorThreadList(ServerModel):
    """The answer to `peerline.listComments`."""

    threads: list[EditorListedThread]


class PendingKind(StrEnum):
    """What it is that waits."""

    CHAT = "chat"
    COMMENT = "comment"
    REPLY = "reply"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    EDIT = "edit"
    DELETE = "delete"
    REACTION = "reaction"


class EditorPendingItem(ServerModel):
    """What I wrote and what was not sent yet, or was refused; `where` is for reading."""

    id: str
    kind: PendingKind
    content: str
    where: str | None = None
    refusal: str | None = None
    timestamp: str


class EditorPending(ServerModel):
    """The answer to `peerline.listPending`, oldest first."""

    items: list[EditorPendingItem]


class NoticeLevel(StrEnum):
    """How loud a notice is."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class EditorNotice(ServerModel):
    """`peerline/notice`: one line for the user; `code` tells a program what it is."""

    level: NoticeLevel
    code: str
    message: str


class EditorFollow(ServerModel):
    """`peerline/follow`: go there; without `uri`, following has ended (or has no place yet)."""

    user_id: str | None = None
    username: str | None = None
    uri: str | None = None
    position: Position | None = None
    viewport: LineRange | None = None


class EditorSummons(ServerModel):
    """`peerline/summons`: a host asks everybody to come; the editor follows, or asks first."""

    user_id: str
    username: str
    color: ColorIndex


class EditorModeration(ServerModel):
    """`peerline/moderation`: what only hosts see, whole; all empty for whoever is no host now."""

    invites: list[Invite] = []
    bans: list[Ban] = []
    pending: list[PendingJoin] = []
    arrivals: list[Arrival] = []


# --- plugin → bridge -----------------------------------------------------------------------


class DocumentId(ClientModel):
    """LSP TextDocumentIdentifier with the version that the position belongs to."""

    uri: str
    version: int | None = None


class EditorCursor(ClientModel):
    """`peerline/cursor`: the local cursor, selection and visible lines."""

    textDocument: DocumentId  # noqa: N815 - LSP's own name
    position: Position
    selection: Range | None = None
    viewport: LineRange | None = None


class JoinArguments(ClientModel):
    """`peerline.join`."""

    link: str
    username: str | None = None
    auth_token: str | None = None


class StartSessionArguments(ClientModel):
    """`peerline.startSession`: `server` as HOST:PORT, by default the one of the options.

    Without any it is a server of this computer, which is started if there is none. `listen` says
    whether that one is then to be reached from other computers of the network.
    """

    server: str | None = None
    title: SessionTitle | None = None
    username: str | None = None
    auth_token: str | None = None
    listen: Literal["computer", "network"] = "computer"


class SendChatArguments(ClientModel):
    """`peerline.sendChat`."""

    content: Content
    parent_id: ItemId | None = None


class AddCommentArguments(ClientModel):
    """`peerline.addComment`: on lines `line` to `end_line`, 0-based."""

    uri: str
    line: LineIndex
    end_line: LineIndex | None = None
    content: Content


class ReplyArguments(ClientModel):
    """`peerline.reply`."""

    comment_id: ItemId
    content: Content


class ResolveArguments(ClientModel):
    """`peerline.resolve`."""

    comment_id: ItemId
    resolved: bool = True


class ReattachArguments(ClientModel):
    """`peerline.reattach`: to lines `line` to `end_line` of a document, 0-based."""

    comment_id: ItemId
    uri: str
    line: LineIndex
    end_line: LineIndex | None = None


class LoadHistoryArguments(ClientModel):
    """`peerline.loadHistory`: chat older than `before`, or than all that was shown."""

    before: Annotated[int, Field(ge=1)] | None = None
    """A message's place in the session's events: the oldest that the editor still has."""


class ListCommentsArguments(ClientModel):
    """`peerline.listComments`: the open threads of all files, or the outdated ones only."""

    outdated_only: bool = False


class EditMessageArguments(ClientModel):
    """`peerline.editMessage`: a chat message, a comment or a reply of mine."""

    message_id: ItemId
    content: Content


class DeleteMessageArguments(ClientModel):
    """`peerline.deleteMessage`: as `peerline.editMessage`; hosts delete what anybody wrote."""

    message_id: ItemId


class ReactArguments(ClientModel):
    """`peerline.react`: to a chat message, a comment or a reply."""

    message_id: ItemId
    emoji: Emoji
    remove: bool = False


class PendingArguments(ClientModel):
    """`peerline.resendPending` and `peerline.discardPending`."""

    id: ItemId


class RenewTokenArguments(ClientModel):
    """`peerline.renewToken`: sign in with this token from now on."""

    auth_token: Annotated[str, Field(min_length=1, max_length=MAX_TOKEN_CHARS)]


class SetStatusArguments(ClientModel):
    """`peerline.setStatus`: holds until the next input, except that away holds until changed."""

    status: Status


class ParticipantArguments(ClientModel):
    """`peerline.follow` and `peerline.gotoParticipant`."""

    user_id: UserId


class LocateArguments(ClientModel):
    """`peerline.locate`: a workspace-relative path; line and column are 1-based (UTF-16)."""

    file: FilePath
    line: LineNumber = 1
    column: ColumnNumber = 1


class ChangeRoleArguments(ClientModel):
    """`peerline.changeRole`."""

    user_id: UserId
    role: Role


class RemoveArguments(ClientModel):
    """`peerline.removeParticipant`."""

    user_id: UserId
    ban: bool = False
    revoke_invite: bool = False


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


class CreateInviteArguments(ClientModel):
    """`peerline.createInvite`: `expires_in` is in seconds; the server's defaults for the rest."""

    role: Role = Role.EDITOR
    expires_in: int | None = None
    max_uses: int | None = None


class RevokeInviteArguments(ClientModel):
    """`peerline.revokeInvite`."""

    invite_id: ItemId


class LiftBanArguments(ClientModel):
    """`peerline.liftBan`."""

    user_id: UserId


class AnswerJoinArguments(ClientModel):
    """`peerline.answerJoin`."""

    user_id: UserId
    allow: bool


class SearchArguments(ClientModel):
    """`peerline.search`: `before` is the `seq` of the last result of the page before."""

    query: Content
    before: Seq | None = None


class UpdateSessionArguments(ClientModel):
    """`peerline.updateSession`."""

    changes: SessionChanges


class FileEventArguments(ClientModel):
    """`peerline.fileEvent`."""

    data: FileEventData


class CommandFailure(ClientModel):
    """The `data` of a refused command's JSON-RPC error."""

    error_code: ErrorCode | str


NOTIFICATIONS_TO_EDITOR: Final[dict[str, type[ServerModel]]] = {
    "peerline/state": EditorState,
    "peerline/participants": EditorParticipants,
    "peerline/presence": EditorPresenceUpdate,
    "peerline/chat": EditorChat,
    "peerline/comments": EditorComments,
    "peerline/files": EditorFiles,
    "peerline/commentChanges": EditorCommentChanges,
    "peerline/notice": EditorNotice,
    "peerline/follow": EditorFollow,
    "peerline/moderation": EditorModeration,
    "peerline/summons": EditorSummons,
}
CURSOR_NOTIFICATION: Final = "peerline/cursor"
COMMANDS: Final[dict[str, type[ClientModel] | None]] = {
    "peerline.join": JoinArguments,
    "peerline.startSession": StartSessionArguments,
    "peerline.leave": None,
    "peerline.sendChat": SendChatArguments,
    "peerline.addComment": AddCommentArguments,
    "peerline.reply": ReplyArguments,
    "peerline.resolve": ResolveArguments,
    "peerline.reattach": ReattachArguments,
    "peerline.listComments": ListCommentsArguments,
    "peerline.editMessage": EditMessageArguments,
    "peerline.deleteMessage": DeleteMessageArguments,
    "peerline.react": ReactArguments,
    "peerline.loadHistory": LoadHistoryArguments,
    "peerline.loadResolved": None,
    "peerline.measureLatency": None,
    "peerline.endSession": None,
    "peerline.summon": None,
    "peerline.typing": None,
    "peerline.setStatus": SetStatusArguments,
    "peerline.follow": ParticipantArguments,
    "peerline.unfollow": None,
    "peerline.listParticipants": None,
    "peerline.gotoParticipant": ParticipantArguments,
    "peerline.locate": LocateArguments,
    "peerline.changeRole": ChangeRoleArguments,
    "peerline.removeParticipant": RemoveArguments,
    "peerline.createInvite": CreateInviteArguments,
    "peerline.revokeInvite": RevokeInviteArguments,
    "peerline.liftBan": LiftBanArguments,
    "peerline.answerJoin": AnswerJoinArguments,
    "peerline.listModeration": None,
    "peerline.search": SearchArguments,
    "peerline.updateSession": UpdateSessionArguments,
    "peerline.fileEvent": FileEventArguments,
    "peerline.listPending": None,
    "peerline.resendPending": PendingArguments,
    "peerline.discardPending": PendingArguments,
    "peerline.renewToken": RenewTokenArguments,
    "peerline.signIn": None,
}
PLAIN_COMMANDS: Final[dict[str, type[ClientModel] | None]] = {
    "peerline.joinConfigured": None,
    "peerline.start": None,
    "peerline.invite": None,
    "peerline.openChat": None,
    "peerline.writeChat": None,
    "peerline.writeDraft": WriteDraftArguments,
    "peerline.sendDraft": SendDraftArguments,
    "peerline.sendSelection": SendSelectionArguments,
}
"""For clients without a plugin, beside `COMMANDS`."""
