"""Real processes: a server that can be killed and started again, and bridges over stdio."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Coroutine, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest

from peerline.protocol.roles import Role
from peerline.runfile import read_address
from peerline_server.admin.offline import create_invite, create_session
from peerline_server.auth.secret import load_secret
from peerline_server.auth.tokens import TokenIssuer
from peerline_server.core.invites import DEFAULT_LIFETIME
from tests.program import Program, run

from .bridge_process import BridgeProcess

# A developer's own keyring is neither asked nor looked for.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
_START_SECONDS = 60.0
_TOKEN_SECONDS = 3600
T = TypeVar("T")


def peerline(*arguments: str) -> str:
    """Run a command of `peerline` and return what it printed."""
    done = run(*arguments)
    done.check_returncode()
    return done.stdout.strip()


def run_apart(work: Coroutine[Any, Any, T]) -> T:
    """Run it in a thread: a test may be in a loop, in which there cannot be another."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


class ServerProcess:
    """`peerline serve` on a free port and a data directory of its own.

    It is forked, or the program that `command` names.
    """

    def __init__(
        self,
        data_dir: Path,
        environment: Mapping[str, str] | None = None,
        command: Sequence[str] | None = None,
    ) -> None:
        self.data_dir = data_dir
        self._command = command
        self._environment = {**os.environ, **(environment or {})}
        self.address = ""
        self._process: subprocess.Popen[bytes] | Program | None = None
        self.session = ""

    def start(self) -> None:
        """Start, on the same port as before if there was one."""
        deadline = time.monotonic() + _START_SECONDS
        while not self._try_to_start():
            # A client that tries to come back may have got the port for its own end.
            assert "is in use" in self.log().splitlines()[-1], self.log()
            assert time.monotonic() < deadline, self.log()

    def _try_to_start(self) -> bool:
        port = self.address.rpartition(":")[2] or "0"
        arguments = ("serve", "--port", port, "--data-dir", str(self.data_dir))
        pipe, env = subprocess.PIPE, self._environment
        with (self.data_dir.parent / "server.log").open("a") as log:
            self._process = (
                Program(*arguments, stdout=pipe, stderr=log, env=env)
                if self._command is None
                else subprocess.Popen(
                    [*self._command, *arguments], stdout=pipe, stderr=log, env=env
                )
            )
        assert self._process.stdout is not None
        # It prints nothing more.
        with self._process.stdout as printed:
            line = printed.readline().decode()
        if not line:
            self._process.wait()
            return False
        assert line.startswith("Peerline listens on "), (line, self.log())
        self.address = line.split()[-1]
        return True

    @property
    def pid(self) -> int:
        """The process' id."""
        assert self._process is not None
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether there is a process that has not ended."""
        return self._process is not None and self._process.poll() is None

    def log(self) -> str:
        """The server's stderr."""
        return (self.data_dir.parent / "server.log").read_text()

    def kill(self) -> None:
        """SIGKILL."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(15)

    def close(self) -> None:
        """End the process if it still runs."""
        if self.is_running:
            self.kill()

    # As `peerline session create`, `invite` and `token` do it, which have tests of their own: a
    # process for each would be a third of the time of these tests.

    def create_session(self, title: str = "Test") -> str:
        """A session of the user `host`; its id."""
        self.session = run_apart(create_session(self.data_dir, title, "host"))
        return self.session

    def invite(self, role: str, address: str | None = None) -> str:
        """A link to the session, over another address than the server's own if one is given."""
        made = create_invite(
            self.data_dir,
            self.session,
            Role(role),
            address=address or read_address(self.data_dir),
            lifetime=DEFAULT_LIFETIME,
        )
        return str(run_apart(made))

    def token(self, user: str, name: str) -> str:
        """A token of an account."""
        issuer = TokenIssuer(load_secret(self.data_dir))
        return issuer.issue(user, name, _TOKEN_SECONDS, datetime.now(UTC))


@pytest.fixture(autouse=True)
def state_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for what the bridges of a test keep, outside the home of the user."""
    folder = tmp_path / "state"
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    return folder


@contextmanager
def with_session(process: ServerProcess) -> Generator[ServerProcess]:
    """Run a server with a session."""
    process.start()
    try:
        process.create_session()
        yield process
    finally:
        process.close()


@contextmanager
def held_up(server: ServerProcess) -> Generator[None]:
    """Nothing of one client reaches the others."""
    os.kill(server.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(server.pid, signal.SIGCONT)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    """A running server with a session."""
    with with_session(ServerProcess(tmp_path / "data")) as process:
        yield process


class Bridges:
    """Starts bridges, each with a workspace of its own that holds the same files."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack

    def workspace(self, name: str, files: dict[str, str]) -> Path:
        """A folder with these files."""
        folder = self._folder / name
        for file, text in files.items():
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        return folder

    def closed_at_end(self, bridge: BridgeProcess) -> None:
        """Have a bridge that was started otherwise end with the test."""
        self._stack.callback(bridge.close)

    def start(
        self,
        name: str,
        files: dict[str, str],
        encoding: str = "utf-16",
        capabilities: dict[str, Any] | None = None,
        **options: object,
    ) -> BridgeProcess:
        """An initialized bridge."""
        bridge = BridgeProcess(self.workspace(name, files))
        self._stack.callback(bridge.close)
        bridge.initialize(encoding, {"username": name, **options}, capabilities)
        return bridge


@pytest.fixture
def bridges(tmp_path: Path) -> Iterator[Bridges]:
    """A starter of bridges that end with the test."""
    with ExitStack() as stack:
        yield Bridges(tmp_path, stack)
