"""A request to join, and its refusal."""

from dataclasses import dataclass, field

from peerline.protocol.errors import ErrorCode
from peerline.protocol.session import ResumePoint, SessionToCreate


@dataclass(frozen=True, slots=True)
class JoinRequest:
    """All that a client sends to join, from whichever part of the handshake."""

    session_id: str
    auth_token: str | None = field(default=None, repr=False)
    invite: str | None = field(default=None, repr=False)
    username: str | None = field(default=None, repr=False)
    guest_key: str | None = field(default=None, repr=False)
    """A secret of a guest's program: the guest who brings it again is the same one."""
    resume: ResumePoint | None = None
    create: SessionToCreate | None = None


@dataclass(eq=False, slots=True)
class JoinRefused(Exception):  # noqa: N818 - it is an answer, not a fault
    """The join is refused; `text` is for the user."""

    code: ErrorCode
    text: str
    retry_after: float | None = None
    is_unknown: bool = False
    """Whether it may have been written all the same."""
