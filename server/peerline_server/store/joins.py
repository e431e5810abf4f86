"""The joins of a batch: the roles and decisions that hold, and the invites that are used."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from peerline.protocol.errors import ErrorCode
from peerline.protocol.participants import ParticipantRemoved, RoleChanged, UserJoined
from peerline.protocol.roles import Role
from peerline_server.core.invites import is_full, refusal_of
from peerline_server.core.moderation import decided_seq
from peerline_server.core.records import NewEvent, StoredInvite
from peerline_server.store import projection
from peerline_server.store.access import guests_of_invite, stored_invite
from peerline_server.store.among import among
from peerline_server.store.schema import invites, session_participants

_set_uses = (
    update(invites).where(invites.c.id == bindparam("of_invite")).values(uses=bindparam("new_uses"))
)


class Joins:
    """A join was decided before the batch; here it meets what was written since."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._roles: dict[tuple[str, str], Role] = {}
        self._removed: set[tuple[str, str]] = set()
        self._decided: dict[tuple[str, str], int] = {}
        self._invites: dict[tuple[str, str], StoredInvite] = {}
        self._redeemed: str | None = None
        """The invite that the join at hand uses."""
        self._used_invites: dict[str, dict[str, Any]] = {}

    async def look_up(self, events: Sequence[NewEvent]) -> None:
        """Read the roles of the users who join, and the invites that are to be redeemed."""
        joins = [
            (event.message, event.invite_hash)
            for event in events
            if isinstance(event.message, UserJoined)
        ]
        if not joins:
            return
        columns = session_participants.c
        keys = (columns.session_id, columns.user_id)
        joining = {(message.session_id, message.user.id) for message, _ in joins}
        rows = await self._connection.execute(
            select(*keys, columns.role, columns.removed_at, columns.decided_seq).where(
                among(self._connection.dialect.name, keys, joining)
            )
        )
        for row in rows:
            key = (row.session_id, row.user_id)
            if row.decided_seq is not None:
                self._decided[key] = row.decided_seq
            if row.removed_at is None:
                self._roles[key] = Role(row.role)
            else:
                self._removed.add(key)
        codes = {code_hash for _, code_hash in joins if code_hash is not None}
        if not codes:
            return
        found = await self._connection.execute(
            select(invites, guests_of_invite).where(invites.c.code_hash.in_(codes))
        )
        self._invites = {(row.session_id, row.code_hash): stored_invite(row) for row in found}

    def refusal(
        self, message: UserJoined, code_hash: str | None, max_guests: int | None = None
    ) -> ErrorCode | None:
        """Use the invite if there is one; why the join is refused, or None."""
        self._redeemed = None
        if code_hash is not None:
            return self._redeem(message, code_hash, max_guests)
        # They were a participant when this was decided, but have been removed since.
        if (message.session_id, message.user.id) in self._removed:
            return ErrorCode.NOT_A_PARTICIPANT
        return None

    def with_role(self, message: UserJoined) -> UserJoined:
        """The join with the role that holds now: it may have changed since it was decided.

        Unless an invite was redeemed it is the participant's own.
        """
        role = self._roles.get((message.session_id, message.user.id))
        if role is None or self._redeemed is not None:
            return message
        user = message.user.model_copy(update={"role": role})
        return message.model_copy(update={"user": user})

    def joined(self, message: UserJoined) -> str | None:
        """The user is a participant from now on; the invite that was redeemed, if one was."""
        self._roles[message.session_id, message.user.id] = message.user.role
        self._removed.discard((message.session_id, message.user.id))
        return self._redeemed

    def decided(self, message: RoleChanged | ParticipantRemoved) -> None:
        """A host's decision holds for the joins after it."""
        key = (message.session_id, message.user_id)
        decided = decided_seq(message)
        if decided is not None:
            self._decided[key] = decided
        if isinstance(message, RoleChanged):
            self._roles[key] = message.role
        else:
            self._roles.pop(key, None)
            self._removed.add(key)

    async def revoke_invite_of(self, message: ParticipantRemoved) -> None:
        """End the link by which the removed user joined."""
        await self.flush()
        came_by = select(session_participants.c.invite_id).where(
            session_participants.c.session_id == message.session_id,
            session_participants.c.user_id == message.user_id,
        )
        invite_id = await self._connection.scalar(came_by)
        if invite_id is None:
            return
        await self._connection.execute(
            update(invites)
            .where(invites.c.id == invite_id, invites.c.revoked_at.is_(None))
            .values(revoked_at=message.timestamp)
        )
        for key, invite in self._invites.items():
            if invite.id == invite_id:
                self._invites[key] = replace(invite, revoked=True)

    async def flush(self) -> None:
        """Write how often the invites were used."""
        if self._used_invites:
            await self._connection.execute(_set_uses, list(self._used_invites.values()))
            self._used_invites = {}

    def _redeem(
        self, message: UserJoined, code_hash: str, max_guests: int | None
    ) -> ErrorCode | None:
        """Use the invite, unless it gives nothing; why the join is refused, or None."""
        key = (message.session_id, message.user.id)
        role = self._roles.get(key)
        if not projection.rises(message.user.role, role):
            return None
        invite = self._invites.get((message.session_id, code_hash))
        refusal = refusal_of(invite, message.timestamp)
        if invite is not None and refusal is None:
            if invite.created_seq < self._decided.get(key, 0):
                refusal = ErrorCode.NOT_A_PARTICIPANT
            elif is_full(invite.guests, max_guests):
                refusal = ErrorCode.INVITE_FULL
            else:
                guests = invite.guests + projection.is_guest(message.user.id)
                invite = replace(invite, uses=invite.uses + 1, guests=guests)
                self._invites[message.session_id, code_hash] = invite
                self._redeemed = invite.id
                self._used_invites[invite.id] = {"of_invite": invite.id, "new_uses": invite.uses}
        # A participant keeps the role, whatever became of the invite.
        return refusal if role is None else None
