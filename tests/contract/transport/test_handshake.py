"""Handshakes are accepted or refused, with headers and a body; plain HTTP is answered."""

import asyncio
from contextlib import suppress

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from .conftest import Run, Stage, read_to_end
from .implementations import TEXT, frame, handshake


def test_an_accepted_handshake_has_the_servers_headers(run: Run) -> None:
    async def scenario(stage: Stage) -> None:
        offered = [Subprotocol("bearer.a"), Subprotocol("chat")]
        async with connect(f"{stage.url}?x=1", subprotocols=offered) as client:
            assert client.response is not None
            assert client.response.headers["X-Server"] == "one"
            assert client.subprotocol == "chat", "the one that is no token"
            assert client.id
        handler = stage.handlers[0]
        assert handler.paths == ["/echo?x=1"]
        assert handler.address == "127.0.0.1"
        assert await handler.closed == 1000
        await handler.gone
        assert handler.events == ["open"]

    run(scenario)


def test_a_refused_handshake_has_a_status_headers_and_a_body(run: Run) -> None:
    async def scenario(stage: Stage) -> None:
        url = f"ws://127.0.0.1:{stage.port}/other"
        headers = [("X-Name", "a"), ("x-name", "b")]
        with pytest.raises(InvalidStatus) as refused:
            await connect(url, additional_headers=headers)
        response = refused.value.response
        assert response.status_code == 429
        assert response.body == "not now é\n".encode()
        assert response.headers["Retry-After"] == "7"
        assert response.headers["X-Named"] == "a,b", "all values, in order"
        assert response.headers["X-Server"] == "one"
        assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
        await stage.handlers[0].gone
        assert stage.handlers[0].events == []
        assert not stage.handlers[0].closed.done()

    run(scenario)


def test_plain_http_gets_its_answer(run: Run) -> None:
    async def scenario(stage: Stage) -> None:
        reader, writer = await stage.connect()
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 OK\r\n")
        assert b"X-Server: one" in head
        assert body == b"ok\n"
        writer.close()

    run(scenario)


def test_plain_http_where_a_websocket_is_wanted_is_refused(run: Run) -> None:
    async def scenario(stage: Stage) -> None:
        reader, writer = await stage.connect()
        writer.write(b"GET /echo HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 426")
        assert not stage.handlers[0].events
        writer.close()

    run(scenario)


def test_a_browser_from_elsewhere_is_refused(run: Run) -> None:
    async def scenario(stage: Stage) -> None:
        with pytest.raises(InvalidStatus) as refused:
            await connect(stage.url, additional_headers={"Origin": "https://elsewhere.example"})
        assert refused.value.response.status_code == 403

    run(scenario)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_page_of_the_servers_own_connects(run: Run, scheme: str) -> None:
    async def scenario(stage: Stage) -> None:
        own = {"X-Own": "pages.example:8377"}
        headers = {"Origin": f"{scheme}://pages.example:8377", **own}
        async with connect(stage.url, additional_headers=headers) as client:
            assert client.id
        for origin in ("https://pages.example", "https://pages.example:8377.evil.example"):
            with pytest.raises(InvalidStatus) as refused:
                await connect(stage.url, additional_headers={"Origin": origin, **own})
            assert refused.value.response.status_code == 403

    run(scenario)


def test_an_answer_of_bytes_has_the_type_that_it_names(run: Run) -> None:
    async def scenario(stage: Stage) -> None:
        head, body = await _answer(stage, b"GET /picture")
        assert body == b"\x89PNG\r\n"
        assert head.count(b"Content-Type") == 1
        assert b"Content-Type: image/png\r\n" in head
        assert b"Content-Length: 6\r\n" in head

    run(scenario)


def test_what_is_unchanged_has_neither_body_nor_length(run: Run) -> None:
    async def scenario(stage: Stage) -> None:
        head, body = await _answer(stage, b"GET /unchanged")
        assert head.startswith(b"HTTP/1.1 304 ")
        assert b'ETag: "a"' in head
        assert b"Content-Length" not in head
        assert body == b""

    run(scenario)


def test_a_head_request_gets_the_head_of_the_answer(run: Run) -> None:
    async def scenario(stage: Stage) -> None:
        head, body = await _answer(stage, b"HEAD /picture")
        assert head.startswith(b"HTTP/1.1 200 ")
        assert b"Content-Length: 6\r\n" in head
        assert body == b""
        head, _ = await _answer(stage, b"HEAD /echo")
        assert head.startswith(b"HTTP/1.1 405 ")
        assert not any(handler.events for handler in stage.handlers)

    run(scenario)


async def _answer(stage: Stage, request: bytes) -> tuple[bytes, bytes]:
    reader, writer = await stage.connect()
    writer.write(request + b" HTTP/1.1\r\nHost: x\r\n\r\n")
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    return head + b"\r\n", body


def test_a_byte_at_a_time_is_read_too(run: Run) -> None:
    async def scenario(stage: Stage) -> None:
        reader, writer = await stage.connect()
        for byte in handshake() + frame(TEXT, b"slow"):
            writer.write(bytes([byte]))
            await writer.drain()
        await reader.readuntil(b"\r\n\r\n")
        assert await reader.readexactly(6) == b"\x81\x04slow"
        writer.close()

    run(scenario)


def test_a_message_in_one_piece_with_the_handshake_is_read(run: Run) -> None:
    async def scenario(stage: Stage) -> None:
        reader, writer = await stage.connect()
        writer.write(handshake() + frame(TEXT, b"at once"))
        await reader.readuntil(b"\r\n\r\n")
        assert await reader.readexactly(9) == b"\x81\x07at once"
        writer.close()

    run(scenario)


@pytest.mark.parametrize(
    "start",
    [b"", b"GET /echo HTTP/1.1\r\nHost: x\r\n", b"GET / HTTP/1.1\r\nX: " + b"x" * 20_000],
    ids=["silent", "half a request", "an endless header"],
)
def test_a_handshake_that_does_not_end_is_cut(run: Run, start: bytes) -> None:
    async def scenario(stage: Stage) -> None:
        reader, writer = await stage.connect()
        writer.write(start)
        await read_to_end(reader)
        await stage.handlers[0].gone
        assert stage.handlers[0].events == []
        writer.close()

    run(scenario, handshake_timeout=0.2)


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "in pieces"])
@pytest.mark.parametrize(("size", "status"), [(2_000, b"101"), (2_001, b"431")])
def test_the_head_of_a_request_is_limited_at_both_sides(
    run: Run, *, size: int, status: bytes, at_once: bool
) -> None:
    async def scenario(stage: Stage) -> None:
        reader, writer = await stage.connect()
        line = b"Sec-WebSocket-Extensions: "
        padding = size - len(handshake()) - len(line) - 2
        head = handshake().removesuffix(b"\r\n") + line + b"a" * padding + b"\r\n\r\n"
        assert len(head) == size
        for piece in [head] if at_once else [head[at : at + 700] for at in range(0, size, 700)]:
            writer.write(piece)
            await writer.drain()
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 " + status)
        if status == b"431":
            assert await read_to_end(reader) == b"The request's head is too large.\n"
            assert stage.handlers[0].events == []
        writer.close()

    run(scenario)


def test_no_head_is_read_beyond_its_limit(run: Run) -> None:
    async def scenario(stage: Stage) -> None:
        reader, writer = await stage.connect()
        # Read as a whole these would take a second.
        offers = b"Sec-WebSocket-Extensions: " + b", ".join([b"a"] * 2_700) + b"\r\n"
        with suppress(ConnectionError):
            writer.write(handshake().removesuffix(b"\r\n") + offers * 100 + b"\r\n")
            await writer.drain()
        await read_to_end(reader)
        await stage.handlers[0].gone
        assert stage.handlers[0].events == []
        writer.close()

    run(scenario)


def test_no_more_are_accepted_once_it_is_closed_and_those_there_stay(run: Run) -> None:
    async def scenario(stage: Stage) -> None:
        async with connect(stage.url) as client:
            stage.close()
            with pytest.raises(OSError, match=r".*"):
                await asyncio.open_connection("127.0.0.1", stage.port)
            await client.send("still here")
            assert await client.recv() == "still here"

    run(scenario)
