"""Tests of server.sign_in and of revocation: over real sockets, and beside the command line."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from websockets.exceptions import ConnectionClosed

from peerline.protocol.roles import Role
from peerline_server.admin.offline import revoke_tokens
from peerline_server.auth.revocation import Revocations
from peerline_server.auth.secret import load_secret
from peerline_server.auth.sign_in import Plan, Step, next_step
from peerline_server.auth.tokens import Identity, TokenIssuer, TokenVerifier
from peerline_server.core.records import Revocation
from tests.unit.server.conftest import SESSION, Door, OpenDoor, RawClient

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PLAN = Plan(
    warning=timedelta(seconds=60),
    guest_renewal=timedelta(days=15),
    agent_renewal=timedelta(hours=12),
)


def identity(seconds: float, *, is_guest: bool = False) -> Identity:
    expires_at = NOW + timedelta(seconds=seconds)
    return Identity("u", "U", None, is_guest, issued_at=NOW, expires_at=expires_at)


@pytest.mark.parametrize(
    ("given", "is_warned", "step", "seconds"),
    [
        (identity(3_600), False, Step.WARN, 3_540),
        (identity(60), False, Step.WARN, 0),
        (identity(30), False, Step.WARN, 0),
        (identity(30), True, Step.END, 35),
        (identity(-5), True, Step.END, 0),
        (identity(30 * 86_400, is_guest=True), False, Step.RENEW, 15 * 86_400),
        (identity(86_400, is_guest=True), False, Step.RENEW, 0),
    ],
)
def test_what_a_token_needs_next(
    given: Identity, is_warned: bool, step: Step, seconds: float
) -> None:
    assert next_step(given, NOW, PLAN, is_warned=is_warned) == (step, seconds)


async def join(door: Door, token: str) -> RawClient:
    client = await door.connect()
    await client.send(type="join_session", session_id=SESSION, auth_token=token)
    client.connected = await client.receive()
    return client


async def closing(client: RawClient) -> tuple[str, int]:
    """The error before the end, and the code of the end."""
    error = await client.receive_type("error")
    with pytest.raises(ConnectionClosed) as closed:
        await client.receive_type("never")
    assert closed.value.rcvd is not None
    return error["error_code"], closed.value.rcvd.code


def short(door: Door, seconds: float, user_id: str = "host") -> str:
    """A token that expires this number of seconds from now, the leeway taken off."""
    issuer = TokenIssuer(load_secret(door.data_dir))
    return issuer.issue(user_id, user_id, seconds - 5, datetime.now(UTC))


async def test_a_token_that_is_not_renewed_ends_the_connection_after_a_warning(door: Door) -> None:
    client = await join(door, short(door, 2))
    assert client.connected["type"] == "connected"
    expiring = await client.receive_type("token_expiring")
    left = datetime.fromisoformat(expiring["expires_at"]) - datetime.now(UTC)
    assert left < timedelta(seconds=0)
    assert await closing(client) == ("TOKEN_EXPIRED", 4401)
    again = await join(door, short(door, -1))
    assert again.connected["error_code"] == "TOKEN_EXPIRED"


async def test_no_warning_comes_before_its_time(open_door: OpenDoor) -> None:
    door = await open_door(token_warning_seconds=1.0)
    client = await join(door, short(door, 3_600))
    await client.send(type="chat_message", session_id=SESSION, content="x", request_id="r")
    assert (await client.receive_type("ack", "token_expiring"))["type"] == "ack"


async def test_a_renewed_token_carries_the_connection_on(door: Door) -> None:
    client = await join(door, short(door, 2))
    await client.receive_type("token_expiring")
    token = door.token("host")
    await client.send(type="renew_token", session_id=SESSION, auth_token=token, request_id="r1")
    assert (await client.receive_type("ack"))["request_id"] == "r1"
    # Past the end of the first token the connection still works.
    end = datetime.now(UTC) + timedelta(seconds=2.5)
    number = 0
    while datetime.now(UTC) < end:
        number += 1
        await client.send(type="get_history", session_id=SESSION, request_id=f"q{number}")
        assert (await client.receive_type("history", "error"))["type"] == "history"
        await asyncio.sleep(0.05)


async def test_a_refused_renewal_says_why_and_changes_nothing(door: Door) -> None:
    client = await join(door, short(door, 3))
    refusals = [
        ("nonsense", "TOKEN_INVALID"),
        (door.token("bob"), "TOKEN_INVALID"),
        (short(door, -1), "TOKEN_EXPIRED"),
    ]
    for token, code in refusals:
        renewal = {"type": "renew_token", "session_id": SESSION, "auth_token": token}
        await client.send(**renewal, request_id="r")
        error = await client.receive_type("error", "ack")
        assert (error.get("error_code"), error["request_id"]) == (code, "r")
    await client.send(type="chat_message", session_id=SESSION, content="here", request_id="c")
    assert (await client.receive_type("ack"))["request_id"] == "c"
    assert await closing(client) == ("TOKEN_EXPIRED", 4401)


async def test_a_guest_gets_a_new_token_by_itself(open_door: OpenDoor) -> None:
    door = await open_door(guest_token_seconds=2)
    code = await door.invite(Role.EDITOR)
    guest = await door.connect()
    await guest.send(type="join_session", session_id=SESSION, invite=code, username="Zoe")
    first = await guest.receive()
    renewed = await guest.receive_type("token_renewed")
    old, new = (
        jwt.decode(message["auth_token"], options={"verify_signature": False})
        for message in (first, renewed)
    )
    assert old["exp"] < new["exp"]
    assert {name: old[name] for name in ("sub", "name", "auth_time", "jti")} == {
        name: new[name] for name in ("sub", "name", "auth_time", "jti")
    }
    again = await join(door, renewed["auth_token"])
    assert again.connected["user"]["id"] == first["user"]["id"]
    assert (await guest.receive_type("token_renewed"))["auth_token"] != renewed["auth_token"]


# --- revocation ------------------------------------------------------------------------------


def test_a_revocation_covers_what_it_names_and_nothing_else() -> None:
    issuer, verifier = TokenIssuer(b"s" * 32), TokenVerifier(b"s" * 32)
    older = verifier.verify(issuer.issue("u", "U", 60, NOW), NOW)
    newer_token = issuer.issue("u", "U", 60, NOW + timedelta(milliseconds=2))
    newer = verifier.verify(newer_token, NOW)
    other = verifier.verify(issuer.issue("v", "V", 60, NOW), NOW)
    by_user = Revocations()
    by_user.add([Revocation(user_id="u", issued_before=NOW + timedelta(milliseconds=1))])
    by_user.add([Revocation(user_id="u", issued_before=NOW - timedelta(days=1))])
    assert [by_user.covers(each) for each in (older, newer, other)] == [True, False, False]
    by_id = Revocations()
    by_id.add([Revocation(token_id=newer.token_id)])
    assert [by_id.covers(each) for each in (older, newer, other)] == [False, True, False]


def test_a_guests_renewed_token_is_revoked_with_the_first() -> None:
    issuer, verifier = TokenIssuer(b"s" * 32), TokenVerifier(b"s" * 32)
    first = verifier.verify(issuer.issue("guest_1", "Zoe", 60, NOW, guest=True), NOW)
    later = NOW + timedelta(seconds=50)
    renewed = verifier.verify(issuer.renew(first, 60, later), later)
    assert renewed.expires_at > first.expires_at
    for revocation in (
        Revocation(user_id="guest_1", issued_before=NOW + timedelta(seconds=1)),
        Revocation(token_id=first.token_id),
    ):
        revocations = Revocations()
        revocations.add([revocation])
        assert revocations.covers(renewed)


async def test_what_is_revoked_beside_the_server_ends_and_comes_in_no_more(
    open_door: OpenDoor,
) -> None:
    door = await open_door(revocation_check_seconds=0.1)
    host = await door.join("host")
    token = door.token("bob")
    fields: dict[str, Any] = {"invite": await door.invite(Role.EDITOR)}
    bob = await door.connect()
    await bob.send(type="join_session", session_id=SESSION, auth_token=token, **fields)
    assert (await bob.receive())["type"] == "connected"
    other = await door.join("bob")
    token_id = jwt.decode(token, options={"verify_signature": False})["jti"]
    await revoke_tokens(door.data_dir, Revocation(token_id=token_id))
    async with asyncio.timeout(10):
        assert await closing(bob) == ("TOKEN_REVOKED", 4401)
    assert (await join(door, token)).connected["error_code"] == "TOKEN_REVOKED"
    await other.send(type="renew_token", session_id=SESSION, auth_token=token, request_id="r")
    assert (await other.receive_type("error"))["error_code"] == "TOKEN_REVOKED"
    await revoke_tokens(door.data_dir, Revocation(user_id="bob", issued_before=datetime.now(UTC)))
    async with asyncio.timeout(10):
        assert await closing(other) == ("TOKEN_REVOKED", 4401)
        assert (await host.receive_type("user_left"))["user_id"] == "bob"
    assert (await join(door, door.token("bob"))).connected["type"] == "connected"
    await host.send(type="chat_message", session_id=SESSION, content="fine", request_id="c")
    assert (await host.receive_type("ack"))["request_id"] == "c"


async def test_what_was_revoked_is_known_from_the_start(open_door: OpenDoor) -> None:
    door = await open_door()
    token = door.token("host")
    await revoke_tokens(door.data_dir, Revocation(user_id="host", issued_before=datetime.now(UTC)))
    await door.server.stop()
    door.stack.pop_all()
    door = await open_door(revocation_check_seconds=3_600.0)
    assert (await join(door, token)).connected["error_code"] == "TOKEN_REVOKED"
