"""The answers of a server whose disk fails are true, also after it was killed in that state."""

import asyncio
import sqlite3
import sys
from collections import Counter
from pathlib import Path

import pytest

from peerline.client import Client, LinkState, OutcomeUnknown, RequestTimeout, Timing
from peerline.protocol.chat import SendChatMessage
from peerline.protocol.roles import Role
from peerline_bridge.unsent.sender import Sender
from peerline_bridge.unsent.storage import SessionFile
from tests.plans.judge import wrong_on_disk

from .clients import StrictClient, failures, settle, until
from .conftest import Scene, SetScene
from .disk import Disk
from .servers import SESSION, rows_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="LD_PRELOAD and /proc are Linux'")

ROUNDS = 4


def on_disk(scene: Scene) -> Counter[str]:
    """How often each request is on the disk, as a process that comes after a kill reads it."""
    rows = rows_of(scene.database, SESSION)
    assert wrong_on_disk(rows) == []
    return Counter(row["request"] for row in rows if row["request"])


def is_told(client: StrictClient, request_id: str) -> bool:
    """Whether the request was answered in whatever way."""
    return request_id in client.acks or request_id in client.unchanged | client.unknown


@pytest.mark.parametrize("fault", ["fsync", "full"])
async def test_each_answer_of_a_failing_disk_is_true_after_a_kill(
    set_scene: SetScene, tmp_path: Path, fault: str
) -> None:
    disk = Disk(tmp_path / "faults")
    scene = await set_scene(**disk.environment)
    clients = [scene.join(f"user{number}") for number in range(3)]
    unknown_and_written = 0
    for number in range(ROUNDS):
        await until(lambda: all(client.is_joined for client in clients), "joined")
        disk.fail(fault)
        sent: list[tuple[StrictClient, str]] = []
        for step in range(6):
            for client in clients:
                text = f"round {number} step {step}"
                sent.append((client, await client.send("chat_message", content=text)))
            await until(lambda sent=sent: all(is_told(*one) for one in sent), "all are told")
        scene.server.kill()
        disk.heal()
        kept = on_disk(scene)
        for client, request_id in sent:
            if request_id in client.acks:
                assert kept[request_id] == 1
            elif request_id not in client.unknown:
                assert kept[request_id] == 0, "the answer was that nothing was changed"
            else:
                assert kept[request_id] <= 1
                unknown_and_written += kept[request_id]
        scene.server.start()
        await settle(clients)
        kept = on_disk(scene)
        assert [kept[request_id] for _, request_id in sent] == [1] * len(sent)
        assert failures(clients) == []
    # Else the fault has not reached what this is about.
    assert (unknown_and_written > 0) == (fault == "fsync")
    fresh = scene.join("fresh")
    await until(lambda: fresh.is_joined, "joined")
    await until(lambda: all(c.replica.seq == fresh.replica.seq for c in clients), "all agree")
    for client in clients:
        assert client.replica.state() == fresh.replica.state()


async def test_what_the_disk_failed_is_settled_by_asking_again_without_a_restart(
    set_scene: SetScene, tmp_path: Path
) -> None:
    disk = Disk(tmp_path / "faults")
    scene = await set_scene(**disk.environment)
    writer, watcher = scene.join("bob"), scene.join("watcher")
    await until(lambda: writer.is_joined and watcher.is_joined, "joined")
    disk.fail("fsync")
    first = await writer.send("chat_message", content="first")
    await until(lambda: first in writer.unknown, "the outcome is unknown")
    disk.heal()
    disk.fail("full")
    await writer.try_again()
    troubles = writer.troubles
    await until(lambda: writer.troubles > troubles, "told again")
    # Nothing can be written now, but the first attempt may still be on the disk.
    assert first not in writer.unchanged
    second = await writer.send("chat_message", content="second")
    await until(lambda: is_told(writer, second), "told")
    assert second in writer.unchanged
    assert second not in writer.unknown
    disk.heal()
    await settle([writer])
    await until(lambda: watcher.replica.seq == writer.replica.seq, "seen")
    said = [message.content for message in watcher.replica.messages]
    assert sorted(said) == ["first", "second"]
    assert set(on_disk(scene).values()) == {1}
    assert failures([writer, watcher]) == []


def chat(text: str) -> SendChatMessage:
    return SendChatMessage(session_id=SESSION, content=text)


async def make_client(scene: Scene, timing: Timing) -> Client:
    client = Client(
        scene.site.link(scene.server.address),
        scene.site.credentials("bob", Role.EDITOR),
        timing=timing,
    )
    client.start()
    await until(lambda: client.state is LinkState.JOINED, "joined")
    return client


async def test_a_client_asks_again_until_it_knows(set_scene: SetScene, tmp_path: Path) -> None:
    disk = Disk(tmp_path / "faults")
    scene = await set_scene(**disk.environment)
    client = await make_client(scene, Timing())
    try:
        disk.fail("fsync")
        asked = asyncio.create_task(client.request(chat("asked until it is known")))
        await until(lambda: "IOERR" in scene.server.log(), "the disk failed")
        disk.heal()
        ack = await asked
    finally:
        await client.close()
    rows = rows_of(scene.database, SESSION)
    assert [row["seq"] for row in rows if row["request"]] == [ack.seq]


@pytest.mark.parametrize("is_killed", [False, True], ids=["healed", "killed"])
async def test_a_caller_learns_what_became_of_a_request_of_unknown_outcome(
    set_scene: SetScene, tmp_path: Path, *, is_killed: bool
) -> None:
    disk = Disk(tmp_path / "faults")
    scene = await set_scene(**disk.environment)
    client = await make_client(scene, Timing(request=1.5))
    try:
        disk.fail("fsync")
        with pytest.raises(OutcomeUnknown) as caught:
            await client.request(chat("unknown"))
        request_id = caught.value.request_id
        assert request_id is not None
        if is_killed:
            scene.server.kill()
        disk.heal()
        if is_killed:
            scene.server.start()
        await until(lambda: client.state is LinkState.JOINED, "joined")
        ack = await client.outcome(request_id)
        assert caught.value.request is not None
        assert (await client.request(caught.value.request)).seq == ack.seq
        with pytest.raises(ValueError, match="unsettled"):
            await client.outcome(request_id)
    finally:
        await client.close()
    assert on_disk(scene)[request_id] == 1


async def test_a_caller_learns_what_became_of_a_request_that_a_stalled_store_answers_late(
    set_scene: SetScene,
) -> None:

    scene = await set_scene()
    client = await make_client(scene, Timing(request=0.5))
    holder = sqlite3.connect(scene.database, isolation_level=None)
    try:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(RequestTimeout) as caught:
            await client.request(chat("late"))
        request_id = caught.value.request_id
        assert request_id is not None
        with pytest.raises(RequestTimeout):
            await client.outcome(request_id)
        holder.execute("ROLLBACK")
        seq = client.replica.seq
        await until(lambda: client.replica.seq > seq, "it was written all the same")
        ack = await client.outcome(request_id)
        assert ack.seq == seq + 1
    finally:
        holder.close()
        await client.close()
    assert on_disk(scene)[request_id] == 1


@pytest.mark.parametrize("is_killed", [False, True], ids=["healed", "killed"])
async def test_what_was_typed_waits_while_its_outcome_is_unknown_and_arrives_once(
    set_scene: SetScene, tmp_path: Path, *, is_killed: bool
) -> None:
    disk = Disk(tmp_path / "faults")
    scene = await set_scene(**disk.environment)
    session_file = SessionFile.open(
        tmp_path / "state", server="x", session_id=SESSION, person="bob"
    )
    sender = Sender(session_file, lambda: None)
    client = await make_client(scene, Timing(request=1.5))
    try:
        sender.joined(client, "bob")
        disk.fail("fsync")
        assert await sender.submit(chat("typed")) is None, "the editor is told that it waits"
        (item,) = sender.visible()
        assert item.refusal is None
        assert item.message.content == "typed"  # pyright: ignore[reportAttributeAccessIssue]
        if is_killed:
            scene.server.kill()
        disk.heal()
        if is_killed:
            scene.server.start()
        await until(lambda: not session_file.queue.items, "it has arrived")
    finally:
        await sender.close()
        await client.close()
    assert on_disk(scene)[item.request_id] == 1
