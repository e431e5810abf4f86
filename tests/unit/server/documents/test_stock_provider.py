"""A stock provider of y-websocket, unchanged, on `/ws/doc/SESSION/DOCUMENT`."""

import asyncio
from typing import Any

import pytest

from peerline.documents.frames import AccessDenied, SyncStep2, decode_message
from peerline.protocol.limits import (
    MAX_DOCUMENT_BYTES,
    MAX_GUEST_KEY_CHARS,
    MIN_GUEST_KEY_CHARS,
)
from peerline.protocol.roles import Role
from tests.unit.server.conftest import SESSION, Door, OpenDoor
from tests.unit.server.document_client import DocumentClient, OpenText
from tests.unit.server.documents.stock_provider import StockProvider

pytestmark = [pytest.mark.timeout(20), pytest.mark.long]


async def setting(door: Door, role: Role = Role.EDITOR) -> tuple[DocumentClient, str]:
    """A host, and the id of a document; bob has been in the session."""
    ann = DocumentClient(await door.join("ann", Role.HOST))
    document_id = await ann.shared("a.py", "hello\n")
    bob = await door.join("bob", role)
    await bob.socket.close()
    return ann, document_id


async def test_it_writes_in_the_same_text(door: Door) -> None:
    ann, document_id = await setting(door)
    text = await ann.open(document_id)
    provider = await StockProvider.start(door, document_id, params={"token": door.token("bob")})
    await provider.until("sync", synced=True)
    await provider.until_text("hello\n")
    await provider.do("insert", at=5, text=" 🎉")
    await text.until("hello 🎉\n")
    await text.edit("I say ")
    await text.until_kept()
    await provider.until_text("I say hello 🎉\n")
    await provider.do("delete", at=0, length=2)
    await text.until("say hello 🎉\n")
    await provider.do("undo")
    await text.until("I say hello 🎉\n")
    blame = await ann.ask("get_blame", document_id=document_id)
    assert {user for _, user in blame["runs"]} == {"ann", "bob"}


async def test_it_signs_in_with_a_subprotocol_and_goes_on_after_a_break(door: Door) -> None:
    ann, document_id = await setting(door)
    text = await ann.open(document_id)
    token = door.token("bob")
    provider = await StockProvider.start(door, document_id, protocols=[f"bearer.{token}"])
    await provider.until("sync", synced=True)
    await provider.do("disconnect")
    await provider.until("closed")
    await provider.do("insert", at=0, text="offline ")
    await text.edit(6, "online\n")
    await text.until_kept()
    await provider.do("connect")
    await text.until("offline hello\nonline\n")
    await provider.until_text("offline hello\nonline\n")


async def test_a_viewer_is_refused_and_does_not_come_back(door: Door) -> None:
    ann, document_id = await setting(door, Role.VIEWER)
    text = await ann.open(document_id)
    await text.edit(-3)
    await text.until_kept()
    provider = await StockProvider.start(door, document_id, params={"token": door.token("bob")})
    await provider.until("sync", synced=True)
    # To send the deletions that it got is no change.
    await provider.do("disconnect")
    await provider.until("closed")
    await provider.do("connect")
    await provider.until("sync", synced=True)
    assert (await provider.state())["connections"] == 2
    await provider.do("insert", at=0, text="forged")
    assert (await provider.until("closed"))["code"] == 4403
    await asyncio.sleep(1.5)  # its first attempts to come back would be within this time
    assert (await provider.state())["connections"] == 2
    assert text.text == "lo\n"


@pytest.mark.parametrize("what", ["token", "document", "nothing"])
async def test_a_refused_provider_does_not_come_back(door: Door, what: str) -> None:
    _, document_id = await setting(door)
    params = {"token": "wrong" if what == "token" else door.token("bob")}
    provider = await StockProvider.start(
        door,
        "no-such-document" if what == "document" else document_id,
        params={} if what == "nothing" else params,
    )
    assert (await provider.until("closed"))["code"] == 4403
    assert (await provider.state())["connections"] == 1


async def test_the_reason_comes_before_the_close(door: Door) -> None:
    _, document_id = await setting(door)
    socket = (await door.connect(f"/ws/doc/{SESSION}/{document_id}?token=wrong")).socket
    denied = decode_message(await socket.recv(decode=False))
    assert isinstance(denied, AccessDenied)
    await socket.wait_closed()
    assert socket.close_code == 4403
    token = door.token("bob")
    socket = (await door.connect(f"/ws/doc/{SESSION}/{document_id}?token={token}")).socket
    await socket.send("text")
    while not isinstance(decode_message(await socket.recv(decode=False)), AccessDenied):
        pass
    await socket.wait_closed()
    assert socket.close_code == 4403


async def test_cursors_are_the_same_for_both_kinds_of_clients(door: Door) -> None:
    ann, document_id = await setting(door)
    text = await ann.open(document_id)
    provider = await StockProvider.start(door, document_id, params={"token": door.token("bob")})
    await provider.until("sync", synced=True)
    await provider.until_text("hello\n")
    await provider.do("user", user={"name": "forged", "color": "red"})
    await provider.do("cursor", anchor=1, head=3)
    while True:
        presence = await ann.receive("presence_update")
        if presence["user_id"] == "bob" and "cursor" in presence["presence"]:
            break
    cursor = presence["presence"]["cursor"]
    assert (cursor["file"], cursor["line"], cursor["col"]) == ("a.py", 1, 4)
    assert presence["presence"]["documents"] == [document_id]
    assert text.shared.index_of(tuple(cursor["at"]["head"])) == 3
    assert text.shared.index_of(tuple(cursor["at"]["anchor"])) == 1
    at = {"document_id": document_id, "head": list(text.shared.relative(2, 0))}
    data = {"file": "a.py", "line": 1, "column": 3, "at": at}
    await ann.raw.send(type="cursor_update", session_id=SESSION, data=data)
    while True:
        states = list((await provider.until("awareness"))["states"].values())
        if states and "cursor" in states[0]:
            break
    assert states[0]["user"]["name"] == "Ann"
    await provider.do("place", cursor=states[0]["cursor"]["head"])
    assert (await provider.until("place"))["index"] == 2


async def test_two_providers_see_each_others_cursors_with_the_servers_names(door: Door) -> None:
    ann, document_id = await setting(door)
    await ann.ask("change_role", user_id="bob", role="viewer")
    bob = await StockProvider.start(door, document_id, params={"token": door.token("bob")})
    ann_too = await StockProvider.start(door, document_id, params={"token": door.token("ann")})
    await bob.until("sync", synced=True)
    await ann_too.until("sync", synced=True)
    await bob.do("user", user={"name": "forged", "color": "red"})
    await bob.do("cursor", anchor=0, head=0)
    while True:
        states = list((await ann_too.until("awareness"))["states"].values())
        if any("cursor" in state for state in states):
            break
    assert {state["user"]["name"] for state in states} == {"Bob"}
    await bob.stop()
    await ann_too.until("awareness", states={})


async def test_nothing_of_a_session_comes_on_a_documents_socket(door: Door) -> None:
    ann, document_id = await setting(door)
    token = door.token("bob")
    socket = (await door.connect(f"/ws/doc/{SESSION}/{document_id}?token={token}")).socket
    await socket.recv(decode=False)
    await ann.ask("chat_message", content="hello")
    await socket.send(b"\x00\x00\x01\x00")
    seen = [await socket.recv()]
    while not isinstance(seen[-1], bytes) or not isinstance(decode_message(seen[-1]), SyncStep2):
        seen.append(await socket.recv())
    assert all(isinstance(frame, bytes) for frame in seen)


async def test_a_paste_as_long_as_a_document_may_be(door: Door) -> None:
    ann, document_id = await setting(door)
    text = await ann.open(document_id)
    provider = await StockProvider.start(door, document_id, params={"token": door.token("bob")})
    await provider.until("sync", synced=True)
    await provider.until_text("hello\n")
    room = MAX_DOCUMENT_BYTES - len("hello\n")
    await provider.do("fill", at=0, text="0123456789abcdef", length=room)
    await text.until(("0123456789abcdef" * (room // 16 + 1))[:room] + "hello\n")
    await provider.do("insert", at=0, text="x")
    assert (await provider.until("closed"))["code"] == 4403
    assert len(text.text) == MAX_DOCUMENT_BYTES


async def test_a_guest_with_a_key_stays_the_same(door: Door) -> None:
    ann, document_id = await setting(door)
    text = await ann.open(document_id)
    key = "k" * MIN_GUEST_KEY_CHARS
    params = {"invite": await door.invite(Role.EDITOR), "username": "Gil", "guest": key}
    provider = await StockProvider.start(door, document_id, params=params)
    await provider.until("sync", synced=True)
    await provider.do("insert", at=0, text="one ")
    await text.until("one hello\n")
    await provider.do("disconnect")
    await provider.until("closed")
    await provider.do("insert", at=0, text="two ")
    await provider.do("connect")
    await text.until("two one hello\n")
    joined = [m["user"]["id"] for m in ann.messages if m["type"] == "user_joined"]
    guests = {user_id for user_id in joined if user_id.startswith("guest_")}
    assert len(guests) == 1
    blame = await ann.ask("get_blame", document_id=document_id)
    assert {user for _, user in blame["runs"]} == {"ann", *guests}
    assert key not in str(guests)


@pytest.mark.parametrize("length", [MIN_GUEST_KEY_CHARS - 1, MAX_GUEST_KEY_CHARS + 1])
async def test_a_key_that_is_too_short_or_too_long(door: Door, length: int) -> None:
    _, document_id = await setting(door)
    invite = await door.invite(Role.EDITOR)
    url = f"/ws/doc/{SESSION}/{document_id}?invite={invite}&username=Gil&guest={'k' * length}"
    socket = (await door.connect(url)).socket
    denied = decode_message(await socket.recv(decode=False))
    assert isinstance(denied, AccessDenied)
    assert denied.reason.startswith("guest: ")
    await socket.wait_closed()
    assert socket.close_code == 4403


RENEWED_SOON: dict[str, Any] = {
    "document_idle_renewal_items": 30,
    "document_renewal_items": 30,
    "max_document_items": 80,
}


async def until_renewed(client: DocumentClient) -> None:
    while not any(m["type"] == "document_renewed" for m in client.messages):
        await client.step()


async def write_until_renewed(text: OpenText) -> None:
    while not any(m["type"] == "document_renewed" for m in text.client.messages):
        await text.edit("y")
        await text.client.step()


async def test_what_is_typed_during_a_renewal_is_carried_over(open_door: OpenDoor) -> None:
    door = await open_door(**RENEWED_SOON)
    ann, document_id = await setting(door)
    await ann.open(document_id)
    provider = await StockProvider.start(door, document_id, params={"token": door.token("bob")})
    await provider.until("sync", synced=True)
    await provider.until_text("hello\n")
    await provider.do("type", pause=15)
    await until_renewed(ann)
    text = await ann.open(document_id)
    await text.edit(len(text.text), "meanwhile\n")
    # What is typed while its socket closes reaches nobody: it is taken when it connects once more.
    for _ in range(2):
        await provider.until("closed", code=4403)
        await provider.do("connect")
    await provider.until("closed", code=4403)
    typed = (await provider.state())["text"]
    assert typed.endswith("xxxhello\n")
    await text.until(typed + "meanwhile\n")
    blame = await ann.ask("get_blame", document_id=document_id)
    assert (typed.count("x"), "bob") in [tuple(run) for run in blame["runs"]]


async def test_what_was_typed_offline_before_a_renewal_is_carried_over_once(
    open_door: OpenDoor,
) -> None:
    door = await open_door(**RENEWED_SOON)
    ann, document_id = await setting(door)
    text = await ann.open(document_id)
    provider = await StockProvider.start(door, document_id, params={"token": door.token("bob")})
    await provider.until("sync", synced=True)
    await provider.until_text("hello\n")
    await provider.do("disconnect")
    await provider.until("closed")
    await provider.do("delete", at=0, length=4)
    await provider.do("insert", at=1, text=" offline")
    await write_until_renewed(text)
    fresh = await ann.open(document_id)
    written = fresh.text
    for _ in range(2):
        await provider.do("connect")
        await provider.until("closed", code=4403)
    await fresh.until(written.replace("hello", "o offline"))
    await door.server.stop()
    door = await open_door(**RENEWED_SOON)
    await provider.do("url", url=f"ws://{door.address}/ws/doc/{SESSION}")
    await provider.do("connect")
    await provider.until("closed", code=4403)
    again = DocumentClient(await door.join("ann"))
    assert (await again.open(document_id)).text == fresh.text


async def test_a_viewers_edits_of_an_older_generation_are_refused(open_door: OpenDoor) -> None:
    door = await open_door(**RENEWED_SOON)
    ann, document_id = await setting(door)
    text = await ann.open(document_id)
    provider = await StockProvider.start(door, document_id, params={"token": door.token("bob")})
    await provider.until("sync", synced=True)
    await provider.do("disconnect")
    await provider.until("closed")
    await provider.do("insert", at=0, text="forged")
    await write_until_renewed(text)
    await ann.ask("change_role", user_id="bob", role="viewer")
    await provider.do("connect")
    await provider.until("closed", code=4403)
    assert "forged" not in (await ann.open(document_id)).text
