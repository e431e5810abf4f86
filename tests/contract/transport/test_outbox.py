"""The send queue: what must arrive, what may be left out, and peers that do not read."""

import asyncio
from typing import cast

import pytest

from peerline.protocol.errors import CloseCode
from peerline_server.transport.base import SharedFrame

from .conftest import Run, Stage, read_to_end

TEXT_FRAME = b"\x81\x7e\x23\x28"
"""The head of an unmasked text frame of 9,000 bytes."""


def test_messages_and_presence_are_written_in_order(run: Run) -> None:
    async def scenario(stage: Stage) -> None:
        reader, writer = await stage.open()
        outbox = stage.handlers[0].socket.outbox
        outbox.send_text(b"one")
        outbox.send_binary(b"\xff")
        outbox.send_shared(SharedFrame(b"two"))
        outbox.send_presence(SharedFrame(b"three").plain + SharedFrame(b"four").plain)
        outbox.send_text(b"five")
        wanted = b"\x81\x03one\x82\x01\xff\x81\x03two\x81\x05three\x81\x04four\x81\x04five"
        assert await reader.readexactly(len(wanted)) == wanted
        writer.close()

    run(scenario)


@pytest.mark.parametrize("ends", [False, True])
def test_a_text_that_is_made_late_has_its_place_and_what_came_until_then(
    run: Run, *, ends: bool
) -> None:
    async def scenario(stage: Stage) -> None:
        reader, writer = await stage.open()
        socket, made = stage.handlers[0].socket, [b"one"]
        socket.outbox.send_text_made_late(lambda: b" ".join(made))
        socket.outbox.send_text(b"two")
        made.append(b"more")
        if ends:
            socket.close(CloseCode.NORMAL, "")
        await asyncio.sleep(0)
        made.append(b"too late")
        wanted = b"\x81\x08one more\x81\x03two"
        assert await reader.readexactly(len(wanted)) == wanted
        writer.close()

    run(scenario)


def test_a_peer_that_never_reads_is_cut(run: Run) -> None:
    async def scenario(stage: Stage) -> None:
        reader, writer = await stage.open()
        cast("asyncio.Transport", writer.transport).pause_reading()
        handler = stage.handlers[0]
        sent = 0
        while not handler.closed.done():
            handler.socket.outbox.send_text(b"x" * 9_000)
            await asyncio.sleep(0)
            sent += 1
            assert sent < 10_000, "the peer was never cut"
            assert stage.unsent(handler) <= 1_000_000
        assert await handler.closed == 1006
        assert stage.counts.aborted == 1
        cast("asyncio.Transport", writer.transport).resume_reading()
        data = await read_to_end(reader)
        assert data.startswith(TEXT_FRAME)
        writer.close()

    run(scenario, ping_interval=30.0)


@pytest.mark.parametrize("is_shared", [True, False])
def test_a_message_to_a_peer_that_has_taken_all_may_be_longer(run: Run, *, is_shared: bool) -> None:
    async def scenario(stage: Stage) -> None:
        reader, writer = await stage.open()
        payload = b"x" * 3_000_000
        outbox = stage.handlers[0].socket.outbox
        if is_shared:
            outbox.send_shared(SharedFrame(payload))
        else:
            outbox.send_text(payload)
        assert (await reader.readexactly(10 + len(payload)))[10:] == payload
        assert stage.counts.aborted == 0
        writer.close()

    run(scenario)


def test_presence_is_left_out_while_a_peer_lags_behind(run: Run) -> None:
    async def scenario(stage: Stage) -> None:
        reader, writer = await stage.open()
        stream = cast("asyncio.Transport", writer.transport)
        stream.pause_reading()
        handler = stage.handlers[0]
        outbox = handler.socket.outbox
        texts = 0
        # The bytes that the system takes do not count.
        while stage.unsent(handler) <= 100_000:
            outbox.send_text(b"x" * 9_000)
            texts += 1
            await asyncio.sleep(0)
        assert not outbox.missed_presence
        outbox.send_presence(SharedFrame(b"presence").plain)
        assert outbox.missed_presence
        assert stage.counts.presence_left_out == 1
        outbox.send_text(b"end")
        stream.resume_reading()
        data = b""
        while not data.endswith(b"\x81\x03end"):
            data += await reader.read(100_000)
        assert data.count(TEXT_FRAME) == texts
        assert b"presence" not in data
        while "writable" not in handler.events:  # noqa: ASYNC110 - the handler is not asked to wake us
            await asyncio.sleep(0)
        outbox.send_presence(SharedFrame(b"presence").plain)
        assert await reader.readexactly(10) == b"\x81\x08presence"
        writer.close()

    run(scenario, ping_interval=30.0)
