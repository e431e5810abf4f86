"""A real server on a free port with a real SQLite file, and raw WebSocket clients for it."""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from peerline.protocol.roles import Role
from peerline_server.app import Server
from peerline_server.auth.secret import load_secret
from peerline_server.auth.tokens import TokenIssuer
from peerline_server.core.invites import hash_code, new_code
from peerline_server.core.records import NewInvite, NewSession
from peerline_server.settings import Settings
from peerline_server.store.sqlite import SqliteStore
from tests.databases import make_database

SESSION = "session1"


class RawClient:
    """One socket that reads and writes JSON as it is on the wire."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.connected: dict[str, Any] = {}
        """The server's answer to the join."""

    async def send(self, **message: Any) -> None:
        await self.socket.send(json.dumps(message))

    async def receive(self) -> dict[str, Any]:
        """The next message in a text frame; frames of documents are left out."""
        while isinstance(frame := await self.socket.recv(), bytes):
            pass
        return json.loads(frame)

    async def receive_type(self, *types: str) -> dict[str, Any]:
        """The next message of one of the types, whatever comes before it."""
        while True:
            message = await self.receive()
            if message["type"] in types:
                return message


@dataclass
class Door:
    """A server with a session in it."""

    data_dir: Path
    server: Server
    stack: AsyncExitStack

    @property
    def address(self) -> str:
        return self.server.address

    def token(self, user_id: str, name: str | None = None, seconds: int = 3600) -> str:
        issuer = TokenIssuer(load_secret(self.data_dir))
        return issuer.issue(user_id, name or user_id.title(), seconds, datetime.now(UTC))

    async def invite(
        self, role: Role, *, uses: int | None = None, expires: timedelta = timedelta(hours=1)
    ) -> str:
        code = new_code()
        now = datetime.now(UTC)
        store = SqliteStore(self.data_dir)
        await store.open()
        invite = NewInvite(code[:8], SESSION, hash_code(code), role, now, now + expires, uses)
        await store.create_invite(invite)
        await store.close()
        return code

    async def connect(self, path: str = f"/ws/session/{SESSION}", **options: Any) -> RawClient:
        url = f"ws://{self.address}{path}"
        given: dict[str, Any] = {"compression": None, "max_size": 2**21, **options}
        socket = await connect(url, **given)
        self.stack.push_async_callback(_cut, socket)
        return RawClient(socket)

    async def join(self, user_id: str, role: Role | None = None, **fields: Any) -> RawClient:
        """A client that has read its `connected`, kept in `client.connected`."""
        client = await self.connect()
        if role is not None:
            fields["invite"] = await self.invite(role)
        await client.send(
            type="join_session", session_id=SESSION, auth_token=self.token(user_id), **fields
        )
        connected = await client.receive()
        assert connected["type"] == "connected", connected
        client.connected = connected
        return client


async def _cut(socket: ClientConnection) -> None:
    """End a connection at once: a client that has not read all does not see the server's close."""
    socket.transport.abort()
    await socket.wait_closed()


OpenDoor = Callable[..., Awaitable[Door]]


@pytest.fixture
async def open_door(tmp_path: Path) -> AsyncIterator[OpenDoor]:
    """Starts a server with the given settings in the test's folder."""
    async with door_opener(tmp_path) as start:
        yield start


@asynccontextmanager
async def door_opener(folder: Path) -> AsyncGenerator[OpenDoor]:
    """Starts servers with the given settings in a folder, and stops them at the end."""
    async with AsyncExitStack() as stack:

        async def start(**settings: Any) -> Door:
            data_dir = folder / "data"
            server = Server(Settings(port=0, data_dir=data_dir, **settings))
            is_new = not (data_dir / "peerline.db").exists()
            if is_new:
                await make_database(data_dir)
            await server.start()
            stack.push_async_callback(server.stop)
            if is_new:
                store = SqliteStore(data_dir)
                await store.open()
                await store.create_session(NewSession(SESSION, "Test", "host", datetime.now(UTC)))
                await store.close()
            return Door(data_dir, server, stack)

        yield start


@pytest.fixture
async def door(open_door: OpenDoor) -> Door:
    """A server with the default settings."""
    return await open_door()
