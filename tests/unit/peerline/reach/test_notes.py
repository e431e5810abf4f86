"""Tests of peerline.reach.notes and keeper: real processes, and process ids that are reused."""

import asyncio
import json
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from peerline import processes
from peerline.client.backoff import Backoff
from peerline.file_locks import is_locked
from peerline.reach import notes
from peerline.reach.keeper import Keeper, Way
from peerline.reach.notes import KeeperLock, Kept, end_kept, read_kept, write_kept
from peerline.reach.ways import TUNNELS

SECONDS = 30.0
URL = "https://red-fox.trycloudflare.com"

KEEPER = textwrap.dedent(
    """
    import asyncio, sys
    from pathlib import Path
    from peerline import processes
    from peerline.reach.keeper import Keeper, Way
    from peerline.reach.ways import TUNNELS
    folder = Path(sys.argv[1])
    command = processes.installed(sys.executable, "-c", sys.argv[2])
    way = Way(sys.argv[3], command, TUNNELS["cloudflared"], "")
    print("ran" if asyncio.run(Keeper(folder, way).run(lambda: True)) else "taken", flush=True)
    """
)
TUNNEL = f"import time; print('{URL}', flush=True); time.sleep(1000)"


def wait(condition: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + SECONDS
    while not (value := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return value


@pytest.fixture
def keep(tmp_path: Path) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Starts a process that keeps a way open for the test's folder."""
    running: list[subprocess.Popen[str]] = []

    def start(way: str = "way", tunnel: str = TUNNEL) -> "subprocess.Popen[str]":
        arguments = [sys.executable, "-c", KEEPER, str(tmp_path), tunnel, way]
        running.append(subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True))
        return running[-1]

    yield start
    for process in running:
        process.terminate()
        process.communicate(timeout=SECONDS)


def opened(folder: Path) -> Kept | None:
    kept = read_kept(folder)
    return kept if kept is not None and kept.address else None


def test_a_way_is_kept_as_long_as_its_process_runs_and_ends_when_asked(
    tmp_path: Path, keep: Callable[..., "subprocess.Popen[str]"]
) -> None:
    assert read_kept(tmp_path) is None
    assert end_kept(tmp_path), "there is none to end"
    process = keep()
    kept = wait(lambda: opened(tmp_path))
    assert (kept.way, kept.problem) == ("way", "")
    assert end_kept(tmp_path)
    assert process.wait(SECONDS) == 0
    assert process.stdout is not None
    assert process.stdout.read() == "ran\n"
    assert read_kept(tmp_path) is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["reach.lock"]


def test_what_a_killed_keeper_noted_is_forgotten_whatever_has_its_id_now(
    tmp_path: Path, keep: Callable[..., "subprocess.Popen[str]"]
) -> None:
    process = keep()
    wait(lambda: opened(tmp_path))
    process.kill()
    process.wait(SECONDS)
    noted = json.loads((tmp_path / "reach.json").read_text())
    # An older note had the id of the process, which is this one's by now.
    (tmp_path / "reach.json").write_text(json.dumps({**noted, "pid": os.getpid()}))
    assert read_kept(tmp_path) is None
    assert not (tmp_path / "reach.json").exists()
    assert end_kept(tmp_path), "this very process is not ended"
    keep("another")
    assert wait(lambda: opened(tmp_path)).way == "another"


def test_one_process_keeps_a_way_and_a_second_one_ends_at_once(
    tmp_path: Path, keep: Callable[..., "subprocess.Popen[str]"], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep("first")
    kept = wait(lambda: opened(tmp_path))
    monkeypatch.setattr("peerline.reach.keeper._LOCK_SECONDS", 0.1)
    way = Way("second", processes.installed(sys.executable, "-c", TUNNEL), TUNNELS["ngrok"], "")
    assert asyncio.run(Keeper(tmp_path, way).run(lambda: True)) is False
    assert read_kept(tmp_path) == kept


def test_a_keeper_gets_the_lock_while_others_look_who_has_it(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path / "reach.lock", os.O_RDWR | os.O_CREAT)
    assert not is_locked(descriptor)

    async def scenario() -> bool:
        asyncio.get_running_loop().call_later(0.1, os.close, descriptor)
        way = Way("way", processes.installed(sys.executable, "-c", TUNNEL), TUNNELS["ngrok"], "")
        return await Keeper(tmp_path, way).run(lambda: False)

    assert asyncio.run(scenario())


def test_those_who_look_at_once_do_not_take_each_other_for_the_keeper(tmp_path: Path) -> None:
    (tmp_path / "reach.json").write_text(json.dumps(asdict(Kept("gone", "way", "a:1"))))
    descriptor = os.open(tmp_path / "reach.lock", os.O_RDWR | os.O_CREAT)
    assert not is_locked(descriptor)
    assert read_kept(tmp_path) is None
    os.close(descriptor)


def test_only_the_keeper_that_is_meant_ends(tmp_path: Path) -> None:
    lock = KeeperLock(tmp_path)
    assert lock.take()
    write_kept(tmp_path, Kept("new", "way"))
    (tmp_path / "reach.end").write_text('{"keeper": "old"}')
    assert not notes.is_asked_to_end(tmp_path, "new")
    assert notes.is_asked_to_end(tmp_path, "old")
    lock.release()
    assert not notes.is_asked_to_end(tmp_path, "old"), "nobody is asked any more"


def test_a_keeper_that_does_not_end_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notes, "_END_SECONDS", 0.1)
    lock = KeeperLock(tmp_path)
    assert lock.take()
    assert not end_kept(tmp_path)
    lock.release()
    assert end_kept(tmp_path)


@pytest.mark.parametrize("note", ["", "[]", "{}", '{"keeper": 1}', '{"keeper": "a", "way": 1}'])
def test_a_note_that_makes_no_sense_is_none(tmp_path: Path, note: str) -> None:
    lock = KeeperLock(tmp_path)
    assert lock.take()
    (tmp_path / "reach.json").write_text(note)
    assert read_kept(tmp_path) is None
    lock.release()


def test_a_program_that_cannot_be_started_is_a_problem_of_the_way(tmp_path: Path) -> None:
    way = Way("way", processes.installed(str(tmp_path / "gone")), TUNNELS["cloudflared"], "")
    seen: list[Kept] = []

    def looks_on() -> bool:
        kept = read_kept(tmp_path)
        if kept is not None:
            seen.append(kept)
        return not any(one.problem for one in seen)

    assert asyncio.run(Keeper(tmp_path, way, backoff=Backoff(lambda: 1.0, 60, 60)).run(looks_on))
    assert "cannot be started" in seen[-1].problem
    assert read_kept(tmp_path) is None
