"""Who may come in, and as what. Pure."""

from dataclasses import dataclass
from datetime import datetime

from peerline.protocol.errors import ErrorCode
from peerline.protocol.roles import Role
from server.invite_table import Decided, Outcome, outcome_of
from server.store.base import StoredInvite


@dataclass(frozen=True, slots=True)
class Admission:
    """The role to come in with, and whether the invite is used for it."""

    role: Role
    redeems_invite: bool


def admit(
    role: Role | None,
    decided: Decided,
    invite: StoredInvite | None,
    now: datetime,
    *,
    has_code: bool,
) -> Admission | ErrorCode:
    """Decide on a join as `invite_table` says; `role` is a participant's own."""
    outcome = outcome_of(decided, invite, now, has_code=has_code)
    match outcome:
        case Outcome.JOINS:
            assert invite is not None, "only a valid invite admits"
            return Admission(invite.role, redeems_invite=True)
        case Outcome.KEEPS | Outcome.RAISED:
            assert role is not None, "a participant has a role"
            rises = invite is not None and invite.role.rank > role.rank
            if outcome is Outcome.RAISED and invite is not None and rises:
                return Admission(invite.role, redeems_invite=True)
            return Admission(role, redeems_invite=False)
        case ErrorCode():
            return outcome


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
OUTCOME_UNKNOWN = (
    "the server's disk failed: this may have been stored or not, "
    "send it again with the same request_id to find out"
)
"""The text of an error with an `outcome`; nothing is doubled by sending again."""
JOIN_UNKNOWN = "the server's disk failed: this join may have been stored or not, join again"
