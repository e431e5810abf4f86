"""Limits per user and per address over real sockets, and names that imitate others."""

import asyncio
import json
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from peerline.protocol.roles import Role
from peerline_server.app import StartError
from tests.unit.server.conftest import SESSION, Door, OpenDoor, RawClient

A, B = "192.0.2.1", "192.0.2.2"


async def connect_from(door: Door, address: str, path: str | None = None) -> RawClient:
    """A socket that a trusted proxy opens for this address."""
    headers = {"X-Forwarded-For": address}
    return await door.connect(path or f"/ws/session/{SESSION}", additional_headers=headers)


async def join_from(door: Door, address: str, user_id: str, role: Role | None = None) -> RawClient:
    client = await connect_from(door, address)
    fields: dict[str, Any] = {} if role is None else {"invite": await door.invite(role)}
    token = door.token(user_id)
    await client.send(type="join_session", session_id=SESSION, auth_token=token, **fields)
    client.connected = await client.receive()
    return client


async def refused_handshake(door: Door, address: str) -> tuple[int, str, int]:
    with pytest.raises(InvalidStatus) as refused:
        await connect_from(door, address)
    response = refused.value.response
    return response.status_code, response.body.decode(), int(response.headers["Retry-After"])


async def close_code(client: RawClient) -> int:
    with pytest.raises(ConnectionClosed) as closed:
        await client.receive_type("never")
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


async def test_an_address_has_so_many_connections_at_once(open_door: OpenDoor) -> None:
    door = await open_door(max_connections_per_address=2)
    first, _ = [await connect_from(door, A) for _ in range(2)]
    status, text, retry_after = await refused_handshake(door, A)
    assert (status, text) == (429, "at most 2 connections of one address\n")
    assert retry_after > 0
    await connect_from(door, B)
    await first.socket.close()
    async with asyncio.timeout(20):
        while True:
            try:
                await connect_from(door, A)
            except InvalidStatus:
                await asyncio.sleep(0.02)
            else:
                break


async def test_a_refused_browser_does_not_use_up_connections(open_door: OpenDoor) -> None:
    door = await open_door(max_connections_per_address=1)
    for _ in range(3):
        with pytest.raises(InvalidStatus) as refused:
            await door.connect(
                origin="https://evil.example", additional_headers={"X-Forwarded-For": A}
            )
        assert refused.value.response.status_code == 403
    await connect_from(door, A)


async def test_an_address_shakes_hands_so_often_in_a_minute(open_door: OpenDoor) -> None:
    door = await open_door(handshakes_per_minute_per_address=2)
    for _ in range(2):
        await connect_from(door, A)
    status, text, retry_after = await refused_handshake(door, A)
    assert status == 429
    assert text.startswith("at most 2 handshakes of one address a minute; try again in ")
    assert 0 < retry_after <= 30
    await connect_from(door, B)


async def test_whoever_is_not_trusted_cannot_say_where_it_comes_from(open_door: OpenDoor) -> None:
    door = await open_door(trusted_proxies=(), max_connections_per_address=1)
    await connect_from(door, A)
    status, *_ = await refused_handshake(door, B)
    assert status == 429


async def test_a_trusted_network_that_is_none_is_explained_at_the_start(
    open_door: OpenDoor,
) -> None:
    with pytest.raises(StartError, match="PEERLINE_TRUSTED_PROXIES"):
        await open_door(trusted_proxies=("nginx",))


async def test_an_address_that_guesses_is_shut_out_for_a_while(open_door: OpenDoor) -> None:
    door = await open_door(failed_joins_per_minute_per_address=2)
    early = await connect_from(door, A)
    guesses = [
        ({"auth_token": "guessed"}, "TOKEN_INVALID"),
        ({"invite": "guessed", "username": "Eve"}, "INVITE_INVALID"),
    ]
    for fields, code in guesses:
        client = await connect_from(door, A)
        await client.send(type="join_session", session_id=SESSION, **fields)
        assert (await client.receive())["error_code"] == code
    status, text, _ = await refused_handshake(door, A)
    assert status == 429
    assert text.startswith("at most 2 failed joins of one address a minute; try again in ")
    # A socket that was open before may not guess on either, not even with a good token.
    await early.send(type="join_session", session_id=SESSION, auth_token=door.token("host"))
    error = await early.receive()
    assert error["error_code"] == "RATE_LIMITED"
    assert error["retry_after"] > 0
    assert await close_code(early) == 1013
    assert (await join_from(door, B, "host")).connected["type"] == "connected"


async def test_who_comes_with_an_expired_token_has_not_guessed(open_door: OpenDoor) -> None:
    door = await open_door(failed_joins_per_minute_per_address=1)
    for _ in range(2):
        client = await connect_from(door, A)
        token = door.token("host", seconds=-100)
        await client.send(type="join_session", session_id=SESSION, auth_token=token)
        assert (await client.receive())["error_code"] == "TOKEN_EXPIRED"
    await connect_from(door, A)


def chat(number: int) -> dict[str, Any]:
    request = f"r{number}"
    return {
        "type": "chat_message",
        "session_id": SESSION,
        "content": request,
        "request_id": request,
    }


async def test_all_users_of_an_address_together_send_so_many_messages(open_door: OpenDoor) -> None:
    door = await open_door(messages_per_minute_per_address=2)
    ann = await join_from(door, A, "ann", Role.EDITOR)
    bob = await join_from(door, A, "bob", Role.EDITOR)
    eve = await join_from(door, B, "eve", Role.EDITOR)
    for number, client in enumerate((ann, bob)):
        await client.send(**chat(number))
        assert (await client.receive_type("ack", "error"))["type"] == "ack"
    await bob.send(**chat(2))
    answer = await bob.receive_type("ack", "error")
    assert answer["error_code"] == "RATE_LIMITED"
    assert "at most 2 messages of one address a minute" in answer["message"]
    assert 0 < answer["retry_after"] <= 30
    await eve.send(**chat(9))
    assert (await eve.receive_type("ack", "error"))["type"] == "ack"


async def test_a_user_sends_so_many_messages_also_when_the_session_was_empty_meanwhile(
    open_door: OpenDoor,
) -> None:
    door = await open_door(messages_per_minute=1)
    host = await door.join("host")
    await host.send(**chat(1))
    await host.receive_type("ack")
    await host.send(type="leave_session", session_id=SESSION)
    assert await close_code(host) == 1000
    host = await door.join("host")
    await host.send(**chat(2))
    assert (await host.receive_type("ack", "error"))["error_code"] == "RATE_LIMITED"


async def test_bytes_beyond_the_limit_wait_and_nothing_is_lost(open_door: OpenDoor) -> None:
    door = await open_door(bytes_per_minute_per_user=600_000, messages_per_minute=10_000)
    host = await door.join("host")
    # 600,000 at once and 10,000 a second: the last ones wait for about two seconds.
    count = 90
    for number in range(count):
        await host.send(**chat(number) | {"content": "x" * 6_900})
    acked: set[str] = set()
    limited: list[dict[str, Any]] = []
    while len(acked) < count:
        message = await host.receive_type("ack", "error")
        if message["type"] == "ack":
            acked.add(message["request_id"])
        else:
            limited.append(message)
    assert limited
    assert {message["error_code"] for message in limited} == {"RATE_LIMITED"}
    assert "at most 600000 bytes of one user a minute" in limited[0]["message"]
    assert limited[0]["retry_after"] > 0


async def test_a_user_is_in_so_many_sessions_at_once(open_door: OpenDoor) -> None:
    door = await open_door(max_sessions_per_user=1)
    host = await door.join("host")
    await door.join("host")
    client = await door.connect("/ws/session/other")
    await client.send(type="join_session", session_id="other", auth_token=door.token("host"))
    error = await client.receive()
    assert error["error_code"] == "LIMIT_EXCEEDED"
    assert error["message"] == "a user may be in 1 sessions at once"
    assert error["retry_after"] > 0
    assert await close_code(client) == 1013
    assert host.connected["type"] == "connected"


async def test_presence_beyond_its_rate_is_coalesced_and_no_error(door: Door) -> None:
    host = await door.join("host")
    bob = await door.join("bob", Role.VIEWER)
    last = 5_000
    for line in range(1, last + 1):
        data = {"file": "a.py", "line": line, "column": 1}
        await bob.socket.send(
            json.dumps({"type": "cursor_update", "session_id": SESSION, "data": data})
        )
    seen: list[int] = []
    while not seen or seen[-1] != last:
        message = await host.receive_type("presence_update", "error")
        seen.append(message["presence"]["cursor"]["line"])
    assert len(seen) < last / 2
    assert seen == sorted(seen)
    await bob.send(type="get_history", session_id=SESSION, request_id="r")
    assert (await bob.receive_type("history", "error"))["type"] == "history"


# --- one address for all, as behind `ssh -R` --------------------------------------------------


async def until_closed(client: RawClient) -> None:
    async with asyncio.timeout(20):
        await client.socket.wait_closed()


async def test_connections_that_do_not_join_make_room_for_those_that_do(
    open_door: OpenDoor,
) -> None:
    door = await open_door(max_silent_connections=3)
    host = await door.join("host")
    silent = [await door.connect() for _ in range(3)]
    await host.send(**chat(1))
    assert (await host.receive_type("ack", "error"))["type"] == "ack"
    await asyncio.gather(*(one.socket.ping() for one in silent))
    late = await door.connect()
    await until_closed(silent[0])
    for one in (*silent[1:], late):
        assert await (await one.socket.ping()) >= 0, "the others stay"
    # One that has asked to join is not among them.
    bob = await door.join("bob", Role.EDITOR)
    for _ in range(3):
        await door.connect()
    await until_closed(late)
    for client, number in ((host, 2), (bob, 3)):
        await client.send(**chat(number))
        assert (await client.receive_type("ack", "error"))["type"] == "ack"


async def test_a_full_server_admits_the_owner_beside_silent_connections_and_guests(
    open_door: OpenDoor,
) -> None:
    door = await open_door(max_connections=10)
    guests = [await guest(door, f"Gus{number}") for number in range(9)]
    assert {one.connected["type"] for one in guests} == {"connected"}
    refused = await guest(door, "Gus9")
    assert refused.connected["error_code"] == "LIMIT_EXCEEDED"
    assert refused.connected["message"] == "guests may have 9 connections to this server"
    await until_closed(refused)
    silent = await door.connect()
    host = await door.join("host")  # in place of the silent one
    await until_closed(silent)
    with pytest.raises(InvalidStatus) as full:
        await door.connect()
    assert full.value.response.status_code == 503
    await host.send(**chat(1))
    assert (await host.receive_type("ack", "error"))["type"] == "ack"


async def test_a_full_session_admits_its_hosts(open_door: OpenDoor) -> None:
    door = await open_door(max_participants=2)
    await guest(door, "Gus")
    await guest(door, "Gina")
    assert (await guest(door, "Guy")).connected["error_code"] == "LIMIT_EXCEEDED"
    host = await door.join("host")
    assert len(host.connected["participants"]) == 3


async def test_wrong_links_of_one_guest_lock_out_nobody_who_shares_the_address(
    open_door: OpenDoor,
) -> None:
    door = await open_door(failed_joins_per_minute_per_address=1)
    for _ in range(3):
        eve = await door.connect()
        await eve.send(type="join_session", session_id=SESSION, invite="guessed", username="Eve")
        assert (await eve.receive())["error_code"] == "INVITE_INVALID"
    assert (await guest(door, "Gus")).connected["type"] == "connected"
    assert (await door.join("host")).connected["type"] == "connected"


# --- names -----------------------------------------------------------------------------------


async def guest(door: Door, name: str) -> RawClient:
    client = await door.connect()
    code = await door.invite(Role.EDITOR)
    await client.send(type="join_session", session_id=SESSION, invite=code, username=name)
    client.connected = await client.receive()
    return client


async def test_a_guest_does_not_get_the_name_of_another_participant(door: Door) -> None:
    host = await door.join("host")
    eve = await guest(door, "Ноst")  # with Cyrillic letters
    assert eve.connected["user"]["username"] == "Ноst (2)"
    assert (await host.receive_type("user_joined"))["user"]["username"] == "Ноst (2)"
    assert (await guest(door, "h0st")).connected["user"]["username"] == "h0st (3)"
    # The owner of a name keeps it, also when others come.
    again = await door.connect()
    token = eve.connected["auth_token"]
    await again.send(type="join_session", session_id=SESSION, auth_token=token)
    assert (await again.receive())["user"]["username"] == "Ноst (2)"
    assert (await door.join("host")).connected["user"]["username"] == "Host"


async def test_the_author_is_always_whom_the_server_knows(door: Door) -> None:
    host = await door.join("host")
    eve = await guest(door, "Eve")
    forged = chat(1) | {"user_id": "host"}
    await eve.send(**forged)
    assert (await eve.receive_type("error", "ack"))["error_code"] == "UNKNOWN_FIELD"
    await eve.send(**chat(2))
    message = (await host.receive_type("chat_message"))["message"]
    assert message["user_id"] == eve.connected["user"]["id"]
    assert message["username"] == "Eve"


# --- origins ---------------------------------------------------------------------------------

TRICKY = [
    "null",
    "http://app.example",
    "https://app.example.evil.example",
    "https://evil-app.example",
    "https://app.example@evil.example",
    "https://app.example:443",
    "https://app.example:8443",
    "https://app.example/",
    "https://APP.example",
    "https://app.example.",
    "https://*.example",
    "https://app.example https://evil.example",
    "https://appXexample",
    "*",
    "",
]


@pytest.mark.parametrize("origin", TRICKY)
async def test_an_origin_that_only_looks_like_an_allowed_one_is_refused(
    open_door: OpenDoor, origin: str
) -> None:
    door = await open_door(allowed_origins=("https://app.example",))
    with pytest.raises(InvalidStatus) as refused:
        await door.connect(additional_headers={"Origin": origin})
    assert refused.value.response.status_code == 403


async def test_two_origins_are_none(open_door: OpenDoor) -> None:
    door = await open_door(allowed_origins=("https://app.example",))
    host, port = door.address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Origin: https://app.example\r\nOrigin: https://evil.example\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    answer = await reader.read()
    writer.close()
    assert int(answer.split()[1]) in {400, 403}


async def test_an_allowed_origin_and_a_program_without_one_come_in(open_door: OpenDoor) -> None:
    door = await open_door(allowed_origins=("https://app.example",))
    await door.connect(origin="https://app.example")
    await door.connect()


@pytest.mark.parametrize(
    "origin", ["*", "https://*.example", "app.example", "https://app.example/", "https://a/b"]
)
async def test_an_origin_that_no_browser_sends_is_explained_at_the_start(
    open_door: OpenDoor, origin: str
) -> None:
    with pytest.raises(StartError, match="PEERLINE_ALLOWED_ORIGINS"):
        await open_door(allowed_origins=(origin,))


# --- others ----------------------------------------------------------------------------------


async def test_the_others_get_everything_in_time_while_one_does_not_read(
    open_door: OpenDoor,
) -> None:
    door = await open_door(
        outbox_hard_bytes=2_000_000, outbox_soft_bytes=50_000, messages_per_minute=10_000
    )
    host = await door.join("host")
    bob = await door.join("bob", Role.EDITOR)
    lazy = await door.join("lazy", Role.EDITOR)
    lazy.socket.transport.pause_reading()
    gateway = door.server._gateway  # pyright: ignore[reportPrivateUsage] - only it knows
    assert gateway is not None
    number = 0
    while len(gateway.connections) == 3:
        number += 1
        await host.send(**chat(number) | {"content": "x" * 8_000})
        # Long enough for a busy machine, and far below what the lazy one holds up for.
        async with asyncio.timeout(5):
            seen = await bob.receive_type("chat_message")
        assert seen["message"]["user_id"] == "host"
        await host.receive_type("ack")
        assert number < 2_000, "the peer was never cut"
    lazy.socket.transport.abort()
