"""Every message that a client may send, one model each, tagged by `type`."""

# The models are frozen, so a narrower `type` is safe. pyright does not see that.
# pyright: reportIncompatibleVariableOverride=false

import operator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from peerline.protocol.client_base import ClientMessageBase
from peerline.protocol.payloads import (
    ClientInfo,
    FileEventData,
    ResumePoint,
    SessionChanges,
    SessionToCreate,
)
from peerline.protocol.requests import Request
from peerline.protocol.roles import Role
from peerline.protocol.types import (
    MAX_MENTIONS,
    MAX_TOKEN_CHARS,
    ClientModel,
    ColumnNumber,
    Content,
    ContextLines,
    Emoji,
    FilePath,
    InviteCode,
    ItemId,
    LineNumber,
    Lookalikes,
    SketchLines,
    Snippet,
    Status,
    UserId,
    Username,
)


class JoinSession(ClientMessageBase):
    """Sign in and join: with a token, with an invite (as a guest), or with both.

    With `create` and the token of an account, a session that does not exist is created first, and
    the account is its host. If it exists, `create` changes nothing: the join may be repeated.
    """

    type: Literal["join_session"] = "join_session"
    auth_token: Annotated[str, Field(max_length=MAX_TOKEN_CHARS)] | None = None
    invite: InviteCode | None = None
    username: Username | None = None
    client: ClientInfo | None = None
    resume: ResumePoint | None = None
    create: SessionToCreate | None = None


class RenewToken(ClientMessageBase):
    """Go on with a newer token of the same user, before the one I signed in with expires."""

    type: Literal["renew_token"] = "renew_token"
    auth_token: Annotated[str, Field(min_length=1, max_length=MAX_TOKEN_CHARS)]


class LeaveSession(ClientMessageBase):
    """Leave; the server acknowledges and closes the socket with 1000."""

    type: Literal["leave_session"] = "leave_session"


class SelectionData(ClientModel):
    """A selected range in the cursor's file; the end is exclusive."""

    start_line: LineNumber
    start_column: ColumnNumber
    end_line: LineNumber
    end_column: ColumnNumber

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if (self.end_line, self.end_column) < (self.start_line, self.start_column):
            raise ValueError("the selection ends before it starts")
        return self


class CursorData(ClientModel):
    """Where the cursor is and what is selected; an absent selection means nothing is."""

    file: FilePath
    line: LineNumber
    column: ColumnNumber
    selection: SelectionData | None = None


class CursorUpdate(ClientMessageBase):
    """My cursor moved or my selection changed."""

    type: Literal["cursor_update"] = "cursor_update"
    data: CursorData


class ViewportData(ClientModel):
    """The lines that my editor shows, both inclusive."""

    file: FilePath
    start_line: LineNumber
    end_line: LineNumber

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.end_line < self.start_line:
            raise ValueError("the viewport ends before it starts")
        return self


class PresenceUpdate(ClientMessageBase):
    """My status or viewport changed; what is absent stays as it was.

    `typing_in` goes with the status `typing`: a message for the chat is being written, not a file.
    """

    type: Literal["presence_update"] = "presence_update"
    status: Status | None = None
    typing_in: Literal["chat"] | None = None
    viewport: ViewportData | None = None


class SendChatMessage(ClientMessageBase):
    """Say something to everybody; `parent_id` answers a message."""

    type: Literal["chat_message"] = "chat_message"
    content: Content
    mentions: Annotated[list[UserId], Field(max_length=MAX_MENTIONS)] = []
    parent_id: ItemId | None = None


class AnchorData(ClientModel):
    """Where a comment belongs."""

    file: FilePath
    line: LineNumber
    end_line: LineNumber | None = None
    column: ColumnNumber | None = None
    end_column: ColumnNumber | None = None
    code_snippet: Snippet = ""
    context_before: ContextLines = []
    context_after: ContextLines = []
    scope: ContextLines = []
    occurrence: LineNumber | None = None
    occurrences: LineNumber | None = None
    sketch_before: SketchLines | None = None
    sketch_after: SketchLines | None = None
    lookalikes: Lookalikes | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.end_line is not None and self.end_line < self.line:
            raise ValueError("the comment ends before it starts")
        if (self.column is None) != (self.end_column is None):
            raise ValueError("column and end_column belong together")
        if (self.occurrence is None) != (self.occurrences is None):
            raise ValueError("occurrence and occurrences belong together")
        if (self.occurrence or 0) > (self.occurrences or 0):
            raise ValueError("occurrence is one of occurrences")
        is_one_line = self.end_line in {None, self.line}
        if is_one_line and self.column and self.end_column and self.end_column < self.column:
            raise ValueError("the comment ends before it starts")
        return self


class CommentData(AnchorData):
    """Where a comment belongs and what it says."""

    content: Content
    mentions: Annotated[list[UserId], Field(max_length=MAX_MENTIONS)] = []


class AddComment(ClientMessageBase):
    """Start a thread on a line."""

    type: Literal["add_comment"] = "add_comment"
    data: CommentData


class ReplyComment(ClientMessageBase):
    """Answer in a thread."""

    type: Literal["reply_comment"] = "reply_comment"
    comment_id: ItemId
    content: Content
    mentions: Annotated[list[UserId], Field(max_length=MAX_MENTIONS)] = []


class ResolveComment(ClientMessageBase):
    """Resolve a thread, or with `resolved: false` reopen it."""

    type: Literal["resolve_comment"] = "resolve_comment"
    comment_id: ItemId
    resolved: bool = True


class ReattachComment(ClientMessageBase):
    """Attach a thread to other lines, in the same file or in another."""

    type: Literal["reattach_comment"] = "reattach_comment"
    comment_id: ItemId
    data: AnchorData


class EditMessage(ClientMessageBase):
    """Change what I wrote: `message_id` is that of a chat message, a comment or a reply."""

    type: Literal["edit_message"] = "edit_message"
    message_id: ItemId
    content: Content
    mentions: Annotated[list[UserId], Field(max_length=MAX_MENTIONS)] = []


class DeleteMessage(ClientMessageBase):
    """Delete what I wrote, or as a host what anybody wrote; `message_id` as in `edit_message`."""

    type: Literal["delete_message"] = "delete_message"
    message_id: ItemId


class React(ClientMessageBase):
    """Add my reaction, or with `remove` take it back; `message_id` as in `edit_message`."""

    type: Literal["react"] = "react"
    message_id: ItemId
    emoji: Emoji
    remove: bool = False


class TellFileEvent(ClientMessageBase):
    """A file of my workspace changed."""

    type: Literal["file_event"] = "file_event"
    data: FileEventData


class UpdateSession(ClientMessageBase):
    """Change what is known of the session, such as the token count of an AI coding session."""

    type: Literal["update_session"] = "update_session"
    changes: SessionChanges

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.changes.model_dump(exclude_none=True):
            raise ValueError("changes must name at least one field")
        return self


class ChangeRole(ClientMessageBase):
    """Give a participant another role; it holds at once on all of their connections."""

    type: Literal["change_role"] = "change_role"
    user_id: UserId
    role: Role


class RemoveParticipant(ClientMessageBase):
    """Remove a participant from the session.

    No invite that exists now readmits them; with `ban` no invite does at all, until the ban is
    lifted. With `revoke_invite` the link that they came by is revoked as well.
    """

    type: Literal["remove_participant"] = "remove_participant"
    user_id: UserId
    ban: bool = False
    # Left out unless it is set: a server that does not know it refuses the message.
    revoke_invite: Annotated[bool, Field(exclude_if=operator.not_)] = False


class EndSession(ClientMessageBase):
    """End the session for everyone; nobody comes back into it."""

    type: Literal["end_session"] = "end_session"


class Summon(ClientMessageBase):
    """Ask everybody to come to where the host is; whether they do is for their editors to say."""

    type: Literal["summon"] = "summon"


ClientMessage = (
    JoinSession
    | LeaveSession
    | CursorUpdate
    | PresenceUpdate
    | SendChatMessage
    | AddComment
    | ReplyComment
    | ResolveComment
    | ReattachComment
    | UpdateSession
    | ChangeRole
    | RemoveParticipant
    | EditMessage
    | DeleteMessage
    | React
    | TellFileEvent
    | EndSession
    | Summon
    | RenewToken
    | Request
)
