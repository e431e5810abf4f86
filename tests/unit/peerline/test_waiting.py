"""Tests of waiting: for something to hold, and for an address to take connections."""

import asyncio
import socket
from itertools import count

import pytest

from peerline.waiting import takes_connections, wait_for

PATIENCE = 30.0


def test_it_looks_until_there_is_something() -> None:
    looks = count()
    assert wait_for(lambda: next(looks) if next(looks) > 4 else 0, PATIENCE) > 4


def test_it_looks_once_even_without_time() -> None:
    assert wait_for(lambda: "there", 0) == "there"
    assert wait_for(lambda: None, 0) is None
    assert wait_for(lambda: False, 0.01) is False


async def test_an_address_takes_connections_as_long_as_something_listens() -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    assert await takes_connections(f"{host}:{port}", PATIENCE)
    server.close()
    await server.wait_closed()
    assert not await takes_connections(f"{host}:{port}", PATIENCE)


@pytest.mark.parametrize(
    "address", ["127.0.0.1:port", "127.0.0.1:", "127.0.0.1:99999999", "a\0b:1"]
)
async def test_an_address_that_cannot_be_one_is_an_error(address: str) -> None:
    with pytest.raises(OSError, match=r"\S"):
        await takes_connections(address, PATIENCE)


async def test_an_address_that_does_not_answer_in_time_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as busy:
        host, port = busy.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        try:
            for one in waiting:
                one.setblocking(False)
                one.connect_ex((host, port))
            with pytest.raises(TimeoutError):
                await takes_connections(f"{host}:{port}", 0.2)
        finally:
            for one in waiting:
                one.close()
