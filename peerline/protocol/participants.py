"""Participants on the wire: joins, leaves, roles and removals."""

# The models are frozen, so a narrower `type` is safe. pyright does not see that.
# pyright: reportIncompatibleVariableOverride=false

import operator
from typing import Annotated, Literal

from pydantic import Field

from peerline.protocol.agents import AgentActivity, AgentInfo, UserKind
from peerline.protocol.base import ClientMessageBase, DurableMessageBase
from peerline.protocol.presence import Presence
from peerline.protocol.roles import Role
from peerline.protocol.types import ServerModel, Text, Timestamp, UserId, Username


class User(ServerModel):
    """A participant's user; one without `kind` is a person."""

    id: UserId
    username: Text
    avatar: str | None = None
    role: Role
    kind: UserKind | None = None
    agent: AgentInfo | None = None
    """Of an agent alone."""

    @property
    def is_agent(self) -> bool:
        """Whether this is an AI agent."""
        return self.kind is UserKind.AGENT


class Participant(User):
    """A user who is in the session now."""

    joined_at: Timestamp
    presence: Presence = Presence()
    activity: AgentActivity | None = None
    """The activity of an agent, once it has told one."""


class ChangeRole(ClientMessageBase):
    """Give a participant another role; it holds at once on all of their connections."""

    type: Literal["change_role"] = "change_role"
    user_id: UserId
    role: Role


class RemoveParticipant(ClientMessageBase):
    """Remove a participant from the session.

    No invite that exists now readmits them; with `ban` no invite does at all, until the ban is
    lifted. With `revoke_invite` the link that they came by is revoked as well.
    """

    type: Literal["remove_participant"] = "remove_participant"
    user_id: UserId
    ban: bool = False
    # Left out unless it is set: a server that does not know it refuses the message.
    revoke_invite: Annotated[bool, Field(exclude_if=operator.not_)] = False


class ChangeName(ClientMessageBase):
    """Be called something else in this session from now on."""

    type: Literal["change_name"] = "change_name"
    name: Username


class UserJoined(DurableMessageBase):
    """A user is in the session now."""

    type: Literal["user_joined"] = "user_joined"
    user: User
    timestamp: Timestamp


class UserLeft(DurableMessageBase):
    """A user's last connection has gone, or an agent's owner has been away for too long."""

    type: Literal["user_left"] = "user_left"
    user_id: UserId
    username: Text
    reason: Literal["left_with_owner"] | None = None
    timestamp: Timestamp


class RoleChanged(DurableMessageBase):
    """A host gave a participant another role."""

    type: Literal["role_changed"] = "role_changed"
    user_id: UserId
    username: Text
    role: Role
    changed_by: UserId
    timestamp: Timestamp


class NameChanged(DurableMessageBase):
    """A participant has another name: `name`, which nobody else here has, instead of `username`."""

    type: Literal["name_changed"] = "name_changed"
    user_id: UserId
    username: Text
    name: Text
    timestamp: Timestamp


class ParticipantRemoved(DurableMessageBase):
    """A host removed a participant: they are no participant any more.

    With its owner an agent is removed, too, by the server itself.
    """

    type: Literal["participant_removed"] = "participant_removed"
    user_id: UserId
    username: Text
    removed_by: UserId
    reason: Literal["left_with_owner"] | None = None
    is_banned: bool = False
    timestamp: Timestamp
