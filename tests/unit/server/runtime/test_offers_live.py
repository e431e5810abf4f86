"""Folders that are offered, on a real server: the tree, files on demand, and editors that go."""

import asyncio
from typing import Any

import pytest

from peerline.protocol.limits import MAX_TREE_PAGE
from peerline.protocol.roles import Role
from peerline_server.core import offers
from tests.unit.server.conftest import SESSION, Door, OpenDoor, RawClient

OFFER = {"name": "shop", "files": 2, "version": 7}


async def ask(client: RawClient, kind: str, **fields: Any) -> dict[str, Any]:
    await client.send(type=kind, session_id=SESSION, request_id="q", **fields)
    while True:
        message = await client.receive()
        if message.get("request_id") == "q":
            return message


async def send(client: RawClient, kind: str, **fields: Any) -> None:
    await client.send(type=kind, session_id=SESSION, **fields)


@pytest.fixture
async def ann(door: Door) -> RawClient:
    return await door.join("ann", Role.HOST)


@pytest.fixture
async def bob(door: Door, ann: RawClient) -> RawClient:  # noqa: ARG001 - the host is first
    return await door.join("bob", Role.EDITOR)


async def test_an_offer_is_shown_to_all_and_to_those_who_come(
    door: Door, ann: RawClient, bob: RawClient
) -> None:
    assert (await ask(ann, "offer_files", data=OFFER))["type"] == "ack"
    shown = {"user_id": "ann", "username": "Ann", **OFFER, "is_cut": False}
    assert (await bob.receive_type("files_offered"))["offers"] == [shown]
    carol = await door.join("carol", Role.VIEWER)
    assert carol.connected["offers"] == [shown]
    await ask(ann, "withdraw_files")
    assert (await carol.receive_type("files_offered"))["offers"] == []


async def test_the_tree_comes_from_the_editor_that_offers(ann: RawClient, bob: RawClient) -> None:
    await ask(ann, "offer_files", data=OFFER)
    await send(bob, "get_tree", path="src", after="a.py", request_id="r")
    wanted = await ann.receive_type("tree_wanted")
    assert (wanted["path"], wanted["after"]) == ("src", "a.py")
    entries = [{"name": "b.py", "kind": "file", "size": 3}, {"name": "c", "kind": "folder"}]
    await send(ann, "tree_given", id=wanted["id"], entries=entries, next="c")
    tree = await bob.receive_type("tree")
    assert tree == {
        "type": "tree",
        "session_id": SESSION,
        "request_id": "r",
        "path": "src",
        "user_id": "ann",
        "entries": entries,
        "next": "c",
    }


async def test_a_file_is_shared_when_it_is_wanted(ann: RawClient, bob: RawClient) -> None:
    await ask(ann, "offer_files", data=OFFER)
    await send(bob, "open_file", file="src/a.py", request_id="r")
    wanted = await ann.receive_type("file_wanted")
    assert wanted["file"] == "src/a.py"
    await send(ann, "share_document", data={"file": "src/a.py", "content": "text\n"})
    document = (await ann.receive_type("document_shared"))["document"]
    await send(ann, "file_given", id=wanted["id"], document_id=document["id"])
    opened = await bob.receive_type("file_opened")
    assert (opened["file"], opened["document_id"]) == ("src/a.py", document["id"])
    # Now nobody is asked any more.
    again = await ask(bob, "open_file", file="SRC/a.py")
    assert again["document_id"] == document["id"]


async def test_what_is_not_given_is_not_there(ann: RawClient, bob: RawClient) -> None:
    assert (await ask(bob, "get_tree"))["entries"] == []
    assert (await ask(bob, "open_file", file=".env"))["error_code"] == "DOCUMENT_NOT_FOUND"
    await ask(ann, "offer_files", data=OFFER)
    texts: set[str] = set()
    for reason in ("not_shared", "not_found", "binary", "too_large"):
        await send(bob, "open_file", file=".env", request_id="r")
        wanted = await ann.receive_type("file_wanted")
        await send(ann, "file_refused", id=wanted["id"], reason=reason)
        error = await bob.receive_type("error")
        assert error["error_code"] == "DOCUMENT_NOT_FOUND"
        texts.add(error["message"])
    assert len(texts) == 1  # nobody learns why


async def test_an_editor_that_cannot_share_now_is_asked_again_later(
    ann: RawClient, bob: RawClient
) -> None:
    await ask(ann, "offer_files", data=OFFER)
    await send(bob, "open_file", file="a.py", request_id="r")
    wanted = await ann.receive_type("file_wanted")
    await send(ann, "file_refused", id=wanted["id"], reason="unavailable")
    error = await bob.receive_type("error")
    assert (error["error_code"], "try again" in error["message"]) == ("SERVER_BUSY", True)


async def test_files_of_one_of_several_offers_are_opened(
    door: Door, ann: RawClient, bob: RawClient
) -> None:
    carol = await door.join("carol", Role.EDITOR)
    await ask(ann, "offer_files", data=OFFER)
    await ask(carol, "offer_files", data=OFFER)
    await send(bob, "open_file", file="a.py", user_id="carol", request_id="r")
    assert (await carol.receive_type("file_wanted"))["file"] == "a.py"


async def test_a_change_of_files_is_told_also_if_their_number_is_the_same(
    ann: RawClient, bob: RawClient
) -> None:
    await ask(ann, "offer_files", data=OFFER)
    await ask(ann, "offer_files", data={**OFFER, "version": 8})
    seen = [(await bob.receive_type("files_offered"))["offers"][0]["version"] for _ in range(2)]
    assert seen == [7, 8]


async def test_answers_do_not_count_as_queries_unless_nobody_asked(open_door: OpenDoor) -> None:
    door = await open_door(queries_per_minute=4)
    ann = await door.join("ann", Role.HOST)
    assert (await ask(ann, "offer_files", data=OFFER))["type"] == "ack"
    for name in ("bob", "carol"):
        reader = await door.join(name, Role.EDITOR)
        for number in range(4):
            await send(reader, "get_tree", request_id=f"r{number}")
            wanted = await ann.receive_type("tree_wanted")
            await send(ann, "tree_given", id=wanted["id"], entries=[])
            assert (await reader.receive_type("tree"))["request_id"] == f"r{number}"
        assert (await ask(reader, "get_tree"))["error_code"] == "RATE_LIMITED"
    answers = [await ask(ann, "tree_given", id="invented", entries=[]) for _ in range(4)]
    assert [answer["type"] for answer in answers] == ["ack", "ack", "ack", "error"]


async def test_who_was_not_asked_gives_nothing(door: Door, ann: RawClient, bob: RawClient) -> None:
    await ask(ann, "offer_files", data=OFFER)
    carol = await door.join("carol", Role.EDITOR)
    await send(bob, "get_tree", request_id="r")
    wanted = await ann.receive_type("tree_wanted")
    await ask(carol, "tree_given", id=wanted["id"], entries=[])
    entries = [{"name": "b.py", "kind": "file"}]
    await send(ann, "tree_given", id=wanted["id"], entries=entries)
    assert (await bob.receive_type("tree"))["entries"] == entries


async def test_a_document_that_is_not_shared_is_not_given(ann: RawClient, bob: RawClient) -> None:
    await ask(ann, "offer_files", data=OFFER)
    await send(bob, "open_file", file="a.py", request_id="r")
    wanted = await ann.receive_type("file_wanted")
    await send(ann, "file_given", id=wanted["id"], document_id="invented")
    assert (await bob.receive_type("error"))["error_code"] == "DOCUMENT_NOT_FOUND"


async def test_an_editor_that_goes_or_may_no_longer_write_offers_nothing(
    door: Door, ann: RawClient, bob: RawClient
) -> None:
    await ask(bob, "offer_files", data=OFFER)
    await send(ann, "get_tree", request_id="r")
    await bob.receive_type("tree_wanted")
    await send(ann, "change_role", user_id="bob", role="viewer")
    error = await ann.receive_type("error")
    assert (error["request_id"], error["error_code"]) == ("r", "DOCUMENT_NOT_FOUND")
    while (await bob.receive_type("files_offered"))["offers"]:
        pass
    carol = await door.join("carol", Role.EDITOR)
    await ask(carol, "offer_files", data=OFFER)
    await send(ann, "get_tree", user_id="carol", request_id="r2")
    await carol.receive_type("tree_wanted")
    await carol.socket.close()
    assert (await ann.receive_type("error"))["request_id"] == "r2"


async def test_an_editor_that_does_not_answer_is_given_up(
    ann: RawClient, bob: RawClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offers, "ANSWER_SECONDS", 0.05)
    await ask(ann, "offer_files", data=OFFER)
    error = await asyncio.wait_for(ask(bob, "get_tree"), 30)
    assert error["error_code"] == "SERVER_BUSY"
    wanted = await ann.receive_type("tree_wanted")
    await ask(ann, "tree_given", id=wanted["id"], entries=[])  # too late, and no fault


@pytest.mark.parametrize(("count", "is_taken"), [(MAX_TREE_PAGE, True), (MAX_TREE_PAGE + 1, False)])
async def test_a_page_holds_so_many_entries(ann: RawClient, count: int, *, is_taken: bool) -> None:
    entries = [{"name": f"{number}", "kind": "file"} for number in range(count)]
    answer = await ask(ann, "tree_given", id="w1", entries=entries)
    assert (answer["type"] == "ack") is is_taken


async def test_a_guest_who_asks_a_thousand_times_gets_as_many_answers_and_holds_nobody_up(
    door: Door, ann: RawClient, bob: RawClient
) -> None:
    await ask(ann, "offer_files", data=OFFER)
    carol = await door.join("carol", Role.VIEWER)

    async def give() -> None:
        while True:
            wanted = await ann.receive_type("tree_wanted")
            await send(ann, "tree_given", id=wanted["id"], entries=[])

    giving = asyncio.create_task(give())
    for number in range(1000):
        await send(bob, "get_tree", request_id=f"r{number}")
    answered: dict[str, str] = {}
    while len(answered) < 1000:
        message = await bob.receive()
        if "request_id" in message:
            answered[message["request_id"]] = message.get("error_code", message["type"])
    assert set(answered) == {f"r{number}" for number in range(1000)}
    # The last: as many as may wait for the one who offers already do.
    assert {"tree", "RATE_LIMITED"} <= set(answered.values())
    assert set(answered.values()) <= {"tree", "RATE_LIMITED", "SERVER_BUSY"}
    assert (await ask(carol, "get_tree"))["type"] == "tree"
    giving.cancel()
