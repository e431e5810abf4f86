"""Log files of `peerline lsp` that take no log: a pipe that nobody reads, a full disk."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .bridge_process import BridgeProcess
from .conftest import ServerProcess

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no such files")


def test_a_pipe_that_nobody_reads_is_refused_at_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    done = subprocess.run(
        [sys.executable, "-m", "peerline", "lsp", "--stdio", f"--log-file={pipe}"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"peerline: {pipe}: nobody reads this pipe; start its reader first, or log to a file\n"
    )


def test_a_pipe_that_is_read_gets_the_log(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "peerline", "lsp", "--stdio", "--log-level=ERROR"),
                f"--log-file={pipe}",
            ],
            input=b"nonsense\r\n\r\n",
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert done.stderr == b""
    finally:
        os.close(reader)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_under_the_log_stops_nothing(server: ServerProcess, tmp_path: Path) -> None:
    arguments = ("--log-level", "DEBUG", "--log-file", "/dev/full")
    (tmp_path / "a.py").write_text("x\n")
    bridge = BridgeProcess(tmp_path, *arguments, XDG_STATE_HOME=str(tmp_path / "state"))
    try:
        bridge.initialize("utf-16", {"plugin": True, "username": "ann"})
        bridge.command("join", link=server.invite("editor"))
        assert bridge.wait_state(state="joined")["username"] == "ann"
        assert bridge.command("sendChat", content="hello")["seq"] > 0
    finally:
        bridge.close()
