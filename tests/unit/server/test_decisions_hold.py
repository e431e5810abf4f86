"""Ways around a host's decision beside invites: none leads back, on a real server."""

from itertools import count
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from peerline.protocol.errors import CloseCode
from peerline.protocol.roles import Role
from peerline_server.admin.archive import export_session, import_session

from .conftest import SESSION, Door, OpenDoor, RawClient

_numbers = count()


async def ask(
    client: RawClient, kind: str, session_id: str = SESSION, **fields: Any
) -> dict[str, Any]:
    request_id = f"{kind}-{next(_numbers)}"
    await client.send(type=kind, session_id=session_id, request_id=request_id, **fields)
    while True:
        message = await client.receive()
        if message.get("request_id") == request_id:
            return message


async def first_answer(
    door: Door, token: str | None, session_id: str = SESSION, **fields: Any
) -> tuple[RawClient, dict[str, Any]]:
    client = await door.connect("/ws")
    if token is not None:
        fields["auth_token"] = token
    await client.send(type="join_session", session_id=session_id, **fields)
    return client, await client.receive()


def result(answer: dict[str, Any]) -> str:
    return answer.get("error_code") or answer.get("role") or answer["type"]


async def leave(client: RawClient) -> None:
    await client.send(type="leave_session", session_id=SESSION)
    with pytest.raises(ConnectionClosed):
        await client.receive_type("nothing more")


@pytest.mark.parametrize("restarts", [False, True], ids=["running", "restarted"])
async def test_a_demoted_host_does_not_become_acting_host(
    open_door: OpenDoor, *, restarts: bool
) -> None:
    door = await open_door(host_grace_seconds=0.0)
    host, former = await door.join("host"), await door.join("former", Role.HOST)
    assert (await ask(host, "change_role", user_id="former", role="editor"))["type"] == "ack"
    eve = await door.join("eve", Role.EDITOR)
    if restarts:
        for client in (host, former, eve):
            await client.socket.close()
        await door.server.stop()
        door = await open_door(host_grace_seconds=0.0)
        host = await door.join("host")
        former, eve = await door.join("former"), await door.join("eve")
    await leave(host)
    # Eve joined after the former host, but no host has decided about her.
    changed = await eve.receive_type("role_changed")
    while changed["changed_by"] != "peerline":
        changed = await eve.receive_type("role_changed")
    assert (changed["user_id"], changed["role"]) == ("eve", "host")
    assert result((await first_answer(door, door.token("former")))[1]) == "editor"


async def test_there_is_no_acting_host_if_hosts_decided_about_every_editor(
    open_door: OpenDoor,
) -> None:
    door = await open_door(host_grace_seconds=0.0)
    host, former = await door.join("host"), await door.join("former", Role.HOST)
    assert (await ask(host, "change_role", user_id="former", role="editor"))["type"] == "ack"
    await former.receive_type("role_changed")
    await leave(host)
    await former.receive_type("user_left")
    await former.send(type="chat_message", session_id=SESSION, content="still here")
    seen = await former.receive_type("chat_message", "role_changed")
    assert seen["type"] == "chat_message"
    assert (await ask(former, "create_invite"))["error_code"] == "PERMISSION_DENIED"


@pytest.mark.parametrize(
    ("decision", "fields", "expected"),
    [
        ("change_role", {"role": "viewer"}, "viewer"),
        ("remove_participant", {}, "NOT_A_PARTICIPANT"),
        ("remove_participant", {"ban": True}, "BANNED"),
    ],
)
async def test_who_created_the_session_does_not_get_it_back_by_creating_it_again(
    door: Door, decision: str, fields: dict[str, Any], expected: str
) -> None:
    wish = {"create": {"title": "Mine"}}
    creator, answer = await first_answer(door, door.token("alice"), "theirs", **wish)
    assert answer["role"] == "host"
    code = (await ask(creator, "create_invite", "theirs", role="host"))["code"]
    host, answer = await first_answer(door, door.token("bob"), "theirs", invite=code)
    assert answer["role"] == "host"
    done = await ask(host, decision, "theirs", user_id="alice", **fields)
    assert done["type"] == "ack"
    for brought in (wish, {"invite": code}, {**wish, "invite": code}):
        _, answer = await first_answer(door, door.token("alice"), "theirs", **brought)
        assert result(answer) == expected


@pytest.mark.parametrize(
    ("ban", "refusal"),
    [(False, "JOIN_DENIED"), (True, "BANNED")],
)
async def test_who_is_removed_while_waiting_to_rise_waits_no_longer(
    door: Door, *, ban: bool, refusal: str
) -> None:
    host = await door.join("host")
    first = await door.join("bob", Role.VIEWER)
    code = (await ask(host, "create_invite", role="editor"))["code"]
    await ask(host, "update_session", changes={"join_approval": True})
    waiting, answer = await first_answer(door, door.token("bob"), invite=code)
    assert answer["type"] == "join_pending"
    await ask(host, "remove_participant", user_id="bob", ban=ban)
    assert (await waiting.receive())["error_code"] == refusal
    with pytest.raises(ConnectionClosed):
        await first.receive_type("never")
    assert first.socket.close_code == CloseCode.REMOVED
    assert (await ask(host, "get_moderation"))["pending"] == []
    _, answer = await first_answer(door, door.token("bob"), invite=code)
    assert result(answer) == ("BANNED" if ban else "NOT_A_PARTICIPANT")


async def test_who_is_removed_needs_a_newer_link_also_to_ask_for_approval(door: Door) -> None:
    host = await door.join("host")
    old = (await ask(host, "create_invite", role="editor"))["code"]
    await first_answer(door, door.token("bob"), invite=old)
    await ask(host, "update_session", changes={"join_approval": True})
    await ask(host, "remove_participant", user_id="bob")
    assert result((await first_answer(door, door.token("bob"), invite=old))[1]) == (
        "NOT_A_PARTICIPANT"
    )
    new = (await ask(host, "create_invite", role="viewer"))["code"]
    waiting, answer = await first_answer(door, door.token("bob"), invite=new)
    assert answer["type"] == "join_pending"
    await ask(host, "answer_join", user_id="bob", allow=True)
    assert result(await waiting.receive()) == "viewer"


async def test_a_guest_does_not_return_under_another_name_with_the_token(door: Door) -> None:
    host = await door.join("host")
    code = (await ask(host, "create_invite", role="editor"))["code"]
    _, guest = await first_answer(door, None, invite=code, username="Gina")
    await ask(host, "remove_participant", user_id=guest["user"]["id"])
    token = guest["auth_token"]
    _, answer = await first_answer(door, token, invite=code, username="Hugo")
    assert result(answer) == "NOT_A_PARTICIPANT"


async def test_resuming_leads_nobody_back_who_was_removed(door: Door) -> None:
    host = await door.join("host")
    code = (await ask(host, "create_invite", role="editor"))["code"]
    tabs = [await first_answer(door, door.token("bob"), invite=code) for _ in range(2)]
    await ask(host, "remove_participant", user_id="bob")
    for client, connected in tabs:
        with pytest.raises(ConnectionClosed):
            await client.receive_type("never")
        assert client.socket.close_code == CloseCode.REMOVED
        resume = {"epoch": connected["epoch"], "seq": connected["seq"]}
        for brought in ({}, {"invite": code}):
            _, answer = await first_answer(door, door.token("bob"), resume=resume, **brought)
            assert result(answer) == "NOT_A_PARTICIPANT"


async def test_a_revoked_link_leaves_the_guests_who_came_by_it(door: Door) -> None:
    host = await door.join("host")
    made = await ask(host, "create_invite", role="editor")
    client, guest = await first_answer(door, None, invite=made["code"], username="Gina")
    await ask(host, "revoke_invite", invite_id=made["invite"]["id"])
    await client.send(type="chat_message", session_id=SESSION, content="still here")
    assert (await client.receive_type("chat_message"))["message"]["content"] == "still here"
    await client.socket.close()
    _, answer = await first_answer(door, guest["auth_token"], invite=made["code"])
    assert result(answer) == "editor"


async def test_decisions_travel_with_an_exported_session(door: Door, tmp_path: Path) -> None:
    host = await door.join("host")
    for user in ("former", "gone", "barred"):
        await door.join(user, Role.HOST)
    await ask(host, "change_role", user_id="former", role="editor")
    await ask(host, "remove_participant", user_id="gone")
    await ask(host, "remove_participant", user_id="barred", ban=True)
    await door.server.stop()
    text = await export_session(door.data_dir, SESSION)
    await import_session(tmp_path / "other", text)
    assert '"decided_seq": null' in text, "nobody decided about the host"
    assert text.count('"decided_seq"') == 4
    assert await export_session(tmp_path / "other", SESSION) == text
