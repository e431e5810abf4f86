"""Rights of hosts alone: invites, bans, and those who wait to be admitted."""

import asyncio
from itertools import count
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from peerline.protocol.errors import CloseCode
from peerline.protocol.roles import Role
from tests.unit.server.conftest import SESSION, Door, OpenDoor, RawClient

_numbers = count()


async def ask(client: RawClient, kind: str, **fields: Any) -> dict[str, Any]:
    request_id = str(fields.setdefault("request_id", f"{kind}-{next(_numbers)}"))
    await client.send(type=kind, session_id=SESSION, **fields)
    while True:
        message = await client.receive()
        if message.get("request_id") == request_id:
            return message


async def knock(door: Door, code: str, name: str = "Gina") -> RawClient:
    client = await door.connect()
    await client.send(type="join_session", session_id=SESSION, invite=code, username=name)
    return client


async def test_an_invite_made_in_the_session_lets_in_until_it_is_revoked(door: Door) -> None:
    host = await door.join("host")
    made = await ask(host, "create_invite", role="viewer", max_uses=2)
    assert made["type"] == "invite_created"
    first = await knock(door, made["code"])
    assert (await first.receive())["role"] == "viewer"
    (listed,) = (await ask(host, "get_moderation"))["invites"]
    assert (listed["id"], listed["uses"], "code" in listed) == (made["invite"]["id"], 1, False)
    assert (await ask(host, "revoke_invite", invite_id=listed["id"]))["type"] == "ack"
    assert (await ask(host, "get_moderation", request_id="again"))["invites"] == []
    second = await knock(door, made["code"])
    assert (await second.receive())["error_code"] == "INVITE_INVALID"


async def test_the_same_request_makes_the_same_invite_also_after_a_restart(
    open_door: OpenDoor,
) -> None:
    door = await open_door()
    made = await ask(await door.join("host"), "create_invite", request_id="one")
    await door.server.stop()
    door = await open_door()
    host = await door.join("host")
    again = await ask(host, "create_invite", request_id="one")
    assert (again["code"], again["invite"]) == (made["code"], made["invite"])
    other = await ask(host, "create_invite", request_id="two")
    assert other["code"] != made["code"]


async def test_the_invites_of_a_session_are_limited_at_both_sides(open_door: OpenDoor) -> None:
    door = await open_door(max_invites=2)
    host = await door.join("host")
    for number in (1, 2):
        made = await ask(host, "create_invite", request_id=f"r{number}")
        assert made["type"] == "invite_created"
    refused = await ask(host, "create_invite", request_id="r3")
    assert refused["error_code"] == "LIMIT_EXCEEDED"
    assert (await ask(host, "revoke_invite", invite_id=made["invite"]["id"]))["type"] == "ack"
    assert (await ask(host, "create_invite", request_id="r4"))["type"] == "invite_created"


async def told_when_full(host: RawClient) -> dict[str, Any]:
    """The invite that is full, as the host is told it without asking."""
    while True:
        message = await host.receive()
        if message["type"] == "moderation" and "request_id" not in message:
            full = [invite for invite in message["invites"] if invite["is_full"]]
            if full:
                return full[0]


async def test_a_link_brings_guests_up_to_a_limit_and_the_host_is_told(open_door: OpenDoor) -> None:
    door = await open_door(max_guests_per_invite=2)
    host = await door.join("host")
    code, other = [(await ask(host, "create_invite"))["code"] for _ in range(2)]
    first = await (await knock(door, code, "One")).receive()
    (listed, _) = (await ask(host, "get_moderation"))["invites"]
    assert (listed["guests"], listed["is_full"]) == (1, False)
    second = await (await knock(door, code, "Two")).receive()
    assert (first["type"], second["type"]) == ("connected", "connected")
    full = await told_when_full(host)
    assert (full["id"], full["guests"]) == (listed["id"], 2)
    # Removing one makes no room: who removes a guest does not ask for another one.
    removed = await ask(host, "remove_participant", user_id=second["user"]["id"])
    assert removed["type"] == "ack"
    refused = await (await knock(door, code, "Three")).receive()
    assert refused["error_code"] == "INVITE_FULL"
    assert "Ask a host for a new link." in refused["message"]
    assert (await (await knock(door, other, "Three")).receive())["type"] == "connected"
    # Those who are known come back, and accounts join.
    again = await door.connect()
    await again.send(type="join_session", session_id=SESSION, auth_token=first["auth_token"])
    assert (await again.receive())["user"]["id"] == first["user"]["id"]
    account = await door.connect()
    token = door.token("ann")
    await account.send(type="join_session", session_id=SESSION, auth_token=token, invite=code)
    assert (await account.receive())["role"] == "editor"


async def test_a_guest_of_a_full_link_is_refused_without_asking_a_host(open_door: OpenDoor) -> None:
    door = await open_door(max_guests_per_invite=0)
    host = await door.join("host")
    changes = {"join_approval": True}
    assert (await ask(host, "update_session", changes=changes))["type"] == "ack"
    code = (await ask(host, "create_invite"))["code"]
    refused = await (await knock(door, code)).receive()
    assert refused["error_code"] == "INVITE_FULL"


@pytest.mark.parametrize(
    ("kind", "fields", "code"),
    [
        ("revoke_invite", {"invite_id": "nothing"}, "INVITE_NOT_FOUND"),
        ("answer_join", {"user_id": "nobody", "allow": True}, "PARTICIPANT_NOT_FOUND"),
        ("create_invite", {"expires_in": 59}, "INVALID_FIELD"),
        ("create_invite", {"max_uses": 0}, "INVALID_FIELD"),
    ],
)
async def test_what_cannot_be_done_says_why(
    door: Door, kind: str, fields: dict[str, Any], code: str
) -> None:
    refused = await ask(await door.join("host"), kind, **fields)
    assert refused["error_code"] == code


async def test_only_hosts_hear_of_invites_and_bans(door: Door) -> None:
    host = await door.join("host")
    bob = await door.join("bob", Role.EDITOR)
    carol = await door.join("carol", Role.EDITOR)
    await ask(host, "remove_participant", user_id="carol", ban=True)
    news = await host.receive_type("moderation")
    while not news["bans"]:  # of the invites before, if it came late
        news = await host.receive_type("moderation")
    assert [ban["user_id"] for ban in news["bans"]] == ["carol"]
    await ask(host, "create_invite")
    assert len((await host.receive_type("moderation"))["invites"]) == 3
    await host.send(type="chat_message", session_id=SESSION, content="the last")
    heard = [await bob.receive()]
    while heard[-1]["type"] != "chat_message":
        heard.append(await bob.receive())
    assert "moderation" not in {message["type"] for message in heard}
    (removed,) = [message for message in heard if message["type"] == "participant_removed"]
    assert removed["is_banned"] is False, "that it was a ban is the hosts' affair"
    entries = (await ask(bob, "get_activity", types=["participant_removed"]))["entries"]
    assert entries[0]["event"]["is_banned"] is False
    assert (await ask(bob, "get_moderation"))["error_code"] == "PERMISSION_DENIED"
    with pytest.raises(ConnectionClosed):
        await carol.receive_type("never")


async def test_a_lifted_ban_lets_back_in_with_an_invite(door: Door) -> None:
    host = await door.join("host")
    await door.join("bob", Role.EDITOR)
    await ask(host, "remove_participant", user_id="bob", ban=True)
    assert (await ask(host, "lift_ban", user_id="bob"))["type"] == "ack"
    assert (await ask(host, "get_moderation"))["bans"] == []
    assert (await door.join("bob", Role.VIEWER)).connected["role"] == "viewer"


async def demand_approval(host: RawClient) -> None:
    changes = {"join_approval": True}
    assert (await ask(host, "update_session", changes=changes))["type"] == "ack"


async def pending(host: RawClient, count: int = 1) -> list[dict[str, Any]]:
    while True:
        news = await host.receive_type("moderation")
        if len(news["pending"]) == count:
            return news["pending"]


async def test_a_host_lets_in_or_turns_away_who_comes_with_an_invite(door: Door) -> None:
    host = await door.join("host")
    code = await door.invite(Role.EDITOR)
    await demand_approval(host)
    for allow, expected in ((True, "connected"), (False, "JOIN_DENIED")):
        guest = await knock(door, code)
        assert (await guest.receive())["type"] == "join_pending"
        await guest.send(type="chat_message", session_id=SESSION, content="hi", request_id="early")
        assert (await guest.receive())["error_code"] == "NOT_JOINED"
        (join,) = await pending(host)
        assert (join["username"], join["role"]) == ("Gina", "editor")
        answer = await ask(
            host, "answer_join", user_id=join["user_id"], allow=allow, request_id=str(allow)
        )
        assert answer["type"] == "ack"
        message = await guest.receive()
        assert message.get("error_code", message["type"]) == expected
        await pending(host, 0)
    # Who is in comes back without being asked again.
    await host.socket.close()
    assert (await door.join("host")).connected["session"]["join_approval"] is True


async def test_only_a_host_decides_on_approval(door: Door) -> None:
    await door.join("host")
    bob = await door.join("bob", Role.EDITOR)
    changes = {"join_approval": True}
    refused = await ask(bob, "update_session", changes=changes)
    assert refused["error_code"] == "PERMISSION_DENIED"


async def test_who_waits_too_long_or_goes_away_is_forgotten(open_door: OpenDoor) -> None:
    door = await open_door(approval_seconds=0.3)
    host = await door.join("host")
    code = await door.invite(Role.EDITOR)
    await demand_approval(host)
    guest = await knock(door, code)
    assert (await guest.receive())["type"] == "join_pending"
    assert (await guest.receive())["error_code"] == "JOIN_UNANSWERED"
    with pytest.raises(ConnectionClosed):
        await guest.receive()
    assert guest.socket.close_code == CloseCode.AUTH_TIMEOUT


async def test_who_closes_the_socket_waits_no_longer(open_door: OpenDoor) -> None:
    door = await open_door(max_pending_joins=1, leave_grace_seconds=0.0)
    host = await door.join("host")
    code = await door.invite(Role.EDITOR)
    await demand_approval(host)
    guest = await knock(door, code)
    assert (await guest.receive())["type"] == "join_pending"
    await pending(host)
    refused = await knock(door, code, "Hugo")
    assert (await refused.receive())["error_code"] == "LIMIT_EXCEEDED"
    await guest.socket.close()
    await pending(host, 0)
    other = await knock(door, code, "Hugo")
    assert (await other.receive())["type"] == "join_pending"


async def test_nobody_waits_for_a_session_that_is_over(door: Door) -> None:
    host = await door.join("host")
    code = await door.invite(Role.EDITOR)
    await demand_approval(host)
    guest = await knock(door, code)
    assert (await guest.receive())["type"] == "join_pending"
    await host.send(type="end_session", session_id=SESSION)
    assert (await guest.receive())["error_code"] in {"JOIN_DENIED", "SESSION_ENDED"}


async def test_an_invite_revoked_during_the_wait_lets_nobody_in(door: Door) -> None:
    host = await door.join("host")
    made = await ask(host, "create_invite")
    await demand_approval(host)
    guest = await knock(door, made["code"])
    assert (await guest.receive())["type"] == "join_pending"
    (join,) = await pending(host)
    await ask(host, "revoke_invite", invite_id=made["invite"]["id"])
    await ask(host, "answer_join", user_id=join["user_id"], allow=True)
    assert (await guest.receive())["error_code"] == "INVITE_INVALID"


async def test_the_server_stops_in_time_while_somebody_waits(door: Door) -> None:
    host = await door.join("host")
    await demand_approval(host)
    guest = await knock(door, await door.invite(Role.EDITOR))
    assert (await guest.receive())["type"] == "join_pending"
    async with asyncio.timeout(10):
        assert await door.server.stop()


async def test_a_host_who_comes_with_another_connection_is_told_what_hosts_see(door: Door) -> None:
    code = await door.invite(Role.EDITOR)
    first = await door.join("host")
    guest = await knock(door, code)
    user_id = (await guest.receive())["user"]["id"]
    wanted = {"user_id": user_id, "invite_id": code[:8]}
    assert wanted in (await first.receive_type("moderation"))["arrivals"]
    second = await door.join("host")
    assert wanted in (await second.receive_type("moderation"))["arrivals"]
    await guest.send(type="get_moderation", session_id=SESSION, request_id="g")
    assert (await guest.receive_type("moderation", "error"))["type"] == "error"
