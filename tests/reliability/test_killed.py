"""Acked means durable: a server that is killed under load, again and again.

`make chaos` does it many times. PEERLINE_CHAOS_SEED and PEERLINE_CHAOS_ROUNDS say which and how
often.
"""

import os
import random

from tests.plans.judge import wrong_on_disk

from .clients import StrictClient, Writer, failures, settle, until
from .conftest import Scene, SetScene
from .servers import SESSION, rows_of

ROUNDS = int(os.environ.get("PEERLINE_CHAOS_ROUNDS", "5"))
SEED = int(os.environ.get("PEERLINE_CHAOS_SEED", "1"))


def assert_kept(scene: Scene, clients: list[StrictClient]) -> None:
    """On the disk is everything that was acknowledged or shown, in its place and once."""
    rows = rows_of(scene.database, SESSION)
    assert wrong_on_disk(rows) == []
    places = {row["request"]: row["seq"] for row in rows if row["request"]}
    for client in clients:
        lost = {name: seq for name, seq in client.acks.items() if places.get(name) != seq}
        assert lost == {}, f"{client.user_id} was told that these are kept"
        assert not set(client.refused) & set(places)
        for event in client.seen:
            row = rows[event["seq"] - 1]["data"]
            assert row["type"] == event["type"]
            assert row.get("timestamp") == event.get("timestamp")


async def test_a_server_killed_under_load_keeps_all_that_it_acknowledged(
    set_scene: SetScene,
) -> None:
    source = random.Random(SEED)  # noqa: S311 - a plan, not a secret
    scene = await set_scene()
    clients = [scene.join(f"user{number}") for number in range(4)]
    watcher = scene.join("watcher")
    everybody = [*clients, watcher]
    for number in range(ROUNDS):
        writers = [Writer(client) for client in clients]
        before = sum(len(client.acks) for client in clients)
        wanted = before + source.randrange(300)
        await until(
            lambda wanted=wanted: sum(len(client.acks) for client in clients) >= wanted,
            f"round {number} of seed {SEED}: enough was acknowledged",
        )
        await scene.restart(kill=True)
        for writer in writers:
            await writer.finish()
        assert failures(everybody) == [], f"round {number} of seed {SEED}"
        assert_kept(scene, everybody)
    await until(
        lambda: watcher.is_joined and watcher.replica.seq == clients[0].replica.seq, "caught up"
    )
    assert sum(client.resumes for client in everybody) > 0
    fresh = scene.join("fresh")
    await until(lambda: fresh.is_joined, "joined")
    await until(
        lambda: all(client.replica.seq == fresh.replica.seq for client in everybody), "all agree"
    )
    for client in everybody:
        assert client.replica.state() == fresh.replica.state()


async def test_a_request_sent_again_after_a_kill_has_no_second_effect(set_scene: SetScene) -> None:
    scene = await set_scene()
    client = scene.join("bob")
    await until(lambda: client.is_joined, "joined")
    first = await client.send("chat_message", content="once")
    frame = client.pending[first]
    await settle([client])
    for kill in (True, False):
        await scene.restart(kill=kill)
        client.pending[first] = frame
        await settle([client])
    # An answer that differs is a failure.
    assert failures([client]) == []
    said = [row for row in rows_of(scene.database, SESSION) if row["request"] == first]
    assert len(said) == 1
