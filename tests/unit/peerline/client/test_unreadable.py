"""Answers to a join that cannot be read: they are told at once, with the reason."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection

from peerline.client import LinkState, Timing, conversation
from peerline.client.failures import UnreadableAnswer, of_broken
from peerline.client.opening import MAX_MESSAGE_BYTES
from peerline.protocol.messages import may_be_newer
from tests.unit.peerline.client.test_connection import S, Wire, wait_for_end
from tests.unit.peerline.client.test_faults import Seen, make_client, serving

NEVER = Timing(connect=1_000, join=1_000, leave=0.3, backoff_base=0.001, backoff_cap=0.02)
"""A join that is waited for would not end within the test."""
SECRET = "what somebody wrote"


async def snapshot(wire: Wire, change: Callable[[dict[str, Any]], Any]) -> None:
    """A session whose snapshot is changed before it is sent."""
    send = wire.send

    async def send_changed(**message: Any) -> None:
        message["session"]["title"] = SECRET
        change(message)
        await send(**message)

    wire.send = send_changed
    await wire.accept()


ANSWERS: list[tuple[str | bytes | Callable[[dict[str, Any]], Any], str]] = [
    ("garbage", "not valid JSON"),
    (b"\xff\xfe", "not valid JSON"),
    ("", "not valid JSON"),
    ("[" * 100_000, "not valid JSON"),
    ("[]", "no message of a Peerline server"),
    ("5", "no message of a Peerline server"),
    ("{}", "no message of a Peerline server"),
    ('{"type": 5}', "no message of a Peerline server"),
    ('{"type": "join_session", "session_id": "s"}', "no message of a Peerline server"),
    ('{"type": "error", "session_id": "s"}', "is missing"),
    ('{"type": "connected", "session_id": "session1"}', "is missing"),
    (lambda message: message.pop("epoch"), "epoch: is missing"),
    (lambda message: message["session"].pop("created_at"), "session.created_at: is missing"),
    (lambda message: message.update(seq=-1), "seq: "),
    (lambda message: message.update(role="king"), "role: "),
    (lambda message: message.update(messages=[{"content": SECRET}]), "messages.0."),
    (lambda message: message.update(participants={SECRET: 1}), "participants: "),
    (lambda message: message.update(session_id="another"), "about another session"),
    (lambda message: message.update(resumed=True), "was not there"),
]


@pytest.mark.parametrize(("answer", "detail"), ANSWERS)
async def test_an_answer_that_cannot_be_read_is_told_at_once(
    answer: str | bytes | Callable[[dict[str, Any]], Any],
    detail: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # What is no session may be followed by one; a session that is broken is not waited for.
    monkeypatch.setattr(conversation, "GRACE_SECONDS", 1_000 if callable(answer) else 0.1)
    connections: list[ServerConnection] = []

    async def handle(socket: ServerConnection) -> None:
        connections.append(socket)
        if callable(answer):
            await snapshot(Wire(socket), answer)
        else:
            await socket.recv()
            await socket.send(answer)
        await socket.wait_closed()

    seen = Seen()
    async with serving(handle) as port:
        client = make_client(port, seen, timing=NEVER)
        client.start()
        await seen.until(lambda: client.state is LinkState.CLOSED)
        [(_, reason)] = seen.states
        assert reason is not None
        assert reason.startswith(f"The answer of the server at 127.0.0.1:{port} cannot be read (")
        assert reason.endswith("): update the older Peerline, or check the address.")
        assert detail in reason
        assert SECRET not in reason
        assert len(connections) == 1
        await client.close()


@pytest.mark.parametrize("excess", [0, 1])
async def test_a_session_that_is_too_long_to_be_read_is_told_at_once(excess: int) -> None:
    async def handle(socket: ServerConnection) -> None:
        def fill(message: dict[str, Any]) -> None:
            size = len(json.dumps({"session_id": S, **message, "padding": ""}).encode())
            message["padding"] = "x" * (MAX_MESSAGE_BYTES + excess - size)

        await snapshot(Wire(socket), fill)
        await socket.wait_closed()

    seen = Seen()
    async with serving(handle) as port:
        client = make_client(port, seen, timing=NEVER)
        client.start()
        await seen.until(lambda: bool(seen.states))
        if excess:
            assert client.state is LinkState.CLOSED
            assert "exceeds limit" in (seen.states[0][1] or "")
        else:
            assert client.state is LinkState.JOINED
        await client.close()


async def test_one_who_was_joined_waits_and_goes_on_when_it_can_be_read_again() -> None:
    answers: list[Callable[[Wire], Awaitable[Any]]] = [
        lambda wire: wire.accept(),
        lambda wire: snapshot(wire, lambda message: message.pop("epoch")),
        lambda wire: wire.accept(seq=2),
    ]
    connections = 0

    async def handle(socket: ServerConnection) -> None:
        nonlocal connections
        connections += 1
        wire = Wire(socket)
        await answers[min(connections, len(answers)) - 1](wire)
        if connections == 1:
            await socket.close(1012)
        await wait_for_end(wire)

    seen = Seen()
    async with serving(handle) as port:
        client = make_client(port, seen, timing=NEVER)
        client.start()
        await seen.until(lambda: client.replica.seq == 2 and client.state is LinkState.JOINED)
        assert connections == 3
        told = [reason or "" for state, reason in seen.states if state is LinkState.RECONNECTING]
        assert "epoch: is missing" in told[-1]
        await client.close()


def test_a_message_of_a_newer_server_is_no_fault() -> None:
    assert may_be_newer('{"type": "from_the_future"}')
    assert not may_be_newer('{"type": "join_session"}')
    assert not may_be_newer("[1]")
    assert not may_be_newer("{")


def test_what_an_answer_says_is_made_visible_and_cut() -> None:
    failure = of_broken(UnreadableAnswer("\x1b[2J" + "x" * 1_000), "a:1", was_joined=False)
    assert "\x1b" not in failure.reason
    assert len(failure.reason) < 400
    assert failure.is_final
    assert not of_broken(UnreadableAnswer("x"), "a:1", was_joined=True).is_final
    assert of_broken(ValueError("x"), "a:1", was_joined=False).reason == (
        "the connection failed (ValueError)"
    )
