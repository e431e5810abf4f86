"""The rules for agents: roles, what they may send, how they end with their owner. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from peerline.protocol.agent_accounts import CreateAgent
from peerline.protocol.agents import AgentEvent, TellAgentEvent, TellAgentUpdate
from peerline.protocol.approvals import AskApproval, WithdrawApproval
from peerline.protocol.errors import ErrorCode
from peerline.protocol.participants import (
    ParticipantRemoved,
    RemoveParticipant,
    RoleChanged,
    UserLeft,
)
from peerline.protocol.prompts import TellPrompt
from peerline.protocol.roles import SERVER_USER_ID, Role
from peerline.protocol.text import clean_name
from peerline_server.core.admission import Admission
from peerline_server.core.decisions import Append, Ask, Refused, Sender
from peerline_server.core.invite_table import Decided
from peerline_server.core.members import Member, Members
from peerline_server.core.moderation import Restrictions
from peerline_server.core.names import is_numbered
from peerline_server.core.records import NewEvent

NOT_AN_AGENT: Final = Refused(
    ErrorCode.NOT_AN_AGENT, "only an agent can send this: create one first"
)
OF_AGENTS: Final = (TellAgentUpdate, TellAgentEvent, AskApproval, WithdrawApproval, TellPrompt)
"""The messages that agents alone send."""


MAX_AGENTS_KEPT: Final = 100
"""Agents of one owner that a session has ever had: each is told apart for good."""


class WantedAgent(NamedTuple):
    """The marks that an owner's agent is told from their others by."""

    name: str
    product: str
    role: Role


def least(*roles: Role) -> Role:
    """The role of these that allows the least."""
    return min(roles, key=lambda role: role.rank)


def counting_role(member: Member, members: Members, restrictions: Restrictions) -> Role | None:
    """The role that counts now: that of an agent is at most its owner's, and never a host's.

    None for a user who is being removed, and for an agent whose owner is no participant.
    """
    role = restrictions.limit(member.user.id, member.user.role)
    info = member.user.agent
    if info is None or role is None:
        return role
    owner = members.get(info.owner_id)
    if owner is None:
        return None
    of_owner = restrictions.limit(owner.user.id, owner.user.role)
    return None if of_owner is None else least(role, of_owner, Role.EDITOR)


def ends_own(message: object, sender: Member, members: Members) -> bool:
    """Whether the sender removes an agent of theirs, which needs no host.

    What lasts, a ban or the end of an invite, does.
    """
    if not isinstance(message, RemoveParticipant) or message.ban or message.revoke_invite:
        return False
    target = members.get(message.user_id)
    info = None if target is None else target.user.agent
    return info is not None and info.owner_id == sender.user.id


def decide_creation(message: CreateAgent, sender: Sender) -> Ask | Refused:
    """Decide on an account for an agent."""
    if sender.user.is_agent:
        return Refused(ErrorCode.PERMISSION_DENIED, "an agent cannot have agents of its own")
    if message.role is Role.HOST:
        return Refused(ErrorCode.INVALID_FIELD, "role: an agent is never a host")
    if not clean_name(message.name):
        return Refused(ErrorCode.INVALID_FIELD, "name: a name needs a visible character")
    return Ask(message)


def decide_agent_event(message: TellAgentEvent, sender: Sender) -> Append:
    """Keep what an agent tells."""
    event = AgentEvent(
        session_id=sender.session_id,
        seq=0,
        user_id=sender.user.id,
        username=sender.user.username,
        data=message.data,
        timestamp=sender.now,
    )
    return Append(NewEvent(event, sender.user.id, message.request_id))


def admit_agent(  # noqa: PLR0913 - what its join is decided by
    members: Members,
    decided: Decided,
    user_id: str,
    owner_id: str,
    role: Role,
    *,
    now: datetime,
    most: int,
    alone: timedelta,
) -> Admission | ErrorCode:
    """Decide on the join of an agent: it needs no invite, but an owner who is a participant.

    At most `most` agents of one owner are here at once. Without their owner none comes when those
    that were here would have left, `alone` after the owner did; else it would come again and again.
    """
    if decided.is_banned:
        return ErrorCode.BANNED
    member, owner = members.get(user_id), members.get(owner_id)
    was_removed = member is None and decided.decided_seq is not None
    if owner is None or was_removed:
        return ErrorCode.NOT_A_PARTICIPANT
    is_here = owner.is_active or (member is not None and member.is_active)
    if not is_here and (owner.left_at is None or now - owner.left_at > alone):
        return ErrorCode.OWNER_AWAY
    if sum(one != user_id for one in agents_here(members, owner_id)) >= most:
        return ErrorCode.AGENT_LIMIT
    if member is None and is_full(members, owner_id):
        return ErrorCode.AGENT_LIMIT
    given = role if member is None else member.user.role
    return Admission(least(given, owner.user.role, Role.EDITOR), redeems_invite=False)


def may_give(role: Role, target: Member, members: Members) -> Refused | None:
    """Whether a host may give an agent a role; anybody else is not decided on here."""
    if target.user.agent is None:
        return None
    owner = members.get(target.user.agent.owner_id)
    if role is Role.HOST:
        return Refused(ErrorCode.INVALID_FIELD, "role: an agent is never a host")
    if owner is not None and role.rank > owner.user.role.rank:
        return Refused(ErrorCode.INVALID_FIELD, "role: an agent has at most its owner's role")
    return None


def away_agent(
    members: Members, owner_id: str, wanted: WantedAgent, taken: Iterable[str]
) -> str | None:
    """The owner's agent that is wanted and is not here, if there is one.

    `taken` are those that somebody is about to come back as.
    """
    unavailable = set(taken)
    for member in members.agents():
        info = member.user.agent
        if info is None or member.is_active or member.user.id in unavailable:
            continue
        is_same = (info.product, member.user.role) == (wanted.product, wanted.role)
        called = member.user.username
        is_called_so = called == wanted.name or is_numbered(called, wanted.name)
        if info.owner_id == owner_id and is_same and is_called_so:
            return member.user.id
    return None


def is_full(members: Members, owner_id: str) -> bool:
    """Whether the owner has had as many agents as a session keeps."""
    return len(_agents_of(members, owner_id)) >= MAX_AGENTS_KEPT


def agents_here(members: Members, owner_id: str) -> list[str]:
    """The ids of the owner's agents that are here."""
    return [member.user.id for member in _agents_of(members, owner_id) if member.is_active]


def _agents_of(members: Members, owner_id: str) -> list[Member]:
    """The owner's agents, here or not."""
    return [
        member
        for member in members.agents()
        if member.user.agent is not None and member.user.agent.owner_id == owner_id
    ]


def deserted(members: Members) -> dict[str, list[Member]]:
    """The agents that are here without their owner, by the owner's id."""
    found: dict[str, list[Member]] = {}
    for member in members.agents():
        info = member.user.agent
        if member.is_active and info is not None and not members.is_active(info.owner_id):
            found.setdefault(info.owner_id, []).append(member)
    return found


def ending(member: Member, session_id: str, now: datetime) -> NewEvent:
    """The event of an agent leaving because its owner has."""
    message = UserLeft(
        session_id=session_id,
        seq=0,
        user_id=member.user.id,
        username=member.user.username,
        reason="left_with_owner",
        timestamp=now,
    )
    return NewEvent(message, member.user.id)


def consequences(members: Members, session_id: str, now: datetime) -> list[NewEvent]:
    """The events by which agents follow their owners: removed with them, or given their role."""
    found: list[NewEvent] = []
    for member in members.agents():
        user = member.user
        owner = None if user.agent is None else members.get(user.agent.owner_id)
        if owner is None:
            removed = ParticipantRemoved(
                session_id=session_id,
                seq=0,
                user_id=user.id,
                username=user.username,
                removed_by=SERVER_USER_ID,
                reason="left_with_owner",
                timestamp=now,
            )
            found.append(NewEvent(removed, SERVER_USER_ID))
        elif user.role.rank > least(owner.user.role, Role.EDITOR).rank:
            changed = RoleChanged(
                session_id=session_id,
                seq=0,
                user_id=user.id,
                username=user.username,
                role=least(owner.user.role, Role.EDITOR),
                changed_by=SERVER_USER_ID,
                timestamp=now,
            )
            found.append(NewEvent(changed, SERVER_USER_ID))
    return found
