"""Invites, bans and requests to join between bridge and plugin."""

from peerline.protocol.base import Arrival
from peerline.protocol.moderation import Ban, Invite, PendingJoin
from peerline.protocol.roles import Role
from peerline.protocol.types import ClientModel, ItemId, ServerModel, UserId


class EditorModeration(ServerModel):
    """`peerline/moderation`: the hosts' view, whole; all empty for a user who is no host now."""

    invites: list[Invite] = []
    bans: list[Ban] = []
    pending: list[PendingJoin] = []
    arrivals: list[Arrival] = []


class CreateInviteArguments(ClientModel):
    """`peerline.createInvite`: `expires_in` is in seconds; the server's defaults for the rest."""

    role: Role = Role.EDITOR
    expires_in: int | None = None
    max_uses: int | None = None


class RevokeInviteArguments(ClientModel):
    """`peerline.revokeInvite`."""

    invite_id: ItemId


class LiftBanArguments(ClientModel):
    """`peerline.liftBan`."""

    user_id: UserId


class AnswerJoinArguments(ClientModel):
    """`peerline.answerJoin`."""

    user_id: UserId
    allow: bool
