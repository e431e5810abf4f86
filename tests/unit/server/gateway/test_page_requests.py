"""Browsers get the page from a real server, and connect from it."""

import asyncio

import pytest
from websockets.exceptions import InvalidStatus

from peerline.protocol.roles import Role
from peerline_server.gateway import pages
from peerline_server.gateway.page_files import PageFiles
from tests.unit.server.conftest import Door, OpenDoor

_FILES = PageFiles("<p>{{nonce}}</p>", "<p>{{nonce}}</p>", {})


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "read_page", lambda: _FILES)


async def get(door: Door, path: str, *headers: str) -> tuple[int, bytes]:
    host, port = door.address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = "\r\n".join((f"GET {path} HTTP/1.1", f"Host: {door.address}", *headers))
    writer.write(f"{head}\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return int(answer.split()[1]), answer


@pytest.mark.usefixtures("built")
async def test_the_page_is_there_for_every_session(open_door: OpenDoor) -> None:
    door = await open_door()
    for path in ("/", "/s/nobody-made-this?x=1", "/s/nobody-made-this"):
        status, answer = await get(door, path)
        assert status == 200
        assert b"Content-Security-Policy: default-src 'none'" in answer
        assert b"Set-Cookie" not in answer


@pytest.mark.usefixtures("built")
async def test_a_browser_connects_from_the_servers_own_page(open_door: OpenDoor) -> None:
    door = await open_door()
    await door.connect(origin=f"http://{door.address}")
    with pytest.raises(InvalidStatus) as refused:
        await door.connect(origin="http://evil.example")
    assert refused.value.response.status_code == 403
    forwarded = {"X-Forwarded-Host": "peerline.example"}
    await door.connect(origin="https://peerline.example", additional_headers=forwarded)


@pytest.mark.usefixtures("built")
async def test_a_proxy_that_is_not_trusted_names_no_origin(open_door: OpenDoor) -> None:
    door = await open_door(trusted_proxies=())
    forwarded = {"X-Forwarded-Host": "peerline.example"}
    with pytest.raises(InvalidStatus) as refused:
        await door.connect(origin="https://peerline.example", additional_headers=forwarded)
    assert refused.value.response.status_code == 403


@pytest.mark.usefixtures("built")
async def test_without_the_page_its_origin_is_as_any_other(open_door: OpenDoor) -> None:
    door = await open_door(web=False)
    status, answer = await get(door, "/s/abc")
    assert status == 404
    assert b"serves no browser page" in answer
    with pytest.raises(InvalidStatus) as refused:
        await door.connect(origin=f"http://{door.address}")
    assert refused.value.response.status_code == 403


@pytest.mark.usefixtures("built")
async def test_an_address_gets_so_many_pages_in_a_minute(open_door: OpenDoor) -> None:
    door = await open_door(pages_per_minute_per_address=2)
    one, other = "X-Forwarded-For: 192.0.2.1", "X-Forwarded-For: 192.0.2.2"
    assert [(await get(door, "/s/a", one))[0] for _ in range(2)] == [200, 200]
    status, answer = await get(door, "/s/a", one)
    assert status == 429
    assert b"at most 2 pages of one address a minute; try again in " in answer
    assert (await get(door, "/s/a", other))[0] == 200
    assert (await get(door, "/healthz", one))[0] == 200, "others' requests go on"


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("is_on", [True, False])
async def test_clients_are_told_whether_there_is_a_page(open_door: OpenDoor, is_on: bool) -> None:
    door = await open_door(web=is_on)
    alice = await door.join("alice", Role.EDITOR)
    assert alice.connected["has_page"] is is_on
