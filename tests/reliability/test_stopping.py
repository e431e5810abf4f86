"""SIGTERM: accepted work is finished, clients are told, and the process ends in time."""

import asyncio
import json
import signal
import socket
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from .clients import Writer, failures, until
from .conftest import Scene, SetScene
from .servers import SESSION, STOP_SECONDS
from .test_disk_faults import cursor_line
from .test_killed import assert_kept


def end(scene: Scene) -> tuple[int, float]:
    """SIGTERM; the exit code, and the seconds until it was there."""
    process = scene.server._process  # pyright: ignore[reportPrivateUsage]
    assert process is not None
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    return process.wait(60), time.monotonic() - began


def deaf_client(scene: Scene, *, shakes_hands: bool) -> socket.socket:
    """A peer that never reads and never closes, joined or in the midst of its handshake."""
    host, _, port = scene.server.address.rpartition(":")
    peer = socket.create_connection((host, int(port)))
    request = f"GET /ws/session/{SESSION} HTTP/1.1\r\nHost: {host}\r\n"
    if shakes_hands:
        token = scene.site.token("deaf")
        peer.sendall(
            f"{request}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            f"Authorization: Bearer {token}\r\n\r\n".encode()
        )
        assert peer.recv(12) == b"HTTP/1.1 101"
    else:
        peer.sendall(request.encode())
    return peer


@pytest.mark.parametrize("is_stalled", [False, True], ids=["store works", "store stalls"])
async def test_a_stopped_process_ends_within_ten_seconds_whatever_clients_do(
    set_scene: SetScene, *, is_stalled: bool
) -> None:
    scene = await set_scene()
    writers = [Writer(scene.join(f"user{number}")) for number in range(3)]
    clients = [writer.client for writer in writers]
    await until(lambda: sum(len(client.acks) for client in clients) > 30, "writing goes well")
    peers = [deaf_client(scene, shakes_hands=shakes) for shakes in (True, True, False)]
    holder = sqlite3.connect(scene.database, isolation_level=None)
    if is_stalled:
        holder.execute("BEGIN IMMEDIATE")
        # A cursor is seen by others after the server has taken the message before it, which waits.
        await clients[0].send("chat_message", content="before the cursor")
        cursor = {"file": "a.py", "line": 7, "column": 1}
        await clients[0].send_raw(type="cursor_update", data=cursor)
        await until(lambda: cursor_line(clients[1], "user0") == 7, "a message waits")
    code, seconds = await asyncio.to_thread(end, scene)
    holder.close()
    for peer in peers:
        peer.close()
    assert seconds <= STOP_SECONDS
    assert code == (1 if is_stalled else 0), scene.server.log()
    assert_kept(scene, clients)
    # Clients that were cut off while writing go on with the next server.
    await asyncio.to_thread(scene.server.start)
    for writer in writers:
        await writer.finish()
    assert failures(clients) == []
    assert_kept(scene, clients)


async def until_closed(peer: ClientConnection) -> AsyncIterator[str | bytes]:
    """The messages before the socket is closed."""
    with suppress(ConnectionClosed):
        while True:
            yield await peer.recv()


async def test_a_process_that_stops_finishes_what_it_took_and_lets_nobody_in(
    set_scene: SetScene,
) -> None:
    scene = await set_scene()
    deaf = deaf_client(scene, shakes_hands=True)  # holds the server open for a while
    async with connect(f"ws://{scene.server.address}/ws", proxy=None) as peer:
        join = {
            "type": "join_session",
            "session_id": SESSION,
            "auth_token": scene.site.token("alice"),
        }
        await peer.send(json.dumps(join))
        assert json.loads(await peer.recv())["type"] == "connected"
        for number in range(200):
            chat = {"type": "chat_message", "session_id": SESSION, "content": f"last {number}"}
            await peer.send(json.dumps({**chat, "request_id": f"r{number}"}))
        process = scene.server._process  # pyright: ignore[reportPrivateUsage]
        assert process is not None
        answered: set[str] = set()
        advice: float | None = None
        # It is told to stop while it takes these in.
        while len(answered) < 5:
            message = json.loads(await peer.recv())
            if message["type"] == "ack":
                answered.add(message["request_id"])
        process.send_signal(signal.SIGTERM)
        async for frame in until_closed(peer):
            message = json.loads(frame)
            if message["type"] == "ack":
                answered.add(message["request_id"])
            elif message["type"] == "error":
                advice = message["retry_after"]
        assert peer.close_code == 4512
        assert advice is not None
        with pytest.raises(OSError, match=r".+"):
            await connect(f"ws://{scene.server.address}/ws", proxy=None)
        assert process.poll() is None, "nobody was refused: it had ended already"
        await asyncio.to_thread(process.wait, 60)
    deaf.close()
    assert process.returncode == 0
    kept = sqlite3.connect(scene.database)
    found = {row[0] for row in kept.execute("SELECT request_id FROM session_events")}
    kept.close()
    assert answered <= found
