"""Whatever fails, wherever the client waits: its user gets an answer, and it recovers or ends."""

import asyncio
import http
import json
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Generator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from peerline.client import Client, Credentials, LinkState, NotConnected, Timing
from peerline.client.conversation import Conversation
from peerline.client.failures import of_opening
from peerline.protocol.chat import SendChatMessage
from peerline.protocol.links import SessionLink
from peerline.protocol.presence import CursorData
from tests.collector import collected
from tests.unit.peerline.client.test_connection import NOW, S, Wire

pytestmark = pytest.mark.long

FAST = Timing(connect=2.0, join=0.5, request=5.0, leave=0.3, backoff_base=0.001, backoff_cap=0.02)
PATIENT = Timing(join=0.5, leave=0.3, backoff_base=0.001, backoff_cap=0.02)
FAILURES: list[BaseException] = [
    OSError(113, "No route to host"),
    ssl.SSLError(1, "wrong version number"),
    UnicodeError("label empty or too long"),
    ValueError("what a library could not read"),
    RuntimeError("a mistake"),
    asyncio.CancelledError(),
]


class Injected:
    """A coroutine that fails where it waits for the n-th time, once."""

    def __init__(self, work: Coroutine[Any, Any, Any], place: int, error: BaseException) -> None:
        self._work = work
        self._place = place
        self._error = error
        self.has_fired = False

    async def run(self) -> Any:
        return await self

    def __await__(self) -> Generator[Any, Any, Any]:
        waits = 0
        step: Callable[[], Any] = lambda: self._work.send(None)  # noqa: E731 - changes below
        while True:
            try:
                waited_for = step()
            except StopIteration as ended:
                return ended.value
            waits += 1
            if waits == self._place:
                self.has_fired = True
                step = lambda: self._work.throw(self._error)  # noqa: E731 - the fault
                continue
            try:
                yield waited_for
            except BaseException as outer:  # noqa: BLE001 - cancelled from outside
                step = lambda outer=outer: self._work.throw(outer)  # noqa: E731 - passed on
            else:
                step = lambda: self._work.send(None)  # noqa: E731 - as usual


class Seen:
    """The states of a client."""

    def __init__(self) -> None:
        self.states: list[tuple[LinkState, str | None]] = []
        self.changed = asyncio.Event()

    def on_state(self, state: LinkState, reason: str | None, _code: Any) -> None:
        self.states.append((state, reason))
        self.changed.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not condition():
                self.changed.clear()
                await self.changed.wait()

    @property
    def is_answered(self) -> bool:
        return bool(self.states)

    def has(self, state: LinkState) -> bool:
        return any(seen is state for seen, _ in self.states)


def make_client(port: int, seen: Seen, timing: Timing = FAST, **options: Any) -> Client:
    return Client(
        SessionLink(f"127.0.0.1:{port}", S),
        Credentials(auth_token="token"),
        on_state=seen.on_state,
        timing=timing,
        random_source=lambda: 1.0,
        **options,
    )


async def well(socket: ServerConnection) -> None:
    """A server that admits, says that the token expires, and acknowledges everything."""
    wire = Wire(socket)
    await wire.accept()
    await wire.send(type="token_expiring", expires_at=NOW)
    await wire.chat(2)
    async for frame in socket:
        message = json.loads(frame)
        if "request_id" in message:
            await wire.send(type="ack", request_id=message["request_id"], seq=2)


@asynccontextmanager
async def serving(
    handle: Callable[[ServerConnection], Awaitable[None]], **options: Any
) -> AsyncGenerator[int]:
    async with serve(
        handle, "127.0.0.1", 0, open_timeout=1, close_timeout=0.2, **options
    ) as server:
        yield next(iter(server.sockets)).getsockname()[1]


async def _join_with_fault(port: int, part: str, place: int, error: BaseException) -> bool:
    """Join while a part of the client fails at a place; whether there is such a place."""
    seen = Seen()

    async def get_token() -> str:
        await asyncio.sleep(0)
        return "newer"

    client = make_client(port, seen, get_token=get_token)
    injected: list[Injected] = []
    owner = Conversation if hasattr(Conversation, part) else Client
    original = getattr(owner, part)

    def inject(*arguments: Any) -> Coroutine[Any, Any, Any]:
        if injected:
            return original(*arguments)
        injected.append(Injected(original(*arguments), place, error))
        return injected[0].run()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(owner, part, inject)
        client.send_cursor(CursorData(file="a.py", line=1, column=1))
        client.start()
        try:
            with suppress(NotConnected):
                await client.request(SendChatMessage(session_id=S, content="x"))
            await seen.until(lambda: seen.is_answered)
            if injected and injected[0].has_fired:
                await seen.until(lambda: client.state in {LinkState.JOINED, LinkState.CLOSED})
                if client.state is LinkState.CLOSED:
                    assert seen.states[-1][1]
        finally:
            await client.close()
    assert client.state is LinkState.CLOSED
    return bool(injected) and injected[0].has_fired


@pytest.mark.parametrize("error", FAILURES, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize(
    ("part", "least"),
    [
        ("_live_once", 6),
        ("_run", 6),
        ("_write_requests", 1),
        ("_write_presence", 1),
        ("_read", 1),
        ("enter", 2),
        ("_renew_token", 1),
    ],
)
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
async def test_a_failure_at_any_await_is_answered(
    part: str, least: int, error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("peerline.tasks.CLOSE_SECONDS", 0.2)
    with collected():
        async with serving(well) as port:
            place = 1
            while await _join_with_fault(port, part, place, error):
                place += 1
                assert place < 200
        assert place > least


# --- what answers there ------------------------------------------------------------------------


def answer(status: int, body: str = "", **headers: str) -> Response:
    fields = Headers({name.replace("_", "-"): value for name, value in headers.items()})
    fields["Content-Length"] = str(len(body.encode()))
    return Response(status, http.HTTPStatus(status).phrase, fields, body.encode())


NO_SERVER = [
    (answer(301, Location="https://login.example/"), "a redirect to https://login.example/"),
    (answer(302, Location="/elsewhere"), "a redirect to /elsewhere"),
    (answer(302, Location="http://[bad/"), "a redirect to http://[bad/"),
    (answer(307), "a redirect (HTTP 307)"),
    (answer(308, Location="ws://127.0.0.1:1/ws/session/s"), "a redirect to ws://127.0.0.1:1/"),
    (answer(200, "<!DOCTYPE html><p>Sign in"), "a web page (HTTP 200)"),
    (answer(200, "ok"), "HTTP 200"),
    (answer(404, "<html>", Content_Type="text/html"), "a web page (HTTP 404)"),
    (answer(401, "who are you\x1b[2J"), "refuses: who are you<U+001B>[2J"),
    (answer(101, Upgrade="h2c", Connection="upgrade"), "did not answer as a WebSocket"),
]
MAY_PASS = [
    (answer(503, "draining\n"), "refuses: draining"),
    (answer(502, "<html>bad gateway"), "a web page (HTTP 502)"),
    (answer(429, "slow down", Retry_After="0"), "refuses: slow down"),
    (answer(408), "refuses: HTTP 408"),
]


@asynccontextmanager
async def answering(response: Callable[[int], Response | None]) -> AsyncGenerator[int]:
    """A server that answers the n-th handshake with a response, or well."""
    handshakes = 0

    def process(_connection: ServerConnection, _request: Request) -> Response | None:
        nonlocal handshakes
        handshakes += 1
        return response(handshakes)

    async with serving(well, process_request=process) as port:
        yield port


@pytest.mark.parametrize(("response", "text"), NO_SERVER)
async def test_what_is_no_server_is_told_at_the_first_join(response: Response, text: str) -> None:
    seen = Seen()
    async with answering(lambda _: response) as port:
        client = make_client(port, seen)
        client.start()
        await seen.until(lambda: client.state is LinkState.CLOSED)
        with pytest.raises(NotConnected):
            await client.request(SendChatMessage(session_id=S, content="x"))
        await client.close()
    [(_, reason)] = seen.states
    assert reason is not None
    assert text in reason
    assert f"127.0.0.1:{port}" in reason


@pytest.mark.parametrize(("response", "text"), NO_SERVER + MAY_PASS)
async def test_who_was_joined_waits_until_the_server_is_well_again(
    response: Response, text: str
) -> None:
    seen = Seen()
    async with answering(lambda number: response if 1 < number < 5 else None) as port:
        client = make_client(port, seen)
        client.start()
        await seen.until(lambda: client.state is LinkState.JOINED)
        socket = client._socket  # pyright: ignore[reportPrivateUsage]
        assert socket is not None
        socket.transport.abort()
        await seen.until(lambda: seen.states.count((LinkState.JOINED, None)) == 2)
        await client.close()
    reasons = [reason for state, reason in seen.states if state is LinkState.RECONNECTING]
    assert len([reason for reason in reasons if text in (reason or "")]) == 3


@pytest.mark.parametrize(("response", "text"), MAY_PASS)
async def test_what_may_pass_is_tried_again_from_the_first_join_on(
    response: Response, text: str
) -> None:
    seen = Seen()
    async with answering(lambda number: response if number < 3 else None) as port:
        client = make_client(port, seen)
        client.start()
        await seen.until(lambda: client.state is LinkState.JOINED)
        await client.close()
    assert text in (seen.states[0][1] or "")


async def test_a_redirect_is_not_followed() -> None:
    reached: list[Any] = []

    async def elsewhere(socket: ServerConnection) -> None:
        reached.append(await socket.recv())

    seen = Seen()
    async with serving(elsewhere) as other:
        target = answer(302, Location=f"ws://127.0.0.1:{other}/ws/session/{S}")
        async with answering(lambda _: target) as port:
            client = make_client(port, seen)
            client.start()
            await seen.until(lambda: client.state is LinkState.CLOSED)
            await client.close()
    assert reached == []


RAW = [
    *(b"", b"\x00" * 64, b"HTTP/1.1\r\n\r\n", b"HTTP/1.1 101 ok\r\nno colon\r\n\r\n"),
    b"SSH-2.0-OpenSSH_9.6\r\n",
    b"HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    b"HTTP/1.1 301 x\r\nLocation: \xff\xfe\r\n\r\n",
    b"HTTP/1.1 101 x\r\n" + b"X: y\r\n" * 500 + b"\r\n",
]


@asynccontextmanager
async def raw_server(data: bytes) -> AsyncGenerator[int]:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(data)
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize("data", RAW, ids=range(len(RAW)))
async def test_any_answer_to_the_handshake_is_told(data: bytes) -> None:
    seen = Seen()
    async with raw_server(data) as port:
        client = make_client(port, seen)
        client.start()
        await seen.until(lambda: seen.is_answered)
        await client.close()
    state, reason = seen.states[0]
    assert state in {LinkState.CLOSED, LinkState.RECONNECTING}
    assert str(port) in (reason or "")


GARBAGE: list[str | bytes] = [
    *("", "garbage", "null", "[]", "{}", '{"type": 5}', '{"type": "connected"}', b"\xff\x00"),
    *("[" * 5_000, '{"type":"error"}', '"\ud7ff"', '{"type":"from_the_future"}'),
]


@pytest.mark.parametrize("garbage", GARBAGE, ids=range(len(GARBAGE)))
@pytest.mark.parametrize("is_joined", [False, True])
async def test_frames_that_make_no_sense_end_nothing(garbage: str | bytes, is_joined: bool) -> None:
    async def handle(socket: ServerConnection) -> None:
        wire = Wire(socket)
        if is_joined:
            await wire.accept()
            await socket.send(garbage)
        else:
            await socket.send(garbage)
            await wire.accept()
        await wire.chat(2)
        await socket.wait_closed()

    seen = Seen()
    async with serving(handle) as port:
        client = make_client(port, seen, on_changes=lambda _: seen.changed.set())
        client.start()
        await seen.until(lambda: client.replica.seq == 2)
        assert client.state is LinkState.JOINED
        await client.close()


async def test_a_flood_before_the_answer_ends_with_the_deadline() -> None:
    async def handle(socket: ServerConnection) -> None:
        while True:
            await socket.send('{"type":"from_the_future"}')

    seen = Seen()
    async with serving(handle) as port:
        client = make_client(port, seen, timing=PATIENT)
        client.start()
        await seen.until(lambda: seen.is_answered)
        await client.close()
    assert seen.states[0] == (LinkState.RECONNECTING, "the server did not answer in time")


async def test_a_session_that_was_never_there_does_not_go_on() -> None:
    async def handle(socket: ServerConnection) -> None:
        await Wire(socket).accept(resumed=True)
        await socket.wait_closed()

    seen = Seen()
    async with serving(handle) as port:
        client = make_client(port, seen)
        client.start()
        await seen.until(lambda: seen.is_answered)
        await client.close()
    assert client.state is LinkState.CLOSED
    assert "goes on with a session that was not there" in (seen.states[0][1] or "")


@pytest.mark.parametrize(
    "credentials", [Credentials(invite="CODE."), Credentials(invite="i", username="x" * 10_000)]
)
async def test_credentials_that_cannot_be_sent_end_at_once(credentials: Credentials) -> None:
    seen = Seen()
    client = Client(SessionLink("127.0.0.1:1", S), credentials, on_state=seen.on_state)
    client.start()
    await seen.until(lambda: client.state is LinkState.CLOSED)
    [(_, reason)] = seen.states
    assert reason in {"The invite is not valid.", "The name is not valid."}
    await client.close()


async def test_a_user_of_the_library_that_fails_ends_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    seen, words = Seen(), "what somebody wrote"

    def fail(*_arguments: Any) -> None:
        raise RuntimeError(words)

    def fail_on_state(*arguments: Any) -> None:
        seen.on_state(*arguments)
        raise RuntimeError(words)

    async with serving(well) as port:
        client = Client(
            SessionLink(f"127.0.0.1:{port}", S),
            Credentials(auth_token="token"),
            on_state=fail_on_state,
            on_changes=fail,
            on_token=fail,
            timing=FAST,
        )
        client.start()
        await seen.until(lambda: client.state is LinkState.JOINED)
        await client.request(SendChatMessage(session_id=S, content="x"))
        assert client.state is LinkState.JOINED
        await client.close()
    assert "could not be shown" in caplog.text
    assert words not in caplog.text


async def test_a_mistake_of_the_client_itself_ends_it_with_a_state() -> None:
    seen = Seen()
    client = make_client(1, seen)

    async def fail() -> Any:
        raise ZeroDivisionError

    client._live_once = fail  # pyright: ignore[reportPrivateUsage]
    client.start()
    await seen.until(lambda: client.state is LinkState.CLOSED)
    assert seen.states == [(LinkState.CLOSED, "The client failed (ZeroDivisionError). Join again.")]
    with pytest.raises(NotConnected):
        await client.request(SendChatMessage(session_id=S, content="x"))


async def test_all_tasks_end_with_the_client() -> None:
    async with AsyncExitStack() as stack:
        port = await stack.enter_async_context(serving(well))
        before = asyncio.all_tasks()
        seen = Seen()
        client = make_client(port, seen)
        client.start()
        await seen.until(lambda: client.state is LinkState.JOINED)
        await client.leave()
        ours = {task for task in asyncio.all_tasks() - before if "client" in repr(task.get_coro())}
        assert ours == set()


def test_what_hangs_up_on_tls_is_said_in_words() -> None:
    """asyncio's own error has no text."""
    failure = of_opening(ConnectionResetError(), "h:1", was_joined=False)
    assert failure.reason == "cannot reach h:1: it closed the connection during the handshake"
    assert not failure.is_final
