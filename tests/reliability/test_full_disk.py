"""A file system that is really full: errors, never acks, until there is room again."""

import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from .clients import Writer, failures, settle, until
from .conftest import SetScene
from .test_killed import assert_kept

MakeRoom = Callable[[int], None]


def mount(folder: Path, *options: str) -> bool:
    """Whether the right to mount is there."""
    command = ["mount", "-t", "tmpfs", "-o", ",".join(options), "none", str(folder)]
    return subprocess.run(command, check=False, capture_output=True, timeout=30).returncode == 0


def unmount(folder: Path) -> None:
    subprocess.run(["umount", "--lazy", str(folder)], check=True, timeout=30)  # noqa: S607 - on the PATH


def can_mount() -> bool:
    """Root may, except in many containers; there the faults of faults.c stand in."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or sys.platform != "linux":
        return False
    with tempfile.TemporaryDirectory() as folder:
        if not mount(Path(folder), "size=1m"):
            return False
        unmount(Path(folder))
    return True


@pytest.fixture
async def small_disk(tmp_path: Path) -> AsyncIterator[MakeRoom]:
    """The site's folder is a file system of 3 MiB, which can be made larger."""
    folder = tmp_path / "data"
    folder.mkdir()
    assert mount(folder, "size=3m")

    def make_room(mebibytes: int) -> None:
        assert mount(folder, "remount", f"size={mebibytes}m")

    try:
        yield make_room
    finally:
        unmount(folder)


@pytest.mark.skipif(not can_mount(), reason="no right to mount; faults.c stands in for it")
async def test_a_file_system_without_room_gives_errors_until_there_is_some(
    small_disk: MakeRoom, set_scene: SetScene
) -> None:
    scene = await set_scene()
    clients = [scene.join(f"user{number}") for number in range(3)]
    watcher = scene.join("watcher")
    everybody = [*clients, watcher]
    writers = [Writer(client, window=5, padding="x" * 4_000) for client in clients]
    await until(lambda: all(client.troubles for client in clients), "the disk is full")
    assert_kept(scene, everybody)
    await until(lambda: all(client.is_joined for client in everybody), "all are still there")
    small_disk(64)
    for writer in writers:
        await writer.finish()
    await settle(clients)
    assert failures(everybody) == []
    assert [client.snapshots + client.resumes for client in everybody] == [1, 1, 1, 1]
    await scene.restart(kill=True)
    await until(lambda: all(client.is_joined for client in everybody), "all are back")
    assert failures(everybody) == []
    assert_kept(scene, everybody)
