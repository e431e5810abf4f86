"""The participants who are here as JSON, of which only what has changed is encoded. Pure.

Everybody who joins gets the whole list. A property test holds it equal to that of the models.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from peerline.protocol.agents import AgentActivity
from peerline.protocol.participants import Participant
from peerline_server.core.agents import AgentBoard
from peerline_server.core.members import Member
from peerline_server.core.presence import PresenceBoard


class _Known(NamedTuple):
    """A participant as encoded last. What it was made of is never changed, only replaced."""

    member: Member
    activity: AgentActivity | None
    head: str
    """All before the presence."""
    tail: str
    """All behind it."""


class ParticipantList:
    """The JSON of the participants of one session."""

    def __init__(self, created_at: datetime, presence: PresenceBoard, agents: AgentBoard) -> None:
        self._created_at = created_at
        self._presence = presence
        self._agents = agents
        self._known: dict[str, _Known] = {}

    def as_json(self, members: Iterable[Member]) -> bytes:
        """These members as an array of `Participant`, in their order."""
        return f"[{','.join(map(self._encoded, members))}]".encode()

    def forget(self, user_id: str) -> None:
        """The user is here no longer."""
        self._known.pop(user_id, None)

    def _encoded(self, member: Member) -> str:
        user_id = member.user.id
        activity = self._agents.get(user_id)
        known = self._known.get(user_id)
        if known is None or known.member is not member or known.activity is not activity:
            known = self._known[user_id] = self._encode(member, activity)
        return known.head + self._presence.as_json(user_id) + known.tail

    def _encode(self, member: Member, activity: AgentActivity | None) -> _Known:
        model = participant(member, self._created_at)
        head = model.model_dump_json(exclude={"presence", "activity"}, exclude_none=True)
        tail = ""
        if activity is not None:
            tail = f',"activity":{activity.model_dump_json(exclude_none=True)}'
        return _Known(member, activity, f'{head[:-1]},"presence":', f"{tail}}}")


def participant(member: Member, created_at: datetime) -> Participant:
    """The member on the wire, without presence and activity."""
    user = member.user
    return Participant(
        id=user.id,
        username=user.username,
        avatar=user.avatar,
        role=user.role,
        kind=user.kind,
        agent=user.agent,
        joined_at=member.joined_at or created_at,
    )
