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
from peerline.protocol.prompts import AgentPrompted, PromptChanged
from peerline.protocol.session import SessionEnded, SessionUpdate

EventOfAgent = AgentEvent | ApprovalAsked | ApprovalAnswered | AgentPrompted | PromptChanged
"""The deeds of agents, their questions, and the prompts of shared ones."""
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
    | EventOfAgent
    | DocumentShared
    | DocumentUnshared
    | DocumentRenamed
    | DocumentRenewed
    | SessionEnded
)
