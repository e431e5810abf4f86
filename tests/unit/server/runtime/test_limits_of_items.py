"""Limits that requests fill: on a real server, and when the same request is sent again."""

from typing import Any

import pytest

from peerline.protocol.limits import MAX_CONTEXT_ENTRIES, MAX_REACTIONS
from peerline.protocol.roles import Role
from tests.unit.server.conftest import SESSION, OpenDoor, RawClient


async def ask(client: RawClient, **message: Any) -> dict[str, Any]:
    await client.send(session_id=SESSION, **message)
    return await client.receive_type("ack", "error")


def comment(request_id: str) -> dict[str, Any]:
    data = {"file": "a.py", "line": 1, "content": "why?"}
    return {"type": "add_comment", "data": data, "request_id": request_id}


async def test_a_comment_that_fills_the_limit_is_answered_again_as_the_first_time(
    open_door: OpenDoor,
) -> None:
    door = await open_door(max_threads=2)
    bob = await door.join("bob", Role.EDITOR)
    await ask(bob, **comment("one"))
    last = await ask(bob, **comment("two"))
    assert last["type"] == "ack"
    assert await ask(bob, **comment("two")) == last
    refused = await ask(bob, **comment("three"))
    assert refused["error_code"] == "LIMIT_EXCEEDED"
    assert refused["message"] == "a session holds at most 2 comment threads"
    assert await ask(bob, **comment("three")) | {"timestamp": ""} == refused | {"timestamp": ""}
    late = await door.join("cat", Role.VIEWER)
    assert len(late.connected["comments"]) == 2


async def test_an_update_that_fills_the_entries_is_answered_again(open_door: OpenDoor) -> None:
    door = await open_door()
    bob = await door.join("bob", Role.EDITOR)

    def update(first: int, request_id: str) -> dict[str, Any]:
        context = {f"key{first + number}": "x" for number in range(MAX_CONTEXT_ENTRIES)}
        return {
            "type": "update_session",
            "changes": {"context": context},
            "request_id": request_id,
        }

    done = await ask(bob, **update(0, "one"))
    assert (await ask(bob, **update(1, "two")))["error_code"] == "LIMIT_EXCEEDED"
    assert await ask(bob, **update(0, "one")) == done


@pytest.mark.parametrize("kind", ["chat", "comment"])
async def test_an_item_has_so_many_different_emoji_and_no_more(
    open_door: OpenDoor, kind: str
) -> None:
    door = await open_door()
    ann, bob = await door.join("ann", Role.EDITOR), await door.join("bob", Role.EDITOR)
    if kind == "chat":
        await ann.send(type="chat_message", session_id=SESSION, content="hello")
        item = (await bob.receive_type("chat_message"))["message"]["id"]
    else:
        await ann.send(session_id=SESSION, **comment("c"))
        item = (await bob.receive_type("code_comment"))["comment"]["id"]

    def react(emoji: str, **fields: Any) -> dict[str, Any]:
        return {
            "type": "react",
            "message_id": item,
            "emoji": emoji,
            "request_id": f"r-{emoji}-{len(fields)}",
            **fields,
        }

    for number in range(MAX_REACTIONS):
        assert (await ask(bob, **react(f"e{number}")))["type"] == "ack"
    refused = await ask(bob, **react("another"))
    assert refused["error_code"] == "LIMIT_EXCEEDED"
    assert f"at most {MAX_REACTIONS}" in refused["message"]
    # One that is there is no other, and one that is taken back makes room.
    assert (await ask(ann, **react("e0")))["type"] == "ack"
    assert (await ask(bob, **react("e1", remove=True)))["type"] == "ack"
    assert (await ask(bob, **react("another")))["type"] == "ack"
