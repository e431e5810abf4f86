"""Nodes on one Postgres database, in this process."""

from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect

from peerline.protocol.roles import Role
from peerline_server.app import Server
from peerline_server.auth.secret import load_secret
from peerline_server.auth.tokens import TokenIssuer
from peerline_server.core.invites import hash_code, new_code
from peerline_server.core.records import NewInvite, NewSession
from peerline_server.settings import Settings
from tests.databases import STORES
from tests.unit.server.conftest import SESSION, RawClient


@dataclass
class NodesHere:
    """The nodes, and clients of them."""

    folder: Path
    url: str
    stack: AsyncExitStack
    servers: list[Server] = field(default_factory=list[Server])
    invites: dict[str, str] = field(default_factory=dict[str, str])
    """The code for editors of each session."""

    async def start(self, **settings: Any) -> Server:
        """One more node."""
        data_dir = self.folder / f"node{len(self.servers)}"
        given: dict[str, Any] = {"drain_seconds": 0.0, **settings}
        server = Server(
            Settings(
                port=0,
                data_dir=data_dir,
                database_url=self.url,
                secret_file=str(self.folder / "secret"),
                **given,
            )
        )
        await server.start()
        self.servers.append(server)
        self.stack.push_async_callback(self.stop, server)
        return server

    async def create_session(self, session_id: str) -> str:
        """One more session of the user `host`; its id."""
        now, code = datetime.now(UTC), new_code()
        store = STORES["postgres"].make(self.folder)
        await store.open()
        await store.create_session(NewSession(session_id, "Test", "host", now))
        ends = now + timedelta(days=1)
        await store.create_invite(
            NewInvite(code[:8], session_id, hash_code(code), Role.EDITOR, now, ends, None)
        )
        await store.close()
        self.invites[session_id] = code
        return session_id

    async def stop(self, server: Server) -> None:
        """Stop a node, unless it was."""
        if server in self.servers:
            self.servers.remove(server)
            await server.stop()

    def token(self, user_id: str) -> str:
        issuer = TokenIssuer(load_secret(self.folder, str(self.folder / "secret")))
        return issuer.issue(user_id, user_id.title(), 3600, datetime.now(UTC))

    async def connect(
        self, server: Server, path: str = f"/ws/session/{SESSION}", **options: Any
    ) -> RawClient:
        given: dict[str, Any] = {"compression": None, "max_size": None, "proxy": None, **options}
        socket = await connect(f"ws://{server.address}{path}", **given)
        self.stack.callback(socket.transport.abort)
        return RawClient(socket)

    async def join(self, server: Server, user_id: str, **fields: Any) -> RawClient:
        """A client of a node that has read its `connected`."""
        client = await self.connect(server)
        await client.send(
            type="join_session",
            session_id=SESSION,
            auth_token=self.token(user_id),
            invite=self.invites[SESSION],
            **fields,
        )
        client.connected = await client.receive()
        assert client.connected["type"] == "connected", client.connected
        return client
