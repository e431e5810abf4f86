"""The rules for what a host does: change a role, remove a participant, end the session. Pure."""

from peerline.protocol.errors import ErrorCode
from peerline.protocol.participants import (
    ChangeRole,
    ParticipantRemoved,
    RemoveParticipant,
    RoleChanged,
)
from peerline.protocol.roles import Role
from peerline.protocol.session import EndSession, SessionEnded
from peerline_server.core.agent_rules import may_give
from peerline_server.core.decisions import Append, Refused, Sender
from peerline_server.core.members import Members
from peerline_server.core.moderation import EVERYONE, Restriction, Restrictions
from peerline_server.core.records import NewEvent


def decide_role(
    message: ChangeRole, sender: Sender, members: Members, restrictions: Restrictions
) -> Append | Refused:
    """Change a participant's role, unless that leaves the session without a host."""
    target = members.get(message.user_id)
    if target is None or restrictions.limit(message.user_id, target.user.role) is None:
        return _no_such_participant()
    refused = may_give(message.role, target, members)
    if refused is not None:
        return refused
    if message.role is not Role.HOST and _is_last_host(message.user_id, members, restrictions):
        return Refused(ErrorCode.LAST_HOST, "role: make somebody else a host first")
    event = RoleChanged(
        session_id=sender.session_id,
        seq=0,
        user_id=target.user.id,
        username=target.user.username,
        role=message.role,
        changed_by=sender.user.id,
        timestamp=sender.now,
    )
    new = NewEvent(event, sender.user.id, message.request_id)
    return Append(new, Restriction(target.user.id, message.role))


def decide_removal(
    message: RemoveParticipant, sender: Sender, members: Members, restrictions: Restrictions
) -> Append | Refused:
    """Remove a participant, with a ban if the host wants one."""
    if message.user_id == sender.user.id:
        text = "user_id: you cannot remove yourself; leave instead"
        return Refused(ErrorCode.INVALID_FIELD, text)
    target = members.get(message.user_id)
    if target is None or restrictions.limit(message.user_id, target.user.role) is None:
        return _no_such_participant()
    event = ParticipantRemoved(
        session_id=sender.session_id,
        seq=0,
        user_id=target.user.id,
        username=target.user.username,
        removed_by=sender.user.id,
        is_banned=message.ban,
        timestamp=sender.now,
    )
    new = NewEvent(event, sender.user.id, message.request_id, revokes_invite=message.revoke_invite)
    return Append(new, Restriction(target.user.id, None))


def decide_end(message: EndSession, sender: Sender) -> Append:
    """End the session; from now on nothing else is accepted."""
    ended = SessionEnded(
        session_id=sender.session_id, seq=0, ended_by=sender.user.id, timestamp=sender.now
    )
    return Append(NewEvent(ended, sender.user.id, message.request_id), Restriction(EVERYONE, None))


def _is_last_host(user_id: str, members: Members, restrictions: Restrictions) -> bool:
    hosts = [
        member.user.id
        for member in members.everyone()
        if restrictions.limit(member.user.id, member.user.role) is Role.HOST
    ]
    return hosts == [user_id]


def _no_such_participant() -> Refused:
    return Refused(ErrorCode.PARTICIPANT_NOT_FOUND, "user_id: there is no such participant here")
