"""A server that stops: what clients are told, and that it ends."""

import asyncio
import gc
import sqlite3
import threading
import warnings

import pytest
from websockets.exceptions import ConnectionClosed

from peerline.client import Client, Credentials, LinkState, Timing
from peerline.protocol.links import SessionLink
from peerline.protocol.roles import Role
from peerline_server.gateway.gateway import COME_BACK_SECONDS
from peerline_server.store.sql import SqlStore
from tests.unit.server.conftest import SESSION, OpenDoor


async def test_each_client_is_told_another_time_to_come_back(open_door: OpenDoor) -> None:
    door = await open_door()
    clients = [await door.join(f"user{number}", Role.VIEWER) for number in range(4)]
    assert await door.server.stop() is True
    door.stack.pop_all()
    waits: list[float] = []
    for client in clients:
        error = await client.receive_type("error")
        assert error["error_code"] == "SERVER_BUSY"
        waits.append(error["retry_after"])
        with pytest.raises(ConnectionClosed) as closed:
            await client.receive()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4512
    assert all(COME_BACK_SECONDS[0] <= wait <= COME_BACK_SECONDS[1] for wait in waits)
    assert len(set(waits)) > 1


async def test_a_client_takes_the_advice(open_door: OpenDoor) -> None:
    door = await open_door()
    link = SessionLink(door.address, SESSION, await door.invite(Role.VIEWER))
    states: list[LinkState] = []
    client = Client(
        link,
        Credentials(invite=link.invite, username="ann"),
        on_state=lambda state, _reason, _code: states.append(state),
        timing=Timing(backoff_base=0.0),
        random_source=lambda: 0.0,
    )
    client.start()
    while LinkState.JOINED not in states:  # noqa: ASYNC110 - it is told through a callback
        await asyncio.sleep(0.01)
    began = asyncio.get_running_loop().time()
    await door.server.stop()
    door.stack.pop_all()
    again = await open_door()
    assert again.address != door.address
    while client.advised is None:  # noqa: ASYNC110 - the same
        await asyncio.sleep(0.01)
    assert COME_BACK_SECONDS[0] <= client.advised <= COME_BACK_SECONDS[1]
    assert asyncio.get_running_loop().time() > began
    await client.close()


async def finish() -> None:
    """Work that was left behind comes to its end."""
    while len(asyncio.all_tasks()) > 1:  # noqa: ASYNC110 - tasks of the server's own
        await asyncio.sleep(0.01)
    # A connection whose transaction was given up is not closed: the process ends with it.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
    # Its thread must not answer to a loop that is closed.
    deadline = asyncio.get_running_loop().time() + 10
    while any("_connection_worker" in thread.name for thread in threading.enumerate()):
        assert asyncio.get_running_loop().time() < deadline, "a thread of the store goes on"
        await asyncio.sleep(0.01)


async def test_stopping_ends_in_time_whatever_clients_and_the_store_do(
    open_door: OpenDoor,
) -> None:
    door = await open_door()
    deaf = await door.join("deaf", Role.EDITOR)
    deaf.socket.transport.pause_reading()
    bob = await door.join("bob", Role.EDITOR)
    other = sqlite3.connect(door.data_dir / "peerline.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        await bob.send(
            type="chat_message", session_id=SESSION, content="never acked", request_id="r"
        )
        store = door.server._store  # pyright: ignore[reportPrivateUsage] - only it knows
        assert isinstance(store, SqlStore)
        writer = store._writer  # pyright: ignore[reportPrivateUsage]
        while writer._writing_since is None:  # noqa: ASYNC110 # pyright: ignore[reportPrivateUsage]
            await asyncio.sleep(0.01)
        async with asyncio.timeout(10):
            assert await door.server.stop() is False
        with pytest.raises(ConnectionClosed):
            await bob.receive_type("ack")
    finally:
        deaf.socket.transport.abort()
        other.rollback()
        other.close()
    door.stack.pop_all()
    await finish()
