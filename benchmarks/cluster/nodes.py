"""Servers on one Postgres with sessions to join, as all parts of this benchmark use them."""

import os
import secrets
import sys
import tempfile
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.cpu import Usage
from benchmarks.servers import PeerlineServer, RunningServer, run_program
from tests.servers.nginx import NO_LIMITS, Nginx
from tests.servers.postgres import postgres

_COUNT: Final = 2
_LIMITS: Final = {
    "PEERLINE_HANDSHAKES_PER_MINUTE_PER_ADDRESS": "1000000",
    "PEERLINE_MAX_CONNECTIONS_PER_ADDRESS": "10000",
    "PEERLINE_MESSAGES_PER_MINUTE": "1000000",
    "PEERLINE_MESSAGES_PER_MINUTE_PER_ADDRESS": "1000000",
    "PEERLINE_TRUSTED_PROXIES": "127.0.0.1",
}


@dataclass
class Nodes:
    """The servers, and what clients join with."""

    prepared: PeerlineServer
    servers: list[RunningServer]
    _folder: Path
    _stack: AsyncExitStack

    def nginx(self, *servers: RunningServer) -> Nginx:
        """Start an nginx before some of them."""
        folder = self._folder / "nginx"
        nginx = Nginx(folder, [server.address for server in servers], NO_LIMITS)
        nginx.start()
        self._stack.callback(nginx.stop)
        return nginx


@asynccontextmanager
async def nodes(
    url: str, rooms: int, clients: int, *, drain_seconds: float = 0
) -> AsyncGenerator[Nodes]:
    """Run servers in the block; `url` is an empty database."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        secret = folder / "secret"
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_hex(32))
        shared = {"PEERLINE_DATABASE_URL": url, "PEERLINE_SECRET_FILE": str(secret)}
        os.environ |= shared
        prepared = await PeerlineServer.prepare(folder / "data", rooms, clients)
        settings = {**shared, **_LIMITS, "PEERLINE_DRAIN_SECONDS": str(drain_seconds)}
        servers: list[RunningServer] = []
        for number in range(_COUNT):
            command = [sys.executable, "-m", "peerline", "serve", "--port", "0"]
            command += ["--data-dir", str(folder / f"node{number}")]
            running = run_program(command, folder / f"log{number}", settings)
            servers.append(await stack.enter_async_context(running))
        yield Nodes(prepared, servers, folder, stack)


def postgres_cpu() -> float:
    """The CPU seconds of all processes of Postgres that run now."""
    parent = postgres().process.pid
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii")
    return sum(Usage.of(int(pid)).cpu for pid in children.split())


def resident_mb(pid: int) -> float:
    """The memory of a process, in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
