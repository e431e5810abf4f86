"""Participants change their names while they are in the session."""

import pytest

from peerline.protocol.roles import Role
from tests.unit.server.conftest import SESSION, Door, OpenDoor, RawClient


async def rename(client: RawClient, name: str, request_id: str = "r1") -> dict[str, object]:
    await client.send(type="change_name", session_id=SESSION, name=name, request_id=request_id)
    return await answer_to(client, request_id)


async def answer_to(client: RawClient, request_id: str) -> dict[str, object]:
    """The answer to this request; those to others that came before are passed over."""
    while True:
        answer = await client.receive_type("ack", "error")
        if answer["request_id"] == request_id:
            return answer


async def names_in(door: Door, observer: str) -> dict[str, str]:
    client = await door.join(observer, Role.VIEWER)
    return {one["id"]: one["username"] for one in client.connected["participants"]}


@pytest.mark.parametrize("role", Role)
async def test_everybody_is_told_and_later_joins_see_it(door: Door, role: Role) -> None:
    ann = await door.join("ann", Role.EDITOR)
    bob = await door.join("bob", role)
    answer = await rename(bob, "Robert")
    told = await ann.receive_type("name_changed")
    assert (told["user_id"], told["username"], told["name"]) == ("bob", "Bob", "Robert")
    assert (answer["type"], answer["seq"]) == ("ack", told["seq"])
    assert (await names_in(door, "cat"))["bob"] == "Robert"


async def test_messages_carry_the_new_name_and_earlier_ones_the_old(door: Door) -> None:
    bob = await door.join("bob", Role.EDITOR)
    await bob.send(type="chat_message", session_id=SESSION, content="one", request_id="m1")
    await rename(bob, "Robert")
    await bob.send(type="chat_message", session_id=SESSION, content="two", request_id="m2")
    await answer_to(bob, "m2")
    cat = await door.join("cat", Role.VIEWER)
    sent = [(one["username"], one["content"]) for one in cat.connected["messages"]]
    assert sent == [("Bob", "one"), ("Robert", "two")]


async def test_nobody_takes_a_name_that_looks_like_anothers(door: Door) -> None:
    ann = await door.join("ann", Role.EDITOR)
    bob = await door.join("bob", Role.EDITOR)
    await rename(bob, "\u200b ANN ")
    assert (await ann.receive_type("name_changed"))["name"] == "ANN (2)"


async def test_two_who_ask_for_one_name_at_once_do_not_both_get_it(door: Door) -> None:
    ann = await door.join("ann", Role.EDITOR)
    bob = await door.join("bob", Role.EDITOR)
    for client in (ann, bob):
        await client.send(type="change_name", session_id=SESSION, name="Max")
    names = {(await ann.receive_type("name_changed"))["name"] for _ in "12"}
    assert names == {"Max", "Max (2)"}


@pytest.mark.parametrize("count", [2, 5])
async def test_guests_who_join_at_once_with_one_name_do_not_all_get_it(
    door: Door, count: int
) -> None:
    await door.join("host")
    code = await door.invite(Role.EDITOR)
    guests = [await door.connect() for _ in range(count)]
    for guest in guests:
        await guest.send(type="join_session", session_id=SESSION, invite=code, username="Gina")
    named = [(await guest.receive_type("connected"))["user"]["username"] for guest in guests]
    numbered = [f"Gina ({number})" for number in range(2, count + 1)]
    assert sorted(named) == sorted(["Gina", *numbered])


async def test_a_join_and_a_rename_at_once_do_not_both_get_one_name(door: Door) -> None:
    ann = await door.join("ann", Role.EDITOR)
    code = await door.invite(Role.EDITOR)
    guests = [await door.connect() for _ in range(3)]
    for number, guest in enumerate(guests):
        join = {"type": "join_session", "session_id": SESSION, "invite": code, "username": "Max"}
        await guest.send(**join)
        await ann.send(
            type="change_name",
            session_id=SESSION,
            name=f"Max{' ' * number}",
            request_id=f"r{number}",
        )
    for guest in guests:
        await guest.receive_type("connected")
    await ann.send(type="change_name", session_id=SESSION, name="Max", request_id="last")
    while (await ann.receive_type("ack"))["request_id"] != "last":
        pass
    names = list((await names_in(door, "cat")).values())
    assert len({name.casefold() for name in names}) == len(names) == 5


async def test_a_name_that_is_being_changed_is_not_undone_by_another_join(door: Door) -> None:
    bob = await door.join("bob", Role.VIEWER)
    code = await door.invite(Role.EDITOR)
    second = await door.connect()
    token = door.token("bob")
    await bob.send(type="change_name", session_id=SESSION, name="Robert", request_id="r1")
    await second.send(type="join_session", session_id=SESSION, auth_token=token, invite=code)
    connected = await second.receive_type("connected")
    assert connected["user"]["username"] == "Robert"
    assert (await names_in(door, "cat"))["bob"] == "Robert"


async def test_the_old_name_is_free_and_the_own_one_changes_nothing(door: Door) -> None:
    ann = await door.join("ann", Role.EDITOR)
    bob = await door.join("bob", Role.EDITOR)
    first = await rename(bob, "Robert")
    again = await rename(bob, "Robert", "r2")
    assert (again["type"], again["seq"]) == ("ack", first["seq"])
    await rename(ann, "Bob", "r3")
    assert await names_in(door, "cat") == {"ann": "Bob", "bob": "Robert", "cat": "Cat"}


async def test_a_repeated_request_has_one_effect(door: Door) -> None:
    bob = await door.join("bob", Role.EDITOR)
    first = await rename(bob, "Robert")
    assert await rename(bob, "Robert") == first


@pytest.mark.parametrize("name", ["", "   ", "\u200b\u202e", "x" * 65])
async def test_what_is_no_name_is_refused(door: Door, name: str) -> None:
    bob = await door.join("bob", Role.EDITOR)
    answer = await rename(bob, name)
    assert (answer["type"], answer["error_code"]) == ("error", "INVALID_FIELD")
    assert (await names_in(door, "cat"))["bob"] == "Bob"


async def test_a_chosen_name_outlives_a_leave_and_the_server(open_door: OpenDoor) -> None:
    door = await open_door()
    bob = await door.join("bob", Role.EDITOR)
    await rename(bob, "Robert")
    await bob.send(type="leave_session", session_id=SESSION)
    await bob.socket.wait_closed()
    back = await door.join("bob")
    assert back.connected["user"]["username"] == "Robert"
    await door.server.stop()
    door = await open_door()
    back = await door.join("bob")
    assert back.connected["user"]["username"] == "Robert"
    await back.send(type="get_activity", session_id=SESSION, request_id="a", types=["name_changed"])
    (entry,) = (await back.receive_type("activity"))["entries"]
    assert (entry["username"], entry["event"]["name"]) == ("Robert", "Robert")


async def test_an_account_keeps_its_own_name_in_other_sessions(door: Door) -> None:
    bob = await door.join("bob", Role.EDITOR)
    await rename(bob, "Robert")
    other = await door.connect("/ws")
    await other.send(
        type="join_session", session_id="other", auth_token=door.token("bob"), create={}
    )
    connected = await other.receive_type("connected", "error")
    assert connected["user"]["username"] == "Bob"


async def test_a_removed_participant_comes_back_under_the_name_they_sign_in_with(
    door: Door,
) -> None:
    host = await door.join("ann", Role.HOST)
    bob = await door.join("bob", Role.EDITOR)
    await rename(bob, "Robert")
    await host.send(type="remove_participant", session_id=SESSION, user_id="bob", request_id="out")
    await host.receive_type("ack")
    back = await door.join("bob", Role.EDITOR)
    assert back.connected["user"]["username"] == "Bob"
