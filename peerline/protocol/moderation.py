"""Moderation on the wire: invites, bans and requests to join."""

# The models are frozen, so a narrower `type` is safe. pyright does not see that.
# pyright: reportIncompatibleVariableOverride=false

from typing import Annotated, Literal

from pydantic import Field

from peerline.protocol.base import AnswerBase, Arrival, ClientMessageBase
from peerline.protocol.limits import MAX_INVITE_SECONDS, MAX_INVITE_USES, MIN_INVITE_SECONDS
from peerline.protocol.roles import Role
from peerline.protocol.types import (
    Count,
    InviteCode,
    ItemId,
    RequestId,
    ServerModel,
    Text,
    Timestamp,
    UserId,
)


class Invite(ServerModel):
    """An invite as its hosts see it, without its code; without `max_uses` it has no limit.

    `guests` have joined with it, removed ones too. One that `is_full` brings no more of them, but
    accounts can still join.
    """

    id: ItemId
    role: Role
    created_at: Timestamp
    expires_at: Timestamp | None = None
    max_uses: Count | None = None
    uses: Count = 0
    guests: Count = 0
    is_full: bool = False


class Ban(ServerModel):
    """A user who cannot come back by any invite."""

    user_id: UserId
    username: Text
    banned_at: Timestamp


class PendingJoin(ServerModel):
    """A user with a valid invite who waits for a host."""

    user_id: UserId
    username: Text
    role: Role
    asked_at: Timestamp


class GetModeration(ClientMessageBase):
    """Ask for invites, bans and the users who wait for a host; the answer is `moderation`."""

    type: Literal["get_moderation"] = "get_moderation"


class CreateInvite(ClientMessageBase):
    """Make an invite; the answer is `invite_created`, the only place where its code ever is.

    `expires_in` is in seconds. Sent again with the same `request_id` it gives the same invite.
    """

    type: Literal["create_invite"] = "create_invite"
    request_id: RequestId  # pyright: ignore[reportGeneralTypeIssues] - required here
    role: Role = Role.EDITOR
    expires_in: Annotated[int, Field(strict=True, ge=MIN_INVITE_SECONDS, le=MAX_INVITE_SECONDS)] = (
        7 * 24 * 3600
    )
    max_uses: Annotated[int, Field(strict=True, ge=1, le=MAX_INVITE_USES)] | None = None


class RevokeInvite(ClientMessageBase):
    """Revoke an invite: nobody can join with it any more."""

    type: Literal["revoke_invite"] = "revoke_invite"
    invite_id: ItemId


class LiftBan(ClientMessageBase):
    """Let a banned user come back with an invite."""

    type: Literal["lift_ban"] = "lift_ban"
    user_id: UserId


class AnswerJoin(ClientMessageBase):
    """Admit a user who waits, or decline the request."""

    type: Literal["answer_join"] = "answer_join"
    user_id: UserId
    allow: bool


class Moderation(AnswerBase):
    """The hosts' view, whole: it replaces the one before.

    It answers `get_moderation`, and is sent to every host when something in it changed.
    """

    type: Literal["moderation"] = "moderation"
    invites: list[Invite]
    bans: list[Ban]
    pending: list[PendingJoin]
    arrivals: list[Arrival] = []
    """By which invite each participant came, where one was used."""


class InviteCreated(AnswerBase):
    """An invite was made; a user with its `code` may join with it."""

    type: Literal["invite_created"] = "invite_created"
    invite: Invite
    code: InviteCode
