"""No gap, no double, in order: who is cut again and again holds what one holds who never was."""

import asyncio
import random
import sqlite3

from .clients import Writer, failures, settle, until
from .conftest import SetScene

CUTS = 60


async def test_cut_under_load_is_as_if_never_disconnected(set_scene: SetScene) -> None:
    source = random.Random(3)  # noqa: S311 - a plan, not a secret
    scene = await set_scene()
    writers = [Writer(scene.join(f"user{number}")) for number in range(3)]
    steady = scene.join("steady")
    cut = [scene.join(f"cut{number}") for number in range(3)]
    everybody = [*(writer.client for writer in writers), steady, *cut]
    await until(lambda: all(client.is_joined for client in everybody), "joined")
    begin = {client: client.replica.seq - len(client.seen) for client in everybody}
    for _ in range(CUTS):
        victim = source.choice([*cut, writers[0].client])
        await until(lambda victim=victim: victim.is_joined, "is back")
        wanted = steady.replica.seq + source.randrange(20)
        await until(lambda wanted=wanted: steady.replica.seq >= wanted, "time goes on")
        victim.cut()
        await asyncio.sleep(0)
    for writer in writers:
        await writer.finish()
    await settle(everybody)
    await until(
        lambda: all(
            client.is_joined and client.replica.seq == steady.replica.seq for client in everybody
        ),
        "caught up",
    )
    assert failures(everybody) == []
    assert (steady.snapshots, steady.resumes) == (1, 0)
    assert sum(client.resumes for client in everybody) == CUTS
    latest = max(begin.values())
    told = [event for event in steady.seen if event["seq"] > latest]
    assert len(told) > 100
    for client in everybody:
        assert client.snapshots == 1, "a resume was possible each time"
        assert [event for event in client.seen if event["seq"] > latest] == told
        assert client.replica.state() == steady.replica.state()


async def test_another_epoch_is_told_and_replaces_everything(set_scene: SetScene) -> None:
    """The database was replaced while everybody was away."""
    scene = await set_scene()
    client = scene.join("bob")
    await until(lambda: client.is_joined, "joined")
    await client.send("chat_message", content="in the old epoch")
    await settle([client])
    before = client.replica.epoch
    await asyncio.to_thread(scene.server.kill)
    database = sqlite3.connect(scene.database)
    with database:
        database.execute("UPDATE sessions SET epoch = 'another'")
    database.close()
    await asyncio.to_thread(scene.server.start)
    await until(lambda: client.snapshots == 2, "a snapshot came")
    assert before != client.replica.epoch == "another"
    assert client.resumes == 0
    fresh = scene.join("fresh")
    await until(lambda: fresh.is_joined and client.replica.seq == fresh.replica.seq, "joined")
    assert client.replica.state() == fresh.replica.state()
    assert failures([client]) == []


async def test_more_than_a_replay_holds_is_told_and_replaces_everything(
    set_scene: SetScene,
) -> None:
    scene = await set_scene(PEERLINE_REPLAY_EVENTS="10", PEERLINE_LEAVE_GRACE_SECONDS="60")
    client, other = scene.join("bob"), scene.join("carol")
    await until(lambda: client.is_joined and other.is_joined, "joined")
    for missed, snapshots in ((10, 1), (11, 2)):
        # Away while exactly this number of events comes.
        await client.close()
        for number in range(missed):
            await other.send("chat_message", content=f"{missed}: {number}")
        await settle([other])
        client = client.again()
        await until(
            lambda client=client: client.is_joined and client.replica.seq == other.replica.seq,
            "caught up",
        )
        assert client.snapshots == snapshots
        assert client.replica.state() == other.replica.state()
        assert failures([client]) == []
    await client.close()
