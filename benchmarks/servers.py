"""Starts the servers to measure, each in a process of its own, and reads their CPU time."""

import asyncio
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from peerline.protocol.roles import Role
from server.administration import create_invite, create_session
from server.auth import TokenIssuer, load_secret

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Seat:
    """How one client gets in."""

    path: str
    token: str | None


@dataclass(frozen=True, slots=True)
class Running:
    """A server that listens."""

    name: str
    host: str
    port: int
    process: subprocess.Popen[str]
    rooms: list[list[Seat]]

    def cpu_seconds(self) -> float:
        """User and system time so far (proc(5), /proc/PID/stat)."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii")
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def waited_seconds(self) -> float:
        """How long it was ready and had no core (/proc/PID/schedstat)."""
        stat = Path(f"/proc/{self.process.pid}/schedstat").read_text(encoding="ascii")
        return int(stat.split()[1]) / 1e9

    def stop(self) -> None:
        """End the process."""
        self.process.terminate()
        self.process.communicate(timeout=20)


def start_peerline(data_dir: Path, rooms: int, clients: int) -> Running:
    """The whole server with its defaults; every client signs in with a token and an invite."""
    command = [*(sys.executable, "-m", "peerline", "serve", "--port", "0"), "--data-dir"]
    process = _start([*command, str(data_dir)])
    host, port = _address(process)
    secret = load_secret(data_dir)
    issuer = TokenIssuer(secret)
    now = datetime.now(UTC)
    seats: list[list[Seat]] = []
    for room in range(rooms):
        session = asyncio.run(create_session(data_dir, f"Room {room}", "host"))
        link = asyncio.run(
            create_invite(
                data_dir, session, Role.EDITOR, address="x:1", lifetime=timedelta(hours=1)
            )
        )
        path = f"/ws/session/{session}?invite={link.invite}"
        names = [f"user-{room}-{client}" for client in range(clients)]
        seats.append([Seat(path, issuer.issue(name, name, 3600, now)) for name in names])
    return Running("peerline", host, port, process, seats)


def start_websockets(rooms: int, clients: int) -> Running:
    """The bare broadcast."""
    process = _start([sys.executable, "-m", "benchmarks.bare_websockets"])
    host, port = _address(process)
    seats = [[Seat(f"/room-{room}", None)] * clients for room in range(rooms)]
    return Running("websockets", host, port, process, seats)


def _start(command: list[str]) -> subprocess.Popen[str]:
    # Half a room joins within a second: that is not what is measured.
    environment = {**os.environ, "PEERLINE_LOG_LEVEL": "ERROR"}
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )


def _address(process: subprocess.Popen[str]) -> tuple[str, int]:
    assert process.stdout is not None
    line = process.stdout.readline()
    host, _, port = line.split()[-1].rpartition(":") if line else ("", "", "")
    if not port:
        raise SystemExit("benchmarks: a server did not start")
    return host, int(port)
