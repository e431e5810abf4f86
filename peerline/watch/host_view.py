"""The view of hosts: the users who ask to join, the links that participants came by. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from peerline.client import Replica
from peerline.client.full_links import FullLinks
from peerline.protocol.moderation import Invite, PendingJoin
from peerline.watch.spans import clock

MAX_REMOVED: Final = 100
"""Removed users whose links are remembered."""


@dataclass(frozen=True, slots=True)
class CameBy:
    """A user, and the invite of the link that they came by, which still works."""

    user_id: str
    username: str
    invite: Invite

    def made(self, now: datetime, zone: tzinfo | None) -> str:
        """The time at which the link was made, on another day the date."""
        made = self.invite.created_at.astimezone(zone)
        is_today = made.date() == now.astimezone(zone).date()
        return clock(made, zone) if is_today else made.date().isoformat()


class HostView:
    """The hosts' view of one session; empty for a participant who is no host."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._asking: frozenset[str] = frozenset()
        self._full = FullLinks()
        self._removed: dict[str, CameBy] = {}

    @property
    def pending(self) -> Sequence[PendingJoin]:
        """The users who wait for a host."""
        moderation = self._replica.moderation
        return () if moderation is None else moderation.pending

    def new_questions(self) -> list[str]:
        """A line for each user who has begun to wait since the last call."""
        new = [join for join in self.pending if join.user_id not in self._asking]
        self._asking = frozenset(join.user_id for join in self.pending)
        return [f"{join.username} asks to join as {join.role}: /allow or /deny" for join in new]

    def full_links(self) -> list[str]:
        """A line for each link that has brought as many guests as it may since the last call."""
        return self._full.news(self._replica.moderation)

    def came_by(self, user_id: str) -> CameBy | None:
        """The link that a participant came by, as long as it works."""
        return self._here().get(user_id)

    def links(self) -> list[CameBy]:
        """The links that still work of everybody who is here or was removed."""
        moderation = self._replica.moderation
        usable = set[str]() if moderation is None else {invite.id for invite in moderation.invites}
        gone = [left for left in self._removed.values() if left.invite.id in usable]
        return [*self._here().values(), *gone]

    def removed(self, left: CameBy, now: datetime, zone: tzinfo | None = None) -> str:
        """Remember the link of a user who was removed; a line that says how to revoke it."""
        self._removed.pop(left.user_id, None)
        self._removed[left.user_id] = left
        while len(self._removed) > MAX_REMOVED:
            del self._removed[next(iter(self._removed))]
        name = left.username
        others = {link.invite.id for link in self.links() if link.username == name}
        wanted = name if others <= {left.invite.id} else left.user_id
        link = f"{left.invite.role} link of {left.made(now, zone)}"
        return f"The {link} still works: /revoke {wanted}"

    def short_links(self, now: datetime, zone: tzinfo | None = None) -> dict[str, str]:
        """The link of each participant who came by one that still works, in few words."""
        return {
            link.user_id: f"by link of {link.made(now, zone)}" for link in self._here().values()
        }

    def _here(self) -> dict[str, CameBy]:
        moderation = self._replica.moderation
        if moderation is None:
            return {}
        invites = {invite.id: invite for invite in moderation.invites}
        people = self._replica.participants
        return {
            arrival.user_id: CameBy(
                arrival.user_id, people[arrival.user_id].username, invites[arrival.invite_id]
            )
            for arrival in moderation.arrivals
            if arrival.user_id in people and arrival.invite_id in invites
        }
