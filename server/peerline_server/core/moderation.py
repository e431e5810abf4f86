"""The restrictions that hold while a host's decision is being written. Pure."""

from dataclasses import dataclass, field
from typing import Final

from peerline.protocol.participants import ParticipantRemoved, RoleChanged
from peerline.protocol.roles import SERVER_USER_ID, Role

EVERYONE: Final = ""
"""In place of a user's id: the session is being ended."""


def decided_seq(event: RoleChanged | ParticipantRemoved) -> int | None:
    """The place of a host's decision among the events; None for what the server does on its own."""
    if isinstance(event, RoleChanged) and event.changed_by == SERVER_USER_ID:
        return None
    return event.seq


@dataclass(frozen=True, slots=True)
class Restriction:
    """The most that a user may do from the moment at which a host decided; None is nothing."""

    user_id: str
    role: Role | None


@dataclass(slots=True)
class Restrictions:
    """Decisions that are not committed yet.

    A host's decision and its target's messages wait in one queue. What the target sends after the
    decision must not be accepted, though the decision itself only happens when it is committed.
    """

    _of_user: dict[str, list[Role | None]] = field(default_factory=dict[str, list[Role | None]])

    def add(self, restriction: Restriction) -> None:
        """From now on."""
        self._of_user.setdefault(restriction.user_id, []).append(restriction.role)

    def remove(self, restriction: Restriction) -> None:
        """The decision was committed, or it failed."""
        roles = self._of_user[restriction.user_id]
        roles.remove(restriction.role)
        if not roles:
            del self._of_user[restriction.user_id]

    @property
    def is_ending(self) -> bool:
        """Whether the session is being ended."""
        return EVERYONE in self._of_user

    def limit(self, user_id: str, role: Role) -> Role | None:
        """The role that counts for a user who has `role`; None for one who is being removed."""
        for other in (*self._of_user.get(user_id, ()), *self._of_user.get(EVERYONE, ())):
            if other is None:
                return None
            if other.rank < role.rank:
                role = other
        return role
