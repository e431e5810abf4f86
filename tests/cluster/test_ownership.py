"""A session has one owner among several servers, whichever of them its clients come to."""

import os
import signal

from tests.reliability.clients import Writer, settle, until

from .agreement import agree, joined, owner_of
from .conftest import StartNodes


async def test_clients_of_two_servers_are_in_one_session(start_nodes: StartNodes) -> None:
    nodes = await start_nodes(2)
    first = nodes.join("bob", nodes.servers[0])
    await joined(first)
    second = nodes.join("carol", nodes.servers[1])
    await joined(first, second)
    assert await owner_of(nodes) is nodes.servers[0]
    writers = [Writer(client) for client in (first, second)]
    await until(lambda: len(first.acks) > 40 and len(second.acks) > 40, "both write")
    for writer in writers:
        await writer.finish()
    await agree(nodes, [first, second])


async def test_an_owner_that_is_killed_under_load_loses_and_doubles_nothing(
    start_nodes: StartNodes,
) -> None:
    nodes = await start_nodes(3)
    clients = [nodes.join(f"user{number}", nodes.anywhere(number)) for number in range(4)]
    await joined(*clients)
    for _ in range(2):
        owner = await owner_of(nodes)
        writers = [Writer(client) for client in clients]
        wanted = sum(len(client.acks) for client in clients) + 100
        await until(lambda w=wanted: sum(len(c.acks) for c in clients) > w, "written")
        owner.kill()
        wanted = sum(len(client.acks) for client in clients) + 100
        await until(lambda w=wanted: sum(len(c.acks) for c in clients) > w, "written on")
        for writer in writers:
            await writer.finish()
        assert await owner_of(nodes) is not owner
        await nodes.start_one(owner)
    await agree(nodes, clients)
    rows = await nodes.rows()
    assert not [row for row in rows if row["data"]["type"] == "user_left"], "all came back in time"


async def test_an_owner_that_is_frozen_writes_nothing_once_it_wakes(
    start_nodes: StartNodes,
) -> None:
    nodes = await start_nodes(2)
    frozen, other = nodes.servers
    inside = nodes.join("bob", frozen)
    await joined(inside)
    await inside.send("chat_message", content="before")
    await settle([inside])
    assert await owner_of(nodes) is frozen
    os.kill(frozen.pid, signal.SIGSTOP)
    try:
        # It is in the socket when the server wakes, and is decided on by a node that has lost.
        late = await inside.send("chat_message", content="late")
        outside = nodes.join("carol", other)
        await joined(outside)
        assert await owner_of(nodes) is other
        await outside.send("chat_message", content="after the takeover")
        await settle([outside])
    finally:
        os.kill(frozen.pid, signal.SIGCONT)
    # The same client comes back through the server that woke, which passes it on.
    await until(lambda: late in inside.acks, "answered by the owner")
    await settle([inside, outside])
    await agree(nodes, [inside, outside])
    assert await owner_of(nodes) is other
    assert "taken over by another node" in frozen.log()


async def test_a_server_that_stops_leaves_its_sessions_to_the_others(
    start_nodes: StartNodes,
) -> None:
    nodes = await start_nodes(2)
    clients = [nodes.join(f"user{number}", nodes.anywhere(number)) for number in range(3)]
    await joined(*clients)
    owner = await owner_of(nodes)
    writers = [Writer(client) for client in clients]
    await until(lambda: sum(len(client.acks) for client in clients) > 50, "written")
    assert owner.stop() == 0
    wanted = sum(len(client.acks) for client in clients) + 50
    await until(lambda: sum(len(client.acks) for client in clients) > wanted, "written on")
    for writer in writers:
        await writer.finish()
    await agree(nodes, clients)
    assert await owner_of(nodes) is not owner
    assert [row["address"] for row in await nodes.fetch("SELECT address FROM nodes")] == [
        server.address for server in nodes.servers if server is not owner
    ]
