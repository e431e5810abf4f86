"""Who may come in, and as what. Pure."""

from dataclasses import dataclass
from datetime import datetime

from peerline.protocol.errors import ErrorCode
from peerline.protocol.roles import Role
from server.invites import refusal_of
from server.session import Member
from server.store.base import StoredInvite


@dataclass(frozen=True, slots=True)
class Admission:
    """The role to come in with, and whether the invite is used for it."""

    role: Role
    redeems_invite: bool


def admit(
    member: Member | None,
    invite: StoredInvite | None,
    *,
    has_code: bool,
    now: datetime,
    is_banned: bool = False,
) -> Admission | ErrorCode:
    """Decide on a join.

    A participant keeps the role, or rises to that of a valid invite; an invite that has expired
    does not lock a participant out. Anybody else needs a valid invite.
    """
    if is_banned:
        return ErrorCode.BANNED
    refusal = refusal_of(invite, now)
    if member is not None:
        if invite is not None and refusal is None and invite.role.rank > member.user.role.rank:
            return Admission(invite.role, redeems_invite=True)
        return Admission(member.user.role, redeems_invite=False)
    if not has_code:
        return ErrorCode.NOT_A_PARTICIPANT
    if refusal is not None or invite is None:
        return refusal or ErrorCode.INVITE_INVALID
    return Admission(invite.role, redeems_invite=True)


REFUSALS = {
    ErrorCode.NOT_A_PARTICIPANT: (
        "you are not a participant of this session: ask its host for an invite link"
    ),
    ErrorCode.BANNED: "the host has put you out of this session",
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
