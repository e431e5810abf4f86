"""The decision on a session's place: claim it, call its owner, or wait. Pure.

Nothing is correct because of what is decided here: the fence, which every commit checks, makes two
writers impossible. It decides how soon a session goes on after a fault, and that nodes which do not
reach each other do not take sessions from each other in turn.
"""

from dataclasses import dataclass
from typing import Final

from peerline_server.cluster.places import Elsewhere, Found, Mine, Unreachable

UNREACHABLE_SECONDS: Final = 1.0
"""After which a client asks again for a session whose owner does not answer."""
DRAINING_SECONDS: Final = 0.3
"""After which a node that drains is likely to have let go of the session."""
MOST_TRIES: Final = 3
"""Calls for one connection, if each finds a node that is not the owner any more."""


@dataclass(frozen=True, slots=True)
class Ownership:
    """A session's owner as the database has it."""

    owner: str | None
    """The id of a node, None if nobody owns the session."""
    fence: int
    address: str | None
    """HOST:PORT of the owner; None if it has ended, empty for a command without a listener."""
    is_leased: bool
    """Whether the lease of the owner lives."""
    claimed_ago: float | None
    """Seconds since it was claimed."""


@dataclass(frozen=True, slots=True)
class Claimer:
    """The node that asks."""

    node_id: str
    address: str
    lease_seconds: float
    is_steady: bool
    """Whether its own lease has lived without a gap for two lengths."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Take the session over from the owner that was seen."""


@dataclass(frozen=True, slots=True)
class Again:
    """Ask the database again after some seconds."""

    after: float


CLAIM: Final = Claim()


def place(found: Ownership, me: Claimer) -> Mine | Elsewhere | Claim:
    """The place of a session before anybody was called."""
    if found.owner is None:
        return CLAIM
    if found.owner == me.node_id:
        return Mine(found.fence)
    if not found.address or found.address == me.address:
        # It has ended, it was a command, or it was an earlier start of this very node.
        return CLAIM
    return Elsewhere(found.address, found.owner)


def place_after_call(
    ownership: Ownership, me: Claimer, found: Found
) -> Elsewhere | Claim | Again | Unreachable:
    """The place of a session whose owner, still the same, was called."""
    match found:
        case Found.THERE:
            return Elsewhere(ownership.address or "", ownership.owner or "")
        case Found.GONE:
            # Two nodes behind a wall that refuses must not take it from each other in turn.
            ago = ownership.claimed_ago
            is_settled = ago is None or ago >= me.lease_seconds
            return CLAIM if is_settled else Unreachable(UNREACHABLE_SECONDS)
        case Found.SILENT | Found.CUT_OFF:
            # After an outage of the database all leases have ended, though all owners live: who has
            # not had a lease for a while itself cannot tell.
            may_claim = me.is_steady and not ownership.is_leased
            return CLAIM if may_claim else Unreachable(UNREACHABLE_SECONDS)
        case Found.DRAINING:
            return Again(DRAINING_SECONDS)
        case Found.NOT_OWNER:
            return Again(0.0)
