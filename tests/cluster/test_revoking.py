"""A token that a command revokes ends its connections at all nodes at once, where Redis is."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from peerline_server.admin.offline import revoke_tokens
from peerline_server.bus.redis import RedisBell
from peerline_server.core.records import Revocation
from peerline_server.redis_link import RedisLink
from tests.reliability.clients import until
from tests.servers.redis import redis_server

from .in_process import NodesHere


async def test_a_command_that_revokes_rings_at_every_node(
    here: NodesHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    rings: list[None] = []
    bell = RedisBell(RedisLink(redis_server().url, "revoking"))
    bell.subscribe("somebody", lambda: rings.append(None))
    await bell.start()
    await until(lambda: rings, "it listens")
    never = {"revocation_check_seconds": 3_600.0, "redis_url": redis_server().url}
    servers = [await here.start(cluster="revoking", **never) for _ in range(2)]
    bob = await here.join(servers[0], "bob")
    rings.clear()
    monkeypatch.setenv("PEERLINE_DATABASE_URL", here.url)
    monkeypatch.setenv("PEERLINE_REDIS_URL", redis_server().url)
    monkeypatch.setenv("PEERLINE_CLUSTER", "revoking")
    soon = datetime.now(UTC) + timedelta(minutes=1)
    await revoke_tokens(here.folder, Revocation(user_id="bob", issued_before=soon))
    await until(lambda: rings, "it rings")
    async with asyncio.timeout(30):
        await bob.socket.wait_closed()
    await bell.stop()
