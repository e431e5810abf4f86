"""Text and binary messages, whole or in fragments, compressed or not, and their limits."""

import struct

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from peerline.protocol.errors import CloseCode
from peerline_server.transport.base import SharedFrame

from .conftest import Run, Stage
from .implementations import BINARY, CLOSE, CONT, PING, TEXT, frame


def test_text_is_delivered_whole_however_it_is_cut(run: Run) -> None:
    async def scenario(stage: Stage) -> None:
        async with connect(stage.url) as client:
            for text in ("", "é" * 4_000, "z"):
                await client.send(text)
                assert await client.recv() == text
            await client.send(["a", "b", "c"])
            assert await client.recv() == "abc"
        assert await stage.handlers[0].closed == 1000

    run(scenario)


def test_binary_is_delivered_whole_however_it_is_cut(run: Run) -> None:
    async def scenario(stage: Stage) -> None:
        async with connect(stage.url) as client:
            for data in (b"", bytes(range(256)), b"\xff" * 9_000):
                await client.send(data)
                assert await client.recv() == data
            await client.send([b"\xff", b"", b"\xfe"])
            assert await client.recv() == b"\xff\xfe"
            await client.send("text again")
            assert await client.recv() == "text again"

    run(scenario)


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_control_frames_may_come_between_fragments(run: Run, opcode: int) -> None:
    async def scenario(stage: Stage) -> None:
        reader, writer = await stage.open()
        writer.write(frame(opcode, b"a", fin=False) + frame(PING, b"?"))
        assert await reader.readexactly(3) == b"\x8a\x01?"
        writer.write(frame(CONT, b"b"))
        assert await reader.readexactly(4) == bytes([0x80 | opcode, 2]) + b"ab"
        writer.close()

    run(scenario)


def test_reading_is_held_until_as_many_resumes(run: Run) -> None:
    async def scenario(stage: Stage) -> None:
        async with connect(stage.url) as client:
            await client.send("before")
            await client.recv()
            handler = stage.handlers[0]
            handler.socket.hold_reading()
            handler.socket.hold_reading()
            await client.send("held")
            handler.socket.resume_reading()
            # Whatever is written is written in order: the answer to what is held is not there.
            handler.socket.outbox.send_text(b"written meanwhile")
            assert await client.recv() == "written meanwhile"
            assert handler.messages == 1
            handler.socket.resume_reading()
            assert await client.recv() == "held"

    run(scenario)


def test_the_bytes_that_come_are_counted(run: Run) -> None:
    async def scenario(stage: Stage) -> None:
        async with connect(stage.url, compression=None) as client:
            for _ in range(10):
                await client.send("x" * 9_000)
                await client.recv()
            assert 90_000 - 16 * 1024 < stage.handlers[0].received < 92_000

    run(scenario)


def test_compression_is_shared_and_kept_to_one_message(run: Run) -> None:
    async def scenario(stage: Stage) -> None:
        async with connect(stage.url) as first, connect(stage.url, compression=None) as second:
            assert "permessage-deflate" in str(first.response and first.response.headers)
            shared = SharedFrame(b"text " * 100)
            for handler in stage.handlers:
                handler.socket.outbox.send_shared(shared)
            for _ in range(2):
                await first.send("compressed " * 50)
                await second.send("plain " * 50)
            for client, own in ((first, "compressed "), (second, "plain ")):
                assert [await client.recv() for _ in range(3)] == [
                    "text " * 100,
                    own * 50,
                    own * 50,
                ]
            assert [handler.socket.deflates for handler in stage.handlers] == [True, False]

    run(scenario)


@pytest.mark.parametrize(("count", "survives"), [(4, True), (5, False)])
def test_fragments_are_limited_at_both_sides(run: Run, *, count: int, survives: bool) -> None:
    async def scenario(stage: Stage) -> None:
        reader, writer = await stage.open()
        writer.write(frame(TEXT, b"x", fin=False))
        for _ in range(count - 2):
            writer.write(frame(CONT, b"", fin=False))
        writer.write(frame(CONT, b"y"))
        first = await reader.readexactly(1)
        assert first == (b"\x81" if survives else b"\x88")
        writer.close()
        await stage.handlers[0].gone

    run(scenario)


@pytest.mark.parametrize(("size", "survives"), [(10_000, True), (10_001, False)])
def test_the_size_of_a_message_is_limited_at_both_sides(
    run: Run, *, size: int, survives: bool
) -> None:
    async def scenario(stage: Stage) -> None:
        reader, writer = await stage.open()
        writer.write(frame(TEXT, b"x" * size))
        answer = await reader.readexactly(4)
        if survives:
            assert answer[0] == 0x81
        else:
            assert answer[0] == 0x88
            assert struct.unpack("!H", answer[2:4]) == (CloseCode.MESSAGE_TOO_BIG,)
        writer.close()

    run(scenario)


def test_a_message_that_grows_past_the_limit_is_refused(run: Run) -> None:
    async def scenario(stage: Stage) -> None:
        async with connect(stage.url) as client:
            await client.send("a" * 1_000_000)
            with pytest.raises(ConnectionClosed):
                await client.recv()
            assert client.close_code == CloseCode.MESSAGE_TOO_BIG

    run(scenario)


@pytest.mark.parametrize("broken", [b"\xff", b"\xed\xa0\x80", b"cut \xc3"])
def test_text_that_is_not_utf_8_fails_the_connection(run: Run, broken: bytes) -> None:
    async def scenario(stage: Stage) -> None:
        reader, writer = await stage.open()
        writer.write(frame(TEXT, broken))
        head = await reader.readexactly(4)
        assert head[0] == 0x80 | CLOSE
        assert int.from_bytes(head[2:], "big") == 1007
        writer.close()

    run(scenario)
