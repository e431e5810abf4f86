"""Every message that the server sends, one model each, tagged by `type`."""

# The models are frozen, so a narrower `type` is safe. pyright does not see that.
# pyright: reportIncompatibleVariableOverride=false

from typing import Literal

from peerline.protocol.errors import ErrorCode
from peerline.protocol.payloads import (
    Anchor,
    Arrival,
    Ban,
    ChatMessage,
    Comment,
    CommentReply,
    CursorTrail,
    FileEventData,
    Invite,
    Limits,
    Participant,
    PendingJoin,
    Presence,
    SearchResult,
    SessionChanges,
    SessionInfo,
    User,
)
from peerline.protocol.roles import Role
from peerline.protocol.types import (
    Emoji,
    EventType,
    InviteCode,
    ItemId,
    RequestId,
    Seq,
    ServerModel,
    SessionId,
    Text,
    Timestamp,
    UserId,
)


class ServerMessageBase(ServerModel):
    """What every message within a session has."""

    type: str
    session_id: SessionId


class DurableMessageBase(ServerMessageBase):
    """A durable fact; `seq` counts the events of a session from 1 without a gap."""

    seq: Seq


class FileEvent(DurableMessageBase):
    """A file in somebody's workspace changed."""

    type: Literal["file_event"] = "file_event"
    user_id: UserId
    username: Text
    data: FileEventData
    timestamp: Timestamp


class Connected(ServerMessageBase):
    """The first message after a successful join.

    With `resumed` false this is the snapshot at `seq`: replace everything. With `resumed` true,
    `participants`, `comments` and `messages` are empty: the events after the resume point up to
    `seq` follow as ordinary messages, and then a `presence_update` for each participant.
    """

    type: Literal["connected"] = "connected"
    user: User
    role: Role
    connection_id: str
    session: SessionInfo
    participants: list[Participant] = []
    comments: list[Comment] = []
    messages: list[ChatMessage] = []
    file_events: list[FileEvent] = []
    seq: Seq
    epoch: str
    resumed: bool = False
    limits: Limits
    auth_token: str | None = None


class UserJoined(DurableMessageBase):
    """A user is in the session now."""

    type: Literal["user_joined"] = "user_joined"
    user: User
    timestamp: Timestamp


class UserLeft(DurableMessageBase):
    """A user's last connection has gone."""

    type: Literal["user_left"] = "user_left"
    user_id: UserId
    username: Text
    timestamp: Timestamp


class SessionUpdate(DurableMessageBase):
    """What is known of the session changed."""

    type: Literal["session_update"] = "session_update"
    changes: SessionChanges
    updated_by: UserId
    timestamp: Timestamp


class PresenceChanged(ServerMessageBase):
    """The latest presence of one participant, whole: it replaces what was known."""

    type: Literal["presence_update"] = "presence_update"
    user_id: UserId
    presence: Presence


class ChatMessageSent(DurableMessageBase):
    """Somebody said something."""

    type: Literal["chat_message"] = "chat_message"
    message: ChatMessage


class CodeComment(DurableMessageBase):
    """Somebody started a thread on a line."""

    type: Literal["code_comment"] = "code_comment"
    comment: Comment


class CommentReplied(DurableMessageBase):
    """Somebody answered in a thread."""

    type: Literal["comment_reply"] = "comment_reply"
    comment_id: ItemId
    reply: CommentReply


class CommentResolved(DurableMessageBase):
    """A thread was resolved, or reopened: then `comment` is the whole thread."""

    type: Literal["comment_resolved"] = "comment_resolved"
    comment_id: ItemId
    resolved: bool
    user_id: UserId
    username: Text
    timestamp: Timestamp
    comment: Comment | None = None


class CommentReattached(DurableMessageBase):
    """Somebody attached a thread to other lines; `anchor` replaces the one that it had."""

    type: Literal["comment_reattached"] = "comment_reattached"
    comment_id: ItemId
    anchor: Anchor
    user_id: UserId
    username: Text
    timestamp: Timestamp


class MessageEdited(DurableMessageBase):
    """An author changed a chat message, comment or reply; `comment_id` is its thread, if any."""

    type: Literal["message_edited"] = "message_edited"
    message_id: ItemId
    comment_id: ItemId | None = None
    content: Text
    mentions: list[UserId] = []
    user_id: UserId
    timestamp: Timestamp


class MessageDeleted(DurableMessageBase):
    """A chat message, comment or reply was deleted by its author or a host.

    A chat message stays, with nothing in it. A reply goes. A comment goes with its thread, unless
    it has replies: then it stays with nothing in it until they are deleted too.
    """

    type: Literal["message_deleted"] = "message_deleted"
    message_id: ItemId
    comment_id: ItemId | None = None
    deleted_by: UserId
    timestamp: Timestamp


class ReactionChanged(DurableMessageBase):
    """Somebody reacted, or took the reaction back."""

    type: Literal["reaction"] = "reaction"
    message_id: ItemId
    comment_id: ItemId | None = None
    user_id: UserId
    emoji: Emoji
    is_removed: bool = False
    timestamp: Timestamp


class SessionEnded(DurableMessageBase):
    """A host ended the session; the connections are closed with 4411."""

    type: Literal["session_ended"] = "session_ended"
    ended_by: UserId
    timestamp: Timestamp


class RoleChanged(DurableMessageBase):
    """A host gave a participant another role."""

    type: Literal["role_changed"] = "role_changed"
    user_id: UserId
    username: Text
    role: Role
    changed_by: UserId
    timestamp: Timestamp


class ParticipantRemoved(DurableMessageBase):
    """A host put a participant out: they are no participant any more."""

    type: Literal["participant_removed"] = "participant_removed"
    user_id: UserId
    username: Text
    removed_by: UserId
    is_banned: bool = False
    timestamp: Timestamp


class Ack(ServerMessageBase):
    """A request had its effect; what it caused is durable and has the number `seq`.

    For a request without a durable effect `seq` is the session's latest.
    """

    type: Literal["ack"] = "ack"
    request_id: RequestId
    seq: Seq


class AnswerBase(ServerMessageBase):
    """An answer to a query, with its `request_id` if it had one."""

    request_id: RequestId | None = None


class History(AnswerBase):
    """Chat messages, oldest first, and whether there are more before them."""

    type: Literal["history"] = "history"
    messages: list[ChatMessage]
    has_more: bool


class Comments(AnswerBase):
    """Threads in the order of their creation, and whether there are more after them."""

    type: Literal["comments"] = "comments"
    comments: list[Comment]
    has_more: bool


class SearchResults(AnswerBase):
    """What was found, newest first, and whether there is more before it."""

    type: Literal["search_results"] = "search_results"
    results: list[SearchResult]
    has_more: bool


class Moderation(AnswerBase):
    """What only hosts see, whole: it replaces what was known.

    It answers `get_moderation`, and comes by itself to every host when something in it changed.
    """

    type: Literal["moderation"] = "moderation"
    invites: list[Invite]
    bans: list[Ban]
    pending: list[PendingJoin]
    arrivals: list[Arrival] = []
    """By which invite each participant came, where one was used."""


class InviteCreated(AnswerBase):
    """An invite was made; whoever has its `code` may come in with it."""

    type: Literal["invite_created"] = "invite_created"
    invite: Invite
    code: InviteCode


class JoinPending(ServerMessageBase):
    """A host must let you in: wait for `connected`, or for an error; `timeout` is in seconds."""

    type: Literal["join_pending"] = "join_pending"
    timeout: float


class TokenExpiring(ServerMessageBase):
    """Your token expires soon: send `renew_token`, or this connection ends then."""

    type: Literal["token_expiring"] = "token_expiring"
    expires_at: Timestamp


class TokenRenewed(ServerMessageBase):
    """A guest's new token, to come back with instead of the one before."""

    type: Literal["token_renewed"] = "token_renewed"
    auth_token: str
    expires_at: Timestamp


class Error(ServerModel):
    """A message was refused, and why; `retry_after` is in seconds.

    With `outcome` it may have had its effect all the same: the same request with the same
    `request_id`, sent again, is answered with the truth.
    """

    type: Literal["error"] = "error"
    error_code: ErrorCode
    message: str
    timestamp: Timestamp
    request_id: RequestId | None = None
    retry_after: float | None = None
    session_id: SessionId | None = None
    outcome: Literal["unknown"] | None = None


DurableMessage = (
    UserJoined
    | UserLeft
    | SessionUpdate
    | ChatMessageSent
    | CodeComment
    | CommentReplied
    | CommentResolved
    | CommentReattached
    | RoleChanged
    | ParticipantRemoved
    | MessageEdited
    | MessageDeleted
    | ReactionChanged
    | FileEvent
    | SessionEnded
)


class ActivityEntry(ServerModel):
    """Something that happened: a durable event, or a trail of somebody's cursor."""

    type: EventType
    user_id: UserId
    username: Text
    timestamp: Timestamp
    event: DurableMessage | None = None
    trail: CursorTrail | None = None


class Activity(AnswerBase):
    """What happened, newest first; `next` is where the page before it begins, if there is one."""

    type: Literal["activity"] = "activity"
    entries: list[ActivityEntry]
    next: str | None = None


Answer = History | Comments | SearchResults | Activity | Moderation | InviteCreated


class Summoned(ServerMessageBase):
    """A host asks everybody to come. It is ephemeral: whoever is away misses nothing."""

    type: Literal["summoned"] = "summoned"
    user_id: UserId
    username: Text
    timestamp: Timestamp


ServerMessage = (
    Connected
    | PresenceChanged
    | Summoned
    | Ack
    | Error
    | JoinPending
    | TokenExpiring
    | TokenRenewed
    | Answer
    | DurableMessage
)
