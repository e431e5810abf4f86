"""A site with a session, and servers on it that end with the test."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

import pytest

from peerline.protocol.roles import Role
from tests.e2e.conftest import ServerProcess

from .clients import StrictClient
from .servers import Site

FAST: Final = {"PEERLINE_MESSAGES_PER_MINUTE": "1000000", "PEERLINE_QUERIES_PER_MINUTE": "1000000"}
"""Nobody is held up by a limit."""


class Scene:
    """A real server (`peerline serve`) on a site, and clients."""

    def __init__(self, site: Site, server: ServerProcess, stack: AsyncExitStack) -> None:
        self.site = site
        self.server = server
        self.database = site.data_dir / "peerline.db"
        self._stack = stack

    def join(self, user_id: str, role: Role = Role.EDITOR) -> StrictClient:
        """A client that stays until the test ends."""
        client = StrictClient(self.site, self.server, user_id, role)
        self._stack.push_async_callback(client.close)
        return client

    async def restart(self, *, kill: bool) -> None:
        """End the server, by SIGKILL or properly, and start it again."""
        await asyncio.to_thread(self.server.kill if kill else self.server.stop)
        await asyncio.to_thread(self.server.start)


SetScene = Callable[..., Awaitable[Scene]]


@pytest.fixture
async def set_scene(tmp_path: Path) -> AsyncIterator[SetScene]:
    """Starts a server with the given environment."""
    async with AsyncExitStack() as stack:

        async def start(**environment: str) -> Scene:
            site = await Site.create(tmp_path / "data")
            server = ServerProcess(site.data_dir, {**FAST, **environment})
            stack.callback(server.close)
            await asyncio.to_thread(server.start)
            return Scene(site, server, stack)

        yield start
