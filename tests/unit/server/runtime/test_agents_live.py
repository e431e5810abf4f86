"""AI agents through a running server: accounts, what they tell, and how they end."""

import asyncio
import base64
import json
from contextlib import suppress
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from peerline.protocol.errors import CloseCode
from peerline.protocol.roles import Role
from peerline_server.core import agent_rules
from peerline_server.core.records import Revocation
from peerline_server.store.sqlite import SqliteStore
from tests.unit.server.agents import agent_of, ask, create_agent, join_agent
from tests.unit.server.conftest import SESSION, Door, OpenDoor, RawClient

ACTIVITY = {
    "state": "working",
    "doing": "Editing src/parser.py",
    "tool": {"id": "t7", "name": "Edit", "kind": "edit", "status": "running", "title": "a.py"},
    "plan": [{"text": "Speed up parser", "status": "in_progress"}],
    "usage": {"context_used": 51234, "context_limit": 1_000_000, "cost": 0.17, "currency": "USD"},
    "health": 92.0,
}
CALL = {
    "kind": "tool_call",
    "id": "t7",
    "turn_id": "turn1",
    "name": "Edit",
    "tool_kind": "edit",
    "title": "src/parser.py",
    "status": "completed",
    "files": [{"file": "src/parser.py", "lines_added": 12, "lines_removed": 3, "diff": "+a"}],
}


async def closed_with(client: RawClient) -> int | None:
    """The code that the socket is closed with."""
    with suppress(ConnectionClosed):
        while True:
            await client.receive()
    return client.socket.close_code


async def test_an_agent_is_a_participant_of_its_own_with_its_owner(open_door: OpenDoor) -> None:
    door = await open_door()
    host = await door.join("host")
    made = await create_agent(host, model="opus")
    expected = {"owner_id": "host", "product": "claude-code", "model": "opus"}
    assert (made["user"]["kind"], made["user"]["agent"]) == ("agent", expected)
    agent = await join_agent(door, made["auth_token"])
    assert agent.connected["user"] == made["user"]
    assert made["user"]["role"] == "editor"
    joined = await host.receive_type("user_joined")
    assert joined["user"] == made["user"]
    await door.server.stop()
    # It is told apart for good.
    door = await open_door()
    host = await door.join("host")
    again = await join_agent(door, made["auth_token"])
    assert again.connected["user"] == made["user"]
    people = (await door.join("host")).connected["participants"]
    assert [one.get("agent") for one in people] == [None, expected]


async def test_the_same_request_and_an_agent_that_is_away_give_the_same_account(door: Door) -> None:
    host = await door.join("host")
    first, repeated = await create_agent(host, "r1"), await create_agent(host, "r1")
    assert first["user"]["id"] == repeated["user"]["id"]
    one = await join_agent(door, first["auth_token"])
    beside = await create_agent(host, "r2")
    assert beside["user"]["id"] != first["user"]["id"]
    assert beside["user"]["username"] == "claude (2)"
    await one.send(type="leave_session", session_id=SESSION)
    await host.receive_type("user_left")
    back = await create_agent(host, "r3")
    assert (back["user"]["id"], back["user"]["username"]) == (first["user"]["id"], "claude")
    other = await create_agent(host, "r4")
    assert other["user"]["id"] != first["user"]["id"], "two became one participant"


async def test_a_name_that_looks_like_anothers_gets_a_number(door: Door) -> None:
    host = await door.join("host")
    await door.join("alice", Role.EDITOR)
    agent = await agent_of(door, host, name="Аlice")
    assert agent.connected["user"]["username"].endswith("(2)")


@pytest.mark.parametrize(("role", "expected"), [("viewer", "viewer"), ("editor", "editor")])
async def test_its_role_is_at_most_its_owners(door: Door, role: str, expected: str) -> None:
    host = await door.join("host")
    bob = await door.join("bob", Role.EDITOR)
    agent = await agent_of(door, bob, role=role)
    assert agent.connected["role"] == expected
    refused = await create_agent(bob, "other", role="host")
    assert refused["error_code"] == "INVALID_FIELD"
    agent_id = agent.connected["user"]["id"]
    answer = await ask(host, "change_role", "up", user_id=agent_id, role="host")
    assert answer["error_code"] == "INVALID_FIELD"


async def test_a_guest_may_own_agents_and_an_agent_may_not(door: Door) -> None:
    await door.join("host")
    guest = await door.connect()
    code = await door.invite(Role.EDITOR)
    await guest.send(type="join_session", session_id=SESSION, invite=code, username="gast")
    await guest.receive_type("connected")
    agent = await agent_of(door, guest)
    refused = await create_agent(agent)
    assert refused["error_code"] == "PERMISSION_DENIED"


async def test_an_owner_has_so_many_agents_at_once(open_door: OpenDoor) -> None:
    door = await open_door(max_agents_per_owner=2)
    host = await door.join("host")
    tokens = [(await create_agent(host, f"r{number}"))["auth_token"] for number in range(3)]
    agents = [await join_agent(door, token) for token in tokens]
    kinds = [each.connected.get("error_code", "connected") for each in agents]
    assert kinds == ["connected", "connected", "AGENT_LIMIT"]
    assert (await create_agent(host, "r9"))["error_code"] == "AGENT_LIMIT"
    await agents[0].send(type="leave_session", session_id=SESSION)
    await host.receive_type("user_left")
    assert (await join_agent(door, tokens[2])).connected["type"] == "connected"


async def test_a_token_of_an_agent_is_for_one_session_and_creates_none(door: Door) -> None:
    host = await door.join("host")
    token = (await create_agent(host))["auth_token"]
    stranger = await door.connect("/ws/session/another")
    await stranger.send(
        type="join_session", session_id="another", auth_token=token, create={"title": "Mine"}
    )
    assert (await stranger.receive_type("error"))["error_code"] == "CREATION_DENIED"


async def test_its_activity_is_seen_at_once_in_snapshots_and_after_a_resume(door: Door) -> None:
    host = await door.join("host")
    agent = await agent_of(door, host)
    agent_id = agent.connected["user"]["id"]
    await agent.send(type="agent_update", session_id=SESSION, data=ACTIVITY)
    seen = await host.receive_type("agent_update")
    assert (seen["user_id"], seen["data"]) == (agent_id, ACTIVITY)
    assert "seq" not in seen
    late = await door.join("bob", Role.VIEWER)
    (shown,) = [one for one in late.connected["participants"] if one["id"] == agent_id]
    assert shown["activity"] == ACTIVITY
    assert shown["presence"]["status"] == "active"
    resume = {"epoch": late.connected["epoch"], "seq": late.connected["seq"]}
    back = await door.connect()
    await back.send(
        type="join_session", session_id=SESSION, auth_token=door.token("bob"), resume=resume
    )
    assert (await back.receive_type("connected"))["resumed"] is True
    assert (await back.receive_type("agent_update"))["data"] == ACTIVITY
    await agent.send(type="agent_update", session_id=SESSION, data={"state": "waiting_approval"})
    assert (await back.receive_type("agent_update"))["data"] == {"state": "waiting_approval"}
    while (moved := await host.receive_type("presence_update"))["user_id"] != agent_id:
        pass
    statuses = [moved["presence"]["status"]]
    if statuses != ["idle"]:
        statuses.append((await host.receive_type("presence_update"))["presence"]["status"])
    assert statuses[-1] == "idle"


async def test_a_viewer_agent_reports_what_it_does_and_nothing_else(door: Door) -> None:
    host = await door.join("host")
    agent = await agent_of(door, host, role="viewer")
    await agent.send(type="agent_update", session_id=SESSION, data={"state": "idle"})
    await host.receive_type("agent_update")
    answer = await ask(agent, "agent_event", "e", data={"kind": "note", "text": "hello"})
    assert answer["error_code"] == "PERMISSION_DENIED"


async def test_events_are_kept_in_the_activity_and_found(door: Door) -> None:
    host = await door.join("host")
    agent = await agent_of(door, host)
    answer = await ask(agent, "agent_event", "e1", data=CALL)
    seen = await host.receive_type("agent_event")
    assert (seen["data"], seen["seq"]) == (CALL, answer["seq"])
    assert (await ask(agent, "agent_event", "e1", data=CALL))["seq"] == answer["seq"]
    note = {"kind": "note", "text": "Measured the tokenizer"}
    await ask(agent, "agent_event", "e2", data=note)
    change = {"file": "src/parser.py", "change": "modified", "tool_call_id": "t7"}
    await ask(agent, "file_event", "f1", data=change)
    assert (await host.receive_type("file_event"))["data"] == change
    await host.send(type="get_activity", session_id=SESSION, types=["agent_event"])
    entries = (await host.receive_type("activity"))["entries"]
    assert [entry["event"]["data"] for entry in entries] == [note, CALL]
    for words, agents, expected in (
        ("tokenizer", True, ["agent"]),
        ("parser", True, ["agent"]),
        ("tokenizer", False, []),
    ):
        await host.send(
            type="search", session_id=SESSION, query=words, **({"agents": True} if agents else {})
        )
        results = (await host.receive_type("search_results"))["results"]
        assert [result["kind"] for result in results] == expected


async def test_what_an_agent_did_is_no_message_to_change(door: Door) -> None:
    host = await door.join("host")
    agent = await agent_of(door, host)
    await ask(agent, "agent_event", "e1", data={"kind": "note", "text": "unique"})
    await host.send(type="search", session_id=SESSION, query="unique", agents=True)
    (found,) = (await host.receive_type("search_results"))["results"]
    for client in (agent, host):
        answer = await ask(client, "delete_message", "d", message_id=found["message_id"])
        assert answer["error_code"] == "MESSAGE_NOT_FOUND"


async def test_agents_have_rates_of_their_own(open_door: OpenDoor) -> None:
    door = await open_door(
        agent_chat_per_minute=2, agent_events_per_minute=3, messages_per_minute=10
    )
    host = await door.join("host")
    agent = await agent_of(door, host)
    said = [await ask(agent, "chat_message", f"c{number}", content="hi") for number in range(3)]
    assert [each["type"] for each in said] == ["ack", "ack", "error"]
    assert said[-1]["error_code"] == "RATE_LIMITED"
    note = {"kind": "note", "text": "x"}
    told = [await ask(agent, "agent_event", f"e{number}", data=note) for number in range(4)]
    assert [each["type"] for each in told] == ["ack", "ack", "ack", "error"]
    mine = [await ask(host, "chat_message", f"h{number}", content="hi") for number in range(3)]
    assert {each["type"] for each in mine} == {"ack"}


async def test_an_agent_goes_with_an_owner_who_is_removed(door: Door) -> None:
    host = await door.join("host")
    bob = await door.join("bob", Role.EDITOR)
    made = await create_agent(bob)
    agent = await join_agent(door, made["auth_token"])
    await host.send(type="remove_participant", session_id=SESSION, user_id="bob")
    # From the moment of the request on, nothing of the agent is taken.
    assert await closed_with(bob) == CloseCode.REMOVED
    gone = await host.receive_type("participant_removed")
    while gone["user_id"] == "bob":
        gone = await host.receive_type("participant_removed")
    assert (gone["removed_by"], gone["reason"]) == ("peerline", "left_with_owner")
    assert await closed_with(agent) == CloseCode.REMOVED
    back = await join_agent(door, made["auth_token"])
    assert back.connected["error_code"] == "NOT_A_PARTICIPANT"


async def test_an_agent_has_no_more_rights_than_an_owner_who_was_demoted(door: Door) -> None:
    host = await door.join("host")
    bob = await door.join("bob", Role.EDITOR)
    agent = await agent_of(door, bob)
    agent_id = agent.connected["user"]["id"]
    await host.send(type="change_role", session_id=SESSION, user_id="bob", role="viewer")
    changed = await agent.receive_type("role_changed")
    while changed["user_id"] != agent_id:
        changed = await agent.receive_type("role_changed")
    assert (changed["role"], changed["changed_by"]) == ("viewer", "peerline")
    answer = await ask(agent, "chat_message", "c", content="hello")
    assert answer["error_code"] == "PERMISSION_DENIED"


async def test_an_agent_leaves_when_its_owner_has_been_away_for_long(open_door: OpenDoor) -> None:
    door = await open_door(agent_alone_seconds=0.05)
    host = await door.join("host")
    bob = await door.join("bob", Role.EDITOR)
    agent = await agent_of(door, bob)
    agent_id = agent.connected["user"]["id"]
    await bob.send(type="leave_session", session_id=SESSION)
    left = await host.receive_type("user_left")
    while left["user_id"] != agent_id:
        left = await host.receive_type("user_left")
    assert left["reason"] == "left_with_owner"
    assert await closed_with(agent) == CloseCode.REMOVED


async def test_an_agent_stays_when_its_owner_comes_back(open_door: OpenDoor) -> None:
    door = await open_door(agent_alone_seconds=60.0)
    await door.join("host")
    bob = await door.join("bob", Role.EDITOR)
    agent = await agent_of(door, bob)
    await bob.send(type="leave_session", session_id=SESSION)
    await agent.receive_type("user_left")
    await door.join("bob")
    await agent.receive_type("user_joined")
    live = next(iter(hub_sessions(door)))
    assert live.agents._leaving == {}  # pyright: ignore[reportPrivateUsage]
    assert (await ask(agent, "chat_message", "c", content="still here"))["type"] == "ack"


def hub_sessions(door: Door) -> list[Any]:
    """The sessions that the server has loaded."""
    hub = door.server._hub  # pyright: ignore[reportPrivateUsage]
    assert hub is not None
    return list(hub._sessions.values())  # pyright: ignore[reportPrivateUsage]


async def test_no_agent_stands_in_for_a_host(open_door: OpenDoor) -> None:
    door = await open_door(host_grace_seconds=0.05, agent_alone_seconds=60.0)
    host = await door.join("host")
    agent = await agent_of(door, host)
    bob = await door.join("bob", Role.EDITOR)
    await host.send(type="leave_session", session_id=SESSION)
    changed = await bob.receive_type("role_changed")
    assert changed["user_id"] == "bob", "the agent has been here for longer"
    assert agent.connected["role"] == "editor"


async def test_the_session_shows_what_its_agents_use(open_door: OpenDoor) -> None:
    door = await open_door(agent_summary_seconds=60.0)
    host = await door.join("host")
    one = await agent_of(door, host, "r1", model="opus")
    two = await agent_of(door, host, "r2", name="codex", product="codex")
    await one.send(type="agent_update", session_id=SESSION, data=ACTIVITY)
    first = await host.receive_type("session_update")
    assert first["derived"] is True
    assert first["updated_by"] == "peerline"
    assert first["changes"]["token_count"] == 51234
    usage = {"context_used": 1000, "context_limit": 2000, "cost": 0.03, "currency": "USD"}
    data = {"state": "working", "usage": usage, "health": 60.5, "model": "gpt"}
    await two.send(type="agent_update", session_id=SESSION, data=data)
    # Not for a minute, but at the end of a turn.
    end = {"kind": "turn_end", "turn_id": "turn1", "reason": "end_turn"}
    await ask(two, "agent_event", "e1", data=end)
    async with asyncio.timeout(10):
        second = await host.receive_type("session_update")
    assert second["changes"] == {
        "token_count": 52234,
        "token_limit": 1_002_000,
        "cost": 0.2,
        "health_score": 60.5,
        "model": "opus, gpt",
    }


async def test_numbers_that_are_too_large_to_be_summed_up_harm_nobody(open_door: OpenDoor) -> None:
    door = await open_door(agent_summary_seconds=60.0)
    host = await door.join("host")
    usage = {"context_used": 2**53 - 1, "cost": 1e308, "currency": "USD"}
    data = {"state": "working", "usage": usage}
    one = await agent_of(door, host, "r1", name="one")
    two = await agent_of(door, host, "r2", name="two")
    for agent in (one, two):
        await agent.send(type="agent_update", session_id=SESSION, data=data)
    end = {"kind": "turn_end", "turn_id": "turn1", "reason": "end_turn"}
    assert (await ask(two, "agent_event", "e1", data=end))["type"] == "ack"
    changes = (await host.receive_type("session_update"))["changes"]
    assert changes["token_count"] == 2**53 - 1


async def test_an_owner_who_is_demoted_and_removed_leaves_no_agent_behind(door: Door) -> None:
    host = await door.join("host")
    bob = await door.join("bob", Role.EDITOR)
    agent = await agent_of(door, bob)
    await host.send(type="change_role", session_id=SESSION, user_id="bob", role="viewer")
    await host.send(type="remove_participant", session_id=SESSION, user_id="bob")
    async with asyncio.timeout(10):
        assert await closed_with(agent) == CloseCode.REMOVED


async def test_a_session_keeps_so_many_agents_of_one_owner(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agent_rules, "MAX_AGENTS_KEPT", 2)
    host = await door.join("host")
    for name in ("one", "two"):
        agent = await agent_of(door, host, name, name=name)
        await agent.send(type="leave_session", session_id=SESSION)
        while (await host.receive_type("user_left"))["user_id"] != agent.connected["user"]["id"]:
            pass
    refused = await create_agent(host, "three", name="three")
    assert refused["error_code"] == "AGENT_LIMIT"
    # One that was here before comes back.
    back = await create_agent(host, "again", name="two")
    assert back["type"] == "agent_created", back


async def test_an_agent_that_comes_back_has_the_role_that_was_asked_for(door: Door) -> None:
    host = await door.join("host")
    first = await create_agent(host, "one")
    agent = await join_agent(door, first["auth_token"])
    await agent.send(type="leave_session", session_id=SESSION)
    await host.receive_type("user_left")
    second = await create_agent(host, "two", role="viewer")
    assert second["user"]["id"] != first["user"]["id"]
    again = await join_agent(door, second["auth_token"])
    assert again.connected["role"] == "viewer"


async def test_an_owner_in_any_role_removes_their_own_agents_only(door: Door) -> None:
    host = await door.join("host")
    bob = await door.join("bob", Role.EDITOR)
    made = await create_agent(bob)
    mine = await join_agent(door, made["auth_token"])
    others = await agent_of(door, host)
    agent_id = mine.connected["user"]["id"]
    for number, (user_id, fields) in enumerate(
        [
            (others.connected["user"]["id"], {}),
            ("host", {}),
            ("nobody", {}),
            (agent_id, {"ban": True}),
            (agent_id, {"revoke_invite": True}),
        ]
    ):
        answer = await ask(bob, "remove_participant", f"no{number}", user_id=user_id, **fields)
        assert answer["error_code"] == "PERMISSION_DENIED"
    answer = await ask(mine, "remove_participant", "self", user_id=agent_id)
    assert answer["error_code"] == "PERMISSION_DENIED"
    await host.send(type="change_role", session_id=SESSION, user_id="bob", role="viewer")
    await bob.receive_type("role_changed")
    assert (await ask(bob, "remove_participant", "r", user_id=agent_id))["type"] == "ack"
    assert await closed_with(mine) == CloseCode.REMOVED
    back = await join_agent(door, made["auth_token"])
    assert back.connected["error_code"] == "NOT_A_PARTICIPANT"


async def test_the_states_of_an_agent_have_a_rate(open_door: OpenDoor) -> None:
    door = await open_door(agent_updates_per_minute=3)
    host = await door.join("host")
    agent = await agent_of(door, host)
    answers = [
        await ask(agent, "agent_update", f"u{number}", data={"state": "working"})
        for number in range(4)
    ]
    assert [each["type"] for each in answers] == ["ack", "ack", "ack", "error"]
    assert answers[-1]["error_code"] == "RATE_LIMITED"
    assert answers[-1]["retry_after"] > 0
    # Its cursor and its messages are not counted with them.
    assert (await ask(agent, "chat_message", "c", content="hi"))["type"] == "ack"


async def test_agents_that_join_at_once_are_no_more_than_may_be(open_door: OpenDoor) -> None:
    door = await open_door(max_agents_per_owner=2)
    host = await door.join("host")
    tokens = [
        (await create_agent(host, f"make{number}", name=f"agent{number}"))["auth_token"]
        for number in range(6)
    ]
    agents = await asyncio.gather(*(join_agent(door, token) for token in tokens))
    answers = [agent.connected for agent in agents]
    assert sum(each["type"] == "connected" for each in answers) == 2
    refused = {each.get("error_code") for each in answers if each["type"] == "error"}
    assert refused == {"AGENT_LIMIT"}


async def _revoke(door: Door, token: str) -> None:
    """Do what `peerline token revoke --id` does."""
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    store = SqliteStore(door.data_dir)
    await store.open()
    await store.revoke(Revocation(claims["jti"], None, None))
    await store.close()


@pytest.mark.parametrize("is_renewed", [False, True])
async def test_the_agents_of_a_revoked_token_go_with_it(
    open_door: OpenDoor, *, is_renewed: bool
) -> None:
    door = await open_door(revocation_check_seconds=0.01)
    await door.join("host")
    tokens = [door.token("bob") for _ in range(3)]
    invite = await door.invite(Role.EDITOR)
    bob, again = await door.connect(), await door.connect()
    for client, token in ((bob, tokens[0]), (again, tokens[1])):
        await client.send(type="join_session", session_id=SESSION, auth_token=token, invite=invite)
        await client.receive_type("connected")
    if is_renewed:
        await bob.send(type="renew_token", session_id=SESSION, auth_token=tokens[2], request_id="n")
        await bob.receive_type("ack")
    made = await create_agent(bob)
    mine = await join_agent(door, made["auth_token"])
    others = await agent_of(door, again, "other", name="other")
    await _revoke(door, tokens[2 if is_renewed else 0])
    assert await closed_with(bob) == CloseCode.UNAUTHORIZED
    assert await closed_with(mine) == CloseCode.UNAUTHORIZED
    back = await join_agent(door, made["auth_token"])
    assert back.connected["error_code"] == "TOKEN_REVOKED"
    # What was made with another token of the same user stays.
    assert (await ask(others, "chat_message", "c", content="hi"))["type"] == "ack"


async def test_an_agent_does_not_come_back_without_its_owner(open_door: OpenDoor) -> None:
    door = await open_door(agent_alone_seconds=0.05)
    host = await door.join("host")
    bob = await door.join("bob", Role.EDITOR)
    made = await create_agent(bob)
    agent = await join_agent(door, made["auth_token"])
    await bob.send(type="leave_session", session_id=SESSION)
    assert await closed_with(agent) == CloseCode.REMOVED
    left = await host.receive_type("user_left")
    while left["user_id"] == "bob":
        left = await host.receive_type("user_left")
    for is_again in (False, True):
        if is_again:
            # It is not forgotten when the session is loaded again.
            await door.server.stop()
            door = await open_door(agent_alone_seconds=0.05)
        back = await join_agent(door, made["auth_token"])
        assert back.connected["error_code"] == "OWNER_AWAY"
        assert back.connected["retry_after"] > 0
        assert await closed_with(back) == CloseCode.TRY_AGAIN_LATER
    await door.join("bob")
    back = await join_agent(door, made["auth_token"])
    assert back.connected["type"] == "connected"


async def test_an_agent_may_come_for_as_long_as_it_may_be_alone(open_door: OpenDoor) -> None:
    door = await open_door(agent_alone_seconds=60.0)
    host = await door.join("host")
    bob = await door.join("bob", Role.EDITOR)
    made = await create_agent(bob)
    await bob.send(type="leave_session", session_id=SESSION)
    await host.receive_type("user_left")
    agent = await join_agent(door, made["auth_token"])
    assert agent.connected["type"] == "connected"
