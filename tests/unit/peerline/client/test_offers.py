"""Offers of folders, by clients on a real server: trees, files, offers that come back."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from peerline.client import Client, LinkState, RequestRefused, TreePage
from peerline.client import offers as client_offers
from peerline.protocol.errors import ErrorCode
from peerline.protocol.offers import EntryKind, OfferData, RefusalReason, TreeEntry
from peerline.protocol.roles import Role
from tests.reliability.clients import until
from tests.reliability.servers import ForkedServer, Site

SHOP = OfferData(name="shop", files=2, version=1)


class Shop:
    """A program's own files."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.gate: asyncio.Event | None = None
        self.asked = 0

    async def page(self, folder: str, after: str | None) -> TreePage | RefusalReason:
        self.asked += 1
        if self.gate is not None:
            await self.gate.wait()
        if folder == "broken":
            raise OSError("the disk is gone")
        if folder:
            return RefusalReason.NOT_FOUND
        names = ["cart.py", "views.py"] if after is None else ["views.py"]
        entries = [TreeEntry(name=name, kind=EntryKind.FILE, size=4) for name in names]
        return entries[:1], names[0] if len(names) > 1 else None

    async def share(self, file: str) -> str | RefusalReason:
        if file != "cart.py":
            return RefusalReason.NOT_SHARED
        return (await self.client.documents.share(file, "text")).id


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ForkedServer]:
    server = ForkedServer(tmp_path / "data")
    yield server
    await asyncio.to_thread(server.close)


@pytest.fixture
async def people(tmp_path: Path, server: ForkedServer) -> AsyncIterator[tuple[Client, Client]]:
    site = await Site.create(tmp_path / "data")
    await asyncio.to_thread(server.start)
    clients = [
        Client(site.link(server.address), site.credentials(name, role))
        for name, role in (("alice", Role.HOST), ("bob", Role.VIEWER))
    ]
    for client in clients:
        client.start()
    alice, bob = clients
    for client in clients:
        await until(lambda: client.state is LinkState.JOINED, "joined")  # noqa: B023 - awaited
    yield alice, bob
    for client in clients:
        await client.close()


async def test_a_program_offers_files_and_others_open_them(
    people: tuple[Client, Client], server: ForkedServer
) -> None:
    alice, bob = people
    shop = Shop(alice)
    await alice.offers.offer(shop, SHOP)
    await until(bob.offers.list, "the offer has come")
    (offer,) = bob.offers.list()
    assert (offer.username, offer.name, offer.files) == ("Alice", "shop", 2)
    tree = await bob.offers.tree(user_id=offer.user_id)
    assert ([entry.name for entry in tree.entries], tree.next) == (["cart.py"], "cart.py")
    rest = await bob.offers.tree(after=tree.next)
    assert ([entry.name for entry in rest.entries], rest.next) == (["views.py"], None)
    shared = await bob.offers.open("cart.py")
    document = bob.documents.open(shared.id)
    await document.ready()
    assert document.text == "text"
    assert (await bob.offers.open("cart.py")).id == shared.id
    for refused in (bob.offers.open("views.py"), bob.offers.tree("nowhere")):
        with pytest.raises(RequestRefused) as error:
            await refused
        assert error.value.code is ErrorCode.DOCUMENT_NOT_FOUND
    with pytest.raises(RequestRefused) as busy:
        await bob.offers.tree("broken")
    assert busy.value.code is ErrorCode.SERVER_BUSY

    # It is offered again when the server is back, and not after it was withdrawn.
    await asyncio.to_thread(server.kill)
    await until(lambda: bob.state is not LinkState.JOINED, "bob noticed")
    await asyncio.to_thread(server.start)
    await until(lambda: alice.state is bob.state is LinkState.JOINED, "they are back")
    await until(lambda: [each.version for each in bob.offers.list()] == [1], "offered again")
    await alice.offers.withdraw()
    await until(lambda: not bob.offers.list(), "withdrawn")
    assert not (await bob.offers.tree()).entries


async def test_a_viewer_offers_nothing_and_is_told(people: tuple[Client, Client]) -> None:
    _, bob = people
    with pytest.raises(RequestRefused) as refused:
        await bob.offers.offer(Shop(bob), SHOP)
    assert refused.value.code is ErrorCode.PERMISSION_DENIED


async def test_more_questions_than_are_answered_at_once_are_refused(
    people: tuple[Client, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, bob = people
    monkeypatch.setattr(client_offers, "MAX_ANSWERS", 2)
    shop = Shop(alice)
    await alice.offers.offer(shop, SHOP)
    shop.gate = asyncio.Event()
    waiting = [asyncio.create_task(bob.offers.tree()) for _ in range(2)]
    await until(lambda: shop.asked == 2, "both are asked")
    with pytest.raises(RequestRefused) as refused:
        await bob.offers.tree()
    assert refused.value.code is ErrorCode.SERVER_BUSY
    shop.gate.set()
    assert all([(await answer).entries for answer in waiting])
