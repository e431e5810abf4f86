"""Several servers on one Postgres, and clients that come to any of them."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final

import asyncpg
import pytest

from peerline.protocol.roles import Role
from peerline_server.store.postgres import PostgresStore
from tests.databases import STORES
from tests.reliability.clients import StrictClient
from tests.reliability.servers import SESSION, ForkedServer, Site

from .in_process import NodesHere

LEASE_SECONDS: Final = 1.5
FAST: Final = {"PEERLINE_MESSAGES_PER_MINUTE": "1000000", "PEERLINE_QUERIES_PER_MINUTE": "1000000"}
"""Nobody is held up by a limit."""


class Anywhere:
    """The address of one of several servers after the other, as a balancer without a hash."""

    def __init__(self, servers: list[ForkedServer], first: int = 0) -> None:
        self._servers = servers
        self._next = first

    @property
    def address(self) -> str:
        self._next += 1
        return self._servers[(self._next - 1) % len(self._servers)].address

    def start(self) -> None:
        raise NotImplementedError

    def kill(self) -> None:
        raise NotImplementedError

    def stop(self) -> int:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


class Nodes:
    """The servers, and what is in their database."""

    def __init__(
        self, site: Site, url: str, servers: list[ForkedServer], stack: AsyncExitStack
    ) -> None:
        self.site = site
        self.url = url
        self.servers = servers
        self._stack = stack

    def join(
        self, user_id: str, at: ForkedServer | Anywhere, role: Role = Role.EDITOR
    ) -> StrictClient:
        """A client that stays until the test ends."""
        client = StrictClient(self.site, at, user_id, role)
        self._stack.push_async_callback(client.close)
        return client

    def anywhere(self, first: int = 0) -> Anywhere:
        return Anywhere(self.servers, first)

    async def fetch(self, query: str) -> list[Any]:
        connection = await asyncpg.connect(self.url)
        try:
            return await connection.fetch(query)
        finally:
            await connection.close()

    async def owner(self) -> ForkedServer | None:
        """The server that owns the session."""
        rows = await self.fetch("SELECT n.address FROM sessions s JOIN nodes n ON n.id = s.owner")
        addresses = [row["address"] for row in rows]
        return next((each for each in self.servers if each.address in addresses), None)

    async def rows(self) -> list[dict[str, Any]]:
        """The session's events as the database has them."""
        found = await self.fetch(
            "SELECT seq, user_id, request_id, event_data FROM session_events ORDER BY seq"
        )
        return [
            {
                "seq": row["seq"],
                "user": row["user_id"],
                "request": row["request_id"],
                "data": json.loads(row["event_data"]),
            }
            for row in found
        ]

    def start_one(self, server: ForkedServer) -> Awaitable[None]:
        return asyncio.to_thread(server.start)


StartNodes = Callable[..., Awaitable[Nodes]]


@pytest.fixture
async def start_nodes(tmp_path: Path) -> AsyncIterator[StartNodes]:
    """Starts a number of servers; nobody owns the session yet."""
    async with AsyncExitStack() as stack:

        async def start(
            count: int = 2,
            by: Callable[[str], str] = lambda url: url,
            *,
            url: str = "",
            node_address: str = "",
            **environment: str,
        ) -> Nodes:
            """Start them, on a database of theirs.

            The first one reaches it by another URL, and the others reach it at the `node_address`.
            """
            url = url or STORES["postgres"].locate(tmp_path)
            secret = tmp_path / "secret"
            secret.write_text(secrets.token_hex(32))
            secret.chmod(0o600)
            site = Site(tmp_path / "node0")
            await site.fill(PostgresStore(url))
            servers: list[ForkedServer] = []
            settings = {
                **FAST,
                "PEERLINE_DATABASE_URL": url,
                "PEERLINE_SECRET_FILE": str(secret),
                "PEERLINE_LEASE_SECONDS": str(LEASE_SECONDS),
                **environment,
            }
            for number in range(count):
                own = settings if number else {**settings, "PEERLINE_DATABASE_URL": by(url)}
                if node_address and not number:
                    own["PEERLINE_NODE_ADDRESS"] = node_address
                server = ForkedServer(tmp_path / f"node{number}", own)
                stack.callback(server.close)
                await asyncio.to_thread(server.start)
                servers.append(server)
            site.named_secret = str(secret)
            return Nodes(site, url, servers, stack)

        yield start


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[NodesHere]:
    """A database with a session, and yet no node; nodes are in this process."""
    secret = tmp_path / "secret"
    secret.write_text(secrets.token_hex(32))
    secret.chmod(0o600)
    async with AsyncExitStack() as stack:
        nodes = NodesHere(tmp_path, STORES["postgres"].locate(tmp_path), stack)
        await nodes.create_session(SESSION)
        yield nodes
