"""A node whose address leads nobody to it says so when it starts."""

import asyncio
import logging
import socket

import pytest

from peerline_server.relay.own_address import look_for_itself
from tests.free_port import free_port
from tests.reliability.clients import until

from .in_process import NodesHere

ADVICE = "give it HOST:PORT at which the other servers reach this one"


PROBLEM = "where no server of Peerline listens"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"220 mail.example ESMTP\r\n\r\n", PROBLEM),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "where another server answers"),
    ],
)
async def test_an_address_of_another_program_is_said_in_a_sentence(
    answer: bytes, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        await look_for_itself(f"127.0.0.1:{port}", "me", seconds=60.0)
    (record,) = caplog.records
    assert record.getMessage().startswith(f"PEERLINE_NODE_ADDRESS is 127.0.0.1:{port}, {said}; ")
    assert ADVICE in record.getMessage()


async def test_an_address_where_nobody_answers_is_said_in_a_sentence(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        await look_for_itself(address, "me", seconds=0.3)
    assert f"PEERLINE_NODE_ADDRESS is {address}, where nobody answers; {ADVICE}" in caplog.text
    caplog.clear()
    await look_for_itself(address, "me", seconds=60.0)
    assert f"PEERLINE_NODE_ADDRESS is {address}, {PROBLEM}; {ADVICE}" in caplog.text


async def test_a_node_whose_name_nobody_knows_says_so_and_serves(
    here: NodesHere, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    address = f"node.invalid:{free_port()}"
    server = await here.start(node_address=address)
    await until(lambda: ADVICE in caplog.text, "said")
    assert f"PEERLINE_NODE_ADDRESS is {address}, a name that is not known" in caplog.text
    await here.join(server, "host")


async def test_a_node_that_is_where_it_says_says_nothing(
    here: NodesHere, caplog: pytest.LogCaptureFixture
) -> None:
    server = await here.start()
    own = server._cluster  # pyright: ignore[reportPrivateUsage]
    assert own is not None
    await look_for_itself(server.address, own.node_id, seconds=60.0)
    assert "PEERLINE_NODE_ADDRESS" not in caplog.text
