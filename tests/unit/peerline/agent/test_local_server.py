"""The local socket: for its owner alone, within its limits."""

import asyncio
import json
import os
import socket
import stat
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any

import pytest

from peerline.agent.hook_program import MAX_LINE, exchange
from peerline.agent.local_server import (
    MAX_CLIENTS,
    MAX_SOCKET_PATH,
    LocalServer,
    LocalSocketError,
)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it needs Unix sockets")


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pl") as path:
        yield Path(path)


async def echo(given: dict[str, Any]) -> dict[str, Any] | None:
    return None if given.get("do") == "nothing" else {"got": given}


@pytest.fixture
async def path(folder: Path) -> AsyncIterator[Path]:
    """The path of a socket that is served."""
    server = LocalServer(folder / "sockets/a.sock", echo)
    await server.start()
    yield folder / "sockets/a.sock"
    await server.close()
    assert not (folder / "sockets/a.sock").exists()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def ask(path: Path, line: bytes) -> bytes:
    return await asyncio.to_thread(exchange, str(path), line, 10.0)


async def test_a_line_is_answered_with_a_line(path: Path) -> None:
    assert json.loads(await ask(path, b'{"do":"x"}')) == {"got": {"do": "x"}}
    assert await ask(path, b'{"do":"nothing"}') == b""
    assert b"no JSON object" in await ask(path, b"[1]")
    assert b"no JSON" in await ask(path, b"{")
    assert b"no JSON" in await ask(path, b"[" * 100_000)


class Slow:
    """Answers when it is let; says whether it was cancelled."""

    def __init__(self) -> None:
        self.began = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.cancelled = asyncio.Event()

    async def handle(self, _given: dict[str, Any]) -> dict[str, Any] | None:
        self.began.set()
        try:
            await self.may_answer.wait()
        except asyncio.CancelledError:
            self.cancelled.set()
            raise
        return {"late": True}


async def test_a_program_that_waits_is_given_a_sign_and_then_its_answer(folder: Path) -> None:
    slow = Slow()
    server = LocalServer(folder / "sockets/a.sock", slow.handle)
    await server.start()
    reader, writer = await asyncio.open_unix_connection(str(folder / "sockets/a.sock"))
    writer.write(b"{}\n")
    assert await reader.read(1) == b" "
    slow.may_answer.set()
    assert json.loads(await reader.readline()) == {"late": True}
    writer.close()
    await server.close()


async def test_a_program_that_waits_is_given_signs_until_its_answer(folder: Path) -> None:
    slow = Slow()
    server = LocalServer(folder / "sockets/a.sock", slow.handle, 0.01)
    await server.start()
    reader, writer = await asyncio.open_unix_connection(str(folder / "sockets/a.sock"))
    writer.write(b"{}\n{}\n")  # a line that comes meanwhile waits, and ends no sign
    assert await reader.readexactly(5) == b"     "
    slow.may_answer.set()
    for _ in range(2):
        assert json.loads(await reader.readline()) == {"late": True}
    writer.close()
    await server.close()


async def test_what_is_asked_ends_when_the_program_goes_after_signs(folder: Path) -> None:
    slow = Slow()
    server = LocalServer(folder / "sockets/a.sock", slow.handle, 0.01)
    await server.start()
    reader, writer = await asyncio.open_unix_connection(str(folder / "sockets/a.sock"))
    writer.write(b"{}\n")
    await reader.readexactly(3)
    writer.close()
    await slow.cancelled.wait()
    await server.close()


async def test_what_is_asked_ends_when_the_program_has_gone(folder: Path) -> None:
    slow = Slow()
    server = LocalServer(folder / "sockets/a.sock", slow.handle)
    await server.start()
    _, writer = await asyncio.open_unix_connection(str(folder / "sockets/a.sock"))
    writer.write(b"{}\n")
    await slow.began.wait()
    writer.close()
    await slow.cancelled.wait()
    await server.close()


async def test_what_is_asked_ends_when_the_server_closes(folder: Path) -> None:
    slow = Slow()
    server = LocalServer(folder / "sockets/a.sock", slow.handle)
    await server.start()
    reader, writer = await asyncio.open_unix_connection(str(folder / "sockets/a.sock"))
    writer.write(b"{}\n")
    await slow.began.wait()
    await server.close()
    assert slow.cancelled.is_set()
    assert (await reader.read()).strip() == b""
    writer.close()


async def test_a_stalled_server_is_given_up_before_the_answer_would_come(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as stalled:
        stalled.bind(str(folder / "a.sock"))
        stalled.listen()
        with pytest.raises(TimeoutError):
            await asyncio.to_thread(exchange, str(folder / "a.sock"), b"{}", 600.0, 0.05)


@pytest.fixture
def resident(folder: Path) -> Iterator[tuple[str, socket.socket]]:
    """The path of a socket, and the connection of a program to it."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "a.sock"))
        listener.listen()
        yield str(folder / "a.sock"), listener


@pytest.mark.parametrize("signs", [b" ", b"   "])
async def test_a_server_that_falls_silent_after_its_signs_is_given_up(
    resident: tuple[str, socket.socket], signs: bytes
) -> None:
    path, listener = resident
    waiting = asyncio.ensure_future(asyncio.to_thread(exchange, path, b"{}", 600.0, 60.0, 0.05))
    with (await asyncio.to_thread(listener.accept))[0] as connection:
        connection.sendall(signs)
        with pytest.raises(TimeoutError):
            await waiting


async def test_signs_do_not_make_the_time_for_an_answer_longer(
    resident: tuple[str, socket.socket],
) -> None:
    path, listener = resident
    times = iter([0.0, 1.0, 599.0, 600.0])
    waiting = asyncio.ensure_future(
        asyncio.to_thread(exchange, path, b"{}", 600.0, 60.0, 60.0, lambda: next(times))
    )
    with (await asyncio.to_thread(listener.accept))[0] as connection:
        while not waiting.done():
            with suppress(ConnectionError):  # it has given up
                connection.sendall(b" ")
            await asyncio.wait({waiting}, timeout=0.01)
        with pytest.raises(TimeoutError):
            await waiting


async def test_the_socket_and_its_folder_are_private(path: Path) -> None:
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)


async def test_a_line_of_the_limit_passes_and_a_longer_one_is_cut(path: Path) -> None:
    def line(size: int) -> bytes:
        empty = b'{"do":"nothing","x":""}'
        return empty.replace(b'""', b'"' + b"x" * (size - len(empty)) + b'"')

    assert await ask(path, line(MAX_LINE - 1)) == b""
    reader, writer = await asyncio.open_unix_connection(str(path))
    writer.write(line(MAX_LINE + 100) + b"\n")
    with suppress(ConnectionError):
        await writer.drain()
        assert await reader.read() == b""
    writer.close()


async def test_up_to_the_limit_clients_are_served_and_no_more(path: Path) -> None:
    async with AsyncExitStack() as stack:
        opened: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        for _ in range(MAX_CLIENTS):
            reader, writer = await asyncio.open_unix_connection(str(path))
            stack.callback(writer.close)
            writer.write(b'{"do":"nothing"}\n')
            assert await reader.readline() == b"\n"
            opened.append((reader, writer))
        reader, writer = await asyncio.open_unix_connection(str(path))
        stack.callback(writer.close)
        assert await reader.read() == b""
        opened[0][1].write(b'{"do":"nothing"}\n')
        assert await opened[0][0].readline() == b"\n"


async def test_a_folder_of_others_is_refused(folder: Path) -> None:
    os.chmod(folder, 0o755)  # noqa: PTH101, S103 - in a loop; the point
    with pytest.raises(LocalSocketError, match="not private"):
        await LocalServer(folder / "a.sock", echo).start()


async def test_a_path_that_is_too_long_is_refused(folder: Path) -> None:
    with pytest.raises(LocalSocketError, match="PEERLINE_AGENT_DIR"):
        await LocalServer(folder / ("x" * MAX_SOCKET_PATH), echo).start()


async def test_one_agent_serves_a_folder_and_a_dead_socket_is_replaced(
    path: Path, folder: Path
) -> None:
    with pytest.raises(LocalSocketError, match="runs already"):
        await LocalServer(path, echo).start()
    dead = folder / "sockets/dead.sock"
    with socket.socket(socket.AF_UNIX) as gone:
        gone.bind(str(dead))
    server = LocalServer(dead, echo)
    await server.start()
    assert await ask(dead, b'{"do":"nothing"}') == b""
    await server.close()
