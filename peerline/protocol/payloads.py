"""The objects that wire messages carry: users, presence, chat messages, comments, the session."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from peerline.protocol.roles import Role
from peerline.protocol.types import (
    MAX_CONTEXT_ENTRIES,
    MAX_CONTEXT_KEY_CHARS,
    MAX_CONTEXT_VALUE_CHARS,
    MAX_INTEGER,
    MAX_TITLE_CHARS,
    ClientModel,
    ColumnNumber,
    ContextLines,
    Emoji,
    FilePath,
    ItemId,
    LineNumber,
    Lookalikes,
    Seq,
    ServerModel,
    SessionId,
    SketchLines,
    Snippet,
    Status,
    Text,
    Timestamp,
    UserId,
)

Count = Annotated[int, Field(strict=True, ge=0, le=MAX_INTEGER)]


class User(ServerModel):
    """Who a participant is."""

    id: UserId
    username: Text
    avatar: str | None = None
    role: Role


class Cursor(ServerModel):
    """Where a cursor is: a 1-based line and a 1-based UTF-16 column."""

    file: FilePath
    line: LineNumber
    col: ColumnNumber


class Selection(ServerModel):
    """A selected range in the cursor's file; the end is exclusive and never before the start."""

    start_line: LineNumber
    start_column: ColumnNumber
    end_line: LineNumber
    end_column: ColumnNumber


class Viewport(ServerModel):
    """The lines that an editor shows, both inclusive."""

    file: FilePath
    start: LineNumber
    end: LineNumber


class Presence(ServerModel):
    """The latest ephemeral state of one participant. Fields that are absent are not known."""

    status: Status = Status.ACTIVE
    typing_in: Literal["chat"] | None = None
    cursor: Cursor | None = None
    selection: Selection | None = None
    viewport: Viewport | None = None


class Participant(User):
    """A user who is in the session now."""

    joined_at: Timestamp
    presence: Presence = Presence()


class Reaction(ServerModel):
    """Who reacted with one emoji, in the order in which they did; never nobody."""

    emoji: Emoji
    user_ids: list[UserId]


class Item(ServerModel):
    """What chat messages, comments and replies have in common: they can be edited and so on.

    The `content` of a deleted item is empty; `edited_at` and `deleted_at` are absent otherwise.
    """

    id: ItemId
    user_id: UserId
    username: Text
    content: Text
    mentions: list[UserId] = []
    timestamp: Timestamp
    edited_at: Timestamp | None = None
    deleted_at: Timestamp | None = None
    reactions: list[Reaction] = []


class ChatMessage(Item):
    """One message of the session's chat; `parent_id` is the message that it answers.

    `seq` is absent in the event `chat_message`, which has it itself.
    """

    parent_id: ItemId | None = None
    seq: Seq | None = None


class CommentReply(Item):
    """One reply in a comment's thread."""


class Anchor(ServerModel):
    """Where a comment is meant to be.

    `code_snippet` is the text of the line (or lines), `context_before` and `context_after` a few
    lines around it, from which the place is found again in another version of the file. Of
    `occurrences` places with the same text in the author's version it is the `occurrence`-th.
    `scope` are the lines that enclose it by their indentation, outermost first.
    `sketch_before` and `sketch_after` are hashes of more lines around, and `lookalikes` of those
    around the other places with the same text.
    `column` and `end_column` (exclusive) narrow the range; without them whole lines are meant.
    """

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


class Comment(Anchor, Item):
    """A comment on a line or on lines, with its replies."""

    resolved: bool = False
    resolved_by: UserId | None = None
    resolved_at: Timestamp | None = None
    replies: list[CommentReply] = []


class FileChange(StrEnum):
    """What happened to a file."""

    CREATED = "created"
    MODIFIED = "modified"
    DELETED = "deleted"
    RENAMED = "renamed"


class FileEventData(ClientModel):
    """A change of a file in the workspace of whoever tells it; `old_file` is for renames only."""

    file: FilePath
    change: FileChange
    old_file: FilePath | None = None
    lines_added: Count | None = None
    lines_removed: Count | None = None

    @model_validator(mode="after")
    def _whence(self) -> Self:
        if (self.old_file is not None) != (self.change is FileChange.RENAMED):
            raise ValueError("old_file belongs to a rename, and a rename needs it")
        return self


ContextKey = Annotated[Text, Field(min_length=1, max_length=MAX_CONTEXT_KEY_CHARS)]
ContextValue = Annotated[Text, Field(max_length=MAX_CONTEXT_VALUE_CHARS)]


SessionTitle = Annotated[Text, Field(min_length=1, max_length=MAX_TITLE_CHARS)]


class SessionToCreate(ClientModel):
    """What a session begins with that is created by a join."""

    title: SessionTitle = "Session"


class SessionChanges(ClientModel):
    """What may change on a session; only the fields that are present change."""

    title: SessionTitle | None = None
    status: Annotated[Text, Field(min_length=1, max_length=64)] | None = None
    token_count: Count | None = None
    token_limit: Count | None = None
    cost: Annotated[float, Field(ge=0)] | None = None
    health_score: Annotated[float, Field(ge=0, le=100)] | None = None
    model: Annotated[Text, Field(min_length=1, max_length=128)] | None = None
    context: (
        Annotated[dict[ContextKey, ContextValue], Field(max_length=MAX_CONTEXT_ENTRIES)] | None
    ) = None
    """Free entries to set; an empty text takes an entry away."""
    join_approval: bool | None = None
    """Whether a host must let in whoever comes with an invite; only a host may change it."""


class SessionInfo(ServerModel):
    """The session itself."""

    id: SessionId
    title: Text
    created_at: Timestamp
    status: Text | None = None
    token_count: Count | None = None
    token_limit: Count | None = None
    cost: float | None = None
    health_score: float | None = None
    model: Text | None = None
    context: dict[str, str] = {}
    join_approval: bool = False
    ended_at: Timestamp | None = None


class Invite(ServerModel):
    """An invite as its hosts see it, without its code; without `max_uses` it has no limit."""

    id: ItemId
    role: Role
    created_at: Timestamp
    expires_at: Timestamp | None = None
    max_uses: Count | None = None
    uses: Count = 0


class Arrival(ServerModel):
    """The invite that a participant came by."""

    user_id: UserId
    invite_id: ItemId


class Ban(ServerModel):
    """A user whom no invite brings back."""

    user_id: UserId
    username: Text
    banned_at: Timestamp


class PendingJoin(ServerModel):
    """Somebody with a valid invite who waits for a host to let them in."""

    user_id: UserId
    username: Text
    role: Role
    asked_at: Timestamp


class ItemKind(StrEnum):
    """What a found item is."""

    CHAT = "chat"
    COMMENT = "comment"
    REPLY = "reply"


class SearchResult(ServerModel):
    """A found chat message, comment or reply; `comment_id` is its thread and `file` its file."""

    kind: ItemKind
    message_id: ItemId
    comment_id: ItemId | None = None
    file: FilePath | None = None
    line: LineNumber | None = None
    user_id: UserId
    username: Text
    content: Text
    timestamp: Timestamp
    seq: Seq


class CursorTrail(ServerModel):
    """Where a participant's cursor was since a moment: in these lines, both inclusive."""

    file: FilePath
    start_line: LineNumber
    end_line: LineNumber
    since: Timestamp


class Limits(ServerModel):
    """The server's limits that a client should know."""

    max_message_bytes: int
    max_content_chars: int
    messages_per_minute: int
    presence_interval_ms: int
    snapshot_messages: int
    heartbeat_seconds: float


class ClientInfo(ClientModel):
    """The program that joins, for the server's log."""

    name: Annotated[Text, Field(min_length=1, max_length=64)]
    version: Annotated[Text, Field(max_length=64)] | None = None


class ResumePoint(ClientModel):
    """The last event that a client has, in which unbroken sequence."""

    epoch: Annotated[str, Field(min_length=1, max_length=64)]
    seq: Seq
