"""Nobody gets in or up: each message of a client, for each role, in and out of a session."""

import asyncio
import sqlite3
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from peerline.protocol.messages import CLIENT_MESSAGE_TYPES
from peerline.protocol.roles import Role
from peerline_server.core.invites import hash_code
from peerline_server.core.records import NewInvite, NewSession
from tests.unit.server.conftest import Door, RawClient
from tests.unit.server.permission_table import ALL, CASES, HOSTS, Case, Stage

_numbers = count()
NAMES = [case.name for case in CASES]


def test_every_message_is_in_the_table() -> None:
    types = {model.model_fields["type"].default for model in CLIENT_MESSAGE_TYPES}
    assert {case.type for case in CASES} == types
    assert len(set(NAMES)) == len(NAMES)


async def make_session(door: Door, session_id: str) -> None:
    store = door.server._store  # pyright: ignore[reportPrivateUsage]
    assert store is not None
    now = datetime.now(UTC)
    await store.create_session(NewSession(session_id, "Test", "host", now))
    for role in Role:
        name, code = f"{session_id}-{role}", code_of(session_id, role)
        ends = now + timedelta(hours=1)
        invite = NewInvite(name, session_id, hash_code(code), role, now, ends, None)
        await store.create_invite(invite)


def code_of(session_id: str, role: Role) -> str:
    return f"code-{session_id}-{role}"


async def knock(door: Door, session_id: str, user_id: str, **fields: Any) -> RawClient:
    client = await door.connect("/ws", max_queue=None)
    token = door.token(user_id)
    await client.send(type="join_session", session_id=session_id, auth_token=token, **fields)
    return client


async def join(door: Door, session_id: str, user_id: str, role: Role | None = None) -> RawClient:
    fields = {} if role is None else {"invite": code_of(session_id, role)}
    client = await knock(door, session_id, user_id, **fields)
    client.connected = await client.receive_type("connected", "error")
    assert client.connected["type"] == "connected", client.connected
    return client


async def ask(client: RawClient, kind: str, session_id: str, **fields: Any) -> dict[str, Any]:
    """The answer to a message."""
    request_id = f"ask-{next(_numbers)}"
    await client.send(type=kind, session_id=session_id, request_id=request_id, **fields)
    while True:
        message = await client.receive()
        if message.get("request_id") == request_id:
            return message


async def share(client: RawClient, session_id: str, file: str) -> str:
    data = {"file": file, "content": "text"}
    await client.send(type="share_document", session_id=session_id, data=data)
    return (await client.receive_type("document_shared"))["document"]["id"]


async def set_up(door: Door, session_id: str) -> tuple[Stage, RawClient, RawClient]:
    """A session with everything in it, its host, and a sender who is an editor."""
    await make_session(door, session_id)
    stage = Stage(session_id)
    stage.token, stage.others_token = door.token("sender"), door.token("host")
    stage.invite = f"{session_id}-{Role.VIEWER}"
    host = await join(door, session_id, "host")
    sender = await join(door, session_id, "sender", Role.EDITOR)
    await join(door, session_id, "target", Role.EDITOR)
    await join(door, session_id, "banned", Role.EDITOR)
    banned = {"user_id": "banned", "ban": True}
    assert (await ask(host, "remove_participant", session_id, **banned))["type"] == "ack"
    await sender.send(type="chat_message", session_id=session_id, content="mine")
    stage.own_message = (await sender.receive_type("chat_message"))["message"]["id"]
    await host.send(type="chat_message", session_id=session_id, content="the host's")
    stage.others_message = (await sender.receive_type("chat_message"))["message"]["id"]
    data = {"file": "a.py", "line": 1, "content": "why?"}
    await host.send(type="add_comment", session_id=session_id, data=data)
    stage.thread = (await sender.receive_type("code_comment"))["comment"]["id"]
    stage.document = await share(host, session_id, "host.py")
    await sender.receive_type("document_shared")
    stage.own_document = await share(sender, session_id, "own.py")
    await ask(host, "update_session", session_id, changes={"join_approval": True})
    waiting = await knock(door, session_id, "waiting", invite=code_of(session_id, Role.EDITOR))
    assert (await waiting.receive())["type"] == "join_pending"
    await ask(host, "update_session", session_id, changes={"join_approval": False})
    return stage, host, sender


async def picture(door: Door, session_id: str) -> dict[str, Any]:
    """Everything that a message could change."""
    hub = door.server._hub  # pyright: ignore[reportPrivateUsage]
    assert hub is not None
    live = await hub.session(session_id)
    assert live is not None
    database = sqlite3.connect(door.data_dir / "peerline.db")
    invites = database.execute(
        "SELECT id, revoked_at, uses FROM invites WHERE session_id = ?", (session_id,)
    ).fetchall()
    database.close()
    session = live.session
    return {
        "seq": session.seq,
        "presence": session.presence.get("sender").to_payload(),
        "here": session.active_user_ids(),
        "offers": live.offers.shown(),
        "banned": session.is_banned("banned"),
        "waiting": [join.user_id for join in live.waiting_room.pending()],
        "invites": sorted(invites),
    }


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("case", CASES, ids=NAMES)
async def test_each_role_may_what_the_table_says_and_nothing_more(
    door: Door, case: Case, role: Role
) -> None:
    stage, host, sender = await set_up(door, "one")
    if role is not Role.EDITOR:
        await ask(host, "change_role", "one", user_id="sender", role=role)
    before = await picture(door, "one")
    answer = await ask(sender, case.type, "one", **case.fields(stage))
    if role in case.may:
        assert answer["type"] != "error", answer
        if case.type == "leave_session":
            await host.receive_type("user_left")
        assert ((await picture(door, "one")) == before) is case.asks
    else:
        assert answer.get("error_code") == case.refusal, answer
        # Nothing of it happens later either: what comes after it is answered after it.
        await ask(sender, "get_history", "one")
        assert await picture(door, "one") == before


@pytest.mark.parametrize("case", CASES, ids=NAMES)
async def test_nothing_reaches_a_session_from_outside(door: Door, case: Case) -> None:
    stage, host, sender = await set_up(door, "one")
    await make_session(door, "two")
    before = await picture(door, "one")
    if case.type != "join_session":
        stranger = await door.connect("/ws")
        answer = await ask(stranger, case.type, "one", **case.fields(stage))
        assert answer["error_code"] == "NOT_JOINED"
    # A host of another session is nobody in this one.
    chief = await join(door, "two", "host")
    answer = await ask(chief, case.type, "one", **case.fields(stage))
    expected = "ALREADY_JOINED" if case.type == "join_session" else "SESSION_MISMATCH"
    assert answer["error_code"] == expected
    if case.elsewhere is not None:
        answer = await ask(chief, case.type, "two", **case.fields(stage))
        assert answer["error_code"] == case.elsewhere
    assert await picture(door, "one") == before
    assert host.socket.state == sender.socket.state  # both are still there


@pytest.mark.parametrize("case", CASES, ids=NAMES)
async def test_nothing_comes_from_somebody_who_waits_to_be_let_in(door: Door, case: Case) -> None:
    stage, host, _ = await set_up(door, "one")
    await ask(host, "update_session", "one", changes={"join_approval": True})
    newcomer = await knock(door, "one", "newcomer", invite=code_of("one", Role.EDITOR))
    assert (await newcomer.receive())["type"] == "join_pending"
    before = await picture(door, "one")
    if case.type == "leave_session":
        await newcomer.send(type="leave_session", session_id="one")
        with pytest.raises(ConnectionClosed):
            await newcomer.receive()
        assert "newcomer" not in (await picture(door, "one"))["here"]
        return
    answer = await ask(newcomer, case.type, "one", **case.fields(stage))
    assert answer["error_code"] == "NOT_JOINED"
    assert await picture(door, "one") == before


@pytest.mark.parametrize("how", ["removed", "banned", "ended"])
@pytest.mark.parametrize("case", CASES, ids=NAMES)
async def test_nothing_comes_from_somebody_who_was_put_out(
    door: Door, case: Case, how: str
) -> None:
    """On the socket that was open, right behind the announcement; and none gets back in."""
    stage, host, sender = await set_up(door, "one")
    if how == "ended":
        await host.send(type="end_session", session_id="one")
    else:
        what = {"user_id": "sender", "ban": how == "banned"}
        await host.send(type="remove_participant", session_id="one", **what)
    await host.receive_type("participant_removed", "session_ended")
    before = await picture(door, "one")
    with suppress(ConnectionClosed):
        answer = await ask(sender, case.type, "one", **case.fields(stage))
        raise AssertionError(answer)
    assert sender.socket.close_code == (4411 if how == "ended" else 4410)
    assert await picture(door, "one") == before
    code = {"ended": "SESSION_ENDED", "banned": "BANNED", "removed": "NOT_A_PARTICIPANT"}[how]
    again = await knock(door, "one", "sender")
    assert (await again.receive())["error_code"] == code
    if how != "removed":
        again = await knock(door, "one", "sender", invite=code_of("one", Role.HOST))
        assert (await again.receive())["error_code"] == code


JOINS = {
    "no credentials": ({}, "AUTH_REQUIRED"),
    "a token of a stranger": ({"auth_token": "stranger"}, "NOT_A_PARTICIPANT"),
    "an invite of another session": (
        {"auth_token": "stranger", "invite": code_of("two", Role.HOST)},
        "INVITE_INVALID",
    ),
    "a guest with that invite": (
        {"username": "Gina", "invite": code_of("two", Role.HOST)},
        "INVITE_INVALID",
    ),
    "a name without an invite": ({"username": "Host"}, "AUTH_REQUIRED"),
    "the host's invite in the name of a banned": (
        {"auth_token": "banned", "invite": code_of("one", Role.HOST)},
        "BANNED",
    ),
}


@pytest.mark.parametrize("name", JOINS)
async def test_nobody_joins_without_what_lets_them_in(door: Door, name: str) -> None:
    fields, code = JOINS[name]
    await set_up(door, "one")
    await make_session(door, "two")
    before = await picture(door, "one")
    fields = {**fields}
    if "auth_token" in fields:
        fields["auth_token"] = door.token(fields["auth_token"])
    client = await door.connect("/ws")
    await client.send(type="join_session", session_id="one", **fields)
    assert (await client.receive())["error_code"] == code
    assert await picture(door, "one") == before


@pytest.mark.parametrize("role", sorted(ALL - HOSTS))
async def test_nobody_rises_by_any_message_of_their_own(door: Door, role: str) -> None:
    """Everything that a role can send, one after the other, leaves it what it was."""
    stage, host, sender = await set_up(door, "one")
    await ask(host, "change_role", "one", user_id="sender", role=role)
    for case in CASES:
        if case.type in {"leave_session", "join_session"}:
            continue
        fields = case.fields(stage)
        if "user_id" in fields:
            fields["user_id"] = "sender"
        if "role" in fields:
            fields["role"] = "host"
        await ask(sender, case.type, "one", **fields)
    again = await join(door, "one", "sender")
    assert again.connected["role"] == role
    async with asyncio.timeout(30):
        await ask(host, "get_history", "one")
