"""Another server at the address of one's session is waited out, not taken for the end."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from peerline.client import Client, Credentials, LinkState
from peerline.client.failures import is_another_server
from peerline.client.tokens import has_expired
from peerline.protocol.chat import SendChatMessage
from peerline.protocol.errors import ErrorCode
from peerline.protocol.handshake import SERVER_HEADER
from peerline.protocol.links import SessionLink
from peerline_server.app import Server
from peerline_server.auth.secret import load_secret
from peerline_server.auth.tokens import TokenIssuer
from peerline_server.core.records import NewSession
from peerline_server.identity import ID_FILE, load_server_id
from peerline_server.settings import Settings
from peerline_server.store.sqlite import SqliteStore
from tests.databases import make_database
from tests.unit.peerline.client.test_connection import NOW, S, Wire
from tests.unit.peerline.client.test_faults import FAST, Seen, make_client

YOURS, OTHERS = "0" * 32, "1" * 32


@asynccontextmanager
async def running(data_dir: Path, port: int = 0) -> AsyncGenerator[int]:
    """A real server; its port."""
    if not (data_dir / "peerline.db").exists():
        await make_database(data_dir)
    server = Server(Settings(port=port, data_dir=data_dir, close_timeout_seconds=0.2))
    await server.start()
    try:
        yield int(server.address.rpartition(":")[2])
    finally:
        await server.stop()


async def add_session(data_dir: Path) -> None:
    store = SqliteStore(data_dir)
    await store.open()
    await store.create_session(NewSession(S, "Test", "alice", datetime.now(UTC)))
    await store.close()


def token_of(data_dir: Path) -> str:
    return TokenIssuer(load_secret(data_dir)).issue("alice", "Alice", 3600, datetime.now(UTC))


def other_reason(port: int) -> str:
    return f"Another server answers at 127.0.0.1:{port}; waiting for yours."


async def test_another_server_at_the_address_is_waited_out(tmp_path: Path) -> None:
    yours, others = tmp_path / "yours", tmp_path / "others"
    seen = Seen()
    async with running(yours) as port:
        await add_session(yours)
        client = Client(
            SessionLink(f"127.0.0.1:{port}", S),
            Credentials(auth_token=token_of(yours)),
            on_state=seen.on_state,
            timing=FAST,
        )
        client.start()
        await seen.until(lambda: client.state is LinkState.JOINED)
    async with running(others, port):
        waiting = (LinkState.RECONNECTING, other_reason(port))
        await seen.until(lambda: seen.states.count(waiting) >= 2)
        sending = asyncio.ensure_future(client.request(SendChatMessage(session_id=S, content="x")))
    async with running(yours, port):
        await seen.until(lambda: client.state is LinkState.JOINED)
        await sending
        await client.leave()
    assert LinkState.CLOSED not in [state for state, _ in seen.states[:-1]]


@asynccontextmanager
async def answering(
    *servers: tuple[str | None, str | int | None],
) -> AsyncGenerator[tuple[int, list[Any]]]:
    """A server per connection: its id, and the code it refuses with; and the joins that came."""
    joins: list[Any] = []
    connections = 0

    def process(connection: ServerConnection, _request: Request, response: Response) -> None:
        nonlocal connections
        server = servers[min(connections, len(servers) - 1)]
        connections += 1
        connection.refusal = server[1]  # type: ignore[attr-defined] # pyright: ignore[reportAttributeAccessIssue]
        if server[0] is not None:
            response.headers[SERVER_HEADER] = server[0]

    async def handle(socket: ServerConnection) -> None:
        wire = Wire(socket)
        code: str | int | None = socket.refusal  # type: ignore[attr-defined] # pyright: ignore[reportAttributeAccessIssue]
        if code is None:
            joins.append((await wire.accept(resumed=bool(joins), auth_token="mine"))["auth_token"])
            if len(joins) == 1:
                await socket.close(1012)
            await socket.wait_closed()
            return
        joins.append((await wire.receive())["auth_token"])
        if isinstance(code, int):
            await socket.close(code)
            return
        await wire.send(type="error", error_code=code, message="auth_token: no", timestamp=NOW)
        await socket.close(4401)

    async with serve(handle, "127.0.0.1", 0, process_response=process) as server:
        yield next(iter(server.sockets)).getsockname()[1], joins


@pytest.mark.parametrize("code", ["TOKEN_INVALID", "SESSION_NOT_FOUND"])
async def test_a_server_without_an_id_that_does_not_know_us_is_waited_out(code: str) -> None:
    seen = Seen()
    async with answering((None, None), (None, code), (None, code), (None, None)) as (port, joins):
        client = make_client(port, seen)
        client.start()
        await seen.until(lambda: seen.states.count((LinkState.JOINED, None)) == 2)
        await client.close()
    assert seen.states.count((LinkState.RECONNECTING, other_reason(port))) == 2
    assert joins == ["token", "mine", "mine", "mine"]


@pytest.mark.parametrize("code", [4400, 4401, 4403, 4404, 4411, 4999])
async def test_a_close_code_alone_of_a_server_without_an_id_is_waited_out(code: int) -> None:
    seen = Seen()
    async with answering((YOURS, None), (None, code), (YOURS, None)) as (port, _):
        client = make_client(port, seen)
        client.start()
        await seen.until(lambda: seen.states.count((LinkState.JOINED, None)) == 2)
        await client.close()


async def test_a_server_with_another_id_does_not_see_the_token() -> None:
    seen = Seen()
    servers = ((YOURS, None), (OTHERS, "TOKEN_INVALID"), (YOURS, None))
    async with answering(*servers) as (port, joins):
        client = make_client(port, seen)
        client.start()
        await seen.until(lambda: seen.states.count((LinkState.JOINED, None)) == 2)
        await client.close()
    assert (LinkState.RECONNECTING, other_reason(port)) in seen.states
    assert joins == ["token", "mine"]


@pytest.mark.parametrize("code", ["TOKEN_INVALID", "TOKEN_REVOKED", "TOKEN_EXPIRED", "BANNED"])
async def test_what_the_same_server_refuses_is_the_end(code: str) -> None:
    seen = Seen()
    async with answering((YOURS, None), (YOURS, code)) as (port, _):
        client = make_client(port, seen)
        client.start()
        await seen.until(lambda: client.state is LinkState.CLOSED)
        await client.close()
    assert "auth_token" not in str(seen.states)


@pytest.mark.parametrize(
    ("code", "known", "here", "expired", "told", "is_other"),
    [
        (ErrorCode.BANNED, YOURS, OTHERS, False, True, True),
        (ErrorCode.TOKEN_INVALID, YOURS, YOURS, False, True, False),
        (ErrorCode.TOKEN_INVALID, YOURS, None, False, True, True),
        (ErrorCode.TOKEN_INVALID, None, None, False, True, True),
        (ErrorCode.TOKEN_INVALID, None, None, True, True, False),
        (ErrorCode.SESSION_NOT_FOUND, None, None, False, True, True),
        (ErrorCode.TOKEN_REVOKED, None, None, False, True, False),
        (ErrorCode.TOKEN_EXPIRED, None, OTHERS, True, True, False),
        (ErrorCode.SESSION_ENDED, None, None, False, True, False),
        (ErrorCode.CREATION_DENIED, YOURS, None, False, False, True),
        (ErrorCode.CREATION_DENIED, YOURS, YOURS, False, False, False),
        (ErrorCode.CREATION_DENIED, YOURS, None, False, True, False),
        (None, YOURS, OTHERS, False, False, False),
    ],
)
def test_who_refused(
    code: ErrorCode | None,
    known: str | None,
    here: str | None,
    *,
    expired: bool,
    told: bool,
    is_other: bool,
) -> None:
    assert is_another_server(code, known, here, has_expired=expired, was_told=told) is is_other


def test_a_token_says_when_it_expires(tmp_path: Path) -> None:
    now = datetime.now(UTC).timestamp()
    token = token_of(tmp_path)
    assert not has_expired(token, now)
    assert has_expired(token, now + 3601)
    for other in (None, "", "x", "a.b.c"):
        assert not has_expired(other, now)


def test_the_id_of_a_server_stays(tmp_path: Path) -> None:
    first = load_server_id(tmp_path)
    assert load_server_id(tmp_path) == first
    (tmp_path / ID_FILE).write_text("torn")
    assert load_server_id(tmp_path) != first
    assert len(load_server_id(tmp_path)) == 32
    other = tmp_path / "other"
    other.mkdir()
    assert load_server_id(other) != first
