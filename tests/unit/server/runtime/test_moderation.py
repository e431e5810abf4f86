"""Moderation through a running server: what a host decides holds at once, everywhere."""

import pytest
from websockets.exceptions import ConnectionClosed

from peerline.protocol.errors import CloseCode
from peerline.protocol.roles import Role
from tests.unit.server.conftest import SESSION, Door, OpenDoor, RawClient


async def moderate(host: RawClient, kind: str, user_id: str, **fields: object) -> dict[str, object]:
    await host.send(
        type=kind, session_id=SESSION, user_id=user_id, request_id=f"{kind}-{user_id}", **fields
    )
    return await host.receive_type("ack", "error")


async def say(client: RawClient, text: str = "hello") -> dict[str, object]:
    await client.send(type="chat_message", session_id=SESSION, content=text, request_id=text)
    return await client.receive_type("ack", "error")


async def test_a_role_holds_at_once_on_every_connection(door: Door) -> None:
    host = await door.join("host")
    bobs = [await door.join("bob", Role.EDITOR), await door.join("bob")]
    assert (await moderate(host, "change_role", "bob", role="viewer"))["type"] == "ack"
    for bob in bobs:
        changed = await bob.receive_type("role_changed")
        assert (changed["user_id"], changed["role"], changed["changed_by"]) == (
            "bob",
            "viewer",
            "host",
        )
        assert (await say(bob))["error_code"] == "PERMISSION_DENIED"
    await host.send(type="change_role", session_id=SESSION, user_id="bob", role="editor")
    await bobs[0].receive_type("role_changed")
    assert (await door.join("bob")).connected["role"] == "editor"


async def test_nothing_of_a_removed_participant_comes_after_the_announcement(door: Door) -> None:
    host = await door.join("host")
    bob = await door.join("bob", Role.EDITOR)
    await host.send(type="remove_participant", session_id=SESSION, user_id="bob")
    for number in range(50):
        await bob.send(type="chat_message", session_id=SESSION, content=f"late {number}")
    removed = await host.receive_type("participant_removed")
    assert removed["removed_by"] == "host"
    await host.send(type="chat_message", session_id=SESSION, content="anything else?")
    said = await host.receive_type("chat_message")
    assert said["message"]["user_id"] == "host", "something of bob came after the announcement"
    with pytest.raises(ConnectionClosed):
        await bob.receive_type("never")
    assert bob.socket.close_code == CloseCode.REMOVED


async def test_the_removed_need_a_new_invite_and_the_banned_get_none(open_door: OpenDoor) -> None:
    door = await open_door()
    host = await door.join("host")
    for user, ban in (("bob", False), ("carol", True)):
        await door.join(user, Role.EDITOR)
        await moderate(host, "remove_participant", user, ban=ban)
    await door.server.stop()
    # Also after a restart.
    door = await open_door()
    for user, without, with_invite in (
        ("bob", "NOT_A_PARTICIPANT", "connected"),
        ("carol", "BANNED", "BANNED"),
    ):
        for invite, expected in ((None, without), (await door.invite(Role.VIEWER), with_invite)):
            client = await door.connect()
            fields = {} if invite is None else {"invite": invite}
            await client.send(
                type="join_session", session_id=SESSION, auth_token=door.token(user), **fields
            )
            answer = await client.receive()
            assert answer.get("error_code", answer["type"]) == expected
            if expected == "connected":
                assert answer["role"] == "viewer"


async def test_only_a_host_moderates(door: Door) -> None:
    await door.join("host")
    bob = await door.join("bob", Role.EDITOR)
    assert (await moderate(bob, "change_role", "bob", role="host"))[
        "error_code"
    ] == "PERMISSION_DENIED"
    assert (await moderate(bob, "remove_participant", "host"))["error_code"] == "PERMISSION_DENIED"
