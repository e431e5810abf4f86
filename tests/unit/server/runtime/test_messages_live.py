"""Editing, deleting, reacting, asking and ending, over real sockets and a real SQLite file."""

import sqlite3
from itertools import count
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from peerline.protocol.roles import Role
from tests.unit.server.conftest import SESSION, Door, OpenDoor, RawClient

_numbers = count()


async def say(client: RawClient, content: str = "secret") -> dict[str, Any]:
    await client.send(type="chat_message", session_id=SESSION, content=content)
    return await client.receive_type("chat_message")


async def ask(client: RawClient, kind: str, **fields: Any) -> dict[str, Any]:
    """The answer to a request, whatever comes before it."""
    request_id = f"r{next(_numbers)}"
    await client.send(type=kind, session_id=SESSION, request_id=request_id, **fields)
    while True:
        message = await client.receive()
        if message.get("request_id") == request_id:
            return message


async def test_an_author_edits_and_the_others_see_it(door: Door) -> None:
    host, bob = await door.join("host"), await door.join("bob", Role.EDITOR)
    message = (await say(bob))["message"]
    edited = await ask(bob, "edit_message", message_id=message["id"], content="for @host")
    assert edited["type"] == "ack"
    seen = await host.receive_type("message_edited")
    assert (seen["content"], seen["mentions"], seen["user_id"]) == ("for @host", ["host"], "bob")
    refused = await ask(host, "edit_message", message_id=message["id"], content="mine")
    assert refused["error_code"] == "PERMISSION_DENIED"
    unknown = await ask(host, "edit_message", message_id="none", content="mine")
    assert unknown["error_code"] == "MESSAGE_NOT_FOUND"


async def test_what_is_deleted_is_gone_from_every_replay_and_from_the_disk(door: Door) -> None:
    bob, eve = await door.join("bob", Role.EDITOR), await door.join("eve", Role.EDITOR)
    place = {"epoch": bob.connected["epoch"], "seq": bob.connected["seq"]}
    message = (await say(bob, "the secret word"))["message"]
    await ask(bob, "edit_message", message_id=message["id"], content="the secret words")
    refused = await ask(eve, "delete_message", message_id=message["id"])
    assert refused["error_code"] == "PERMISSION_DENIED"
    host = await door.join("host")
    assert (await ask(host, "delete_message", message_id=message["id"]))["type"] == "ack"
    again = await ask(host, "delete_message", message_id=message["id"])
    assert again["error_code"] == "MESSAGE_NOT_FOUND"
    late = await door.join("late", Role.VIEWER)
    (shown,) = late.connected["messages"]
    assert (shown["content"], "deleted_at" in shown) == ("", True)
    resumed = await door.join("late", resume=place)
    assert resumed.connected["resumed"]
    replayed = await resumed.receive_type("chat_message")
    assert replayed["message"]["content"] == ""
    await door.server.stop()
    with sqlite3.connect(door.data_dir / "peerline.db") as database:
        assert "secret" not in "\n".join(database.iterdump())


async def test_a_reaction_counts_once_per_user_and_emoji(door: Door) -> None:
    host, bob = await door.join("host"), await door.join("bob", Role.EDITOR)
    message_id = (await say(host))["message"]["id"]
    first = await ask(bob, "react", message_id=message_id, emoji="👍")
    again = await ask(host, "react", message_id=message_id, emoji="👍")
    nothing = await ask(bob, "react", message_id=message_id, emoji="👍", remove=False)
    assert (again["seq"], nothing["seq"]) == (first["seq"] + 1, first["seq"] + 1)
    late = await door.join("late", Role.VIEWER)
    (shown,) = late.connected["messages"]
    assert shown["reactions"] == [{"emoji": "👍", "user_ids": ["bob", "host"]}]
    await ask(bob, "react", message_id=message_id, emoji="👍", remove=True)
    page = await ask(late, "get_history")
    assert page["messages"][0]["reactions"] == [{"emoji": "👍", "user_ids": ["host"]}]


async def test_history_comes_in_pages_without_gap_or_double(open_door: OpenDoor) -> None:
    door = await open_door(snapshot_messages=2)
    host = await door.join("host")
    for number in range(7):
        await say(host, f"m{number}")
    viewer = await door.join("viewer", Role.VIEWER)
    shown = viewer.connected["messages"]
    assert [message["content"] for message in shown] == ["m5", "m6"]
    found: list[str] = []
    before, has_more = shown[0]["seq"], True
    while has_more:
        page = await ask(viewer, "get_history", before=before, limit=2)
        found = [message["content"] for message in page["messages"]] + found
        has_more = page["has_more"]
        before = page["messages"][0]["seq"]
    assert found == ["m0", "m1", "m2", "m3", "m4"]


@pytest.mark.parametrize("limit", [3])
async def test_queries_are_limited_at_both_sides(open_door: OpenDoor, limit: int) -> None:
    door = await open_door(queries_per_minute=limit)
    host = await door.join("host")
    for number in range(limit):
        assert (await ask(host, "get_history", before=number))["type"] == "history"
    refused = await ask(host, "get_history", before=99)
    assert refused["error_code"] == "RATE_LIMITED"
    assert refused["retry_after"] > 0
    assert (await say(host))["message"]["content"] == "secret"


async def test_a_comments_range_reply_and_resolution_are_told_and_kept(door: Door) -> None:
    host, bob = await door.join("host"), await door.join("bob", Role.EDITOR)
    data = {"file": "a.py", "line": 3, "column": 2, "end_column": 5, "content": "why, @bob?"}
    await host.send(type="add_comment", session_id=SESSION, data=data)
    comment = (await bob.receive_type("code_comment"))["comment"]
    assert (comment["column"], comment["end_column"], comment["mentions"]) == (2, 5, ["bob"])
    await bob.send(type="reply_comment", session_id=SESSION, comment_id=comment["id"], content="so")
    reply = (await host.receive_type("comment_reply"))["reply"]
    edited = await ask(bob, "edit_message", message_id=reply["id"], content="because")
    assert edited["type"] == "ack"
    assert (await host.receive_type("message_edited"))["comment_id"] == comment["id"]
    await ask(bob, "resolve_comment", comment_id=comment["id"])
    page = await ask(host, "get_comments", file="a.py", resolved=True)
    (thread,) = page["comments"]
    assert (thread["resolved_by"], thread["replies"][0]["content"]) == ("bob", "because")
    assert thread["resolved_at"].endswith("Z")


async def test_file_events_and_context_reach_everybody_and_latecomers(door: Door) -> None:
    host, bob = await door.join("host"), await door.join("bob", Role.VIEWER)
    data = {"file": "a.py", "change": "modified", "lines_added": 3, "lines_removed": 1}
    await host.send(type="file_event", session_id=SESSION, data=data)
    assert (await bob.receive_type("file_event"))["data"] == data
    await ask(host, "update_session", changes={"context": {"branch": "main", "task": "x"}})
    await ask(host, "update_session", changes={"context": {"task": ""}})
    late = await door.join("late", Role.VIEWER)
    assert [event["data"] for event in late.connected["file_events"]] == [data]
    assert late.connected["session"]["context"] == {"branch": "main"}
    without = {"file": "a.py", "change": "renamed"}
    assert (await ask(host, "file_event", data=without))["error_code"] == "INVALID_FIELD"


async def test_an_ended_session_lets_nobody_stay_or_in(open_door: OpenDoor) -> None:
    door = await open_door()
    host, bob = await door.join("host"), await door.join("bob", Role.EDITOR)
    await host.send(type="end_session", session_id=SESSION, request_id="end")
    for client in (host, bob):
        assert (await client.receive_type("session_ended"))["ended_by"] == "host"
        if client is host:
            assert (await client.receive())["request_id"] == "end"
        with pytest.raises(ConnectionClosed) as closed:
            await client.receive_type("nothing more")
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4411
    for _ in range(2):
        again = await door.connect()
        await again.send(type="join_session", session_id=SESSION, auth_token=door.token("host"))
        assert (await again.receive())["error_code"] == "SESSION_ENDED"
        with pytest.raises(ConnectionClosed):
            await again.receive()
        await door.server.stop()
        door = await open_door()
