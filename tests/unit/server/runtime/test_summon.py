"""A host asks everybody to come."""

import asyncio

import pytest

from peerline.protocol.roles import Role
from tests.unit.server.conftest import SESSION, OpenDoor


async def test_everybody_else_is_told_and_nothing_is_kept(open_door: OpenDoor) -> None:
    door = await open_door()
    host = await door.join("ann", Role.HOST)
    bob = await door.join("bob", Role.VIEWER)
    await host.send(type="summon", session_id=SESSION, request_id="come")
    ack = await host.receive_type("ack")
    assert ack["request_id"] == "come"
    told = await bob.receive_type("summoned")
    assert told["user_id"] == "ann"
    assert "seq" not in told
    late = await door.join("cat", Role.EDITOR)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await late.receive_type("summoned")


async def test_only_hosts_can(open_door: OpenDoor) -> None:
    door = await open_door()
    bob = await door.join("bob", Role.EDITOR)
    await bob.send(type="summon", session_id=SESSION)
    error = await bob.receive_type("error")
    assert error["error_code"] == "PERMISSION_DENIED"
