"""The acting host while no host is here: a promotion, and when to take it back. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from peerline.protocol.participants import RoleChanged
from peerline.protocol.roles import SERVER_USER_ID, Role


@dataclass(frozen=True, slots=True)
class Candidate:
    """One participant, with what counts for the succession."""

    user_id: str
    username: str
    role: Role
    is_here: bool
    was_here: bool
    is_acting_host: bool
    """Whether the server made them host, for as long as no other host is here."""
    is_decided: bool = False
    """Whether a host has decided about them: the role is what the host gave, no more."""


def is_left(participants: Sequence[Candidate]) -> bool:
    """Whether every host among them that was here has gone."""
    hosts = [one for one in participants if one.role is Role.HOST]
    return any(host.was_here for host in hosts) and not any(host.is_here for host in hosts)


def promotion(
    participants: Iterable[Candidate], session_id: str, now: datetime
) -> RoleChanged | None:
    """Make the longest-present editor host, if every host that was here has gone.

    `participants` come in the order in which they joined. An editor whose role a host has decided
    does not become acting host: a former host who was demoted by a host must not get back that way.
    A session whose host has never been here is left alone: the first user with a link must not
    take it over.
    """
    known = list(participants)
    if not is_left(known):
        return None
    for one in known:
        if one.is_here and one.role is Role.EDITOR and not one.is_decided:
            return _change(one, Role.HOST, session_id, now)
    return None


def return_of_host(
    participants: Iterable[Candidate], session_id: str, now: datetime
) -> list[RoleChanged]:
    """Make an acting host an editor again once a host in their own right is here."""
    known = list(participants)
    if not any(one.role is Role.HOST and one.is_here and not one.is_acting_host for one in known):
        return []
    return [_change(one, Role.EDITOR, session_id, now) for one in known if one.is_acting_host]


def _change(candidate: Candidate, role: Role, session_id: str, now: datetime) -> RoleChanged:
    return RoleChanged(
        session_id=session_id,
        seq=0,
        user_id=candidate.user_id,
        username=candidate.username,
        role=role,
        changed_by=SERVER_USER_ID,
        timestamp=now,
    )
