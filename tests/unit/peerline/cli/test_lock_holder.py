"""Tests of peerline.cli.lock_holder: the lock counts, and not what a file says."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from peerline.cli.lock_holder import server_address, server_pid
from peerline.cli.own_server import running_server
from peerline.cli.reach import open_way
from peerline.reach.ways import Choice, Reach
from peerline.runfile import running_address, write_runfile
from peerline_server.store.folder import make_data_dir
from peerline_server.store.lock import DatabaseLock


def test_the_process_with_the_lock_is_the_server(tmp_path: Path) -> None:
    lock = DatabaseLock(make_data_dir(tmp_path))
    assert (server_pid(tmp_path), server_address(tmp_path)) == (None, None)
    lock.take(server="127.0.0.1:8377")
    assert server_address(tmp_path) is None, "it does not listen yet"
    write_runfile(tmp_path, "127.0.0.1:8377")
    assert (server_pid(tmp_path), server_address(tmp_path)) == (os.getpid(), "127.0.0.1:8377")
    lock.release()
    assert (server_pid(tmp_path), server_address(tmp_path)) == (None, None)


def test_a_process_that_has_the_id_of_a_killed_server_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    data_dir = tmp_path / "data"
    lock = DatabaseLock(make_data_dir(data_dir))
    # Another program, at the address and with the process id of a server that was killed.
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"0.0.0.0:{listener.getsockname()[1]}"
        lock.take(server=address)
        write_runfile(data_dir, address, is_own=True)
        for name in ("server.json", "peerline.db.lock"):
            note = (data_dir / name).read_text().replace(str(os.getpid()), str(other.pid))
            (data_dir / name).write_text(note)
        lock.release()
        assert running_address(data_dir) == address, "all that the files say fits"
        assert running_server(data_dir) is None
        started: list[str | None] = []

        def start(_: Path, host: str | None, __: str | None = None) -> str:
            started.append(host)
            return "127.0.0.1:1"

        monkeypatch.setattr("peerline.cli.reach.start_server", start)
        opened = open_way(Choice(Reach.COMPUTER), data_dir, address)
        assert (started, opened.running) == (["127.0.0.1"], "127.0.0.1:1")
        assert other.poll() is None, "it was sent no signal"
    other.send_signal(signal.SIGTERM)
    other.communicate()
