"""The action that each message needs, and the refusal for a role without it."""

from peerline.protocol.activity import GetActivity, Search
from peerline.protocol.agent_accounts import CreateAgent
from peerline.protocol.agents import TellAgentEvent, TellAgentUpdate
from peerline.protocol.approvals import (
    AnswerApproval,
    AskApproval,
    GetApproval,
    WithdrawApproval,
)
from peerline.protocol.chat import DeleteMessage, EditMessage, GetHistory, React, SendChatMessage
from peerline.protocol.comments import (
    AddComment,
    GetComments,
    ReattachComment,
    ReplyComment,
    ResolveComment,
)
from peerline.protocol.documents import (
    CheckDocument,
    CloseDocument,
    GetBlame,
    OpenDocument,
    RenameDocument,
    ShareDocument,
    TellDocumentSaved,
    UnshareDocument,
)
from peerline.protocol.drafts import EndDraft, ShareDraft
from peerline.protocol.file_events import TellFileEvent
from peerline.protocol.moderation import (
    AnswerJoin,
    CreateInvite,
    GetModeration,
    LiftBan,
    RevokeInvite,
)
from peerline.protocol.offers import (
    GetTree,
    GiveFile,
    GiveTree,
    OfferFiles,
    OpenFile,
    RefuseFile,
    WithdrawFiles,
)
from peerline.protocol.participants import ChangeName, ChangeRole, RemoveParticipant
from peerline.protocol.presence import CursorUpdate, PresenceUpdate, Summon
from peerline.protocol.prompts import CancelPrompt, PromptAgent, StopAgent, TellPrompt
from peerline.protocol.roles import Action, Role
from peerline.protocol.session import EndSession, UpdateSession

REQUIRED_ACTION = {
    CursorUpdate: Action.SEND_PRESENCE,
    PresenceUpdate: Action.SEND_PRESENCE,
    SendChatMessage: Action.CHAT,
    AddComment: Action.COMMENT,
    ReplyComment: Action.COMMENT,
    ResolveComment: Action.COMMENT,
    ReattachComment: Action.COMMENT,
    UpdateSession: Action.EDIT_SESSION,
    ChangeName: Action.SEND_PRESENCE,
    ChangeRole: Action.MODERATE,
    RemoveParticipant: Action.MODERATE,
    EditMessage: Action.CHAT,
    DeleteMessage: Action.CHAT,
    React: Action.CHAT,
    TellFileEvent: Action.EDIT_SESSION,
    TellAgentUpdate: Action.SEND_PRESENCE,
    TellAgentEvent: Action.AGENT,
    CreateAgent: Action.AGENT,
    AskApproval: Action.AGENT,
    WithdrawApproval: Action.AGENT,
    AnswerApproval: Action.VIEW,
    GetApproval: Action.VIEW,
    PromptAgent: Action.VIEW,
    CancelPrompt: Action.VIEW,
    StopAgent: Action.VIEW,
    TellPrompt: Action.AGENT,
    EndSession: Action.MODERATE,
    Summon: Action.MODERATE,
    GetHistory: Action.VIEW,
    GetComments: Action.VIEW,
    Search: Action.VIEW,
    GetActivity: Action.VIEW,
    GetModeration: Action.MODERATE,
    CreateInvite: Action.MODERATE,
    RevokeInvite: Action.MODERATE,
    LiftBan: Action.MODERATE,
    AnswerJoin: Action.MODERATE,
    ShareDocument: Action.EDIT_DOCUMENT,
    UnshareDocument: Action.EDIT_DOCUMENT,
    RenameDocument: Action.EDIT_DOCUMENT,
    TellDocumentSaved: Action.EDIT_DOCUMENT,
    OpenDocument: Action.VIEW,
    CloseDocument: Action.VIEW,
    CheckDocument: Action.VIEW,
    GetBlame: Action.VIEW,
    ShareDraft: Action.COMMENT,
    EndDraft: Action.COMMENT,
    OfferFiles: Action.EDIT_DOCUMENT,
    WithdrawFiles: Action.VIEW,
    GetTree: Action.VIEW,
    OpenFile: Action.VIEW,
    GiveTree: Action.EDIT_DOCUMENT,
    GiveFile: Action.EDIT_DOCUMENT,
    RefuseFile: Action.VIEW,
}
"""The action that a role needs for each message, by the matrix of roles."""


def denial(role: Role, action: Action) -> str:
    """Say why the role may not do this, and what to do."""
    needed = {
        Action.CHAT: "write in the chat",
        Action.COMMENT: "comment",
        Action.EDIT_SESSION: "change the session",
        Action.EDIT_DOCUMENT: "write in shared files",
        Action.AGENT: "work as an agent or have one",
    }
    if action is Action.MODERATE:
        return "only a host can do this"
    what = needed.get(action, action.replace("_", " "))
    return f"a {role} cannot {what}; ask the host for the role of editor"
