"""`peerline start` with real servers."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from peerline.protocol.links import SessionLink
from peerline.runfile import running_address
from peerline_server.gateway.page_files import is_built
from tests.program import run

from .conftest import Bridges, ServerProcess, peerline


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
    return json.loads(peerline("start", "--json", *arguments, *more))


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
    done = run("start", "--json", *arguments, "--host", "192.0.2.1")
    assert done.returncode == 1
    assert "cannot listen on 192.0.2.1" in done.stderr


_LAST_LINE = re.compile(r"^(Ctrl-C stops|The server runs|The session is on)", re.MULTILINE)


def _read_announcement(started: "subprocess.Popen[str]") -> str:
    """The output of `peerline start` for a person."""
    assert started.stdout is not None
    text = ""
    while not _LAST_LINE.search(text):
        line = started.stdout.readline()
        assert line, text
        text += line
    return text


def _by_hand(
    folder: Path, data_dir: Path, *more: str, environ: Mapping[str, str]
) -> "subprocess.Popen[str]":
    folder.mkdir(exist_ok=True)
    return subprocess.Popen(
        [sys.executable, "-m", "peerline", "start", "--data-dir", str(data_dir), *more],
        cwd=folder,
        env={**os.environ, **environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _link_in(text: str) -> str:
    (link,) = re.findall(r"peerline://\S+\?invite=\S+", text)
    return link


def test_by_hand_the_title_is_the_folders_and_ctrl_c_ends_the_server(
    data_dir: Path, tmp_path: Path, bridges: Bridges
) -> None:
    environ = {"LOGNAME": "ada"}
    with _by_hand(tmp_path / "my project", data_dir, environ=environ) as started:
        text = _read_announcement(started)
        assert 'The session "my project" has started.' in text
        assert "Others join with it as editors" in text
        assert 'In VS Code       the command "Peerline: Join Session…"' in text
        assert "In Neovim        :Peerline join LINK" in text
        assert "In a terminal    peerline watch LINK" in text
        assert "as ada" in text
        assert "on this computer only" in text
        host = bridges.start("ada", {"a.txt": "a"})
        host.command("join", link=_link_in(text))
        state = host.wait_state(state="joined")
        assert (state["role"], state["username"], state["title"]) == ("host", "ada", "my project")
        guest = bridges.start("bob", {"a.txt": "a"})
        guest.command("join", link=_link_in(text))
        assert guest.wait_state(state="joined")["role"] == "editor"
        started.send_signal(signal.SIGINT)
        _, errors = started.communicate(timeout=30)
        assert started.returncode == 0
        assert "Traceback" not in errors
    assert running_address(data_dir) is None


def test_in_the_background_the_server_stays(data_dir: Path, tmp_path: Path) -> None:
    with _by_hand(tmp_path / "p", data_dir, "--background", "--name=Ann Lee", environ={}) as first:
        text = _read_announcement(first)
        assert first.wait(30) == 0
    assert "as Ann Lee" in text
    assert "until nobody has been connected for 15 minutes;" in text
    page = f"In a browser     {SessionLink.parse(_link_in(text)).page_url}\n"
    assert (page in text) is is_built()
    address = running_address(data_dir)
    assert SessionLink.parse(_link_in(text)).address == address
    # With a server at hand nothing runs in the foreground.
    without_page = {"PEERLINE_WEB": "0"}
    with _by_hand(tmp_path / "p", data_dir, "--title=Second", environ=without_page) as second:
        text = _read_announcement(second)
        assert second.wait(30) == 0
    assert '"Second"' in text
    assert "on your server that runs already" in text
    assert "In a browser" not in text
    assert running_address(data_dir) == address


def test_by_hand_a_server_that_cannot_start_says_why(data_dir: Path, tmp_path: Path) -> None:
    with _by_hand(tmp_path / "p", data_dir, "--host", "192.0.2.1", environ={}) as started:
        printed, errors = started.communicate(timeout=60)
        assert (started.returncode, printed) == (1, "")
    assert errors.startswith("peerline: cannot listen on 192.0.2.1")
    assert len(errors.splitlines()) == 1


def _elsewhere(folder: Path, *more: str, token: str | None) -> "subprocess.CompletedProcess[str]":
    folder.mkdir(exist_ok=True)
    environ = {name: text for name, text in os.environ.items() if name != "PEERLINE_TOKEN"}
    environ |= {"XDG_CONFIG_HOME": str(folder / "config")}
    environ |= {} if token is None else {"PEERLINE_TOKEN": token}
    return run("start", "--reach", "server", *more, env=environ, cwd=folder)


def test_by_hand_a_session_is_started_on_a_server_elsewhere(
    server: ServerProcess, tmp_path: Path, bridges: Bridges
) -> None:
    token = server.token("ada", "Ada")
    done = _elsewhere(tmp_path / "shop", "--server", server.address, token=token)
    assert done.returncode == 0, done.stderr
    assert 'The session "shop" has started.' in done.stdout
    assert "with your account" in done.stdout
    link = SessionLink.parse(_link_in(done.stdout))
    assert link.address == server.address
    assert link.session_id != server.session
    guest = bridges.start("bob", {"a.txt": "a"})
    guest.command("join", link=str(link))
    assert guest.wait_state(state="joined")["role"] == "editor"
    host = bridges.start("ada", {"a.txt": "a"})
    host.command("join", link=str(link), auth_token=token)
    state = host.wait_state(state="joined")
    assert (state["role"], state["username"], state["title"]) == ("host", "Ada", "shop")


def test_a_session_that_cannot_be_started_elsewhere_says_why(
    server: ServerProcess, tmp_path: Path
) -> None:
    folder, token = tmp_path / "shop", server.token("ada", "Ada")
    for more, given, reason in (
        ((), token, "a server is needed: --server HOST:PORT"),
        (("--server", "a b"), token, "--server: "),
        (("--server", server.address), None, "give its token in PEERLINE_TOKEN"),
        (("--server", server.address), "no.such.token", "token"),
        (("--server", "127.0.0.1:1"), token, "cannot reach 127.0.0.1:1"),
    ):
        done = _elsewhere(folder, *more, token=given)
        assert (done.returncode, done.stdout) == (1, "")
        assert reason in done.stderr
        assert done.stderr.startswith("peerline: ")
        assert len(done.stderr.splitlines()) == 1
        assert given is None or given not in done.stderr
