"""Prompts for shared agents, through a running server."""

from datetime import UTC, datetime
from typing import Any

import pytest

from peerline.protocol.chat import MessageDeleted
from peerline.protocol.limits import MAX_PROMPTS, MAX_TURN_CHARS
from peerline.protocol.roles import Role
from peerline_server.core.records import Committed, NewEvent
from peerline_server.store.sqlite import SqliteStore
from tests.unit.server.agents import agent_of, ask, create_agent, join_agent
from tests.unit.server.conftest import SESSION, Door, OpenDoor, RawClient


async def shared(door: Door, owner: RawClient, **fields: Any) -> RawClient:
    """A shared agent of this owner."""
    return await agent_of(door, owner, **{"prompt_policy": "editors", **fields})


def id_of(client: RawClient) -> str:
    """The user's id."""
    return client.connected["user"]["id"]


async def prompted(client: RawClient) -> dict[str, Any]:
    """The next prompt."""
    return (await client.receive_type("agent_prompted"))["prompt"]


async def moved(client: RawClient) -> tuple[str, str, str | None]:
    """The next change of a prompt: state, who did it, reason."""
    event = await client.receive_type("prompt_changed")
    return event["state"], event["by"], event.get("reason")


async def tell(agent: RawClient, prompt: dict[str, Any], state: str, **fields: Any) -> str:
    """The answer to an update of a prompt by its agent."""
    request_id = f"{state}-{prompt['id']}"
    done = await ask(
        agent, "prompt_update", request_id, prompt_id=prompt["id"], state=state, **fields
    )
    return done.get("error_code", done["type"])


async def test_prompts_wait_in_order_and_are_done_one_after_the_other(door: Door) -> None:
    host = await door.join("host")
    bob = await door.join("bob", Role.EDITOR)
    agent = await shared(door, host)
    for client, text in ((bob, "first"), (host, "second")):
        await ask(client, "prompt_agent", text, agent_id=id_of(agent), text=text)
    first, second = [await prompted(agent) for _ in range(2)]
    assert (first["text"], first["username"], first["state"]) == ("first", "Bob", "waiting")
    late = await door.join("carol", Role.VIEWER)
    assert late.connected["prompts"] == [first, second]
    assert await tell(agent, second, "running") == "INVALID_FIELD"
    assert await tell(agent, first, "running") == "ack"
    assert await tell(agent, second, "running") == "INVALID_FIELD"
    assert await moved(late) == ("running", id_of(agent), None)
    assert await tell(agent, first, "done", reason="end_turn") == "ack"
    # The same request again had its effect; another one has none.
    assert await tell(agent, first, "done", reason="end_turn") == "ack"
    assert await tell(agent, first, "running") == "ack"
    assert await moved(late) == ("done", id_of(agent), "end_turn")
    assert await tell(agent, second, "running") == "ack"
    dora = await door.join("dora", Role.VIEWER)
    assert dora.connected["prompts"] == [{**second, "state": "running"}]


async def test_a_chat_message_that_begins_with_the_name_is_a_prompt(door: Door) -> None:
    host = await door.join("host")
    bob = await door.join("bob", Role.EDITOR)
    agent = await shared(door, host)
    texts = ("hello @claude", "@claude", "@claudette go", "`@claude` go", "@Claude: go  on")
    for number, text in enumerate(texts):
        await ask(bob, "chat_message", f"chat{number}", content=text)
    prompt = await prompted(agent)
    message = await host.receive_type("chat_message")
    while message["message"]["content"] != "@Claude: go  on":
        message = await host.receive_type("chat_message")
    assert (prompt["text"], prompt["user_id"]) == ("go  on", "bob")
    assert prompt["message_id"] == message["message"]["id"]
    late = await door.join("carol", Role.VIEWER)
    assert [each["id"] for each in late.connected["prompts"]] == [prompt["id"]]


@pytest.mark.parametrize(
    ("policy", "may"),
    [
        (None, set[str]()),
        ("owner", {"owner"}),
        ("hosts", {"owner", "host"}),
        ("editors", {"owner", "host", "editor"}),
    ],
)
async def test_the_owner_decides_who_may_prompt(
    door: Door, policy: str | None, may: set[str]
) -> None:
    people = {
        "host": await door.join("host"),
        "owner": await door.join("bob", Role.EDITOR),
        "editor": await door.join("carol", Role.EDITOR),
        "viewer": await door.join("dora", Role.VIEWER),
    }
    given = {} if policy is None else {"prompt_policy": policy}
    agent = await agent_of(door, people["owner"], **given)
    for name, client in people.items():
        done = await ask(client, "prompt_agent", name, agent_id=id_of(agent), text=name)
        expected = "ack" if name in may else "PERMISSION_DENIED"
        assert done.get("error_code", done["type"]) == expected, name
        if name != "viewer":
            await ask(client, "chat_message", f"chat-{name}", content=f"@claude {name}")
    late = await door.join("erin", Role.VIEWER)
    texts = sorted(prompt["text"] for prompt in late.connected["prompts"])
    assert texts == sorted([*may, *may])


async def test_agents_neither_prompt_nor_stop_each_other(door: Door) -> None:
    host = await door.join("host")
    one = await shared(door, host)
    two = await shared(door, host, request_id="two", name="gemini")
    for kind, fields in (("prompt_agent", {"text": "go"}), ("stop_agent", {})):
        done = await ask(two, kind, kind, agent_id=id_of(one), **fields)
        assert done["error_code"] == "PERMISSION_DENIED"
    await ask(two, "chat_message", "chat", content="@claude go")
    assert (await door.join("bob", Role.VIEWER)).connected["prompts"] == []


async def test_a_full_queue_says_so_and_the_chat_message_is_not_sent(door: Door) -> None:
    host = await door.join("host")
    agent = await shared(door, host)
    for number in range(MAX_PROMPTS):
        done = await ask(host, "prompt_agent", f"p{number}", agent_id=id_of(agent), text="go")
        assert done["type"] == "ack"
    for kind, fields in (
        ("prompt_agent", {"agent_id": id_of(agent), "text": "go"}),
        ("chat_message", {"content": "@claude go"}),
    ):
        refused = await ask(host, kind, kind, **fields)
        assert refused["error_code"] == "AGENT_BUSY"
        assert "claude has as many prompts as may wait" in refused["message"]
    # The first of them again: it had its effect.
    again = await ask(host, "prompt_agent", "p0", agent_id=id_of(agent), text="go")
    assert again["type"] == "ack"
    late = await door.join("bob", Role.VIEWER)
    assert (len(late.connected["prompts"]), late.connected["messages"]) == (MAX_PROMPTS, [])
    first = late.connected["prompts"][0]
    await ask(host, "cancel_prompt", "cancel", prompt_id=first["id"])
    assert (await ask(host, "chat_message", "again", content="@claude go"))["type"] == "ack"


async def test_a_prompt_in_the_chat_is_not_longer_than_others(door: Door) -> None:
    host = await door.join("host")
    agent = await shared(door, host)
    long = "x" * (MAX_TURN_CHARS + 1)
    for kind, fields in (
        ("prompt_agent", {"agent_id": id_of(agent), "text": long}),
        ("chat_message", {"content": f"@claude {long}"}),
    ):
        assert (await ask(host, kind, kind, **fields))["error_code"] == "INVALID_FIELD"


async def test_every_editor_stops_a_turn_and_only_some_cancel_a_prompt(door: Door) -> None:
    host = await door.join("host")
    bob = await door.join("bob", Role.EDITOR)
    carol = await door.join("carol", Role.EDITOR)
    dora = await door.join("dora", Role.VIEWER)
    agent = await shared(door, host)
    for text in ("first", "second", "third"):
        await ask(bob, "prompt_agent", text, agent_id=id_of(agent), text=text)
    prompts = [await prompted(agent) for _ in range(3)]
    nothing = await ask(carol, "stop_agent", "early", agent_id=id_of(agent))
    assert nothing["error_code"] == "PROMPT_NOT_FOUND"
    await tell(agent, prompts[0], "running")
    assert await moved(dora) == ("running", id_of(agent), None)
    denied = await ask(carol, "cancel_prompt", "c", prompt_id=prompts[1]["id"])
    assert denied["error_code"] == "PERMISSION_DENIED"
    assert (await ask(bob, "cancel_prompt", "c", prompt_id=prompts[1]["id"]))["type"] == "ack"
    assert await moved(dora) == ("cancelled", "bob", None)
    denied = await ask(dora, "stop_agent", "no", agent_id=id_of(agent))
    assert denied["error_code"] == "PERMISSION_DENIED"
    assert (await ask(carol, "stop_agent", "now", agent_id=id_of(agent)))["type"] == "ack"
    assert await moved(dora) == ("stopping", "carol", None)
    await tell(agent, prompts[0], "done", reason="cancelled")
    assert await moved(dora) == ("done", id_of(agent), "cancelled")
    assert await tell(agent, prompts[2], "running") == "ack"
    assert await moved(dora) == ("running", id_of(agent), None)


async def test_a_stop_that_names_its_turn_ends_no_other(door: Door) -> None:
    host = await door.join("host")
    bob = await door.join("bob", Role.EDITOR)
    agent = await shared(door, host)
    for text in ("first", "second"):
        await ask(bob, "prompt_agent", text, agent_id=id_of(agent), text=text)
    first, second = [await prompted(agent) for _ in range(2)]
    await tell(agent, first, "running")
    await tell(agent, first, "done", reason="end_turn")
    await tell(agent, second, "running")

    async def stop(name: str, prompt: dict[str, Any]) -> dict[str, Any]:
        return await ask(bob, "stop_agent", name, agent_id=id_of(agent), prompt_id=prompt["id"])

    late = await stop("late", first)
    assert (late["error_code"], late["message"]) == (
        "PROMPT_NOT_FOUND",
        "prompt_id: the turn of this prompt is over, or has not begun",
    )
    assert (await stop("now", second))["type"] == "ack"


async def test_prompts_outlast_the_server(open_door: OpenDoor) -> None:
    door = await open_door()
    host = await door.join("host")
    made = await create_agent(host, prompt_policy="owner")
    agent = await join_agent(door, made["auth_token"])
    for text in ("first", "second"):
        await ask(host, "prompt_agent", text, agent_id=id_of(agent), text=text)
    first, second = [await prompted(agent) for _ in range(2)]
    await tell(agent, first, "running")
    await door.server.stop()
    door = await open_door()
    agent = await join_agent(door, made["auth_token"])
    host = await door.join("host")
    assert host.connected["prompts"] == [{**first, "state": "running"}, second]
    assert await tell(agent, first, "done", reason="end_turn") == "ack"
    assert await moved(host) == ("done", id_of(agent), "end_turn")


async def test_an_agent_that_leaves_leaves_no_prompts(door: Door) -> None:
    host = await door.join("host")
    agent = await shared(door, host)
    await ask(host, "prompt_agent", "p", agent_id=id_of(agent), text="go")
    await agent.send(type="leave_session", session_id=SESSION)
    assert await moved(host) == ("cancelled", "peerline", "agent_left")
    refused = await ask(host, "prompt_agent", "q", agent_id=id_of(agent), text="go")
    assert refused["error_code"] == "PARTICIPANT_NOT_FOUND"


async def in_chat(client: RawClient, agent: RawClient, text: str) -> dict[str, Any]:
    """The prompt that a chat message is."""
    await ask(client, "chat_message", f"chat-{text}", content=f"@claude {text}")
    return await prompted(agent)


async def test_deleting_a_message_takes_the_prompt_in_it_back(door: Door) -> None:
    host = await door.join("host")
    bob = await door.join("bob", Role.EDITOR)
    carol = await door.join("carol", Role.VIEWER)
    agent = await shared(door, host)
    running, second, third = [await in_chat(bob, agent, text) for text in "123"]
    await tell(agent, running, "running")
    # By its author and by a host; the turn that has begun goes on.
    for client, prompt in ((bob, running), (bob, second), (host, third)):
        message_id = prompt["message_id"]
        done = await ask(client, "delete_message", message_id, message_id=message_id)
        assert done["type"] == "ack", done
    assert await moved(carol) == ("running", id_of(agent), None)
    for _ in range(2):
        assert await moved(carol) == ("cancelled", "peerline", "message_deleted")
    late = await door.join("dora", Role.VIEWER)
    assert [each["id"] for each in late.connected["prompts"]] == [running["id"]]
    assert await tell(agent, third, "running") == "PROMPT_NOT_FOUND"
    assert await tell(agent, running, "done", reason="end_turn") == "ack"
    assert await moved(late) == ("done", id_of(agent), "end_turn")


async def test_deleting_another_message_leaves_the_prompts(door: Door) -> None:
    host = await door.join("host")
    agent = await shared(door, host)
    prompt = await in_chat(host, agent, "go")
    await ask(host, "chat_message", "other", content="never mind")
    other = (await agent.receive_type("chat_message"))["message"]
    assert other["content"] == "never mind"
    done = await ask(host, "delete_message", "delete", message_id=other["id"])
    assert done["type"] == "ack", done
    late = await door.join("bob", Role.VIEWER)
    assert [each["id"] for each in late.connected["prompts"]] == [prompt["id"]]
    assert await tell(agent, prompt, "running") == "ack"


async def test_a_deletion_right_before_the_servers_end_takes_the_prompt_back(
    open_door: OpenDoor,
) -> None:
    door = await open_door()
    host = await door.join("host")
    made = await create_agent(host, prompt_policy="editors")
    agent = await join_agent(door, made["auth_token"])
    prompt = await in_chat(host, agent, "go")
    await door.server.stop()
    deleted = MessageDeleted(
        session_id=SESSION,
        seq=0,
        message_id=prompt["message_id"],
        deleted_by="host",
        timestamp=datetime.now(UTC),
    )
    store = SqliteStore(door.data_dir)
    await store.open()
    assert isinstance(await store.submit(NewEvent(deleted, "host")), Committed)
    await store.close()
    door = await open_door()
    host = await door.join("host")
    if host.connected["prompts"]:
        assert await moved(host) == ("cancelled", "peerline", "message_deleted")
    bob = await door.join("bob", Role.VIEWER)
    assert bob.connected["prompts"] == []
