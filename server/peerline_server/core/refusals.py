"""The texts that a refused user reads, by error code: joins, items, the store."""

from typing import Final

from peerline.protocol.errors import ErrorCode
from peerline.protocol.limits import MAX_REACTIONS

_NEW_LINK: Final = "Ask a host for a new link."
"""The advice for an invite that no longer works. The server gives it, and no surface repeats it."""
_OF_JOINS: Final = {
    ErrorCode.SESSION_NOT_FOUND: "there is no such session on this server",
    ErrorCode.SESSION_ENDED: "the host has ended this session",
    ErrorCode.NOT_A_PARTICIPANT: (
        "You are not a participant of this session. Ask a host for a new invite link."
    ),
    ErrorCode.AGENT_LIMIT: "the owner has as many agents in this session as may be: end one",
    ErrorCode.OWNER_AWAY: (
        "the owner of this agent is not in the session: it can join once they are back"
    ),
    ErrorCode.BANNED: "A host has banned you from this session.",
    ErrorCode.INVITE_INVALID: f"this invite is not valid for this session. {_NEW_LINK}",
    ErrorCode.INVITE_EXPIRED: f"this invite has expired. {_NEW_LINK}",
    ErrorCode.INVITE_EXHAUSTED: f"this invite has been used as often as it may be. {_NEW_LINK}",
    ErrorCode.INVITE_FULL: f"this invite has brought as many guests as one may. {_NEW_LINK}",
    ErrorCode.JOIN_DENIED: "a host declined your request",
    ErrorCode.JOIN_UNANSWERED: "no host answered in time; ask one to be there, and try again",
}
_OF_ITEMS: Final = {
    ErrorCode.MESSAGE_NOT_FOUND: "there is no such message in this session, or it was deleted",
    ErrorCode.COMMENT_NOT_FOUND: "comment_id: there is no such comment here",
    ErrorCode.PERMISSION_DENIED: "only its author can do this",
}
"""Chat messages, comments and replies that a message answers or changes."""
_OF_DOCUMENTS: Final = {
    ErrorCode.DOCUMENT_NOT_FOUND: "there is no such shared document in this session",
    ErrorCode.DOCUMENT_EXISTS: "the file is shared already: open that document",
    ErrorCode.GENERATION_MISMATCH: (
        "the document goes on in another generation: open it without one"
    ),
}
_OF_THE_STORE: Final = {
    ErrorCode.SERVER_BUSY: "the server has too much to write at the moment: try again",
    ErrorCode.INTERNAL_ERROR: "the server could not store this: nothing was changed, try again",
}
REFUSALS: Final = {**_OF_JOINS, **_OF_ITEMS, **_OF_DOCUMENTS, **_OF_THE_STORE}

TOO_MANY_REACTIONS: Final = (
    f"emoji: one message can have at most {MAX_REACTIONS} different ones; use one that is there"
)
OUTCOME_UNKNOWN: Final = (
    "the server's disk failed: this may have been stored or not, "
    "send it again with the same request_id to find out"
)
"""The text of an error with an `outcome`; nothing is doubled by sending again."""
JOIN_UNKNOWN: Final = "the server's disk failed: this join may have been stored or not, join again"
