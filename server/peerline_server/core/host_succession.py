"""Who is host while no host is here: whom to promote, and when to take it back. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from peerline.protocol.participants import RoleChanged
from peerline.protocol.roles import SERVER_USER_ID, Role


@dataclass(frozen=True, slots=True)
class Standing:
    """What matters here about one participant."""

    user_id: str
    username: str
    role: Role
    is_here: bool
    was_here: bool
    stands_in: bool
    """Whether the server made them host, for as long as no other host is here."""
    is_decided: bool = False
    """Whether a host has decided about them: the role is what the host gave, no more."""


def promotion(people: Iterable[Standing], session_id: str, now: datetime) -> RoleChanged | None:
    """Make the longest-present editor host, if every host that was here has gone.

    `people` come in the order in which they joined. An editor about whom a host has decided does
    not stand in: a former host whom a host has demoted must not get back that way. A session
    whose host has never been here is left alone: whoever comes first with a link shall not take
    it over.
    """
    known = list(people)
    hosts = [person for person in known if person.role is Role.HOST]
    if any(host.is_here for host in hosts) or not any(host.was_here for host in hosts):
        return None
    for person in known:
        if person.is_here and person.role is Role.EDITOR and not person.is_decided:
            return _change(person, Role.HOST, session_id, now)
    return None


def return_of_host(people: Iterable[Standing], session_id: str, now: datetime) -> list[RoleChanged]:
    """Whoever stands in is an editor again as soon as a host of their own right is here."""
    known = list(people)
    if not any(
        person.role is Role.HOST and person.is_here and not person.stands_in for person in known
    ):
        return []
    return [_change(person, Role.EDITOR, session_id, now) for person in known if person.stands_in]


def _change(person: Standing, role: Role, session_id: str, now: datetime) -> RoleChanged:
    return RoleChanged(
        session_id=session_id,
        seq=0,
        user_id=person.user_id,
        username=person.username,
        role=role,
        changed_by=SERVER_USER_ID,
        timestamp=now,
    )
