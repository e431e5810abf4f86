"""Sessions that accounts create by joining them, over real sockets."""

import asyncio
from typing import Any

from peerline.protocol.roles import Role
from tests.unit.server.conftest import SESSION, Door, OpenDoor, RawClient

NEW = "b7d1f00dcafe4242"


async def create(door: Door, session_id: str, user_id: str = "alice", **fields: Any) -> RawClient:
    """A client that asked for a session; the answer is in `connected`."""
    client = await door.connect("/ws")
    fields = {"auth_token": door.token(user_id), "create": {"title": "Pairing"}, **fields}
    await client.send(type="join_session", session_id=session_id, **fields)
    client.connected = await client.receive()
    return client


async def refusal(door: Door, session_id: str, **fields: Any) -> tuple[str, str]:
    answer = (await create(door, session_id, **fields)).connected
    assert answer["type"] == "error", answer
    return answer["error_code"], answer["message"]


async def test_an_account_creates_a_session_and_is_its_host(open_door: OpenDoor) -> None:
    door = await open_door()
    alice = await create(door, NEW)
    assert alice.connected["type"] == "connected"
    assert (alice.connected["role"], alice.connected["session"]["title"]) == ("host", "Pairing")
    await alice.send(
        type="create_invite", session_id=NEW, role="editor", request_id="i", max_uses=1
    )
    code = (await alice.receive_type("invite_created"))["code"]
    bob = await door.connect(f"/ws/session/{NEW}?invite={code}&username=bob")
    assert (await bob.receive())["role"] == "editor"


async def test_a_creation_that_is_repeated_is_a_join(open_door: OpenDoor) -> None:
    door = await open_door()
    first = await create(door, NEW)
    again = await create(door, NEW, create={"title": "Another title"})
    assert again.connected["session"] == first.connected["session"]
    assert again.connected["epoch"] == first.connected["epoch"]
    both = await asyncio.gather(*[create(door, "at-once") for _ in range(5)])
    assert len({client.connected["epoch"] for client in both}) == 1


async def test_nobody_gets_into_a_session_of_others_by_creating_it(open_door: OpenDoor) -> None:
    door = await open_door()
    assert await refusal(door, SESSION, user_id="mallory") == (
        "NOT_A_PARTICIPANT",
        "You are not a participant of this session. Ask a host for a new invite link.",
    )


async def test_guests_create_nothing(open_door: OpenDoor) -> None:
    door = await open_door()
    code = await door.invite(Role.EDITOR)
    told = "create: a guest cannot create a session, sign in with an account"
    fields = {"auth_token": None, "invite": code, "username": "guest"}
    assert await refusal(door, NEW, **fields) == ("CREATION_DENIED", told)
    guest = await door.connect(f"/ws/session/{SESSION}?invite={code}&username=guest")
    token = (await guest.receive())["auth_token"]
    assert await refusal(door, NEW, auth_token=token) == ("CREATION_DENIED", told)
    assert (await refusal(door, NEW, create=None))[0] == "SESSION_NOT_FOUND"


async def test_a_server_may_keep_creation_to_itself(open_door: OpenDoor) -> None:
    door = await open_door(session_creation=False)
    code, text = await refusal(door, NEW)
    assert (code, text) == (
        "CREATION_DENIED",
        "only the operator of this server creates sessions",
    )
    assert (await create(door, SESSION, "host")).connected["type"] == "connected"


async def test_an_account_has_so_many_sessions_that_have_not_ended(open_door: OpenDoor) -> None:
    door = await open_door(max_created_sessions_per_user=2)
    for session_id in ("one", "two"):
        assert (await create(door, session_id)).connected["type"] == "connected"
    code, text = await refusal(door, "three")
    assert (code, text) == (
        "CREATION_DENIED",
        "you have created 2 sessions that have not ended: end one of them",
    )
    assert (await create(door, "two")).connected["type"] == "connected"
    assert (await create(door, "three", "bob")).connected["type"] == "connected"
    host = await create(door, "one")
    await host.send(type="end_session", session_id="one", request_id="end")
    await host.receive_type("ack")
    assert (await create(door, "four")).connected["type"] == "connected"


async def test_a_title_has_its_limits(open_door: OpenDoor) -> None:
    door = await open_door()
    for title in ("", "x" * 201):
        answer = (await create(door, NEW, create={"title": title})).connected
        assert answer["error_code"] == "INVALID_FIELD"
        assert answer["message"].startswith("create.title: ")
    created = await create(door, NEW, create={"title": "x" * 200})
    assert created.connected["session"]["title"] == "x" * 200
