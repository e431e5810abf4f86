"""Decisions of hosts, and a revoked token, meet a socket that another node has passed on."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from peerline.protocol.errors import CloseCode, ErrorCode
from peerline.protocol.roles import Role
from peerline_server.admin.offline import revoke_tokens
from peerline_server.core.records import Revocation
from tests.databases import STORES
from tests.reliability.clients import until
from tests.unit.server.conftest import SESSION, RawClient

from .in_process import NodesHere

WINDOW = 50
"""Messages that are sent before one of them is answered."""
LATE = 20
"""Messages that are sent after the first one was refused."""


@dataclass
class Burst:
    """Chat messages of a client without a rest, and all that it is told meanwhile."""

    client: RawClient
    sent: int = 0
    acks: list[int] = field(default_factory=list[int])
    refusals: list[str] = field(default_factory=list[str])

    @property
    def answered(self) -> int:
        return len(self.acks) + len(self.refusals)

    async def say(self) -> None:
        self.sent += 1
        await self.client.send(
            type="chat_message",
            session_id=SESSION,
            content=f"number {self.sent}",
            request_id=f"r{self.sent}",
        )

    async def go_on(self) -> None:
        """Write on, also for a while after the decision.

        Not for ever: it holds before it is announced, and who is refused too often is cut.
        """
        late = 0
        with suppress(ConnectionClosed):
            while late < LATE:
                await until(lambda: self.sent < self.answered + WINDOW, "answers")
                late += bool(self.refusals)
                await self.say()

    async def listen(self) -> None:
        """Until the socket is closed."""
        with suppress(ConnectionClosed):
            while True:
                message = await self.client.receive()
                match message["type"]:
                    case "ack":
                        self.acks.append(message["seq"])
                    case "error":
                        self.refusals.append(message["error_code"])
                    case _:
                        pass


@asynccontextmanager
async def bursting(client: RawClient) -> AsyncGenerator[Burst]:
    """A burst that has begun: some of it is accepted."""
    burst = Burst(client)
    tasks = [asyncio.create_task(burst.go_on()), asyncio.create_task(burst.listen())]
    try:
        await until(lambda: len(burst.acks) > 20, "some is accepted")
        yield burst
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def kept(here: NodesHere, *kinds: str) -> list[int]:
    """The places of events of these types, and of chat messages those of bob."""
    store = STORES["postgres"].make(here.folder)
    await store.open()
    try:
        events = await store.events_since(SESSION, 0, limit=100_000)
    finally:
        await store.close()
    return [
        event.seq
        for event in events
        if event.type in kinds and (event.type != "chat_message" or event.message.user_id == "bob")
    ]


async def host_and_bob(here: NodesHere, **settings: Any) -> tuple[RawClient, RawClient]:
    """The host at the owner, and an editor at the other node."""
    limits = {"messages_per_minute": 1_000_000, **settings}
    one, two = await here.start(**limits), await here.start(**limits)
    host = await here.join(one, "host")
    bob = await here.join(two, "bob")
    assert bob.connected["role"] == Role.EDITOR
    return host, bob


async def test_who_is_demoted_in_a_burst_is_refused_from_then_on(here: NodesHere) -> None:
    host, bob = await host_and_bob(here)
    async with bursting(bob) as burst:
        await host.send(
            type="change_role", session_id=SESSION, user_id="bob", role="viewer", request_id="h"
        )
        await until(
            lambda: len(burst.refusals) >= LATE and burst.answered == burst.sent, "all is answered"
        )
    (decided,) = await kept(here, "role_changed")
    said = await kept(here, "chat_message")
    assert said == [seq for seq in said if seq < decided]
    assert burst.acks == said
    assert set(burst.refusals) == {ErrorCode.PERMISSION_DENIED}


@pytest.mark.parametrize(
    ("decision", "kind", "code", "error"),
    [
        (
            {"type": "remove_participant", "user_id": "bob"},
            "participant_removed",
            CloseCode.REMOVED,
            None,
        ),
        (
            {"type": "remove_participant", "user_id": "bob", "ban": True},
            "participant_removed",
            CloseCode.REMOVED,
            ErrorCode.BANNED,
        ),
        (
            {"type": "end_session"},
            "session_ended",
            CloseCode.SESSION_ENDED,
            ErrorCode.SESSION_ENDED,
        ),
    ],
    ids=["removed", "banned", "ended"],
)
async def test_who_is_removed_in_a_burst_has_written_nothing_afterwards(
    here: NodesHere,
    decision: dict[str, Any],
    kind: str,
    code: CloseCode,
    error: ErrorCode | None,
) -> None:
    host, bob = await host_and_bob(here)
    async with bursting(bob) as burst:
        await host.send(session_id=SESSION, request_id="h", **decision)
        async with asyncio.timeout(30):
            await bob.socket.wait_closed()
    assert bob.socket.close_code == code
    (decided,) = await kept(here, kind)
    said = await kept(here, "chat_message")
    assert said == [seq for seq in said if seq < decided]
    assert set(burst.acks) <= set(said)
    if error is not None:
        for server in here.servers:
            again = await here.connect(server)
            await again.send(
                type="join_session",
                session_id=SESSION,
                auth_token=here.token("bob"),
                invite=here.invites[SESSION],
            )
            assert (await again.receive())["error_code"] == error


async def test_a_token_that_is_revoked_in_a_burst_writes_nothing_afterwards(
    here: NodesHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    host, bob = await host_and_bob(here, revocation_check_seconds=0.05)
    monkeypatch.setenv("PEERLINE_DATABASE_URL", here.url)
    soon = datetime.now(UTC) + timedelta(minutes=1)
    async with bursting(bob) as burst:
        await revoke_tokens(here.folder, Revocation(user_id="bob", issued_before=soon))
        async with asyncio.timeout(30):
            await bob.socket.wait_closed()
    assert bob.socket.close_code == CloseCode.UNAUTHORIZED
    for server in here.servers:
        again = await here.connect(server)
        await again.send(
            type="join_session",
            session_id=SESSION,
            auth_token=here.token("bob"),
            invite=here.invites[SESSION],
        )
        assert (await again.receive())["error_code"] == ErrorCode.TOKEN_REVOKED
    # What was accepted before may still be written, and is once the host's next message is.
    await say(host, "first")
    said = await kept(here, "chat_message")
    assert set(burst.acks) <= set(said)
    await say(host, "second")
    assert await kept(here, "chat_message") == said


async def say(client: RawClient, request_id: str) -> None:
    """Have a message written."""
    await client.send(
        type="chat_message", session_id=SESSION, content="said", request_id=request_id
    )
    async with asyncio.timeout(30):
        while (await client.receive_type("ack"))["request_id"] != request_id:
            pass
