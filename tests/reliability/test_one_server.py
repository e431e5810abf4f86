"""One server for each database: the second is refused in words, and a killed one is no obstacle."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from peerline_server.store.base import StoreError
from peerline_server.store.lock import DatabaseLock
from tests.e2e.conftest import ServerProcess, peerline

REFUSAL = "already runs on this data directory"


@pytest.fixture
def first(tmp_path: Path) -> Iterator[ServerProcess]:
    """A server that runs."""
    with ExitStack() as stack:
        server = ServerProcess(tmp_path / "data")
        stack.callback(server.close)
        server.start()
        yield server


def second(data_dir: Path | str, *, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Another server on the data directory, which is expected to end at once."""
    return subprocess.run(
        [sys.executable, "-m", "peerline", "serve", "--port", "0", f"--data-dir={data_dir}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )


def assert_refused(done: subprocess.CompletedProcess[str], *known: str) -> None:
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert REFUSAL in done.stderr
    for text in known:
        assert text in done.stderr


def test_a_second_server_names_the_first_and_changes_nothing(first: ServerProcess) -> None:
    runfile = first.data_dir / "server.json"
    before = runfile.read_text()
    assert_refused(
        second(first.data_dir), f"A server (pid {first.pid}, {first.address}) {REFUSAL}."
    )
    assert runfile.read_text() == before
    assert first.create_session() in peerline("session", "list", f"--data-dir={first.data_dir}")


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
@pytest.mark.parametrize("kind", ["folder", "file", "name", "relative"])
def test_every_way_to_the_same_database_meets_the_lock(
    first: ServerProcess, tmp_path: Path, kind: str
) -> None:
    known = f"(pid {first.pid}, {first.address})"
    match kind:
        case "folder":
            (tmp_path / "link").symlink_to(first.data_dir)
            assert_refused(second(tmp_path / "link"), known)
        case "file":
            (tmp_path / "other").mkdir()
            (tmp_path / "other/peerline.db").symlink_to(first.data_dir / "peerline.db")
            assert_refused(second(tmp_path / "other"), known)
        case "name":
            if sys.platform != "linux":
                pytest.skip("the database itself is locked on Linux only")
            (tmp_path / "other").mkdir()
            (tmp_path / "other/peerline.db").hardlink_to(first.data_dir / "peerline.db")
            assert_refused(second(tmp_path / "other"))
        case _:
            assert_refused(second("../data", cwd=first.data_dir), known)


@pytest.mark.skipif(sys.platform != "linux", reason="the database itself is locked on Linux only")
def test_a_deleted_lock_file_lets_no_second_server_in(first: ServerProcess) -> None:
    (first.data_dir / "peerline.db.lock").unlink()
    assert_refused(second(first.data_dir))


def test_after_a_kill_the_next_server_starts_at_once(first: ServerProcess) -> None:
    killed = first.pid
    first.kill()
    note = json.loads((first.data_dir / "peerline.db.lock").read_text())
    assert note == {"pid": killed, "address": first.address}
    first.start()
    assert json.loads((first.data_dir / "peerline.db.lock").read_text())["pid"] == first.pid
    assert first.stop() == 0
    first.start()


@pytest.mark.parametrize("note", ["", "{", '{"pid": 1, "address": "127.0.0.1:1"}', "[]" * 9_000])
def test_what_a_lock_file_says_is_no_obstacle(tmp_path: Path, note: str) -> None:
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    (data_dir / "peerline.db.lock").write_text(note)
    server = ServerProcess(data_dir)
    server.start()
    server.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals")
def test_a_server_that_hangs_still_has_its_database(first: ServerProcess) -> None:
    os.kill(first.pid, signal.SIGSTOP)
    try:
        assert_refused(second(first.data_dir), f"pid {first.pid}")
    finally:
        os.kill(first.pid, signal.SIGCONT)


_FORKS = """
import os, sys, time
from pathlib import Path
from peerline_server.store.lock import DatabaseLock
lock = DatabaseLock(Path(sys.argv[1]))
lock.take(server="127.0.0.1:1")
if os.fork() == 0:
    print("forked", flush=True)
    sys.stdin.read()
    os._exit(0)
signal = __import__("signal")
signal.pause()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_forked_child_does_not_keep_the_lock_of_its_parent(tmp_path: Path) -> None:
    database = tmp_path / "peerline.db"
    database.touch(0o600)
    parent = subprocess.Popen(
        [sys.executable, "-c", _FORKS, str(database)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    assert parent.stdin is not None
    assert parent.stdout.readline() == "forked\n"
    lock = DatabaseLock(database)
    with pytest.raises(StoreError, match=rf"A server \(pid {parent.pid}, 127.0.0.1:1\)"):
        lock.take(server="")
    parent.kill()
    parent.wait()
    lock.take(server="")  # the child waits for its standard input to end
    lock.release()
    parent.stdin.close()
    parent.stdout.close()


def test_a_command_that_changes_the_database_alone_says_so(tmp_path: Path) -> None:
    database = tmp_path / "peerline.db"
    database.touch(0o600)
    command, lock = DatabaseLock(database), DatabaseLock(database)
    command.take(server=None)
    with pytest.raises(StoreError, match=rf"A command \(pid {os.getpid()}\) is changing"):
        lock.take(server="")
    command.release()
    lock.take(server="")
    lock.release()


def test_moderation_without_the_servers_address_does_not_write_beside_it(
    first: ServerProcess,
) -> None:
    session = first.create_session()
    (first.data_dir / "server.json").unlink()
    done = subprocess.run(
        [
            *(sys.executable, "-m", "peerline", "session", "end", session),
            f"--data-dir={first.data_dir}",
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert REFUSAL in done.stderr


def test_commands_that_may_run_beside_the_server_still_do(
    first: ServerProcess, tmp_path: Path
) -> None:
    session = first.create_session()
    here = f"--data-dir={first.data_dir}"
    exported = tmp_path / "session.json"
    peerline("export", session, "--output", str(exported), here)
    assert peerline("import", str(exported), "--id", "copy", here) == "copy"
    assert "copy" in peerline("session", "list", here)
    assert "# Test" in peerline("session", "show", "copy", here)
    assert first.invite("editor").startswith(f"peerline://{first.address}/")
    assert peerline("token", "revoke", "--user", "ann", here).startswith("Revoked")
