"""Bounds of what strangers and participants can make a real server process hold."""

import asyncio
import json
import os
import re
import sqlite3
import struct
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, closing, suppress
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from .conftest import ServerProcess

pytestmark = pytest.mark.skipif(not Path("/proc").exists(), reason="memory is read from /proc")

MIB = 2**20
SETTINGS = {
    "PEERLINE_MESSAGES_PER_MINUTE": "1000000",
    "PEERLINE_BYTES_PER_MINUTE_PER_USER": str(2**40),
    "PEERLINE_QUERIES_PER_MINUTE": "1000000",
    "PEERLINE_MAX_HANDSHAKES": "100",
    "PEERLINE_AUTH_TIMEOUT_SECONDS": "120",
    "PEERLINE_LOG_LEVEL": "ERROR",
}
HEAD = b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
KEY = b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"


@pytest.fixture(scope="module")
def flooded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """One server for all floods, so that what each leaves behind adds up."""
    before = {name: os.environ.get(name) for name in SETTINGS}
    os.environ.update(SETTINGS)
    process = ServerProcess(tmp_path_factory.mktemp("flooded") / "data")
    try:
        process.start()
        process.create_session()
        yield process
    finally:
        process.close()
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def resident(server: ServerProcess) -> int:
    """Bytes of the server that are in memory."""
    status = Path(f"/proc/{server.pid}/status").read_text(encoding="ascii")
    found = re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)
    assert found is not None
    return int(found.group(1)) * 1024


class Crowd:
    """Sockets to the server, all of which end with the test."""

    def __init__(self, server: ServerProcess, stack: AsyncExitStack) -> None:
        self.server = server
        self._stack = stack

    async def join(self, user: str, role: str | None = None) -> ClientConnection:
        """A participant who has read `connected`."""
        server = self.server
        url = f"ws://{server.address}/ws/session/{server.session}"
        socket = await self._stack.enter_async_context(
            connect(url, compression=None, max_size=None)
        )
        message = {"type": "join_session", "session_id": server.session}
        message["auth_token"] = server.token(user, user)
        if role is not None:
            message["invite"] = server.invite(role).rpartition("=")[2]
        await socket.send(json.dumps(message))
        assert json.loads(await socket.recv())["type"] == "connected"
        return socket

    async def open_raw(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A socket that has said nothing yet."""
        host, port = self.server.address.split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        self._stack.callback(writer.close)
        return reader, writer


@pytest.fixture
async def crowd(flooded: ServerProcess) -> AsyncIterator[Crowd]:
    async with AsyncExitStack() as stack:
        yield Crowd(flooded, stack)


async def receive(socket: ClientConnection, *types: str) -> dict[str, Any]:
    while True:
        message = json.loads(await socket.recv())
        if message["type"] in types:
            return message


def frame(text: str) -> bytes:
    """A masked client frame with the mask 0."""
    payload = text.encode()
    assert 126 <= len(payload) < 2**16
    return b"\x81\xfe" + struct.pack("!H", len(payload)) + bytes(4) + payload


async def ended(reader: asyncio.StreamReader) -> None:
    """Wait until the server has ended the socket."""
    with suppress(ConnectionError):
        while await reader.read(2**16):
            pass


async def test_floods_of_headers_are_cut(crowd: Crowd) -> None:
    async def flood(start: bytes, line: bytes) -> None:
        reader, writer = await crowd.open_raw()
        end = asyncio.create_task(ended(reader))
        writer.write(start)
        with suppress(ConnectionError):
            for _ in range(64):
                if end.done():
                    break
                writer.write(line * max(1, 2**15 // len(line)))
                await writer.drain()
        await end
        writer.close()

    async def round_of_floods(count: int) -> None:
        for start, line in (
            (HEAD, b"X-Flood: 1\r\n"),
            (HEAD, b"X-Flood: " + b"x" * 2**15),
            (b"GET /", b"x" * 2**15),
        ):
            await asyncio.gather(*(flood(start, line) for _ in range(count)))

    async with asyncio.timeout(60):
        await round_of_floods(5)
        before = resident(crowd.server)
        await round_of_floods(30)
    assert resident(crowd.server) - before < 8 * MIB


async def test_handshakes_that_never_end_shut_nobody_out(crowd: Crowd) -> None:
    silent = [await crowd.open_raw() for _ in range(101)]
    for _, writer in silent[1:]:
        writer.write(HEAD)
    async with asyncio.timeout(30):
        # One more than may wait: the first is cut, and who says something comes in.
        await ended(silent[0][0])
        await crowd.join("host")
    before = resident(crowd.server)
    silent += [await crowd.open_raw() for _ in range(400)]
    async with asyncio.timeout(30):
        await asyncio.gather(*(ended(reader) for reader, _ in silent[:400]))
        await crowd.join("host")
    assert resident(crowd.server) - before < 8 * MIB


async def test_endless_fragments_are_cut(crowd: Crowd) -> None:
    async def flood() -> None:
        reader, writer = await crowd.open_raw()
        writer.write(HEAD + KEY)
        await reader.readuntil(b"\r\n\r\n")
        end = asyncio.create_task(ended(reader))
        empty = b"\x00\x80" + bytes(4)
        writer.write(b"\x01\x80" + bytes(4))
        with suppress(ConnectionError):
            while not end.done():
                writer.write(empty * 1_000)
                await writer.drain()
                await asyncio.sleep(0)
        writer.close()
        await end

    async with asyncio.timeout(60):
        await flood()
        before = resident(crowd.server)
        await asyncio.gather(*(flood() for _ in range(20)))
    assert resident(crowd.server) - before < 8 * MIB


async def test_ever_new_file_names_leave_no_trace(crowd: Crowd) -> None:
    host = await crowd.join("host")
    socket = await crowd.join("walker", "editor")
    session = crowd.server.session

    async def walk(begin: int, end: int) -> None:
        """Be in ever new files, and wait until the server has seen them all."""
        for start in range(begin, end, 1_000):
            frames = [
                frame(
                    f'{{"type":"cursor_update","session_id":"{session}","data":'
                    f'{{"file":"src/some/deeper/folder/module_{number:07}.py","line":1,"column":1}}}}'
                )
                for number in range(start, start + 1_000)
            ]
            socket.transport.write(b"".join(frames))
            request = {"type": "get_history", "session_id": session, "request_id": f"w{start}"}
            await socket.send(json.dumps(request | {"limit": 1}))
            await receive(socket, "history")

    reading = asyncio.create_task(receive(host, "never"))
    try:
        await walk(0, 20_000)
        before = resident(crowd.server)
        await walk(20_000, 120_000)
    finally:
        reading.cancel()
    assert resident(crowd.server) - before < 8 * MIB


async def test_ever_new_files_that_change_are_on_the_disk_and_not_in_memory(
    crowd: Crowd,
) -> None:
    host = await crowd.join("host")

    async def tell(begin: int, end: int) -> None:
        for start in range(begin, end, 500):
            numbers = range(start, start + 500)
            for number in numbers:
                data = {"file": f"src/some/folder/module_{number}.py", "change": "modified"}
                message = {"type": "file_event", "session_id": crowd.server.session, "data": data}
                await host.send(json.dumps(message | {"request_id": f"f{number}"}))
            acked = 0
            while acked < len(numbers):
                answer = await receive(host, "ack", "error")
                assert answer["type"] == "ack", answer
                acked += 1

    await tell(0, 3_000)
    before = resident(crowd.server)
    await tell(3_000, 9_000)
    assert resident(crowd.server) - before < 8 * MIB
    again = await connect(f"ws://{crowd.server.address}/ws", max_size=2**20)
    token = crowd.server.token("host", "host")
    join_again = {"type": "join_session", "session_id": crowd.server.session, "auth_token": token}
    await again.send(json.dumps(join_again))
    assert len(json.loads(await again.recv())["file_events"]) == 50
    await again.close()


async def test_a_thousand_mentions_are_fifty_at_most(crowd: Crowd) -> None:
    host = await crowd.join("host")
    chat = {"type": "chat_message", "session_id": crowd.server.session}
    mentions = [f"user{number}" for number in range(1_000)]
    await host.send(json.dumps(chat | {"content": "x", "mentions": mentions, "request_id": "a"}))
    assert (await receive(host, "error", "ack"))["error_code"] == "INVALID_FIELD"
    for text in ("@host " * 1_000, "@" * 8_000, "@hos" * 2_000):
        await host.send(json.dumps(chat | {"content": text}))
        assert len((await receive(host, "chat_message"))["message"]["mentions"]) <= 1


async def test_ten_thousand_invites_are_not_held_in_memory(crowd: Crowd) -> None:
    session = crowd.server.session
    now = "2026-01-01 00:00:00.000000"
    rows = [(f"i{number}", session, f"{number:064x}", now) for number in range(10_000)]
    with closing(sqlite3.connect(crowd.server.data_dir / "peerline.db", timeout=30)) as database:
        database.executemany(
            "INSERT INTO invites (id, session_id, code_hash, role, created_at, uses) "
            "VALUES (?, ?, ?, 'viewer', ?, 0)",
            rows,
        )
        database.commit()
    host = await crowd.join("host")

    async def look(number: int) -> None:
        request = {"type": "get_moderation", "session_id": session, "request_id": f"m{number}"}
        await host.send(json.dumps(request))
        while (await receive(host, "moderation")).get("request_id") != f"m{number}":
            pass

    await look(0)
    before = resident(crowd.server)
    for number in range(1, 3):
        await look(number)
        await crowd.join(f"viewer{number}", "viewer")
    assert resident(crowd.server) - before < 16 * MIB
    made = {"type": "create_invite", "session_id": session, "role": "viewer", "request_id": "one"}
    await host.send(json.dumps(made))
    assert (await receive(host, "invite_created", "error"))["error_code"] == "LIMIT_EXCEEDED"
