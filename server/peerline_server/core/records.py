"""The records that the core hands to a store and gets back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from peerline.protocol.agents import AgentInfo
from peerline.protocol.approvals import Approval
from peerline.protocol.chat import ChatMessage
from peerline.protocol.comments import Comment
from peerline.protocol.documents import SharedDocument
from peerline.protocol.errors import ErrorCode
from peerline.protocol.events import DurableMessage
from peerline.protocol.file_events import FileEvent
from peerline.protocol.prompts import Prompt
from peerline.protocol.roles import Role
from peerline.protocol.session import SessionInfo


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session to create; its host becomes a participant who is not here yet."""

    id: str
    title: str
    host_user_id: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class NewInvite:
    """An invite to create; only the SHA-256 of its code is stored."""

    id: str
    session_id: str
    code_hash: str
    role: Role
    created_at: datetime
    expires_at: datetime | None
    max_uses: int | None
    """None means without limit."""


@dataclass(frozen=True, slots=True)
class StoredInvite:
    """An invite as it stands."""

    id: str
    session_id: str
    role: Role
    expires_at: datetime | None
    max_uses: int | None
    uses: int
    revoked: bool
    created_seq: int = 0
    """The session's latest event when the invite was made."""
    guests: int = 0
    """Those who joined with it, removed ones too."""


@dataclass(frozen=True, slots=True)
class NewCursorTrail:
    """The lines of a participant's cursor between two moments, both inclusive."""

    session_id: str
    user_id: str
    file: str
    start_line: int
    end_line: int
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class StoredParticipant:
    """A user who was in the session and was not removed."""

    user_id: str
    username: str
    avatar: str | None
    role: Role
    joined_at: datetime | None
    """The last time that the user came, None if never."""
    is_active: bool
    role_by: str | None = None
    """The user who gave the role, None if it came with an invite."""
    decided_seq: int | None = None
    """The event of a host's last decision about the user, None if there was none."""
    has_chosen_name: bool = False
    """Whether they took the name in this session."""
    agent: AgentInfo | None = None
    """Of an AI agent; None for a person."""
    left_at: datetime | None = None
    """The last time that the user left, None while they are here."""


@dataclass(frozen=True, slots=True)
class StoredSession:
    """Everything that a session needs to come back to life."""

    info: SessionInfo
    epoch: str
    seq: int
    participants: Sequence[StoredParticipant]
    comments: Sequence[Comment]
    """All threads, resolved ones too, with their replies, in order of creation."""
    messages: Sequence[ChatMessage]
    """The last ones, oldest first."""
    banned: frozenset[str] = frozenset()
    """Users who may not come back."""
    removed: Mapping[str, int] = field(default_factory=dict[str, int])
    """Users that a host removed, with the event of it."""
    file_events: Sequence[FileEvent] = ()
    """The latest ones, oldest first."""
    documents: Sequence[SharedDocument] = ()
    """Those that are shared, in the order of sharing."""
    approvals: Sequence[Approval] = ()
    """The open questions of agents, oldest first."""
    prompts: Sequence[Prompt] = ()
    """Those of shared agents that are not over, oldest first."""
    updated_at: datetime | None = None
    """The time of its last event, None if there was none."""
    fence: int = 0
    """That of its owner, where sessions have owners."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """The event cannot be: an invite that is spent, a parent that does not exist, a limit."""

    code: ErrorCode
    text: str | None = None
    """For the user; without it, the text of the code."""
    document_id: str | None = None
    """The document that is there already."""


@dataclass(frozen=True, slots=True)
class Seed:
    """The start of a document's generation: its text as an update, and who wrote it."""

    update: bytes = field(repr=False)
    client_ids: Sequence[int]
    """Of the update; nobody writes under them again."""
    runs: Sequence[tuple[int, str]]
    """The authors with lengths in code points, from the start of the text on."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """A durable message that waits for its place; its `seq` is 0 until the store gives one."""

    message: DurableMessage
    user_id: str
    request_id: str | None = None
    invite_hash: str | None = None
    """An invite that is redeemed in the same transaction (for `user_joined` only)."""
    max_guests: int | None = None
    """How many guests the invite may bring; None means without limit."""
    author_only: bool = False
    """Whether the message that this changes must be the user's own."""
    revokes_invite: bool = False
    """Whether the link that the user came by ends too (for `participant_removed` only)."""
    refusal: Rejected | None = None
    """The answer, unless the request had its effect before: then that is acknowledged again."""
    seed: Seed | None = None
    """The start of a new generation (for `document_shared` and `document_renewed` only)."""
    fence: int = 0
    """That of the session's owner who decided this; the store gives it."""


@dataclass(frozen=True, slots=True)
class NewUpdate:
    """An update of a shared document that waits to be kept."""

    session_id: str
    document_id: str
    generation: str
    number: int
    """Counted from 1 in the generation, without a gap."""
    user_id: str
    data: bytes = field(repr=False)
    created_at: datetime
    client_ids: Sequence[int] = ()
    """Those that become the user's with it."""
    is_late: bool = False
    """Whether the generation has ended, and the update is in the one that goes on, too."""
    fence: int = 0
    """As that of an event."""

    @property
    def key(self) -> tuple[str, str]:
        """The generation that it is of."""
        return self.document_id, self.generation


@dataclass(frozen=True, slots=True)
class NewSnapshot:
    """The whole text of a generation, in place of its updates up to `up_to`."""

    session_id: str
    document_id: str
    generation: str
    up_to: int
    data: bytes = field(repr=False)
    runs: Sequence[tuple[int, str]]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class StoredGeneration:
    """A generation of a document, as a snapshot and the updates since."""

    data: bytes = field(repr=False)
    runs: Sequence[tuple[int, str]]
    up_to: int
    updates: Sequence[tuple[str, bytes]] = field(repr=False)
    """With their users, in order; the first is number `up_to` + 1."""
    owners: Mapping[int, str]
    """The users of its client ids."""
    retired: Mapping[int, str]
    """Client ids of the document's other generations, with these."""
    has_ended: bool
    """Whether the document goes on in another generation, or is no longer shared."""


@dataclass(frozen=True, slots=True)
class NewDocumentEdit:
    """A user's edits of a shared document within a minute, in characters."""

    session_id: str
    user_id: str
    document_id: str
    file: str
    inserted: int
    deleted: int
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Committed:
    """The event is durable; `message` has its `seq`."""

    message: DurableMessage


@dataclass(frozen=True, slots=True)
class Duplicate:
    """There is nothing to do.

    Either the user's `request_id` had its effect before, as the event `seq`, or everything is
    already as the event would make it; then `seq` is the latest.
    """

    seq: int


@dataclass(frozen=True, slots=True)
class Fenced:
    """Another node owns the session by now: nothing was written."""


AppendResult = Committed | Duplicate | Rejected | Fenced


@dataclass(frozen=True, slots=True)
class Revocation:
    """Either one token by its `jti`, or all of a user's that were issued before a moment."""

    token_id: str | None = None
    user_id: str | None = None
    issued_before: datetime | None = None
