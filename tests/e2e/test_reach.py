"""`peerline start --reach`: a real SSH server, stand-ins for tunnel programs, and the network."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from getpass import getuser
from pathlib import Path
from shutil import which
from typing import Any
from unittest.mock import ANY

import pytest

from peerline.liveness import is_alive
from peerline.protocol.links import SessionLink
from peerline.reach.notes import read_kept
from peerline.runfile import running_address
from tests.free_port import quiet_port
from tests.program import run

from .conftest import Bridges, peerline

SECONDS = 60.0


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data directory whose server, and what keeps a way to it open, end with the test."""
    folder = tmp_path / "data"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    yield folder
    if (folder / "server.json").exists():
        os.kill(json.loads((folder / "server.json").read_text())["pid"], signal.SIGTERM)
        _wait(lambda: running_address(folder) is None)
    _wait(lambda: read_kept(folder) is None)  # it ends with the server


def _wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _start(data_dir: Path, *more: str) -> dict[str, Any]:
    arguments = ["--title", "Pairing", "--user", "me", "--name", "Me", "--data-dir", str(data_dir)]
    return json.loads(peerline("start", "--json", *arguments, *more))


def _refusal(data_dir: Path, *more: str) -> str:
    done = run("start", "--json", "--data-dir", str(data_dir), *more, timeout=SECONDS)
    assert done.returncode == 1
    return done.stderr


def test_a_running_server_listens_on_the_network_while_sessions_go_on(
    data_dir: Path, bridges: Bridges
) -> None:
    # Another test might get the usual port while the server starts again.
    at = f"127.0.0.1:{quiet_port()}"
    starting = f"start_server(Path({str(data_dir)!r}), None, {at!r})"
    imports = "from pathlib import Path; from peerline.cli.own_server import start_server"
    subprocess.run([sys.executable, "-c", f"{imports}; {starting}"], check=True)
    first = _start(data_dir)
    assert first["is_local"] is True
    host = bridges.start("host", {"a.txt": "a"})
    host.command("join", link=first["link"], auth_token=first["token"])
    host.wait_state(state="joined")

    second = _start(data_dir, "--reach", "network")
    assert second["is_local"] is False
    invite, own = SessionLink.parse(second["invite"]), SessionLink.parse(first["link"])
    assert invite.address.rpartition(":")[2] == own.address.rpartition(":")[2]
    assert (running_address(data_dir) or "").startswith("0.0.0.0:")
    host.wait_state(state="joined")
    guest = bridges.start("guest", {"a.txt": "a"})
    guest.command("join", link=second["invite"])
    guest.wait_state(state="joined")
    host.command("sendChat", content="I am still here.")

    assert _start(data_dir)["is_local"] is False  # the choice is remembered
    assert _start(data_dir, "--reach", "computer")["is_local"] is True
    assert (running_address(data_dir) or "").startswith("127.0.0.1:"), "nobody else reaches it"
    host.wait_state(state="joined")


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for programs, first on the PATH."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


def _program(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_a_tunnel_program_gives_the_link_and_is_started_again(
    data_dir: Path, programs: Path, tmp_path: Path
) -> None:
    log = tmp_path / "started"
    _program(
        programs / "cloudflared",
        f'echo "$$ $*" >>"{log}"\n'
        'echo "INF |  https://red-fox.trycloudflare.com  |" >&2\n'
        "exec sleep 1000",
    )
    started = _start(data_dir, "--reach", "tunnel")
    link = SessionLink.parse(started["invite"])
    assert (link.address, link.tls, started["is_local"]) == (
        "red-fox.trycloudflare.com:443",
        True,
        False,
    )
    port = SessionLink.parse(started["link"]).address.rpartition(":")[2]
    [first] = log.read_text().splitlines()
    assert first.endswith(f"--url http://127.0.0.1:{port}")

    assert _start(data_dir, "--tunnel", "cloudflared", "--reach", "tunnel")["invite"]
    assert log.read_text().splitlines() == [first]  # one program for all sessions

    pid = int(first.split()[0])
    os.kill(pid, signal.SIGKILL)
    _wait(lambda: len(log.read_text().splitlines()) == 2)
    _wait(lambda: (read_kept(data_dir) or _none()).address != "")
    second = int(log.read_text().splitlines()[1].split()[0])
    os.kill(json.loads((data_dir / "server.json").read_text())["pid"], signal.SIGTERM)
    _wait(lambda: not is_alive(second))  # it ends with the server


def test_invites_have_the_latest_address_of_a_tunnel(
    data_dir: Path, programs: Path, tmp_path: Path, bridges: Bridges
) -> None:
    log = tmp_path / "started"
    _program(
        programs / "cloudflared",
        f'echo "$$" >>"{log}"\n'
        f'echo "https://fox-$(wc -l <"{log}" | tr -d " ").trycloudflare.com"\n'
        "exec sleep 1000",
    )
    started = _start(data_dir, "--reach", "tunnel")
    host = bridges.start("host", {"a.txt": "a"})
    host.command("join", link=started["link"], auth_token=started["token"])
    host.wait_state(state="joined")
    assert "fox-1." in started["invite"]
    assert "fox-1." in host.command("createInvite")["link"]

    os.kill(int(log.read_text()), signal.SIGKILL)
    _wait(lambda: "fox-2." in (read_kept(data_dir) or _none()).address)
    made = host.command("createInvite")
    assert ("fox-2." in made["link"], made["is_local"]) == (True, False)

    assert _start(data_dir, "--reach", "computer")["is_local"] is True
    assert read_kept(data_dir) is None, "the way is closed"
    _wait(lambda: not is_alive(int(log.read_text().split()[1])))
    assert host.command("createInvite")["is_local"] is True


def _invited(data_dir: Path, session: str) -> tuple[SessionLink, str]:
    """The link that `peerline invite` prints, alone, and what it says beside it."""
    done = run("invite", session, "--role", "editor", "--data-dir", str(data_dir), timeout=SECONDS)
    assert done.returncode == 0
    [link] = done.stdout.splitlines()
    return SessionLink.parse(link), done.stderr


def test_the_command_invite_gives_the_address_that_others_use(
    data_dir: Path, programs: Path
) -> None:
    own = SessionLink.parse(_start(data_dir)["link"])
    link, said = _invited(data_dir, own.session_id)
    assert (link.address, "on this computer only" in said) == (own.address, True)

    shown = SessionLink.parse(_start(data_dir, "--reach", "network")["invite"])
    link, said = _invited(data_dir, own.session_id)
    assert (link.address, said) == (shown.address, "")
    assert not link.server.is_loopback

    _program(programs / "cloudflared", "echo https://fox.trycloudflare.com\nexec sleep 1000")
    _start(data_dir, "--reach", "tunnel")
    link, said = _invited(data_dir, own.session_id)
    assert (str(link.server), said) == ("peerlines://fox.trycloudflare.com:443", "")

    named = SessionLink.parse(_start(data_dir, "--address", "box.example:80")["invite"])
    assert _invited(data_dir, named.session_id) == (replace(named, invite=ANY), "")


def _none() -> Any:
    raise AssertionError("nothing is kept open")


def test_a_tunnel_program_that_fails_says_why(data_dir: Path, programs: Path) -> None:
    _program(programs / "ngrok", 'echo "ERROR: authentication failed" >&2\nexit 1')
    refusal = _refusal(data_dir, "--reach", "tunnel", "--tunnel", "ngrok")
    assert "ngrok ended: ERROR: authentication failed" in refusal


def test_without_a_tunnel_program_it_says_what_to_install(
    data_dir: Path, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(programs))
    refusal = _refusal(data_dir, "--reach", "tunnel")
    assert "install cloudflared, tailscale, ngrok or devtunnel" in refusal
    assert _start(data_dir)["is_local"] is True, "a way that did not open is not remembered"
    assert "--ssh-host" in _refusal(data_dir, "--reach", "ssh")


def _installed(name: str) -> str:
    found = which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    assert found is not None, "make setup-reach installs OpenSSH"
    return found


@pytest.fixture
def ssh_host(tmp_path: Path, programs: Path) -> Iterator[Callable[[], None]]:
    """A real sshd, as the host `box`; called, it is started again."""
    sshd, client, keygen = _installed("sshd"), _installed("ssh"), _installed("ssh-keygen")
    folder = tmp_path / "sshd"
    folder.mkdir(mode=0o700)
    for name in ("host", "user"):
        make = [keygen, "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(make, check=True)
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    (folder / "sshd_config").write_text(
        f"ListenAddress 127.0.0.1:{port}\nListenAddress 127.0.0.2:{port}\n"
        f"HostKey {folder}/host\nPidFile none\n"
        f"AuthorizedKeysFile {folder}/user.pub\nStrictModes no\nUsePAM no\n"
        "PasswordAuthentication no\nPermitRootLogin yes\nGatewayPorts no\n"
    )
    host_key = (folder / "host.pub").read_text()
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{port},[127.0.0.2]:{port} {host_key}")
    (folder / "config").write_text(
        "Host box\n HostName 127.0.0.1\nHost away\n HostName 127.0.0.2\n"
        f"Host *\n Port {port}\n User {getuser()}\n"
        f" IdentityFile {folder}/user\n IdentitiesOnly yes\n"
        f" UserKnownHostsFile {folder}/known_hosts\n"
    )
    # OpenSSH takes its configuration from the home of the user's account, not from HOME.
    _program(programs / "ssh", f'exec {client} -F {folder}/config "$@"')
    running: list[subprocess.Popen[bytes]] = []

    def restart() -> None:
        for process in running:
            _end_with_children(process)
        log = folder / "log"
        running.append(
            subprocess.Popen(
                [sshd, "-D", "-E", str(log), "-f", str(folder / "sshd_config")],
                start_new_session=True,
            )
        )
        _wait(lambda: _listens(port))

    restart()
    yield restart
    for process in running:
        _end_with_children(process)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _end_with_children(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        for pid in [*map(int, children), process.pid]:
            os.kill(pid, signal.SIGKILL)
    process.wait()


def test_an_ssh_host_gives_the_link_and_is_connected_to_again(
    data_dir: Path, ssh_host: Callable[[], None], bridges: Bridges
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        remote = str(probe.getsockname()[1])
    way = ("--reach", "ssh", "--ssh-host", "box", "--ssh-port", remote)
    started = _start(data_dir, *way)
    link = SessionLink.parse(started["invite"])
    assert link.address == f"127.0.0.1:{remote}"
    guest = bridges.start("guest", {"a.txt": "a"})
    guest.command("join", link=started["invite"])
    guest.wait_state(state="joined")

    ssh_host()  # the host restarts, and the way with it
    guest.wait_state(state="joined")
    guest.command("sendChat", content="I am back.")
    _wait(lambda: (read_kept(data_dir) or _none()).address != "")


@pytest.mark.usefixtures("ssh_host")
def test_an_ssh_host_that_refuses_says_why(data_dir: Path) -> None:
    refusal = _refusal(data_dir, "--reach", "ssh", "--ssh-host", "nobody-here.invalid")
    assert "ssh ended: " in refusal


@pytest.mark.usefixtures("ssh_host")
def test_an_ssh_host_that_forwards_for_itself_alone_is_told_what_to_set(data_dir: Path) -> None:
    """`GatewayPorts no`: the host listens on its own 127.0.0.1, and `away` is 127.0.0.2."""
    refusal = _refusal(data_dir, "--reach", "ssh", "--ssh-host", "away")
    port = (running_address(data_dir) or "").rpartition(":")[2]
    assert f"away forwards to this computer, but 127.0.0.2:{port} does not answer" in refusal
    assert "set `GatewayPorts clientspecified` in its sshd_config" in refusal
    assert read_kept(data_dir) is None, "nothing is kept open that nobody can use"
