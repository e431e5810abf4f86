"""Starts the servers to measure, each as a process of its own, and knows how to get in."""

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from benchmarks.dialects import HOCUSPOCUS, JSON, YJS, Dialect
from peerline.protocol.roles import Role
from peerline_server.admin.offline import create_invite, create_session
from peerline_server.auth.secret import load_secret
from peerline_server.auth.tokens import TokenIssuer

_START_SECONDS: Final = 20.0
_STOP_SECONDS: Final = 15.0
_LIFETIME: Final = timedelta(days=1)
_LOG_TAIL_CHARS: Final = 2_000
_NODE: Final = Path(__file__).parent / "node"


class ServerError(Exception):
    """A server did not do what the measurement needs; the text has the end of its log."""


@dataclass(frozen=True, slots=True)
class Door:
    """How the clients of one room get in: the same path for all, a token for each."""

    session_id: str
    path: str
    tokens: Sequence[str | None]


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server that listens."""

    pid: int
    address: str
    log: Path

    def log_tail(self) -> str:
        """The end of what the server wrote on stderr."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-_LOG_TAIL_CHARS:]


class OpenServer:
    """A server that admits everybody."""

    def __init__(
        self, name: str, command: Sequence[str], dialect: Dialect, rooms: int, clients: int
    ) -> None:
        self.name = name
        self.dialect = dialect
        self._command = command
        self.doors = [
            Door(f"room{number}", f"/ws/session/room{number}", [None] * clients)
            for number in range(rooms)
        ]

    @asynccontextmanager
    async def run(self) -> AsyncGenerator[RunningServer]:
        """Run it in the block."""
        with tempfile.TemporaryDirectory() as directory:
            async with run_program(self._command, Path(directory) / "log") as server:
                yield server


def websockets_server(rooms: int, clients: int) -> OpenServer:
    """`bare_websockets`, the measure of all."""
    command = [sys.executable, "-m", "benchmarks.bare_websockets"]
    return OpenServer("websockets", command, JSON, rooms, clients)


def other_servers(rooms: int, clients: int) -> list[OpenServer]:
    """Other servers that a team could pick, if installed; missing ones are named."""
    found: list[OpenServer] = []
    if find_spec("fastapi") is None or find_spec("uvicorn") is None:
        print("fastapi is not installed: left out", file=sys.stderr)
    else:
        command = [sys.executable, "-m", "benchmarks.fastapi_relay"]
        found.append(OpenServer("fastapi", command, JSON, rooms, clients))
    node = shutil.which("node")
    if node is None or not (_NODE / "node_modules").is_dir():
        print("the npm packages of benchmarks/node are not installed: left out", file=sys.stderr)
        return found
    for name, program, dialect in (
        ("node-ws", "ws.js", JSON),
        ("y-websocket", "y-websocket.js", YJS),
        ("hocuspocus", "hocuspocus.js", HOCUSPOCUS),
    ):
        found.append(OpenServer(name, [node, str(_NODE / program)], dialect, rooms, clients))
    return found


class PeerlineServer:
    """`peerline serve` with default settings; clients sign in with a token and an invite.

    The sessions are made once. Each run starts on a fresh copy of them.
    """

    name = "peerline"
    dialect = JSON

    def __init__(self, prepared: Path, doors: Sequence[Door]) -> None:
        self._prepared = prepared
        self.doors = doors

    @classmethod
    async def prepare(cls, directory: Path, rooms: int, clients: int) -> "PeerlineServer":
        """Make the sessions, invites and tokens in `directory`, which must be empty."""
        doors: list[Door] = []
        issuer = TokenIssuer(load_secret(directory))
        for number in range(rooms):
            session_id = await create_session(directory, f"Room {number}", "bench-host")
            link = await create_invite(
                directory, session_id, Role.EDITOR, address="127.0.0.1:1", lifetime=_LIFETIME
            )
            users = [f"bench-{number}-{client}" for client in range(clients)]
            now = datetime.now(UTC)
            tokens = [issuer.issue(user, user, _LIFETIME.total_seconds(), now) for user in users]
            path = f"/ws/session/{session_id}?invite={link.invite}"
            doors.append(Door(session_id, path, tokens))
        return cls(directory, doors)

    @asynccontextmanager
    async def run(self, settings: Mapping[str, str] | None = None) -> AsyncGenerator[RunningServer]:
        """Run it in the block, with settings by the names of the environment."""
        with tempfile.TemporaryDirectory() as directory:
            data_dir = Path(directory) / "data"
            shutil.copytree(self._prepared, data_dir)
            os.sync()  # or the server's first checkpoint waits for the copy to be on the disk
            command = [sys.executable, "-m", "peerline", "serve", "--port", "0"]
            command += ["--data-dir", str(data_dir)]
            async with run_program(command, Path(directory) / "log", settings) as server:
                yield server


AnyServer = PeerlineServer | OpenServer


@asynccontextmanager
async def run_program(
    arguments: Sequence[str], log: Path, settings: Mapping[str, str] | None = None
) -> AsyncGenerator[RunningServer]:
    """Run a program that prints `… listens on HOST:PORT`."""
    # Default settings are to be measured, whatever the caller has set for their own server.
    environment = {key: value for key, value in os.environ.items() if key[:9] != "PEERLINE_"}
    environment.update(settings or {})
    with log.open("wb") as stderr:
        process = await asyncio.create_subprocess_exec(
            *arguments,
            stdout=asyncio.subprocess.PIPE,
            stderr=stderr,
            env=environment,
        )
    try:
        assert process.stdout is not None, "asked for a pipe"
        try:
            line = await asyncio.wait_for(process.stdout.readline(), _START_SECONDS)
        except TimeoutError:
            line = b""
        _, found, address = line.decode(errors="replace").strip().partition(" listens on ")
        server = RunningServer(process.pid, address, log)
        if not found:
            raise ServerError(f"`{' '.join(arguments)}` does not listen:\n{server.log_tail()}")
        yield server
    finally:
        await _stop(process)


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), _STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()
