"""Pings, the keepalive, close codes, and peers that do not read or are gone."""

import asyncio
import os
import struct
from typing import cast

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from peerline.protocol.errors import CloseCode
from peerline_server.transport.base import SharedFrame

from .conftest import Run, Stage, read_to_end
from .implementations import CLOSE, PING, TEXT, Counts, frame


def test_a_peer_that_answers_no_ping_is_cut(run: Run) -> None:
    async def scenario(stage: Stage) -> None:
        reader, writer = await stage.open()
        data = await read_to_end(reader)
        assert data[:2] == b"\x89\x00", "a ping came first"
        assert await stage.handlers[0].closed == 1006
        writer.close()

    run(scenario)


def test_a_peer_that_answers_pings_stays(run: Run) -> None:
    async def scenario(stage: Stage) -> None:
        async with connect(stage.url, ping_interval=None) as client:
            start = asyncio.get_running_loop().time()
            while asyncio.get_running_loop().time() - start < 1.0:
                with_timeout = asyncio.wait_for(client.recv(), 0.1)
                try:
                    await with_timeout
                except TimeoutError:
                    continue
            await client.send("alive")
            assert await client.recv() == "alive"

    run(scenario)


def test_a_flood_of_pings_from_a_peer_that_does_not_read_stays_bounded(run: Run) -> None:
    async def scenario(stage: Stage) -> None:
        _, writer = await stage.open()
        cast("asyncio.Transport", writer.transport).pause_reading()
        flood = frame(PING, os.urandom(125)) * 100
        handler = stage.handlers[0]
        most = 0
        try:
            for _ in range(5_000):
                writer.write(flood)
                await asyncio.wait_for(writer.drain(), 0.5)
                most = max(most, stage.unsent(handler))
        except (TimeoutError, ConnectionError):
            pass
        most = max(most, stage.unsent(handler))
        assert most < 1_000_000
        writer.transport.abort()
        await handler.closed

    run(scenario)


def test_closing_ends_whatever_the_peer_does(run: Run) -> None:
    async def scenario(stage: Stage) -> None:
        reader, writer = await stage.open()
        handler = stage.handlers[0]
        handler.socket.close(CloseCode.SHUTDOWN, "é" * 200)
        data = await read_to_end(reader)
        assert struct.unpack("!H", data[2:4]) == (CloseCode.SHUTDOWN,)
        assert data[1] <= 125
        await handler.closed
        writer.close()

    run(scenario)


@pytest.mark.parametrize(
    "broken",
    [b"\x81\x01x", b"\xc1\x80\0\0\0\0", b"\x83\x80\0\0\0\0", b"\x80\x80\0\0\0\0"],
    ids=["not masked", "reserved bit", "reserved opcode", "a continuation of nothing"],
)
def test_a_breach_of_the_protocol_is_answered_with_1002(run: Run, broken: bytes) -> None:
    async def scenario(stage: Stage) -> None:
        reader, writer = await stage.open()
        writer.write(broken)
        data = await read_to_end(reader)
        assert struct.unpack("!H", data[2:4]) == (1002,)
        writer.close()

    run(scenario)


def test_a_client_is_told_why_it_was_closed(run: Run) -> None:
    async def scenario(stage: Stage) -> None:
        async with connect(stage.url) as client:
            await client.send("x")
            await client.recv()
            stage.handlers[0].socket.close(CloseCode.REMOVED, "removed")
            with pytest.raises(ConnectionClosed) as closed:
                await client.recv()
            assert closed.value.rcvd is not None
            assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4410, "removed")

    run(scenario)


@pytest.mark.parametrize(
    ("payload", "code"),
    [(struct.pack("!H", 4321), 4321), (struct.pack("!H", 1001) + b"bye", 1001), (b"", 1005)],
)
def test_the_handler_gets_the_peers_close_code(run: Run, payload: bytes, code: int) -> None:
    async def scenario(stage: Stage) -> None:
        reader, writer = await stage.open()
        writer.write(frame(CLOSE, payload))
        data = await read_to_end(reader)
        assert data[0] == 0x80 | CLOSE
        assert data[2:4] == payload[:2]
        assert await stage.handlers[0].closed == code
        writer.close()

    run(scenario)


def test_what_is_queued_is_written_before_the_close_frame_and_nothing_after(run: Run) -> None:
    async def scenario(stage: Stage) -> None:
        reader, writer = await stage.open()
        socket = stage.handlers[0].socket
        socket.outbox.send_text(b"last")
        socket.close(CloseCode.SHUTDOWN, "down")
        assert not socket.is_open
        socket.outbox.send_text(b"too late")
        socket.outbox.send_presence(SharedFrame(b"too late").plain)
        socket.close(CloseCode.NORMAL, "again")
        data = await read_to_end(reader)
        code = struct.pack("!H", CloseCode.SHUTDOWN)
        assert data == b"\x81\x04last" + b"\x88\x06" + code + b"down"
        writer.close()

    run(scenario)


def test_a_peer_that_floods_is_told_and_not_listened_to(run: Run) -> None:
    async def scenario(stage: Stage) -> None:
        reader, writer = await stage.open()
        handler = stage.handlers[0]
        handler.socket.outbox.send_text(b"why")
        handler.socket.cut_flood("too much")
        writer.write(frame(TEXT, b"more"))
        wanted = b"\x81\x03why" + b"\x88\x0a" + struct.pack("!H", 4429) + b"too much"
        assert await reader.readexactly(len(wanted)) == wanted
        assert await handler.closed == 1006
        assert handler.messages == 0
        writer.close()

    run(scenario, close_timeout=0.2)


def test_a_held_socket_that_is_closed_sees_the_peers_answer(run: Run) -> None:
    async def scenario(stage: Stage) -> None:
        async with connect(stage.url) as client:
            handler = stage.handlers[0]
            handler.socket.hold_reading()
            handler.socket.hold_reading()
            handler.socket.close(CloseCode.REMOVED, "removed")
            with pytest.raises(ConnectionClosed):
                await client.recv()
            assert await handler.closed == CloseCode.REMOVED

    run(scenario)


def test_a_socket_that_is_gone_does_nothing(run: Run) -> None:
    async def scenario(stage: Stage) -> None:
        _, writer = await stage.open()
        handler = stage.handlers[0]
        writer.transport.abort()
        assert await handler.closed == 1006
        await handler.gone
        socket = handler.socket
        assert not socket.is_open
        socket.outbox.send_text(b"x")
        socket.outbox.send_binary(b"x")
        socket.outbox.send_shared(SharedFrame(b"x"))
        socket.outbox.send_presence(SharedFrame(b"x").plain)
        socket.hold_reading()
        socket.resume_reading()
        socket.allow_long_messages()
        socket.cut_flood("x")
        socket.close(CloseCode.NORMAL, "x")
        socket.abort()
        await asyncio.sleep(0)
        assert stage.counts == Counts()
        assert handler.events == ["open"]

    run(scenario)


def test_an_aborted_socket_ends_at_once(run: Run) -> None:
    async def scenario(stage: Stage) -> None:
        reader, writer = await stage.open()
        stage.handlers[0].socket.abort()
        assert await read_to_end(reader) == b""
        assert await stage.handlers[0].closed == 1006
        writer.close()

    run(scenario)
