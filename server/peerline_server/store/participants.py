"""The participants of a batch: one write each for users, joins and leaves, however many."""

from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.ext.asyncio import AsyncConnection

from peerline.protocol.participants import (
    NameChanged,
    ParticipantRemoved,
    RoleChanged,
    UserJoined,
    UserLeft,
)
from peerline_server.core.moderation import decided_seq
from peerline_server.store import projection
from peerline_server.store.schema import session_participants, users
from peerline_server.store.upserts import upsert

_Key = tuple[str, str]
_Row = dict[str, Any]

_KEY = ("session_id", "user_id")
_OF_USER = ("username", "avatar", "last_seen", "agent")
_OF_PARTICIPANT = (
    "role",
    "joined_at",
    "left_at",
    "is_active",
    "last_seen",
    "removed_at",
    "username",
)
"""The columns that a join brings up to date."""
_of_participant = (session_participants.c.session_id == bindparam("of_session")) & (
    session_participants.c.user_id == bindparam("of_user")
)
_set_left = (
    update(session_participants)
    .where(_of_participant)
    .values(is_active=False, left_at=bindparam("when"), last_seen=bindparam("when"))
)


class Participants:
    """The last state of each participant that a batch touches."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._users: dict[str, _Row] = {}
        self._joins: dict[_Key, _Row] = {}
        self._leaves: dict[_Key, _Row] = {}

    def join(self, message: UserJoined, invite_id: str | None) -> None:
        """The participant is here, by an invite if it was redeemed."""
        key = (message.session_id, message.user.id)
        self._users[message.user.id] = projection.user_row(message)
        self._joins[key] = projection.participant_row(message, invite_id)
        self._leaves.pop(key, None)

    def leave(self, message: UserLeft) -> None:
        """The participant has gone."""
        key = (message.session_id, message.user_id)
        when = message.timestamp
        joined = self._joins.get(key)
        if joined is not None:
            joined.update(is_active=False, left_at=when, last_seen=when)
            return
        self._leaves[key] = {
            "of_session": message.session_id,
            "of_user": message.user_id,
            "when": when,
        }

    async def moderate(self, message: RoleChanged | ParticipantRemoved) -> None:
        """Write a host's decision, after everything before it."""
        await self.flush()
        target = {"of_session": message.session_id, "of_user": message.user_id}
        values: _Row = (
            {"role": message.role.value, "role_by": message.changed_by}
            if isinstance(message, RoleChanged)
            else {
                "is_active": False,
                "left_at": message.timestamp,
                "removed_at": message.timestamp,
                "is_banned": message.is_banned,
                "has_chosen_name": False,
            }
        )
        decided = decided_seq(message)
        if decided is not None:
            values["decided_seq"] = decided
        await self._connection.execute(
            update(session_participants).where(_of_participant).values(values), target
        )

    async def rename(self, message: NameChanged) -> None:
        """Write the participant's name in this session, after everything before it."""
        await self.flush()
        await self._connection.execute(
            update(session_participants)
            .where(_of_participant, session_participants.c.removed_at.is_(None))
            .values(username=message.name, has_chosen_name=True),
            {"of_session": message.session_id, "of_user": message.user_id},
        )

    async def flush(self) -> None:
        """Write what was gathered."""
        connection, dialect = self._connection, self._connection.dialect.name
        if self._users:
            # In one order, so that two who write never wait for each other.
            rows = [self._users[user_id] for user_id in sorted(self._users)]
            await connection.execute(upsert(dialect, users, ("id",), _OF_USER), rows)
        if self._joins:
            # A user who comes back without an invite came by the one of before.
            join = upsert(dialect, session_participants, _KEY, _OF_PARTICIPANT, kept=("invite_id",))
            await connection.execute(join, list(self._joins.values()))
        if self._leaves:
            await connection.execute(_set_left, list(self._leaves.values()))
        self._users, self._joins, self._leaves = {}, {}, {}
