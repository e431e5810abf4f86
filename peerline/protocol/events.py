"""The union of durable events."""

from peerline.protocol.agents import AgentEvent
from peerline.protocol.approvals import ApprovalAnswered, ApprovalAsked
from peerline.protocol.chat import ChatMessageSent, MessageDeleted, MessageEdited, ReactionChanged
from peerline.protocol.comments import (
    CodeComment,
    CommentReattached,
    CommentReplied,
    CommentResolved,
)
from peerline.protocol.documents import (
    DocumentRenamed,
    DocumentRenewed,
    DocumentShared,
    DocumentUnshared,
)
from peerline.protocol.file_events import FileEvent
from peerline.protocol.participants import (
    NameChanged,
    ParticipantRemoved,
    RoleChanged,
    UserJoined,
    UserLeft,
)
from peerline.protocol.session import SessionEnded, SessionUpdate

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
    | NameChanged
    | ParticipantRemoved
    | MessageEdited
    | MessageDeleted
    | ReactionChanged
    | FileEvent
    | AgentEvent
    | ApprovalAsked
    | ApprovalAnswered
    | DocumentShared
    | DocumentUnshared
    | DocumentRenamed
    | DocumentRenewed
    | SessionEnded
)
