"""`peerline start` with real servers."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from peerline.protocol.links import SessionLink
from peerline_server.admin.runfile import running_address

from .conftest import Bridges, peerline


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    """A data directory whose server ends with the test."""
    folder = tmp_path / "data"
    yield folder
    runfile = folder / "server.json"
    if runfile.exists():
        os.kill(json.loads(runfile.read_text())["pid"], signal.SIGTERM)
        _wait_until_gone(folder)


def _wait_until_gone(data_dir: Path) -> None:
    deadline = time.monotonic() + 30
    while running_address(data_dir) is not None:
        assert time.monotonic() < deadline, "the server does not end"
        time.sleep(0.05)


def _start(data_dir: Path, *more: str) -> dict[str, Any]:
    arguments = ["--title", "Pairing", "--user", "me", "--name", "Me", "--data-dir", str(data_dir)]
    return json.loads(peerline("start", *arguments, *more))


def test_a_session_is_started_with_a_server_and_others_join_it(
    data_dir: Path, bridges: Bridges
) -> None:
    first = _start(data_dir)
    assert first["is_local"] is True
    address = running_address(data_dir)
    assert address == SessionLink.parse(first["link"]).address

    host = bridges.start("host", {"a.txt": "a"})
    host.command("join", link=first["link"], auth_token=first["token"])
    state = host.wait_state(state="joined")
    assert (state["role"], state["username"], state["title"]) == ("host", "Me", "Pairing")
    guest = bridges.start("guest", {"a.txt": "a"})
    guest.command("join", link=first["invite"])
    state = guest.wait_state(state="joined")
    assert state["role"] == "editor"

    second = _start(data_dir, "--address", "example.org:80")
    assert running_address(data_dir) == address
    assert SessionLink.parse(second["link"]).address == address
    assert SessionLink.parse(second["invite"]).address == "example.org:80"
    assert second["is_local"] is False


def test_the_server_ends_when_nobody_has_been_there_for_a_while(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PEERLINE_EXIT_WHEN_IDLE_SECONDS", "0.5")
    _start(data_dir)
    _wait_until_gone(data_dir)
    assert "nobody has been connected" in (data_dir / "server.log").read_text()


def test_a_server_that_cannot_start_says_why(data_dir: Path) -> None:
    data_dir.parent.mkdir(exist_ok=True)
    arguments = ["--title", "T", "--user", "me", "--name", "Me", "--data-dir", str(data_dir)]
    done = subprocess.run(
        [sys.executable, "-m", "peerline", "start", *arguments, "--host", "192.0.2.1"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "cannot listen on 192.0.2.1" in done.stderr
