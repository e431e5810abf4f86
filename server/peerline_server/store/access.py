"""Access to a session: reads and writes invites and bans."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from peerline.protocol.base import Arrival
from peerline.protocol.moderation import Ban, Invite
from peerline.protocol.roles import Role
from peerline_server.core.records import NewInvite, StoredInvite
from peerline_server.store.base import StoreError, StoreFullError
from peerline_server.store.schema import invites, session_participants, sessions, users
from peerline_server.store.shown_names import shown_name

_guest, _user = session_participants.alias("guest"), users.alias("guest_user")
guests_of_invite: Final = (
    select(func.count())
    .select_from(_guest.join(_user, _user.c.id == _guest.c.user_id))
    .where(
        _guest.c.session_id == invites.c.session_id,
        _guest.c.invite_id == invites.c.id,
        _user.c.is_guest,
    )
    .correlate(invites)
    .scalar_subquery()
    .label("guests")
)
"""A column beside those of `invites`."""


async def create_invite(
    connection: AsyncConnection, invite: NewInvite, *, most: int | None
) -> Invite:
    """Keep an invite, unless the one with this hash is there already; that invite."""
    latest = await _lock(connection, invite.session_id)
    if latest is None:
        raise StoreError(f"there is no session {invite.session_id}")
    same = select(invites, guests_of_invite).where(invites.c.code_hash == invite.code_hash)
    found = (await connection.execute(same)).one_or_none()
    if found is not None:
        return _invite(found)
    if most is not None:
        usable = _usable(invite.session_id, invite.created_at).subquery()
        if (await connection.scalar(select(func.count()).select_from(usable)) or 0) >= most:
            raise StoreFullError(f"a session has at most {most} invites that are of use")
    await connection.execute(
        insert(invites),
        {
            "id": invite.id,
            "session_id": invite.session_id,
            "code_hash": invite.code_hash,
            "role": invite.role.value,
            "created_at": invite.created_at,
            "expires_at": invite.expires_at,
            "max_uses": invite.max_uses,
            "uses": 0,
            "created_seq": latest,
        },
    )
    return _invite((await connection.execute(same)).one())


async def usable_invites(
    connection: AsyncConnection, session_id: str, now: datetime
) -> list[Invite]:
    """The invites by which somebody can still join, oldest first."""
    query = _usable(session_id, now).add_columns(guests_of_invite)
    query = query.order_by(invites.c.created_at, invites.c.id)
    return [_invite(row) for row in await connection.execute(query)]


async def find_invite(
    connection: AsyncConnection, session_id: str, code_hash: str
) -> StoredInvite | None:
    """The invite of this session with this hash."""
    found = await connection.execute(
        select(invites, guests_of_invite).where(
            invites.c.session_id == session_id, invites.c.code_hash == code_hash
        )
    )
    row = found.one_or_none()
    return None if row is None else stored_invite(row)


async def revoke_invite(
    connection: AsyncConnection, session_id: str, invite_id: str, now: datetime
) -> str | None:
    """Make an invite useless, even if it is so already; its hash, or None if there is none."""
    await _lock(connection, session_id)
    of_invite = (invites.c.session_id == session_id) & (invites.c.id == invite_id)
    code_hash = await connection.scalar(select(invites.c.code_hash).where(of_invite))
    if code_hash is not None:
        await connection.execute(
            update(invites).where(of_invite, invites.c.revoked_at.is_(None)).values(revoked_at=now)
        )
    return code_hash


async def bans(connection: AsyncConnection, session_id: str) -> list[Ban]:
    """The banned users, in the order of having joined."""
    columns = session_participants.c
    query = (
        select(columns.user_id, columns.removed_at, shown_name)
        .join(users, users.c.id == columns.user_id)
        .where(columns.session_id == session_id, columns.is_banned)
        .order_by(columns.id)
    )
    return [
        Ban(user_id=row.user_id, username=row.shown_name, banned_at=row.removed_at)
        for row in await connection.execute(query)
    ]


async def lift_ban(connection: AsyncConnection, session_id: str, user_id: str) -> bool:
    """Let a user come back; whether they were banned."""
    await _lock(connection, session_id)
    columns = session_participants.c
    lifted = await connection.execute(
        update(session_participants)
        .where(columns.session_id == session_id, columns.user_id == user_id, columns.is_banned)
        .values(is_banned=False, decided_seq=None)
    )
    return lifted.rowcount > 0


async def arrivals(connection: AsyncConnection, session_id: str) -> list[Arrival]:
    """The invite that each participant came by, in the order of having joined."""
    columns = session_participants.c
    query = (
        select(columns.user_id, columns.invite_id)
        .where(
            columns.session_id == session_id,
            columns.removed_at.is_(None),
            columns.invite_id.is_not(None),
        )
        .order_by(columns.id)
    )
    return [
        Arrival(user_id=row.user_id, invite_id=row.invite_id)
        for row in await connection.execute(query)
    ]


def stored_invite(row: Any) -> StoredInvite:  # noqa: ANN401 - a row of `invites`
    """The invite that a row holds."""
    return StoredInvite(
        id=row.id,
        session_id=row.session_id,
        role=Role(row.role),
        expires_at=row.expires_at,
        max_uses=row.max_uses,
        uses=row.uses,
        revoked=row.revoked_at is not None,
        created_seq=row.created_seq,
        guests=row.guests,
    )


async def _lock(connection: AsyncConnection, session_id: str) -> int | None:
    """Wait for all others who write to the session; its last seq, None if there is none."""
    latest = select(sessions.c.last_seq).where(sessions.c.id == session_id)
    return await connection.scalar(latest.with_for_update(key_share=True))


def _usable(session_id: str, now: datetime) -> Any:  # noqa: ANN401 - a SELECT of the table's columns
    columns = invites.c
    return select(invites).where(
        columns.session_id == session_id,
        columns.revoked_at.is_(None),
        or_(columns.expires_at.is_(None), columns.expires_at > now),
        or_(columns.max_uses.is_(None), columns.uses < columns.max_uses),
    )


def _invite(row: Any) -> Invite:  # noqa: ANN401 - a row of invites
    return Invite(
        id=row.id,
        role=row.role,
        created_at=row.created_at,
        expires_at=row.expires_at,
        max_uses=row.max_uses,
        uses=row.uses,
        guests=row.guests,
    )
