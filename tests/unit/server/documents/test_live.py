"""Shared documents on a real server: shared, opened, written in, kept."""

import asyncio
import base64
import hashlib
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from peerline.documents.frames import SyncStep1, SyncStep2, Update
from peerline.protocol.roles import Role
from peerline_server.admin.archive import export_session, import_session
from peerline_server.documents.document import Document
from peerline_server.runtime.live_documents import DocumentOptions
from peerline_server.settings import Settings
from peerline_server.store.opening import opened
from tests.unit.server.conftest import SESSION, Door, OpenDoor
from tests.unit.server.document_client import DocumentClient


async def two(door: Door) -> tuple[DocumentClient, DocumentClient]:
    ann = DocumentClient(await door.join("ann", Role.HOST))
    bob = DocumentClient(await door.join("bob", Role.EDITOR))
    return ann, bob


async def test_two_write_in_one_text(door: Door) -> None:
    ann, bob = await two(door)
    document_id = await ann.shared("src/a.py", "hello\n")
    shared = await bob.receive("document_shared")
    assert shared["document"]["file"] == "src/a.py"
    assert shared["document"]["lines"] == 1
    mine = await ann.open(document_id)
    theirs = await bob.open(document_id)
    assert mine.text == theirs.text == "hello\n"
    assert mine.opened["client_id"] != theirs.opened["client_id"]
    await mine.edit(5, " world")
    await theirs.edit("I say ")
    await mine.until("I say hello world\n")
    await theirs.until("I say hello world\n")
    await mine.until_kept()
    await theirs.until_kept()


async def test_a_text_may_be_in_the_message(door: Door) -> None:
    ann, bob = await two(door)
    answer = await ann.ask("share_document", data={"file": "a.py", "content": "é\n🎉"})
    assert answer["type"] == "ack"
    document_id = (await bob.receive("document_shared"))["document"]["id"]
    assert (await bob.open(document_id)).text == "é\n🎉"


async def test_what_is_kept_is_there_after_a_restart(open_door: OpenDoor) -> None:
    door = await open_door()
    ann, _ = await two(door)
    document_id = await ann.shared("a.py", "")
    text = await ann.open(document_id)
    for number in range(20):
        await text.edit(len(text.text), f"{number} ")
    await text.until_kept()
    await door.server.stop()
    door = await open_door()
    bob = DocumentClient(await door.join("bob"))
    assert bob.raw.connected["documents"][0]["id"] == document_id
    again = await bob.open(document_id)
    assert again.text == text.text
    assert again.opened["generation"] == text.opened["generation"]


async def test_a_client_gets_what_it_lacks_and_sends_what_was_not_kept(door: Door) -> None:
    ann, bob = await two(door)
    document_id = await ann.shared("a.py", "start ")
    mine = await ann.open(document_id)
    theirs = await bob.open(document_id)
    await bob.ask("close_document", document_id=document_id)
    offline = theirs.shared.edit((len(theirs.text), "offline "))
    await mine.edit("online ")
    await mine.until_kept()
    again = await bob.open(document_id, theirs)
    assert again.text == "online start offline "
    await again.send(Update(offline))
    await again.until_kept()
    await mine.until("online start offline ")


async def test_a_viewer_reads_and_does_not_write(door: Door) -> None:
    ann, _ = await two(door)
    vic = DocumentClient(await door.join("vic", Role.VIEWER))
    document_id = await ann.shared("a.py", "text")
    mine = await ann.open(document_id)
    theirs = await vic.open(document_id)
    assert theirs.opened["can_edit"] is False
    await theirs.edit("forged ")
    error = await vic.receive("error")
    assert error["error_code"] == "PERMISSION_DENIED"
    assert error["document_id"] == document_id
    # What it knows already, deletions too, is no change.
    await mine.edit(-2)
    await mine.until_kept()
    again = await vic.open(document_id)
    await again.send(SyncStep2(again.shared.encode(again.shared.state)))
    await again.until_kept()
    assert again.text == "xt"


async def test_a_state_vector_is_answered(door: Door) -> None:
    ann, _ = await two(door)
    text = await ann.open(await ann.shared("a.py", "text"))
    await text.send(SyncStep1(b"\0"))
    await text.edit("more ")
    await text.until_kept()
    assert text.text == "more text"


async def test_one_file_is_one_document(door: Door) -> None:
    ann, bob = await two(door)
    first = await ann.shared("Src/é.py", "one")
    answer = await bob.share("src/e\u0301.py", "two")
    assert (answer["error_code"], answer["document_id"]) == ("DOCUMENT_EXISTS", first)


async def test_two_who_share_a_file_at_once_get_one_document(door: Door) -> None:
    ann, bob = await two(door)
    answers = await asyncio.gather(ann.share("a.py", "one"), bob.share("A.py", "two"))
    assert sorted(answer["type"] for answer in answers) == ["ack", "error"]
    (error,) = [answer for answer in answers if answer["type"] == "error"]
    assert error["error_code"] == "DOCUMENT_EXISTS"
    shared = await ann.receive("document_shared")
    assert error["document_id"] == shared["document"]["id"]


async def test_others_see_who_has_what_open(door: Door) -> None:
    ann, bob = await two(door)
    document_id = await ann.shared("a.py", "text")
    await ann.open(document_id)
    presence = await bob.receive("presence_update")
    assert presence["user_id"] == "ann"
    assert presence["presence"]["documents"] == [document_id]
    await ann.ask("close_document", document_id=document_id)
    assert "documents" not in (await bob.receive("presence_update"))["presence"]


@pytest.mark.parametrize("promoted", [True, False])
async def test_a_new_role_closes_the_channel(door: Door, *, promoted: bool) -> None:
    ann, bob = await two(door)
    document_id = await ann.shared("a.py", "text")
    if promoted:
        await ann.ask("change_role", user_id="bob", role="viewer")
    text = await bob.open(document_id)
    assert text.opened["can_edit"] is not promoted
    await ann.ask("change_role", user_id="bob", role="editor" if promoted else "viewer")
    closed = await bob.receive("document_closed")
    assert closed["channel"] == text.channel
    assert closed.get("error_code") == (None if promoted else "PERMISSION_DENIED")
    assert (await bob.open(document_id)).opened["can_edit"] is promoted


async def test_an_unshared_document_is_gone(door: Door) -> None:
    ann, bob = await two(door)
    document_id = await bob.shared("a.py", "text")
    await ann.open(document_id)
    other = await ann.shared("b.py", "text")
    refused = await bob.ask("unshare_document", document_id=other)
    assert refused["error_code"] == "PERMISSION_DENIED"
    assert (await bob.ask("unshare_document", document_id=document_id))["type"] == "ack"
    assert (await ann.receive("document_unshared"))["file"] == "a.py"
    gone = await ann.ask("open_document", document_id=document_id)
    assert gone["error_code"] == "DOCUMENT_NOT_FOUND"
    assert await bob.shared("a.py", "again") != document_id


async def test_a_rename_keeps_the_document(door: Door) -> None:
    ann, bob = await two(door)
    document_id = await ann.shared("a.py", "text")
    await ann.shared("b.py", "text")
    text = await ann.open(document_id)
    taken = await bob.ask("rename_document", document_id=document_id, file="B.py")
    assert taken["error_code"] == "DOCUMENT_EXISTS"
    await bob.ask("rename_document", document_id=document_id, file="c.py")
    assert (await ann.receive("document_renamed"))["file"] == "c.py"
    await text.edit("more ")
    await text.until_kept()


async def test_a_check_compares_texts_of_one_state(door: Door) -> None:
    ann, _ = await two(door)
    document_id = await ann.shared("a.py", "text")
    text = await ann.open(document_id)

    def fields(content: str) -> dict[str, str]:
        return {
            "state": base64.b64encode(text.shared.state).decode(),
            "hash": f"sha256:{hashlib.sha256(content.encode()).hexdigest()}",
        }

    same = await ann.ask("document_check", document_id=document_id, **fields("text"))
    assert same["equal"] is True
    other = await ann.ask("document_check", document_id=document_id, **fields("other"))
    assert other["equal"] is False
    text.shared.edit(("not sent",))
    busy = await ann.ask("document_check", document_id=document_id, **fields("not senttext"))
    assert busy["type"] == "ack"


async def test_blame_names_the_authors(door: Door) -> None:
    ann, bob = await two(door)
    document_id = await ann.shared("a.py", "a🎉b")
    theirs = await bob.open(document_id)
    await theirs.edit(2, "xy", -1)
    await theirs.until_kept()
    blame = await ann.ask("get_blame", document_id=document_id)
    assert blame["runs"] == [[3, "ann"], [2, "bob"]]


async def test_binary_frames_without_a_document_are_refused(door: Door) -> None:
    ann, _ = await two(door)
    await ann.socket.send(b"\x03\x00\x02\x02\x00\x00")
    assert (await ann.receive("error"))["error_code"] == "BINARY_NOT_SUPPORTED"
    text = await ann.open(await ann.shared("a.py", "text"))
    await ann.socket.send(b"\x63\x00\x02\x02\x00\x00")
    assert (await ann.receive("error"))["error_code"] == "UPDATE_REFUSED"
    await ann.socket.send(b"\x63")
    assert (await ann.receive("error"))["error_code"] == "UPDATE_REFUSED"
    await text.edit("still ")
    await text.until_kept()


async def test_the_third_refusal_closes_the_channel_and_not_the_session(door: Door) -> None:
    ann, bob = await two(door)
    document_id = await ann.shared("a.py", "text")
    text = await ann.open(document_id)
    theirs = await bob.open(document_id)
    for _ in range(3):
        await text.send(Update(b"\x01\x01\x01\x00\x08\x01\x01a\x00"))
        assert (await ann.receive("error"))["error_code"] == "UPDATE_REFUSED"
    closed = await ann.receive("document_closed")
    assert (closed["document_id"], closed["error_code"]) == (document_id, "UPDATE_REFUSED")
    again = await ann.open(document_id)
    await again.edit("well ")
    await again.until_kept()
    await theirs.until("well text")


async def test_updates_become_a_snapshot(open_door: OpenDoor) -> None:
    door = await open_door(document_snapshot_updates=10, document_unload_seconds=0.0)
    ann, _ = await two(door)
    document_id = await ann.shared("a.py", "")
    text = await ann.open(document_id)

    def rows() -> list[int]:
        database = sqlite3.connect(door.data_dir / "peerline.db")
        found = database.execute("SELECT number FROM document_updates").fetchall()
        database.close()
        return [number for (number,) in found]

    for number in range(25):
        await text.edit(f"{number} ")
        await text.until_kept()
    while len(rows()) > 10:  # noqa: ASYNC110 - what the database holds tells nobody
        await asyncio.sleep(0.01)
    await ann.ask("close_document", document_id=document_id)
    while rows():  # noqa: ASYNC110 - the same
        await asyncio.sleep(0.01)
    again = await ann.open(document_id)
    assert again.text == text.text
    assert again.opened["generation"] == text.opened["generation"]


async def test_a_long_history_is_renewed_and_the_text_stays(open_door: OpenDoor) -> None:
    door = await open_door(document_renewal_items=50, document_idle_renewal_items=40)
    ann, bob = await two(door)
    document_id = await ann.shared("a.py", "start")
    text = await ann.open(document_id)
    while not any(m["type"] == "document_renewed" for m in ann.messages):
        await text.edit(len(text.text) // 2, "xy")
        if not any(m["type"] == "document_renewed" for m in ann.messages):
            await ann.step()
    renewed = await ann.receive("document_renewed")
    assert renewed["old_generation"] == text.opened["generation"]
    again = await bob.open(document_id)
    assert again.opened["generation"] == renewed["generation"]
    # What was written last is not in it: it is brought in from the generation before.
    old = await ann.open(document_id, text)
    assert old.opened["generation"] == text.opened["generation"]
    assert old.opened["can_edit"] is False
    assert len(again.text) <= len(old.text)
    wrong = await ann.ask("open_document", document_id=document_id, generation="gone")
    assert wrong["error_code"] == "GENERATION_MISMATCH"
    blame = await ann.ask("get_blame", document_id=document_id)
    assert blame["runs"] == [[len(again.text), "ann"]]


async def test_an_older_generation_is_forgotten_but_for_its_client_ids(
    open_door: OpenDoor,
) -> None:
    door = await open_door(document_renewal_items=5, document_idle_renewal_items=5)
    ann, _ = await two(door)
    document_id = await ann.shared("a.py", "start")
    text = await ann.open(document_id)
    while not any(m["type"] == "document_renewed" for m in ann.messages):
        await text.edit(2, "xy")
        await ann.step()
    store = door.server._store  # pyright: ignore[reportPrivateUsage]
    assert store is not None
    now = datetime.now(UTC)
    assert await store.forget_generations(now - timedelta(days=1)) == 0
    assert await store.forget_generations(now + timedelta(days=1)) == 1
    generation = text.opened["generation"]
    gone = await ann.ask("open_document", document_id=document_id, generation=generation)
    assert gone["error_code"] == "GENERATION_MISMATCH"
    again = await ann.open(document_id)
    # A browser that still has the old text must not bring it in a second time.
    await again.send(Update(text.shared.encode()))
    assert (await ann.receive("error"))["error_code"] == "UPDATE_REFUSED"


async def test_an_export_has_the_shared_documents(open_door: OpenDoor, tmp_path: Path) -> None:
    door = await open_door()
    ann, bob = await two(door)
    document_id = await ann.shared("a.py", "start ")
    text = await bob.open(document_id)
    await text.edit(6, "é🎉")
    await text.until_kept()
    await door.server.stop()
    written = await export_session(door.data_dir, SESSION)
    other = tmp_path / "other"
    await import_session(other, written, new_id="moved")
    async with opened(other) as store:
        session = await store.load_session("moved", last_messages=1)
        assert session is not None
        (shared,) = session.documents
        generation = await store.load_generation(document_id, shared.generation)
    assert generation is not None
    document = Document(generation, DocumentOptions.of(Settings()).limits)
    assert (shared.file, document.text.text) == ("a.py", "start é🎉")
    assert list(document.runs) == [(6, "ann"), (2, "bob")]
