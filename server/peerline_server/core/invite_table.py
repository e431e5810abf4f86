"""The table of what a join gets: who the user is to the session, and what the invite is. Pure.

PROTOCOL.md shows the same table, and a test walks every cell on a running server.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from peerline.protocol.errors import ErrorCode
from peerline_server.core.invites import refusal_of
from peerline_server.core.records import StoredInvite


class Standing(StrEnum):
    """The standing of a user in a session. A guest without its token is always a new user."""

    NEW = "new"
    PARTICIPANT = "participant"
    DECIDED = "participant whose role a host has changed"
    REMOVED = "removed"
    BANNED = "banned"


class InviteState(StrEnum):
    """The invite that a join brings. It is newer than a decision by its place among the events."""

    NONE = "no invite"
    NEWER = "valid, made after the decision"
    OLDER = "valid, made before the decision"
    REVOKED = "revoked, or of no session"
    EXPIRED = "expired"
    USED_UP = "used up"


class Outcome(StrEnum):
    """The result of the join."""

    JOINS = "joins with the invite's role"
    KEEPS = "keeps the role"
    RAISED = "keeps the role, or rises to the invite's"


_KEEPS_IN_ANY_CASE: Final = {
    InviteState.NONE: Outcome.KEEPS,
    InviteState.OLDER: Outcome.KEEPS,
    InviteState.REVOKED: Outcome.KEEPS,
    InviteState.EXPIRED: Outcome.KEEPS,
    InviteState.USED_UP: Outcome.KEEPS,
}
_NO_LONGER_VALID: Final = {
    InviteState.REVOKED: ErrorCode.INVITE_INVALID,
    InviteState.EXPIRED: ErrorCode.INVITE_EXPIRED,
    InviteState.USED_UP: ErrorCode.INVITE_EXHAUSTED,
}

TABLE: Final[dict[Standing, dict[InviteState, Outcome | ErrorCode]]] = {
    Standing.NEW: {
        InviteState.NONE: ErrorCode.NOT_A_PARTICIPANT,
        InviteState.NEWER: Outcome.JOINS,
        InviteState.OLDER: Outcome.JOINS,
        **_NO_LONGER_VALID,
    },
    Standing.PARTICIPANT: {
        **_KEEPS_IN_ANY_CASE,
        InviteState.NEWER: Outcome.RAISED,
        InviteState.OLDER: Outcome.RAISED,
    },
    Standing.DECIDED: {**_KEEPS_IN_ANY_CASE, InviteState.NEWER: Outcome.RAISED},
    Standing.REMOVED: {
        InviteState.NONE: ErrorCode.NOT_A_PARTICIPANT,
        InviteState.NEWER: Outcome.JOINS,
        InviteState.OLDER: ErrorCode.NOT_A_PARTICIPANT,
        **_NO_LONGER_VALID,
    },
    Standing.BANNED: dict.fromkeys(InviteState, ErrorCode.BANNED),
}


@dataclass(frozen=True, slots=True)
class Decided:
    """The decisions of hosts about one user."""

    is_participant: bool = False
    is_banned: bool = False
    decided_seq: int | None = None
    """The event of the last one; None if hosts have decided nothing, or lifted the ban."""

    @property
    def standing(self) -> Standing:
        """The row of the table."""
        if self.is_banned:
            return Standing.BANNED
        if self.is_participant:
            return Standing.PARTICIPANT if self.decided_seq is None else Standing.DECIDED
        return Standing.NEW if self.decided_seq is None else Standing.REMOVED


def invite_state(
    invite: StoredInvite | None, decided_seq: int | None, now: datetime, *, has_code: bool
) -> InviteState:
    """The column of the table."""
    if not has_code:
        return InviteState.NONE
    match refusal_of(invite, now):
        case ErrorCode.INVITE_EXPIRED:
            return InviteState.EXPIRED
        case ErrorCode.INVITE_EXHAUSTED:
            return InviteState.USED_UP
        case None if invite is not None:
            is_older = decided_seq is not None and invite.created_seq < decided_seq
            return InviteState.OLDER if is_older else InviteState.NEWER
        case _:
            return InviteState.REVOKED


def outcome_of(
    decided: Decided, invite: StoredInvite | None, now: datetime, *, has_code: bool
) -> Outcome | ErrorCode:
    """The cell of the table."""
    state = invite_state(invite, decided.decided_seq, now, has_code=has_code)
    return TABLE[decided.standing][state]
