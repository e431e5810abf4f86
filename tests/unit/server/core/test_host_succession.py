"""Tests of the succession of hosts, over real sockets."""

import pytest
from websockets.exceptions import ConnectionClosed

from peerline.protocol.roles import Role
from tests.unit.server.conftest import SESSION, OpenDoor, RawClient


async def leave(client: RawClient) -> None:
    await client.send(type="leave_session", session_id=SESSION)
    with pytest.raises(ConnectionClosed):
        await client.receive_type("nothing more")


async def test_the_longest_present_editor_is_acting_host_until_a_host_is_back(
    open_door: OpenDoor,
) -> None:
    door = await open_door(host_grace_seconds=0.05)
    host = await door.join("host")
    await door.join("viewer", Role.VIEWER)
    bob, eve = await door.join("bob", Role.EDITOR), await door.join("eve", Role.EDITOR)
    await leave(host)
    changed = await eve.receive_type("role_changed")
    assert (changed["user_id"], changed["role"], changed["changed_by"]) == (
        "bob",
        "host",
        "peerline",
    )
    # Also after a restart it is known that the role is not for good.
    await door.server.stop()
    door = await open_door(host_grace_seconds=60.0)
    bob = await door.join("bob")
    assert bob.connected["role"] == "host"
    host = await door.join("host")
    assert host.connected["role"] == "host"
    back = await bob.receive_type("role_changed")
    assert (back["user_id"], back["role"]) == ("bob", "editor")
    await bob.send(type="end_session", session_id=SESSION, request_id="r")
    assert (await bob.receive_type("error"))["error_code"] == "PERMISSION_DENIED"


async def test_a_host_whom_a_host_has_made_keeps_the_role(open_door: OpenDoor) -> None:
    door = await open_door(host_grace_seconds=0.0)
    host, bob = await door.join("host"), await door.join("bob", Role.EDITOR)
    await host.send(type="change_role", session_id=SESSION, user_id="bob", role="host")
    await bob.receive_type("role_changed")
    await leave(host)
    await bob.receive_type("user_left")
    host = await door.join("host")
    await host.send(type="chat_message", session_id=SESSION, content="back")
    seen = await bob.receive_type("chat_message", "role_changed")
    assert seen["type"] == "chat_message"


async def test_nobody_takes_over_a_session_whose_host_was_never_there(
    open_door: OpenDoor,
) -> None:
    door = await open_door(host_grace_seconds=0.0)
    bob, eve = await door.join("bob", Role.EDITOR), await door.join("eve", Role.EDITOR)
    await eve.send(type="chat_message", session_id=SESSION, content="hello")
    seen = await bob.receive_type("chat_message", "role_changed")
    assert seen["type"] == "chat_message"


async def test_a_host_who_comes_back_in_time_stays_the_only_one(open_door: OpenDoor) -> None:
    door = await open_door(host_grace_seconds=60.0)
    host, bob = await door.join("host"), await door.join("bob", Role.EDITOR)
    await leave(host)
    host = await door.join("host")
    await host.send(type="chat_message", session_id=SESSION, content="back")
    seen = await bob.receive_type("chat_message", "role_changed")
    assert seen["type"] == "chat_message"


async def test_nobody_signs_in_as_the_server(open_door: OpenDoor) -> None:
    door = await open_door()
    client = await door.connect()
    await client.send(type="join_session", session_id=SESSION, auth_token=door.token("peerline"))
    assert (await client.receive())["error_code"] == "TOKEN_INVALID"
