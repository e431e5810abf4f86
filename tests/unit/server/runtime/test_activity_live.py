"""The activity log and the search, through a running server."""

import asyncio
import time
from typing import Any

from peerline.protocol.roles import Role
from peerline_server.store.sqlite import SqliteStore
from tests.unit.server.conftest import SESSION, Door, OpenDoor, RawClient
from tests.unit.server.document_client import DocumentClient
from tests.unit.server.runtime.test_host_requests import ask


async def say(client: RawClient, text: str) -> dict[str, Any]:
    return await ask(client, "chat_message", content=text)


def next_millisecond() -> None:
    """Wait until events get another time than those before."""
    before = time.time_ns() // 1_000_000
    while time.time_ns() // 1_000_000 <= before:
        pass


async def found(client: RawClient, query: str, **fields: Any) -> list[str]:
    answer = await ask(client, "search", query=query, **fields)
    return [result["content"] for result in answer["results"]]


async def test_search_finds_words_in_chat_comments_and_replies(door: Door) -> None:
    alice = await door.join("alice", Role.EDITOR)
    await say(alice, "The Größe of a parser")
    data = {"file": "a.py", "line": 3, "content": "parser is slow here"}
    await ask(alice, "add_comment", data=data)
    thread = (await ask(alice, "get_comments"))["comments"][0]["id"]
    await ask(alice, "reply_comment", comment_id=thread, content="A faster Parser then")
    assert await found(alice, "pars") == [
        "A faster Parser then",
        "parser is slow here",
        "The Größe of a parser",
    ]
    assert await found(alice, "grosse") == []
    assert await found(alice, "große PARSER") == ["The Größe of a parser"]
    (reply,) = (await ask(alice, "search", query="faster"))["results"]
    assert (reply["kind"], reply["comment_id"], reply["file"], reply["line"]) == (
        "reply",
        thread,
        "a.py",
        3,
    )
    # What has a meaning in the query language of the store has none here.
    for query in ('"', "parser OR slow", "content:parser", "NEAR(parser slow)", "*"):
        assert await found(alice, query) == []
    assert len(await found(alice, "-parser")) == 3
    page = await ask(alice, "search", query="parser", limit=2)
    assert page["has_more"] is True
    rest = await ask(alice, "search", query="parser", before=page["results"][-1]["seq"])
    assert (len(rest["results"]), rest["has_more"]) == (1, False)


async def test_search_knows_edits_and_deletions(door: Door) -> None:
    alice = await door.join("alice", Role.EDITOR)
    await say(alice, "a secret word")
    message_id = (await ask(alice, "search", query="secret"))["results"][0]["message_id"]
    await ask(alice, "edit_message", message_id=message_id, content="a public word")
    assert await found(alice, "secret") == []
    assert await found(alice, "public") == ["a public word"]
    await ask(alice, "delete_message", message_id=message_id)
    assert await found(alice, "public") == []


async def test_activity_is_read_in_pages_by_type_user_and_time(door: Door) -> None:
    alice = await door.join("alice", Role.EDITOR)
    bob = await door.join("bob", Role.EDITOR)
    for number in range(5):
        await say(alice if number % 2 else bob, f"message {number}")
        next_millisecond()  # no two have one time
    pages: list[dict[str, Any]] = []
    before: dict[str, Any] = {}
    while True:
        page = await ask(alice, "get_activity", types=["chat_message"], limit=2, **before)
        pages += page["entries"]
        if "next" not in page:
            break
        before = {"before": page["next"]}
    texts = [entry["event"]["message"]["content"] for entry in pages]
    assert texts == [f"message {number}" for number in (4, 3, 2, 1, 0)]
    of_bob = await ask(alice, "get_activity", user_id="bob", types=["chat_message"])
    assert len(of_bob["entries"]) == 3
    since = pages[1]["timestamp"]
    newer = await ask(alice, "get_activity", types=["chat_message"], since=since)
    assert newer["entries"] == pages[:2]
    older = await ask(alice, "get_activity", types=["chat_message"], until=since)
    assert older["entries"] == pages[2:]
    refused = await ask(alice, "get_activity", since="2026-01-01T00:00:00")
    assert refused["error_code"] == "INVALID_FIELD"


async def trails(client: RawClient, count: int) -> list[dict[str, Any]]:
    return await entries(client, "cursor_trail", count)


async def entries(client: RawClient, kind: str, count: int = 1) -> list[dict[str, Any]]:
    async with asyncio.timeout(60):
        while True:
            answer = await ask(client, "get_activity", types=[kind])
            if len(answer["entries"]) >= count:
                return answer["entries"]
            await asyncio.sleep(0.05)


async def test_cursors_leave_a_trail_of_few_rows(open_door: OpenDoor) -> None:
    door = await open_door(trail_seconds=0.1, queries_per_minute=10_000)
    alice = await door.join("alice", Role.EDITOR)
    bob = await door.join("bob", Role.VIEWER)
    for line in (10, 30, 20):
        data = {"file": "a.py", "line": line, "column": 1}
        await bob.send(type="cursor_update", session_id=SESSION, data=data)
    (row,) = await trails(alice, 1)
    assert (row["user_id"], row["username"], row["trail"]["file"]) == ("bob", "Bob", "a.py")
    assert row["trail"]["start_line"] <= 20 <= row["trail"]["end_line"]


async def test_a_trail_is_written_also_when_the_server_stops(open_door: OpenDoor) -> None:
    door = await open_door(trail_seconds=3600.0)
    bob = await door.join("bob", Role.VIEWER)
    data = {"file": "b.py", "line": 7, "column": 1}
    await bob.send(type="cursor_update", session_id=SESSION, data=data, request_id="moved")
    await bob.receive_type("ack")
    await door.server.stop()
    door = await open_door(trail_seconds=0.0)
    alice = await door.join("alice", Role.EDITOR)
    (row,) = await trails(alice, 1)
    assert row["trail"]["file"] == "b.py"
    # With 0 none are kept.
    await alice.send(type="cursor_update", session_id=SESSION, data=data, request_id="moved")
    await alice.receive_type("ack")
    await door.server.stop()
    store = SqliteStore(door.data_dir)
    await store.open()
    door = await open_door()
    assert len(await trails(await door.join("alice"), 1)) == 1
    await store.close()


async def test_edits_of_a_document_are_one_row_a_user(open_door: OpenDoor) -> None:
    door = await open_door()
    alice = DocumentClient(await door.join("alice", Role.HOST))
    bob = DocumentClient(await door.join("bob", Role.EDITOR))
    document_id = await alice.shared("a.py", "hello\n")
    text = await bob.open(document_id)
    await text.edit("say ")
    await text.edit(4, -2)
    await text.until_kept()
    await door.server.stop()
    door = await open_door()
    (row,) = await entries(await door.join("alice"), "document_edited")
    assert (row["user_id"], row["username"]) == ("bob", "Bob")
    edit = row["edit"]
    assert edit["since"] <= row["timestamp"]
    assert (edit["document_id"], edit["file"]) == (document_id, "a.py")
    assert (edit["inserted"], edit["deleted"]) == (4, 2)
