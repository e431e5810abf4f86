"""The places of a session, and what calling its owner finds."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Mine:
    """This node owns the session; with `fence` the store takes what it writes."""

    fence: int


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another node owns the session: `node_id`, reached at `address` (HOST:PORT)."""

    address: str
    node_id: str


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The owner may live, but cannot be reached from here: the client tries again later."""

    retry_after: float
    """Seconds."""


Place = Mine | Elsewhere | Unreachable


class Found(Enum):
    """The answer of a session's owner to the handshake that is passed on to it."""

    THERE = "there"
    """101 from that node: the socket is passed on."""
    GONE = "gone"
    """Refused, reset, or another process than that node."""
    SILENT = "silent"
    """No answer in time."""
    CUT_OFF = "cut_off"
    """503: that node has no lease, since it does not reach the database."""
    DRAINING = "draining"
    """503: that node is about to let go of its sessions."""
    NOT_OWNER = "not_owner"
    """That node does not own the session."""
