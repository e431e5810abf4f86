"""The program of hooks: silent without a resident, and without anything of Peerline."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from peerline.agent import hook_program
from peerline.agent.running import socket_path
from peerline.user_folders import NoHomeError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it needs Unix sockets")
PROGRAM = [sys.executable, "-I", "-S", hook_program.__file__]


@pytest.fixture
def sockets() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pl") as path:
        yield Path(path)


def run(
    sockets: Path, folder: Path, data: bytes, *arguments: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*PROGRAM, *arguments],
        input=data,
        capture_output=True,
        cwd=folder,
        env={**os.environ, "PEERLINE_AGENT_DIR": str(sockets)},
        timeout=30,
        check=False,
    )


class Resident:
    """Answers one line on the socket of a folder."""

    def __init__(
        self, sockets: Path, folder: Path, answer: bytes, *, is_stalled: bool = False
    ) -> None:
        self.got: list[bytes] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(sockets / hook_program.socket_name(str(folder.resolve()))))
        self._listener.listen()
        self._answer = answer
        self._is_stalled = is_stalled
        self.may_answer = threading.Event()
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        with connection, self._listener, connection.makefile("rb") as lines:
            self.got.append(lines.readline())
            if not self._is_stalled:
                connection.sendall(b" ")
            self.may_answer.wait(30)
            with suppress(ConnectionError):  # it has given up
                connection.sendall(self._answer + b"\n")


def test_it_imports_nothing_of_peerline() -> None:
    code = (
        f"import sys; exec(compile(open({hook_program.__file__!r}).read(), 'x', 'exec'), "
        "{'__name__': 'x'}); print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert not {name for name in loaded if name.startswith("peerline")}
    assert not loaded & {"json", "socket", "subprocess", "pydantic", "asyncio", "typing", "pathlib"}


@pytest.mark.parametrize("data", [b"{}", b"", b"no json", b"[1]", b"\xff\xfe", b"{" * 2_000_000])
@pytest.mark.parametrize("what", ["hook", "statusline"])
def test_without_a_resident_it_says_nothing(
    sockets: Path, tmp_path: Path, data: bytes, what: str
) -> None:
    done = run(sockets, tmp_path, data, what)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, b"", b"")


def test_a_socket_that_nobody_serves_is_no_error(sockets: Path, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as gone:
        gone.bind(str(sockets / hook_program.socket_name(str(tmp_path.resolve()))))
    done = run(sockets, tmp_path, b"{}", "hook")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_the_event_goes_to_the_resident_and_its_answer_to_the_agent(
    sockets: Path, tmp_path: Path
) -> None:
    resident = Resident(sockets, tmp_path, b'{"decision":"block"}')
    resident.may_answer.set()
    inner = tmp_path / "src"
    inner.mkdir()
    event: dict[str, Any] = {"hook_event_name": "Stop", "text": "ü\n"}
    done = run(sockets, inner, json.dumps(event, indent=2).encode(), "hook", "--product", "codex")
    assert json.loads(done.stdout) == {"decision": "block"}
    assert json.loads(resident.got[0]) == {"do": "hook", "product": "codex", "event": event}


def start_asking(sockets: Path, folder: Path) -> subprocess.Popen[bytes]:
    environment = {"PEERLINE_AGENT_DIR": str(sockets), "PEERLINE_HOOK_SECONDS": "0.5"}
    hook = subprocess.Popen(
        [*PROGRAM, "hook", "--approvals"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=folder,
        env={**os.environ, **environment},
    )
    assert hook.stdin is not None
    hook.stdin.write(b"{}")
    hook.stdin.close()
    hook.stdin = None
    return hook


def test_one_that_asks_waits_for_people_longer_than_for_the_resident(
    sockets: Path, tmp_path: Path
) -> None:
    resident = Resident(sockets, tmp_path, b'{"allow":1}')
    hook = start_asking(sockets, tmp_path)
    with pytest.raises(subprocess.TimeoutExpired):
        hook.wait(2)
    resident.may_answer.set()
    assert hook.communicate(timeout=30)[0] == b'{"allow":1}\n'
    assert hook.returncode == 0
    resident.thread.join(10)
    assert json.loads(resident.got[0])["asks"] is True


def test_one_that_asks_gives_a_resident_up_that_gives_no_sign(
    sockets: Path, tmp_path: Path
) -> None:
    resident = Resident(sockets, tmp_path, b"{}", is_stalled=True)
    hook = start_asking(sockets, tmp_path)
    assert (hook.communicate(timeout=20)[0], hook.returncode) == (b"", 0)
    resident.may_answer.set()
    resident.thread.join(10)


def test_a_product_cannot_break_out_of_the_line(sockets: Path, tmp_path: Path) -> None:
    done = run(sockets, tmp_path, b"{}", "hook", "--product", 'x","do":"stop')
    assert (done.returncode, done.stdout) == (0, b"")


def test_without_a_home_no_socket_of_the_folder_at_hand_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (
        "PEERLINE_AGENT_DIR",
        "PEERLINE_AGENT_SOCKET",
        "XDG_RUNTIME_DIR",
        "XDG_STATE_HOME",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "~")  # as expanduser has it where there is none
    monkeypatch.chdir(tmp_path)
    sockets = tmp_path / "~" / ".local" / "state" / "peerline" / "agents"
    sockets.mkdir(parents=True)
    (sockets / hook_program.socket_name(str(tmp_path))).touch()
    assert hook_program.find_socket(str(tmp_path)) is None
    with pytest.raises(NoHomeError, match="PEERLINE_AGENT_DIR"):
        socket_path(tmp_path)


STATUS = {
    "model": {"display_name": "Opus"},
    "context_window": {"used_percentage": 25.4},
    "cost": {"total_cost_usd": 0.5},
}


def test_the_status_line_is_short_or_that_of_another_command(sockets: Path, tmp_path: Path) -> None:
    data = json.dumps(STATUS).encode()
    assert (
        run(sockets, tmp_path, data, "statusline").stdout == "Opus · 25% context · $0.50\n".encode()
    )
    own = run(sockets, tmp_path, data, "statusline", "--then", "cat; exit 3")
    assert (own.stdout, own.returncode) == (data, 3)
    shown = run(sockets, tmp_path, data, "statusline", "--then", "env; pwd").stdout.decode()
    assert str(tmp_path.resolve()) in shown.splitlines()
    assert "PATH=" in shown
    assert "PEERLINE_" not in shown
    odd = json.dumps({"model": None, "context_window": 3}).encode()
    assert run(sockets, tmp_path, odd, "statusline").returncode == 0


@pytest.mark.parametrize(
    ("given", "seconds"),
    [("2.5", 2.5), ("595", 595.0), ("596", 1.0), ("0", 1.0), ("-1", 1.0), ("nan", 1.0), ("", 1.0)],
)
def test_the_wait_for_a_resident_is_a_setting(
    monkeypatch: pytest.MonkeyPatch, given: str, seconds: float
) -> None:
    monkeypatch.setenv("PEERLINE_HOOK_SECONDS", given)
    assert hook_program.quick_seconds() == seconds
