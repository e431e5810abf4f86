"""The sessions that go on, and who is in them, for `peerline status` and `peerline cluster`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from peerline_server.admin.archive import list_sessions
from peerline_server.admin.live import Live, look_up
from peerline_server.admin.place import place_of
from peerline_server.directory.base import NodeEntry
from peerline_server.store.base import StoreError
from peerline_server.store.opening import is_postgres, opened_database
from peerline_server.store.schema import nodes, session_participants, sessions, users
from peerline_server.store.shown_names import shown_name


@dataclass(frozen=True, slots=True)
class SessionOverview:
    """A session that has not ended."""

    id: str
    title: str
    people: tuple[str, ...]
    """The names of the participants who are in it now."""
    node: str = ""
    """The address of its node, where that is known."""


@dataclass(frozen=True, slots=True)
class NodeOverview:
    """A server whose lease lives."""

    address: str
    version: str
    is_draining: bool
    sessions: int
    """Those that it owns."""
    live: NodeEntry | None
    """Its own word about itself, where there is a Redis."""


@dataclass(frozen=True, slots=True)
class ClusterOverview:
    """The nodes on one database, and their sessions."""

    nodes: Sequence[NodeOverview]
    sessions: Sequence[SessionOverview]
    missing: str | None
    """Why it is not known who is here now; None if it is."""


async def open_sessions(data_dir: Path) -> list[SessionOverview]:
    """The sessions that have not ended, the one that was changed last first.

    Raises:
        StoreError: if the data directory cannot be used.
    """
    found = [one for one in await list_sessions(data_dir) if "ended_at" not in one.state]
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
    return [SessionOverview(one.id, one.title, tuple(people.get(one.id, ()))) for one in found]


async def cluster_overview(data_dir: Path) -> ClusterOverview:
    """The nodes and sessions that Postgres knows, and the people that Redis knows.

    Raises:
        StoreError: if there is no cluster, or its database cannot be used.
    """
    if not is_postgres(place_of(data_dir)):
        raise StoreError("a server on SQLite is alone: set PEERLINE_DATABASE_URL for a cluster")
    stored = await open_sessions(data_dir)
    async with opened_database(place_of(data_dir)) as database, database.read() as connection:
        lives = nodes.c.lease_until >= func.clock_timestamp()
        rows = await connection.execute(select(nodes).where(lives).order_by(nodes.c.address))
        known = {row.id: row for row in rows}
        owned = await connection.execute(
            select(sessions.c.id, sessions.c.owner).where(sessions.c.owner.in_(known))
        )
        owners = {row.id: row.owner for row in owned}
    live = await look_up(session.id for session in stored)
    entries = {node.node_id: node for node in live.nodes}
    return ClusterOverview(
        [
            NodeOverview(
                address=row.address,
                version=row.version,
                is_draining=row.is_draining,
                sessions=sum(owner == node_id for owner in owners.values()),
                live=entries.get(node_id),
            )
            for node_id, row in known.items()
        ],
        [_located(session, owners, known, live) for session in stored],
        live.missing,
    )


def _located(
    session: SessionOverview, owners: Mapping[str, str], known: Mapping[str, Any], live: Live
) -> SessionOverview:
    """The session with its node, and with those who are here now if that is known."""
    owner = owners.get(session.id)
    node = known[owner].address if owner is not None else ""
    people = session.people
    if live.missing is None:
        entry = live.sessions.get(session.id)
        here = () if entry is None else entry.people
        people = tuple(f"{person.username} ({person.status})" for person in here)
    return replace(session, people=people, node=node)
