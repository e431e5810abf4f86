"""A store that does not write: sockets and presence live on, and all is written once in the end."""

import asyncio
import sqlite3
import time
from collections import Counter

import pytest

from .clients import failures, settle, until
from .conftest import SetScene
from .ready import readiness
from .servers import SESSION, rows_of
from .test_disk_faults import cursor_line
from .test_killed import assert_kept

MESSAGES = 25
BUSY_SECONDS = 10
"""As long SQLite itself waits for another process (server.store.database)."""


@pytest.mark.parametrize("lock", ["IMMEDIATE", "EXCLUSIVE"])
@pytest.mark.parametrize("seconds", [3, BUSY_SECONDS + 2])
async def test_what_waits_for_a_stalled_store_is_written_once_and_presence_goes_on(
    set_scene: SetScene, lock: str, seconds: int
) -> None:
    """Another process holds the database for longer than any heartbeat lasts."""
    scene = await set_scene(PEERLINE_PING_INTERVAL_SECONDS="0.5", PEERLINE_PING_TIMEOUT_SECONDS="1")
    writers = [scene.join(f"user{number}") for number in range(3)]
    watcher = scene.join("watcher")
    everybody = [*writers, watcher]
    await until(lambda: all(client.is_joined for client in everybody), "joined")
    await until(lambda: all(c.replica.seq == 4 for c in everybody), "all have seen all joins")
    holder = sqlite3.connect(scene.database, isolation_level=None)
    holder.execute(f"BEGIN {lock}")
    for number in range(MESSAGES):
        for writer in writers:
            await writer.send("chat_message", content=f"waits {number}")
    held = time.monotonic()
    line = 0
    while time.monotonic() - held < seconds:
        line += 1
        await writers[0].send_raw(
            type="cursor_update", data={"file": "a.py", "line": line, "column": 1}
        )
        await until(
            lambda line=line: cursor_line(watcher, "user0") == line, "presence flows", within=5
        )
    assert [len(writer.acks) for writer in writers] == [0, 0, 0]
    assert watcher.replica.seq == 4
    if seconds > BUSY_SECONDS:
        assert await readiness(scene.server.address) == 503
    # A client that asks again meanwhile is not written twice either.
    for writer in writers:
        await writer.try_again()
    holder.execute("ROLLBACK")
    holder.close()
    await until(lambda: not any(writer.pending for writer in writers), "all is answered")
    await settle(writers)
    assert [client.troubles for client in writers] == [0, 0, 0], "something was refused"
    assert [client.snapshots + client.resumes for client in everybody] == [1, 1, 1, 1]
    assert failures(everybody) == []
    assert_kept(scene, everybody)
    said = Counter(
        (row["user"], row["data"]["message"]["content"])
        for row in rows_of(scene.database, SESSION)
        if row["data"]["type"] == "chat_message"
    )
    assert len(said) == MESSAGES * 3
    assert set(said.values()) == {1}
    assert await readiness(scene.server.address) == 200


async def test_trails_wait_for_a_locked_store_and_leave_one_line_in_the_log(
    set_scene: SetScene,
) -> None:
    scene = await set_scene(PEERLINE_TRAIL_SECONDS="0.5")
    walker = scene.join("walker")
    await until(lambda: walker.is_joined, "joined")
    holder = sqlite3.connect(scene.database, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    line = 0
    while "trails of cursors cannot be written" not in scene.server.log():
        line += 1
        await walker.send_raw(
            type="cursor_update", data={"file": "a.py", "line": line, "column": 1}
        )
        await asyncio.sleep(0.05)
    holder.execute("ROLLBACK")
    count = "SELECT min(start_line), count(*) FROM cursor_trails"
    await until(lambda: holder.execute(count).fetchone()[1] > 1, "they are written")
    assert holder.execute(count).fetchone()[0] < line / 2, "also those of before the failure"
    holder.close()
    log = scene.server.log()
    assert log.count("trails of cursors cannot be written") == 1
    assert "Traceback" not in log
    assert 'File "' not in log
