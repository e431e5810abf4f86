"""A session on the wire: joining, its snapshot, its changes and its end."""

# The models are frozen, so a narrower `type` is safe. pyright does not see that.
# pyright: reportIncompatibleVariableOverride=false

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from peerline.protocol.approvals import Approval
from peerline.protocol.base import ClientMessageBase, DurableMessageBase, ServerMessageBase
from peerline.protocol.chat import ChatMessage
from peerline.protocol.comments import Comment
from peerline.protocol.documents import SharedDocument
from peerline.protocol.drafts import SharedDraft
from peerline.protocol.file_events import FileEvent
from peerline.protocol.limits import (
    MAX_CONTEXT_ENTRIES,
    MAX_CONTEXT_KEY_CHARS,
    MAX_CONTEXT_VALUE_CHARS,
    MAX_TITLE_CHARS,
    MAX_TOKEN_CHARS,
)
from peerline.protocol.offers import FileOffer
from peerline.protocol.participants import Participant, User
from peerline.protocol.prompts import Prompt
from peerline.protocol.roles import Role
from peerline.protocol.types import (
    ClientModel,
    Count,
    InviteCode,
    Seq,
    ServerModel,
    SessionId,
    Text,
    Timestamp,
    UserId,
    Username,
)

ContextKey = Annotated[Text, Field(min_length=1, max_length=MAX_CONTEXT_KEY_CHARS)]


ContextValue = Annotated[Text, Field(max_length=MAX_CONTEXT_VALUE_CHARS)]


SessionTitle = Annotated[Text, Field(min_length=1, max_length=MAX_TITLE_CHARS)]


class SessionToCreate(ClientModel):
    """The first state of a session that a join creates."""

    title: SessionTitle = "Session"


class SessionChanges(ClientModel):
    """The fields of a session that may change; only those that are present do."""

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
    """Whether a host has to admit users who join with an invite; only a host may change it."""


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


def merged_context(before: dict[str, str], changes: SessionChanges) -> dict[str, str]:
    """The free entries after an update; an empty text takes one away."""
    merged = {**before, **(changes.context or {})}
    return {key: value for key, value in merged.items() if value}


def updated_session(info: SessionInfo, changes: SessionChanges) -> SessionInfo:
    """The session with what an update names."""
    update = changes.model_dump(exclude_none=True, exclude={"context"})
    return info.model_copy(update={**update, "context": merged_context(info.context, changes)})


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


class UpdateSession(ClientMessageBase):
    """Change what is known of the session, such as the token count of an AI coding session."""

    type: Literal["update_session"] = "update_session"
    changes: SessionChanges

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.changes.model_dump(exclude_none=True):
            raise ValueError("changes must name at least one field")
        return self


class EndSession(ClientMessageBase):
    """End the session for everyone; nobody comes back into it."""

    type: Literal["end_session"] = "end_session"


class Connected(ServerMessageBase):
    """The first message after a successful join.

    With `resumed` false this is the snapshot at `seq`: replace everything. With `resumed` true,
    `participants`, `comments`, `messages`, `file_events`, `documents`, `approvals` and `prompts`
    are empty: the events after the resume point up to `seq` follow as ordinary messages, and then a
    `presence_update` for each participant.
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
    documents: list[SharedDocument] = []
    offers: list[FileOffer] = []
    drafts: list[SharedDraft] = []
    approvals: list[Approval] = []
    prompts: list[Prompt] = []
    seq: Seq
    epoch: str
    resumed: bool = False
    limits: Limits
    has_page: bool = False
    """Whether the session's `https://HOST/s/SESSION` opens in a browser."""
    auth_token: str | None = None


class SessionUpdate(DurableMessageBase):
    """The session's state or title changed."""

    type: Literal["session_update"] = "session_update"
    changes: SessionChanges
    updated_by: UserId
    derived: bool | None = None
    """Whether the server made it of what the agents report."""
    timestamp: Timestamp


class SessionEnded(DurableMessageBase):
    """A host ended the session; the connections are closed with 4411."""

    type: Literal["session_ended"] = "session_ended"
    ended_by: UserId
    timestamp: Timestamp


class JoinPending(ServerMessageBase):
    """A host has to admit you: wait for `connected`, or for an error; `timeout` is in seconds."""

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
