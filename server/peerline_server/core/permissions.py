"""The action that each message needs, and the refusal for a role without it."""

from typing import Final

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
from peerline.protocol.hosts import ask_hosts, hosts_by_name
from peerline.protocol.messages import ClientMessage
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
from peerline_server.core.members import Members

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

_OF_EDITORS: Final = {
    Action.CHAT: "write in the chat",
    Action.COMMENT: "comment",
    Action.EDIT_SESSION: "change the session",
    Action.EDIT_DOCUMENT: "write in shared files",
    Action.AGENT: "work as an agent or have one",
}
_OF_HOSTS: Final[dict[type, str]] = {
    RevokeInvite: "revoke invite links",
    ChangeRole: "give roles",
    RemoveParticipant: "remove people",
    LiftBan: "lift a ban",
    AnswerJoin: "admit people",
    EndSession: "end the session",
    Summon: "bring everyone to one place",
}
"""The deeds of hosts, which others can ask them to do."""


def denial(message: ClientMessage, role: Role, action: Action, members: Members) -> str:
    """Say why the role may not do this, and which hosts to ask."""
    if action is not Action.MODERATE:
        what = _OF_EDITORS.get(action, action.replace("_", " "))
        asked = ask_hosts(members.hosts_to_ask(), "for the role of editor")
        return f"a {role} cannot {what}; {asked}"
    if isinstance(message, CreateInvite):
        # The advice comes first: an editor may have one short line for it.
        asked = ask_hosts(members.hosts_to_ask(), "for a link")
        return f"{asked}: only a host can make one"
    return only_hosts(f"only a host can {_OF_HOSTS.get(type(message), 'do this')}", members)


def only_hosts(text: str, members: Members) -> str:
    """A refusal of what hosts may do, with those who can be asked to do it."""
    return f"{text}; ask {hosts_by_name(members.hosts_to_ask())}"
