"""A disk that fails or is full gives errors, never acks; when it is well all goes on."""

import sys
from pathlib import Path

import pytest

from peerline.protocol.roles import Role

from .clients import StrictClient, Writer, failures, settle, until
from .conftest import SetScene
from .disk import Disk
from .ready import readiness
from .test_killed import assert_kept

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="LD_PRELOAD and /proc are Linux'")


def count(clients: list[StrictClient]) -> tuple[int, int]:
    """Acknowledged messages, and shown ones."""
    return sum(len(client.acks) for client in clients), sum(len(client.seen) for client in clients)


@pytest.mark.parametrize("is_killed", [False, True], ids=["healed", "killed meanwhile"])
@pytest.mark.parametrize("fault", ["fsync", "full"])
async def test_a_disk_that_fails_gives_errors_and_no_acks_until_it_is_well(
    set_scene: SetScene, tmp_path: Path, fault: str, *, is_killed: bool
) -> None:
    disk = Disk(tmp_path / "faults")
    scene = await set_scene(**disk.environment)
    clients = [scene.join(f"user{number}") for number in range(3)]
    watcher = scene.join("watcher")
    everybody = [*clients, watcher]
    writers = [Writer(client, window=5) for client in clients]
    await until(lambda: count(clients)[0] > 50, "writing goes well")
    assert await readiness(scene.server.address) == 200
    disk.fail(fault)
    await until(lambda: all(client.troubles for client in clients), "all are told")
    kept = count(everybody)
    joins = sum(client.snapshots + client.resumes for client in everybody)
    for _ in range(5):
        told = {client: client.troubles for client in clients}
        for client in clients:
            await client.try_again()
        await until(
            lambda told=told: all(client.troubles > told[client] for client in clients),
            "all are told again",
        )
    assert count(everybody) == kept, "something was acknowledged or shown that is not on the disk"
    assert await readiness(scene.server.address) == 503
    # Presence has nothing to do with the disk.
    for line in range(1, 4):
        await clients[0].send_raw(
            type="cursor_update", data={"file": "a.py", "line": line, "column": 1}
        )
        await until(lambda line=line: cursor_line(watcher, "user0") == line, "presence flows")
    assert sum(client.snapshots + client.resumes for client in everybody) == joins
    if is_killed:
        scene.server.kill()
        disk.heal()
        scene.server.start()
    else:
        disk.heal()
    for writer in writers:
        await writer.finish()
    await settle(clients)
    assert await readiness(scene.server.address) == 200
    assert failures(everybody) == []
    assert_kept(scene, everybody)
    # Nor was anything kept in memory alone.
    await scene.restart(kill=True)
    await until(lambda: all(client.is_joined for client in everybody), "all are back")
    assert failures(everybody) == []
    assert_kept(scene, everybody)


def cursor_line(watcher: StrictClient, user_id: str) -> int | None:
    """The place at which the watcher sees somebody."""
    person = watcher.replica.participants.get(user_id)
    cursor = None if person is None else person.presence.cursor
    return None if cursor is None else cursor.line


async def test_an_acting_host_is_named_also_if_the_disk_failed_at_that_moment(
    set_scene: SetScene, tmp_path: Path
) -> None:
    disk = Disk(tmp_path / "faults")
    scene = await set_scene(**disk.environment, PEERLINE_HOST_GRACE_SECONDS="1")
    host, editor = scene.join("alice", Role.HOST), scene.join("bob")
    await until(lambda: host.is_joined and editor.is_joined, "joined")
    await host.send_raw(type="leave_session")
    await host.close()
    await until(lambda: "alice" not in editor.replica.participants, "the host has left")
    disk.fail("full")
    await until(lambda: "could not be written" in scene.server.log(), "the disk failed")
    assert editor.replica.participants["bob"].role is Role.EDITOR
    disk.heal()
    await until(lambda: editor.replica.participants["bob"].role is Role.HOST, "bob stands in")
