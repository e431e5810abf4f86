"""Agreement in the end: of clients and database, whatever happened to the servers of a session."""

from tests.plans.judge import wrong_on_disk
from tests.reliability.clients import StrictClient, failures, until
from tests.reliability.servers import ForkedServer

from .conftest import Nodes


async def joined(*clients: StrictClient) -> None:
    """Wait until all are in the session."""
    await until(lambda: all(client.is_joined for client in clients), "everybody is there")


async def agree(nodes: Nodes, clients: list[StrictClient]) -> None:
    """Everybody has everything, and so has the database: once, and what was acknowledged."""
    rows = await nodes.rows()
    assert wrong_on_disk(rows) == []
    places = {row["request"]: row["seq"] for row in rows if row["request"]}
    for client in clients:
        lost = {name: seq for name, seq in client.acks.items() if places.get(name) != seq}
        assert lost == {}, f"{client.user_id} was told that these are kept"
    assert failures(clients) == []
    await until(lambda: len({client.replica.seq for client in clients}) == 1, "all have all")
    first, *others = clients
    for client in others:
        assert client.replica.state() == first.replica.state()


async def owner_of(nodes: Nodes) -> ForkedServer:
    """The server that owns the session; there must be one."""
    owner = await nodes.owner()
    assert owner is not None
    return owner
