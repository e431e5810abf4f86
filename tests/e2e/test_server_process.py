"""The server as a process: how it starts and ends, and what its log keeps to itself."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import ServerProcess


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_0_and_nothing_but_one_line_was_printed(
    tmp_path: Path, number: signal.Signals
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "peerline", "serve", "--port", "0", "--data-dir", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("Peerline listens on 127.0.0.1:")
    process.send_signal(number)
    rest, errors = process.communicate(timeout=15)
    assert process.returncode == 0, errors
    assert rest == ""
    assert not (tmp_path / "server.json").exists()


def test_commands_work_while_the_server_runs_and_know_its_address(server: ServerProcess) -> None:
    assert server.invite("viewer").startswith(f"peerline://{server.address}/{server.session}?")
    assert server.token("u", "U").count(".") == 2


def test_the_log_keeps_links_and_tokens_to_itself(server: ServerProcess) -> None:
    link = server.invite("editor")
    server.stop()
    assert link.partition("invite=")[2] not in server.log()
