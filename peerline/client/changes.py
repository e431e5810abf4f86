"""The changes of a replica, for a user interface to show."""

from dataclasses import dataclass
from datetime import datetime

from peerline.protocol.agents import AgentEvent
from peerline.protocol.approvals import Approval, ApprovalAnswered, ApprovalAsked
from peerline.protocol.chat import ChatMessage, ItemChange
from peerline.protocol.comments import CodeComment, Comment, CommentReplied, CommentResolved
from peerline.protocol.documents import DocumentEvent, DocumentSaved
from peerline.protocol.drafts import SharedDraft
from peerline.protocol.file_events import FileEvent
from peerline.protocol.moderation import Moderation
from peerline.protocol.offers import FileOffer
from peerline.protocol.participants import Participant
from peerline.protocol.prompts import Prompt, PromptEvent
from peerline.protocol.session import SessionUpdate


@dataclass(frozen=True, slots=True)
class Reset:
    """Everything may have changed: show the whole state again."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """The connection is back; presence is unknown until it comes."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A participant came, or came back with another role or name."""

    participant: Participant
    is_new: bool


@dataclass(frozen=True, slots=True)
class Left:
    """A participant has gone."""

    participant: Participant
    at: datetime


@dataclass(frozen=True, slots=True)
class PresenceMoved:
    """A participant's presence changed."""

    participant: Participant


@dataclass(frozen=True, slots=True)
class AgentMoved:
    """An agent does something else now."""

    participant: Participant


@dataclass(frozen=True, slots=True)
class AgentDid:
    """An agent was given a prompt, ended a turn, finished a tool call, or noted something."""

    event: AgentEvent


@dataclass(frozen=True, slots=True)
class ApprovalOpened:
    """An agent asks people."""

    event: ApprovalAsked


@dataclass(frozen=True, slots=True)
class ApprovalClosed:
    """A question was answered, has expired or was withdrawn; it is None if it was not known."""

    approval: Approval | None
    event: ApprovalAnswered


@dataclass(frozen=True, slots=True)
class PromptsMoved:
    """An agent was given a prompt, or one goes on or is over; it is None if it was not known."""

    prompt: Prompt | None
    event: PromptEvent


@dataclass(frozen=True, slots=True)
class RoleGiven:
    """A participant has another role now; `by` is the id of the user who gave it."""

    participant: Participant
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Renamed:
    """A participant has another name now; `before` is the one until then."""

    participant: Participant
    before: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Removed:
    """A host removed a participant."""

    participant: Participant
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ChatAdded:
    """A message came."""

    message: ChatMessage


@dataclass(frozen=True, slots=True)
class MessageChanged:
    """A chat message was edited or deleted, or somebody reacted to it."""

    message: ChatMessage


@dataclass(frozen=True, slots=True)
class ThreadDeleted:
    """A thread was deleted."""

    thread: Comment


@dataclass(frozen=True, slots=True)
class FileChanged:
    """A file in somebody's workspace changed."""

    event: FileEvent


@dataclass(frozen=True, slots=True)
class Ended:
    """The session was ended for everyone."""

    by: str


@dataclass(frozen=True, slots=True)
class ThreadChanged:
    """An open thread is new or has a new reply, or something in it was changed by `event`."""

    thread: Comment
    event: CodeComment | CommentReplied | CommentResolved | ItemChange


@dataclass(frozen=True, slots=True)
class ThreadMoved:
    """An open thread was attached to other lines."""

    thread: Comment


@dataclass(frozen=True, slots=True)
class ThreadClosed:
    """A thread was resolved."""

    thread: Comment
    by: str


@dataclass(frozen=True, slots=True)
class DocumentsChanged:
    """A document was shared, renamed or renewed, or is no longer shared."""

    event: DocumentEvent


@dataclass(frozen=True, slots=True)
class Saved:
    """Somebody saved their file of a shared document."""

    event: DocumentSaved


@dataclass(frozen=True, slots=True)
class OffersChanged:
    """Somebody offers a folder or does so no longer, or its files have changed."""

    before: list[FileOffer]
    offers: list[FileOffer]


@dataclass(frozen=True, slots=True)
class DraftsChanged:
    """A draft is written together from now on, or no longer."""

    before: list[SharedDraft]
    drafts: list[SharedDraft]


@dataclass(frozen=True, slots=True)
class SessionChanged:
    """The session's state or title changed; `event` has the change and its author."""

    event: SessionUpdate


@dataclass(frozen=True, slots=True)
class ModerationChanged:
    """The hosts' view changed; None for a participant who is no longer a host."""

    moderation: Moderation | None


@dataclass(frozen=True, slots=True)
class SummonedBy:
    """A host asks everybody to come."""

    user_id: str
    username: str


@dataclass(frozen=True, slots=True)
class Gap:
    """An event is missing: nothing was applied, resume from the replica's seq."""

    expected: int
    got: int


Change = (
    Reset
    | Resumed
    | Joined
    | Left
    | PresenceMoved
    | AgentMoved
    | AgentDid
    | ApprovalOpened
    | ApprovalClosed
    | PromptsMoved
    | RoleGiven
    | Renamed
    | Removed
    | ChatAdded
    | ThreadChanged
    | MessageChanged
    | ThreadMoved
    | ThreadClosed
    | ThreadDeleted
    | FileChanged
    | DocumentsChanged
    | Saved
    | OffersChanged
    | DraftsChanged
    | Ended
    | SessionChanged
    | ModerationChanged
    | SummonedBy
    | Gap
)
