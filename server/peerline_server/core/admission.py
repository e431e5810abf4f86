"""Decides on a join: the role, and whether the invite is used for it. Pure."""

from dataclasses import dataclass
from datetime import datetime

from peerline.protocol.errors import ErrorCode
from peerline.protocol.roles import Role
from peerline_server.core.invite_table import Decided, Outcome, outcome_of
from peerline_server.core.invites import is_full
from peerline_server.core.records import StoredInvite


@dataclass(frozen=True, slots=True)
class Admission:
    """The role to join with, and whether the invite is used for it."""

    role: Role
    redeems_invite: bool


def admit(  # noqa: PLR0913 - what a join is decided by
    role: Role | None,
    decided: Decided,
    invite: StoredInvite | None,
    now: datetime,
    *,
    has_code: bool,
    max_guests: int | None = None,
) -> Admission | ErrorCode:
    """Decide on a join as `invite_table` says; `role` is a participant's own.

    `max_guests` is how many guests an invite may bring, None for a user with an account.
    """
    outcome = outcome_of(decided, invite, now, has_code=has_code)
    match outcome:
        case Outcome.JOINS:
            assert invite is not None, "only a valid invite admits"
            if is_full(invite.guests, max_guests):
                return ErrorCode.INVITE_FULL
            return Admission(invite.role, redeems_invite=True)
        case Outcome.KEEPS | Outcome.RAISED:
            assert role is not None, "a participant has a role"
            rises = invite is not None and invite.role.rank > role.rank
            if outcome is Outcome.KEEPS or invite is None or not rises:
                return Admission(role, redeems_invite=False)
            if is_full(invite.guests, max_guests):
                return Admission(role, redeems_invite=False)
            return Admission(invite.role, redeems_invite=True)
        case ErrorCode():
            return outcome
