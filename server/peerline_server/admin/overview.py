"""The sessions of a data directory that go on, and who is in them, for `peerline status`."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from peerline_server.admin.archive import list_sessions
from peerline_server.admin.place import place_of
from peerline_server.store.opening import opened_database
from peerline_server.store.schema import session_participants, users
from peerline_server.store.shown_names import shown_name


@dataclass(frozen=True, slots=True)
class SessionOverview:
    """A session that has not ended."""

    id: str
    title: str
    people: tuple[str, ...]
    """The names of the participants who are in it now."""


async def open_sessions(data_dir: Path) -> list[SessionOverview]:
    """The sessions that have not ended, the one that was changed last first.

    Raises:
        StoreError: if the data directory cannot be used.
    """
    sessions = [one for one in await list_sessions(data_dir) if "ended_at" not in one.state]
    present = session_participants.c
    async with opened_database(place_of(data_dir)) as database, database.read() as connection:
        rows = await connection.execute(
            select(present.session_id, shown_name)
            .join(users, users.c.id == present.user_id)
            .where(present.is_active)
            .order_by(present.joined_at)
        )
        people: dict[str, list[str]] = {}
        for session_id, name in rows:
            people.setdefault(session_id, []).append(name)
    return [SessionOverview(one.id, one.title, tuple(people.get(one.id, ()))) for one in sessions]
