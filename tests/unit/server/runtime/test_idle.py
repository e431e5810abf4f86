"""A server that ends when nobody has been there for a while."""

import asyncio

from peerline.protocol.roles import Role
from peerline_server.app import stop_when_idle
from tests.unit.server.conftest import OpenDoor

SECONDS = 0.2


async def test_it_stays_while_somebody_is_connected_and_ends_afterwards(
    open_door: OpenDoor,
) -> None:
    door = await open_door()
    client = await door.join("ann", Role.EDITOR)
    stop = asyncio.Event()
    task = asyncio.create_task(stop_when_idle(door.server, SECONDS, stop))
    done, _ = await asyncio.wait([task], timeout=4 * SECONDS)
    assert not done
    assert not stop.is_set()
    await client.socket.close()
    async with asyncio.timeout(30):
        await stop.wait()
    await task
