"""The texts of refusals, by error code."""

from peerline.protocol.errors import ErrorCode

REFUSALS = {
    ErrorCode.NOT_A_PARTICIPANT: (
        "You are not a participant of this session. Ask a host for a new invite link."
    ),
    ErrorCode.BANNED: "A host has banned you from this session.",
    ErrorCode.INVITE_INVALID: "this invite is not valid for this session",
    ErrorCode.INVITE_EXPIRED: "this invite has expired: ask the host for a new one",
    ErrorCode.INVITE_EXHAUSTED: (
        "this invite has been used as often as it may be: ask the host for a new one"
    ),
    ErrorCode.SESSION_ENDED: "the host has ended this session",
    ErrorCode.JOIN_DENIED: "the host has not let you in",
    ErrorCode.JOIN_UNANSWERED: "no host has let you in: ask one to be there, and try again",
    ErrorCode.PERMISSION_DENIED: "only its author can do this",
    ErrorCode.COMMENT_NOT_FOUND: "comment_id: there is no such comment here",
    ErrorCode.SESSION_NOT_FOUND: "there is no such session on this server",
    ErrorCode.SERVER_BUSY: "the server has too much to write at the moment: try again",
    ErrorCode.INTERNAL_ERROR: "the server could not store this: nothing was changed, try again",
    ErrorCode.MESSAGE_NOT_FOUND: "there is no such message in this session, or it was deleted",
}
"""What a refused user reads."""
