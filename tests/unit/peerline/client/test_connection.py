"""Tests of peerline.client.connection against scripted servers on real sockets."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from http import HTTPStatus
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from peerline.client import (
    ChatAdded,
    Client,
    Credentials,
    LinkState,
    NotConnected,
    RequestRefused,
    RequestTimeout,
    Timing,
)
from peerline.client.tokens import GetToken
from peerline.protocol.chat import SendChatMessage
from peerline.protocol.links import SessionLink
from peerline.protocol.presence import CursorData

S = "session1"
NOW = "2026-01-01T00:00:00.000Z"
FAST = Timing(join=0.3, request=5.0, leave=0.3, backoff_base=0.01, backoff_cap=0.05)
Script = Callable[["Wire"], Awaitable[None]]


class Wire:
    """The server's side of one connection."""

    def __init__(self, socket: ServerConnection) -> None:
        self.socket = socket

    async def receive(self) -> dict[str, Any]:
        return json.loads(await self.socket.recv())

    async def receive_type(self, kind: str) -> dict[str, Any]:
        while True:
            message = await self.receive()
            if message["type"] == kind:
                return message

    async def send(self, **message: Any) -> None:
        await self.socket.send(json.dumps({"session_id": S, **message}))

    async def accept(self, *, seq: int = 1, resumed: bool = False, **extra: Any) -> dict[str, Any]:
        """Answer the join with an empty session at `seq`."""
        join = await self.receive()
        assert join["type"] == "join_session"
        user = {"id": "alice", "username": "Alice", "role": "editor"}
        await self.send(
            type="connected",
            user=user,
            role="editor",
            connection_id="c",
            session={"id": S, "title": "T", "created_at": NOW},
            participants=[] if resumed else [{**user, "joined_at": NOW}],
            seq=seq,
            epoch="e1",
            resumed=resumed,
            limits={
                "max_message_bytes": 1,
                "max_content_chars": 1,
                "messages_per_minute": 1,
                "presence_interval_ms": 1,
                "snapshot_messages": 100,
                "heartbeat_seconds": 1,
            },
            **extra,
        )
        return join

    async def chat(self, seq: int, content: str = "hi") -> None:
        message = {
            "id": f"m{seq}",
            "user_id": "bob",
            "username": "Bob",
            "content": content,
            "timestamp": NOW,
        }
        await self.send(type="chat_message", seq=seq, message=message)


class Scripted:
    """A server that plays one script per connection; the last one again and again."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self.stack = stack
        self.scripts: list[Script] = []
        self.connections = 0
        self.states: list[LinkState] = []
        self.reasons: list[str | None] = []
        self.codes: list[str | None] = []
        self.chats: list[str] = []
        self.changed = asyncio.Event()
        self.port = 0

    async def handle(self, socket: ServerConnection) -> None:
        script = self.scripts[min(self.connections, len(self.scripts) - 1)]
        self.connections += 1
        self.changed.set()
        await script(Wire(socket))

    def client(
        self,
        *scripts: Script,
        timing: Timing = FAST,
        get_token: GetToken | None = None,
        on_token: Callable[[str], None] | None = None,
        waits_for_token: bool = False,
        **credentials: Any,
    ) -> Client:
        self.scripts = list(scripts)
        link = SessionLink(f"127.0.0.1:{self.port}", S)
        client = Client(
            link,
            Credentials(**credentials) if credentials else Credentials(auth_token="token"),
            on_changes=self.on_changes,
            on_state=self.on_state,
            get_token=get_token,
            on_token=on_token,
            timing=timing,
            waits_for_token=waits_for_token,
            random_source=lambda: 1.0,
        )
        self.stack.push_async_callback(client.close)
        client.start()
        return client

    def on_changes(self, changes: Any) -> None:
        self.chats += [item.message.content for item in changes if isinstance(item, ChatAdded)]
        self.changed.set()

    def on_state(self, state: LinkState, reason: str | None, code: Any) -> None:
        self.codes.append(code)
        self.states.append(state)
        self.reasons.append(reason)
        self.changed.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not condition():
                self.changed.clear()
                await self.changed.wait()


@pytest.fixture
async def scripted() -> AsyncIterator[Scripted]:
    async with AsyncExitStack() as stack:
        scripted = Scripted(stack)
        server = await stack.enter_async_context(serve(scripted.handle, "127.0.0.1", 0))
        scripted.port = next(iter(server.sockets)).getsockname()[1]
        yield scripted


async def wait_for_end(wire: Wire) -> None:
    await wire.socket.wait_closed()


async def test_it_joins_with_its_credentials_in_the_first_message(
    scripted: Scripted,
) -> None:
    joins: list[dict[str, Any]] = []

    async def script(wire: Wire) -> None:
        joins.append(await wire.accept())
        await wait_for_end(wire)

    client = scripted.client(script, invite="code", username="Alice")
    await scripted.until(lambda: client.state is LinkState.JOINED)
    assert joins == [
        {"type": "join_session", "session_id": S, "invite": "code", "username": "Alice"}
    ]
    assert list(client.replica.participants) == ["alice"]


async def test_a_refused_join_is_final(scripted: Scripted) -> None:
    async def script(wire: Wire) -> None:
        await wire.receive()
        await wire.send(
            type="error",
            error_code="INVITE_EXPIRED",
            message="it has expired",
            timestamp=NOW,
        )
        await wire.socket.close(4403)

    client = scripted.client(script)
    await scripted.until(lambda: client.state is LinkState.CLOSED)
    assert scripted.reasons[-1] == "it has expired"
    assert scripted.connections == 1
    with pytest.raises(NotConnected):
        await client.request(SendChatMessage(session_id=S, content="x"))


async def test_a_busy_server_is_tried_again(scripted: Scripted) -> None:
    async def busy(wire: Wire) -> None:
        await wire.receive()
        await wire.send(type="error", error_code="SERVER_BUSY", message="busy", timestamp=NOW)

    async def ready(wire: Wire) -> None:
        await wire.accept()
        await wait_for_end(wire)

    client = scripted.client(busy, ready)
    await scripted.until(lambda: client.state is LinkState.JOINED)
    assert scripted.connections == 2


async def test_a_removed_participant_does_not_come_back(scripted: Scripted) -> None:
    async def script(wire: Wire) -> None:
        await wire.accept()
        await wire.socket.close(4410, "you were removed")

    client = scripted.client(script)
    await scripted.until(lambda: client.state is LinkState.CLOSED)
    assert scripted.reasons[-1] == "you were removed"
    assert scripted.connections == 1


async def test_it_resumes_from_its_last_event_with_the_guests_token(
    scripted: Scripted,
) -> None:
    joins: list[dict[str, Any]] = []

    async def first(wire: Wire) -> None:
        joins.append(await wire.accept(auth_token="guest-token"))
        await wire.chat(2, "before")
        await wire.socket.close(1012)

    async def second(wire: Wire) -> None:
        joins.append(await wire.accept(seq=4, resumed=True))
        await wire.chat(2, "before")
        await wire.chat(3, "missed")
        await wire.chat(4, "missed too")
        await wait_for_end(wire)

    scripted.client(first, second, invite="code", username="Alice")
    await scripted.until(lambda: len(scripted.chats) == 3)
    assert scripted.chats == ["before", "missed", "missed too"]
    assert joins[1]["resume"] == {"epoch": "e1", "seq": 2}
    assert joins[1]["auth_token"] == "guest-token"


async def test_a_gap_resumes_at_once(scripted: Scripted) -> None:
    joins: list[dict[str, Any]] = []

    async def first(wire: Wire) -> None:
        await wire.accept()
        await wire.chat(3)
        await wait_for_end(wire)

    async def second(wire: Wire) -> None:
        joins.append(await wire.accept(seq=3, resumed=True))
        await wait_for_end(wire)

    client = scripted.client(first, second)
    await scripted.until(lambda: bool(joins))
    assert joins[0]["resume"] == {"epoch": "e1", "seq": 1}
    assert client.replica.messages == []


async def test_an_unanswered_request_is_sent_again_with_the_same_id(
    scripted: Scripted,
) -> None:
    ids: list[str] = []

    async def first(wire: Wire) -> None:
        await wire.accept()
        ids.append((await wire.receive_type("chat_message"))["request_id"])
        wire.socket.transport.abort()

    async def second(wire: Wire) -> None:
        await wire.accept(resumed=True)
        ids.append((await wire.receive_type("chat_message"))["request_id"])
        await wire.send(type="ack", request_id=ids[-1], seq=7)
        await wait_for_end(wire)

    client = scripted.client(first, second)
    await scripted.until(lambda: client.state is LinkState.JOINED)
    ack = await client.request(SendChatMessage(session_id=S, content="x"))
    assert ack.seq == 7
    assert ids[0] == ids[1]


async def test_a_request_made_while_away_is_sent_on_return(scripted: Scripted) -> None:
    async def script(wire: Wire) -> None:
        await wire.accept()
        message = await wire.receive_type("chat_message")
        await wire.send(type="ack", request_id=message["request_id"], seq=2)
        await wait_for_end(wire)

    client = scripted.client(script)
    assert (await client.request(SendChatMessage(session_id=S, content="early"))).seq == 2


async def test_a_refused_request_says_why(scripted: Scripted) -> None:
    async def script(wire: Wire) -> None:
        await wire.accept()
        message = await wire.receive_type("chat_message")
        await wire.send(
            type="error",
            error_code="RATE_LIMITED",
            message="slow down",
            timestamp=NOW,
            request_id=message["request_id"],
            retry_after=2.5,
        )
        await wait_for_end(wire)

    client = scripted.client(script)
    with pytest.raises(RequestRefused, match="slow down") as refused:
        await client.request(SendChatMessage(session_id=S, content="x"))
    assert (refused.value.code, refused.value.retry_after) == ("RATE_LIMITED", 2.5)


async def test_a_request_that_is_never_answered_times_out(scripted: Scripted) -> None:
    async def script(wire: Wire) -> None:
        await wire.accept()
        await wait_for_end(wire)

    client = scripted.client(script, timing=Timing(request=0.05, leave=0.1))
    with pytest.raises(RequestTimeout):
        await client.request(SendChatMessage(session_id=S, content="x"))


async def test_a_server_that_accepts_and_closes_is_not_hammered(
    scripted: Scripted,
) -> None:
    async def script(wire: Wire) -> None:
        await wire.socket.close(1013)

    timing = Timing(backoff_base=0.05, backoff_cap=10.0, leave=0.1)
    client = scripted.client(script, timing=timing)
    loop = asyncio.get_running_loop()
    start = loop.time()
    await scripted.until(lambda: scripted.connections == 5)
    # 0.05 + 0.1 + 0.2 + 0.4 s: the handshakes in between reset nothing.
    assert loop.time() - start >= 0.7
    assert client.state is not LinkState.JOINED


async def test_a_server_that_is_silent_at_the_join_is_left(scripted: Scripted) -> None:
    async def silent(wire: Wire) -> None:
        await wait_for_end(wire)

    async def ready(wire: Wire) -> None:
        await wire.accept()
        await wait_for_end(wire)

    client = scripted.client(silent, ready)
    await scripted.until(lambda: client.state is LinkState.JOINED)
    assert "the server did not answer in time" in scripted.reasons


async def test_what_makes_no_sense_is_passed_over(scripted: Scripted) -> None:
    async def script(wire: Wire) -> None:
        await wire.accept()
        await wire.socket.send("garbage")
        await wire.socket.send(b"\xff")
        await wire.send(type="from_the_future", seq=2)
        await wire.chat(2, "still here")
        await wait_for_end(wire)

    scripted.client(script)
    await scripted.until(lambda: scripted.chats == ["still here"])


async def test_only_the_latest_cursor_is_sent_and_again_after_a_join(
    scripted: Scripted,
) -> None:
    lines: list[int] = []

    async def first(wire: Wire) -> None:
        await wire.accept()
        lines.append((await wire.receive_type("cursor_update"))["data"]["line"])
        wire.socket.transport.abort()

    async def second(wire: Wire) -> None:
        await wire.accept(resumed=True)
        lines.append((await wire.receive_type("cursor_update"))["data"]["line"])
        scripted.changed.set()
        await wait_for_end(wire)

    client = scripted.client(first, second)
    for line in (1, 2, 3):
        client.send_cursor(CursorData(file="a.py", line=line, column=1))
    await scripted.until(lambda: len(lines) == 2)
    assert lines == [3, 3]


async def test_leaving_says_so(scripted: Scripted) -> None:
    left: list[dict[str, Any]] = []

    async def script(wire: Wire) -> None:
        await wire.accept()
        left.append(await wire.receive_type("leave_session"))
        await wire.socket.close(1000)

    client = scripted.client(script)
    await scripted.until(lambda: client.state is LinkState.JOINED)
    await client.leave()
    assert left
    assert client.state is LinkState.CLOSED


async def give(*tokens: str | None) -> str | None:
    return tokens[0]


async def test_it_renews_its_token_when_the_server_says_so(scripted: Scripted) -> None:
    renewed: list[dict[str, Any]] = []

    async def script(wire: Wire) -> None:
        join = await wire.accept()
        renewed.append(join)
        await wire.send(type="token_expiring", expires_at=NOW)
        renewal = await wire.receive_type("renew_token")
        renewed.append(renewal)
        await wire.send(type="ack", request_id=renewal["request_id"], seq=1)
        await wire.socket.close(1012)

    async def again(wire: Wire) -> None:
        renewed.append(await wire.accept(resumed=True))
        await wait_for_end(wire)

    scripted.client(script, again, get_token=lambda: give("newer"))
    await scripted.until(lambda: scripted.states.count(LinkState.JOINED) == 2)
    assert [message["auth_token"] for message in renewed] == ["token", "newer", "newer"]


async def test_it_goes_on_without_a_newer_token(scripted: Scripted) -> None:
    async def fail() -> str | None:
        raise RuntimeError("the vault is locked")

    async def script(wire: Wire) -> None:
        await wire.accept()
        await wire.send(type="token_expiring", expires_at=NOW)
        await wire.chat(2, "still here")
        await wait_for_end(wire)

    scripted.client(script, get_token=fail)
    await scripted.until(lambda: scripted.chats == ["still here"])


async def test_it_takes_over_the_tokens_of_a_guest(scripted: Scripted) -> None:
    kept: list[str] = []
    joins: list[dict[str, Any]] = []

    async def script(wire: Wire) -> None:
        joins.append(await wire.accept(auth_token="first"))
        await wire.send(type="token_renewed", auth_token="second", expires_at=NOW)
        await wire.chat(2)
        await wire.socket.close(1012)

    async def again(wire: Wire) -> None:
        joins.append(await wire.accept(seq=2, resumed=True))
        await wait_for_end(wire)

    scripted.client(script, again, on_token=kept.append, invite="i", username="zoe")
    await scripted.until(lambda: scripted.states.count(LinkState.JOINED) == 2)
    assert kept == ["first", "second"]
    assert joins[1]["auth_token"] == "second"


async def refuse_expired(wire: Wire) -> None:
    await wire.receive()
    await wire.send(type="error", error_code="TOKEN_EXPIRED", message="old", timestamp=NOW)
    await wire.socket.close(4401)


async def end_expired(wire: Wire) -> None:
    await wire.accept()
    await wire.send(type="error", error_code="TOKEN_EXPIRED", message="old", timestamp=NOW)
    await wire.socket.close(4401, "old")


@pytest.mark.parametrize("script", [refuse_expired, end_expired])
async def test_an_expired_token_is_replaced(scripted: Scripted, script: Script) -> None:
    joins: list[dict[str, Any]] = []

    async def again(wire: Wire) -> None:
        joins.append(await wire.accept())
        await wait_for_end(wire)

    scripted.client(script, again, get_token=lambda: give("newer"))
    await scripted.until(lambda: len(joins) == 1)
    assert joins[0]["auth_token"] == "newer"


@pytest.mark.parametrize("script", [refuse_expired, end_expired])
async def test_an_expired_token_without_a_newer_one_is_the_end(
    scripted: Scripted, script: Script
) -> None:
    client = scripted.client(script, get_token=lambda: give(None))
    await scripted.until(lambda: client.state is LinkState.CLOSED)
    assert scripted.codes[-1] == "TOKEN_EXPIRED"
    assert scripted.connections == 1


async def test_a_refused_join_with_an_advice_is_tried_again_after_it(scripted: Scripted) -> None:
    async def full(wire: Wire) -> None:
        await wire.receive()
        await wire.send(
            type="error", error_code="LIMIT_EXCEEDED", message="m", timestamp=NOW, retry_after=0.2
        )
        await wire.socket.close(1013)

    async def script(wire: Wire) -> None:
        await wire.accept()
        await wait_for_end(wire)

    began = asyncio.get_running_loop().time()
    client = scripted.client(full, script)
    await scripted.until(lambda: client.state is LinkState.JOINED)
    assert asyncio.get_running_loop().time() - began >= 0.2


async def test_a_refused_handshake_says_why_and_when_to_come_back() -> None:
    refused = 0

    def refuse(connection: ServerConnection, _request: Request) -> Response | None:
        nonlocal refused
        refused += 1
        if refused > 1:
            return None
        response = connection.respond(HTTPStatus.TOO_MANY_REQUESTS, "at most 1 handshake\n")
        response.headers["Retry-After"] = "1"
        return response

    reasons: list[str | None] = []

    async def accept(socket: ServerConnection) -> None:
        await Wire(socket).accept()
        await socket.wait_closed()

    async with serve(accept, "127.0.0.1", 0, process_request=refuse) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        joined = asyncio.Event()

        def on_state(state: LinkState, reason: str | None, _code: Any) -> None:
            reasons.append(reason)
            if state is LinkState.JOINED:
                joined.set()

        began = asyncio.get_running_loop().time()
        client = Client(
            SessionLink(f"127.0.0.1:{port}", S),
            Credentials(auth_token="token"),
            on_state=on_state,
            timing=FAST,
        )
        client.start()
        async with asyncio.timeout(20):
            await joined.wait()
        await client.close()
    assert reasons[0] == f"127.0.0.1:{port} refuses: at most 1 handshake"
    assert asyncio.get_running_loop().time() - began >= 1.0


def refusing(code: str) -> Script:
    async def script(wire: Wire) -> None:
        await wire.receive()
        await wire.send(type="error", error_code=code, message="no", timestamp=NOW)
        await wire.socket.close(4401)

    return script


async def test_a_guest_comes_back_with_the_token_it_was_given(scripted: Scripted) -> None:
    joins: list[dict[str, Any]] = []

    async def script(wire: Wire) -> None:
        joins.append(await wire.accept(auth_token="mine"))
        await wire.socket.close(1012)

    client = scripted.client(script, invite="code", username="Alice", guest_token="before")
    await scripted.until(lambda: len(joins) == 2)
    assert [join.get("auth_token") for join in joins] == ["before", "mine"]
    assert client.guest_token == "mine"


@pytest.mark.parametrize("code", ["TOKEN_EXPIRED", "TOKEN_INVALID"])
async def test_a_guest_whose_token_is_no_longer_good_becomes_a_new_guest(
    scripted: Scripted, code: str
) -> None:
    joins: list[dict[str, Any]] = []

    async def ready(wire: Wire) -> None:
        joins.append(await wire.accept())
        await wait_for_end(wire)

    client = scripted.client(refusing(code), ready, invite="code", guest_token="old")
    await scripted.until(lambda: client.state is LinkState.JOINED)
    assert "auth_token" not in joins[0]


@pytest.mark.parametrize("given", ["new", " Bearer new\n", '"new"', "\ufeffbearer\tnew"])
async def test_who_waits_for_a_token_goes_on_with_it(scripted: Scripted, given: str) -> None:
    joins: list[dict[str, Any]] = []

    async def first(wire: Wire) -> None:
        await wire.accept()
        await wire.socket.close(1012)

    async def ready(wire: Wire) -> None:
        joins.append(await wire.accept(resumed=True))
        await wait_for_end(wire)

    client = scripted.client(
        first, refusing("TOKEN_EXPIRED"), ready, auth_token="old", waits_for_token=True
    )
    await scripted.until(lambda: client.state is LinkState.TOKEN_NEEDED)
    assert scripted.states.count(LinkState.TOKEN_NEEDED) == 1
    client.renew(given)
    await scripted.until(lambda: client.state is LinkState.JOINED)
    assert joins[0]["auth_token"] == "new"
    assert joins[0]["resume"] == {"epoch": "e1", "seq": 1}
    assert client.guest_token is None


async def test_a_token_that_was_never_good_is_final(scripted: Scripted) -> None:
    client = scripted.client(refusing("TOKEN_INVALID"), auth_token="made up", waits_for_token=True)
    await scripted.until(lambda: client.state is LinkState.CLOSED)
    assert scripted.connections == 1
